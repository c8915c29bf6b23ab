#include <array>
#include <cctype>
#include <cstring>
#include <optional>

#include "errors.h"
#include "regex.h"
#include "utf8.h"

namespace scalesweep {

/** Recursive descent straight to the program. Every part knows how many characters it matches. */
class RegexCompiler {
 public:
  RegexCompiler(std::string_view pattern, Regex& regex) : pattern_(pattern), regex_(regex) {}

  void compile() {
    alternatives();
    if (at_ < pattern_.size()) refuse("an unmatched `)`");
    emit({Op::kDone});
    for (CharSet& set : regex_.sets_) set.finish();
  }

 private:
  using Op = Regex::Op;
  using Instruction = Regex::Instruction;
  static constexpr uint32_t kEndless = ~0u;
  static constexpr uint32_t kMostCopies = 256;
  static constexpr int kDeepest = 50;

  /** How many characters a part matches; `single` is the set of a part that is one character. */
  struct Part {
    uint32_t least = 0, most = 0;
    std::optional<uint32_t> single;
  };
  struct Count {
    uint32_t least, most;
    enum class Mood { kGreedy, kLazy, kOnly } mood;
  };

  [[noreturn]] void refuse(const std::string& what) const {
    throw LoadError("the pattern `" + std::string(pattern_) + "` has " + what + ", which is not supported (at byte " +
                    std::to_string(at_) + ")");
  }
  bool more() const { return at_ < pattern_.size(); }
  char peek(size_t ahead = 0) const { return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0'; }
  bool accept(std::string_view text) {
    if (pattern_.substr(at_, text.size()) != text) return false;
    at_ += text.size();
    return true;
  }
  uint32_t next() {
    if (!more()) refuse("an early end");
    const CodePoint c = decodeUtf8(pattern_.data() + at_);
    at_ += c.length;
    return c.value;
  }
  uint32_t emit(Instruction instruction) {
    if (regex_.program_.size() > 20000) refuse("more than 20000 steps");
    regex_.program_.push_back(instruction);
    return static_cast<uint32_t>(regex_.program_.size() - 1);
  }
  uint32_t here() const { return static_cast<uint32_t>(regex_.program_.size()); }
  Instruction& at(uint32_t pc) { return regex_.program_[pc]; }
  static uint32_t plus(uint32_t a, uint32_t b) { return a == kEndless || b == kEndless ? kEndless : a + b; }

  /** Inserts room for one instruction at `pc`, moving the targets of what follows. */
  void insertAt(uint32_t pc, Instruction instruction) {
    regex_.program_.insert(regex_.program_.begin() + pc, instruction);
    for (uint32_t i = pc + 1; i < here(); ++i) shift(at(i), pc);
  }
  static void shift(Instruction& i, uint32_t from) {
    const bool targets = i.op >= Op::kFork && i.op <= Op::kAtomic;
    if (targets && i.a >= from) ++i.a;
    if (i.op == Op::kFork && i.b >= from) ++i.b;
  }

  Part alternatives() {
    if (++depth_ > kDeepest) refuse("more than 50 groups in each other");
    const uint32_t begin = here();
    Part whole = sequence();
    std::vector<uint32_t> jumps;
    uint32_t branch = begin;
    while (accept("|")) {
      insertAt(branch, {Op::kFork, branch + 1, 0});
      for (uint32_t& jump : jumps) jump += jump >= branch;
      jumps.push_back(emit({Op::kJump}));
      at(branch).b = here();
      branch = here();
      const Part part = sequence();
      whole.least = std::min(whole.least, part.least);
      whole.most = std::max(whole.most, part.most);
      whole.single.reset();
    }
    for (const uint32_t jump : jumps) at(jump).a = here();
    --depth_;
    return whole;
  }

  Part sequence() {
    Part whole;
    size_t parts = 0;
    lastFolded_ = 0;
    while (more() && peek() != '|' && peek() != ')') {
      const uint32_t begin = here();
      Part part = atom();
      part = repeated(part, begin);
      whole.least = plus(whole.least, part.least);
      whole.most = plus(whole.most, part.most);
      whole.single = ++parts == 1 ? part.single : std::nullopt;
    }
    return whole;
  }

  Part repeated(Part part, uint32_t begin) {
    while (const std::optional<Count> count = readCount()) {
      lastFolded_ = 0;
      part = repeat(part, begin, *count);
    }
    return part;
  }

  std::optional<Count> readCount() {
    Count count{0, kEndless, Count::Mood::kGreedy};
    if (accept("*")) count.least = 0;
    else if (accept("+")) count.least = 1;
    else if (accept("?")) count.most = 1;
    else if (peek() == '{') return readBraces();
    else return std::nullopt;
    if (accept("?")) count.mood = Count::Mood::kLazy;
    else if (accept("+")) count.mood = Count::Mood::kOnly;
    return count;
  }

  std::optional<Count> readBraces() {
    const size_t begin = at_++;
    const auto number = [&]() -> std::optional<uint32_t> {
      if (!std::isdigit(static_cast<unsigned char>(peek()))) return std::nullopt;
      uint32_t value = 0;
      while (std::isdigit(static_cast<unsigned char>(peek()))) value = std::min(value * 10 + static_cast<uint32_t>(pattern_[at_++] - '0'), 100000u);
      return value;
    };
    const std::optional<uint32_t> least = number();
    const bool comma = accept(",");
    const std::optional<uint32_t> most = comma ? number() : least;
    if ((!least && !most) || !accept("}")) {
      at_ = begin;
      return std::nullopt;  // a brace that counts nothing is a literal
    }
    Count count{least.value_or(0), most.value_or(kEndless), Count::Mood::kGreedy};
    if (count.most < count.least) refuse("a count that is the wrong way round");
    if (accept("?")) {
      if (!comma) refuse("`{n}?`");
      count.mood = Count::Mood::kLazy;
    }
    return count;  // a `+` after braces is not possessive here: it repeats the counted part
  }

  Part repeat(Part part, uint32_t begin, Count count) {
    const Part result{part.least * std::min(count.least, 10000u),
                      count.most == kEndless || part.most == kEndless ? kEndless : part.most * count.most, std::nullopt};
    if (part.single && here() == begin + 1) {
      const Op op = count.mood == Count::Mood::kGreedy ? Op::kRun : count.mood == Count::Mood::kLazy ? Op::kRunLazy : Op::kRunOnly;
      at(begin) = {op, *part.single, count.least, count.most};
      return result;
    }
    if (part.least == 0 && count.most > 1) refuse("a repeated group that can be empty");
    repeatGroup(begin, count);
    return result;
  }

  // Copies of the body: the least that must match, then optional ones or a loop.
  void repeatGroup(uint32_t begin, Count count) {
    const std::vector<Instruction> body(regex_.program_.begin() + begin, regex_.program_.end());
    regex_.program_.resize(begin);
    if (count.least > kMostCopies || (count.most != kEndless && count.most > kMostCopies)) refuse("a group counted above 256");
    const uint32_t atomic = count.mood == Count::Mood::kOnly ? emit({Op::kAtomic}) : kEndless;
    const auto copy = [&] {
      const uint32_t moved = here() - begin;
      for (Instruction instruction : body) {
        if (instruction.op >= Op::kFork && instruction.op <= Op::kAtomic) instruction.a += moved;
        if (instruction.op == Op::kFork) instruction.b += moved;
        emit(instruction);
      }
    };
    const auto fork = [&](uint32_t pc, uint32_t inside, uint32_t outside) {
      const bool lazy = count.mood == Count::Mood::kLazy;
      at(pc).a = lazy ? outside : inside;
      at(pc).b = lazy ? inside : outside;
    };
    for (uint32_t i = 0; i < count.least; ++i) copy();
    std::vector<uint32_t> exits;
    if (count.most == kEndless) {
      exits.push_back(emit({Op::kFork}));
      copy();
      emit({Op::kJump, exits.back()});
    } else {
      for (uint32_t i = count.least; i < count.most; ++i) {
        exits.push_back(emit({Op::kFork}));
        copy();
      }
    }
    for (const uint32_t exit : exits) fork(exit, exit + 1, here());
    if (atomic != kEndless) {
      emit({Op::kDone});
      at(atomic).a = here();
    }
  }

  Part one(CharSet set) {
    if (folded_) set.foldAscii();
    regex_.sets_.push_back(std::move(set));
    const uint32_t index = static_cast<uint32_t>(regex_.sets_.size() - 1);
    emit({Op::kSet, index});
    return {1, 1, index};
  }

  Part literal(uint32_t c) {
    if (folded_) checkFold(c);
    CharSet set;
    set.add(c);
    return one(std::move(set));
  }

  // Under (?i) some pairs of letters also match one ligature, and letters beyond ASCII have folds of their own.
  void checkFold(uint32_t c) {
    if (c >= 128 && findMapping(kLower, c)) refuse("a letter beyond ASCII under (?i)");
    if (c >= 128 && (propertiesOf(c) & 31) == 1) refuse("a letter beyond ASCII under (?i)");
    const char now = c < 128 ? static_cast<char>(std::tolower(static_cast<int>(c))) : '\0';
    static constexpr const char* kPairs[] = {"ss", "st", "ff", "fi", "fl"};
    for (const char* pair : kPairs) {
      if (lastFolded_ == pair[0] && now == pair[1]) refuse(std::string("`") + pair + "` under (?i)");
    }
    lastFolded_ = now;
  }

  Part assertion(Op op) {
    emit({op});
    return {};
  }

  Part atom() {
    const char c = peek();
    if (c != '(' && c != '\\' && c && std::strchr(".[^$*+?", c)) lastFolded_ = 0;
    if (accept("(")) return group();
    if (accept("[")) return one(readClass());
    if (accept(".")) {
      CharSet set;
      set.add('\n');
      set.negate();
      return one(std::move(set));
    }
    if (accept("^")) return assertion(Op::kLineStart);
    if (accept("$")) return assertion(Op::kLineEnd);
    if (c == '\\') return escape();
    if (c == '*' || c == '+' || c == '?') refuse("a repetition of nothing");
    return literal(next());
  }

  Part group() {
    const bool outer = folded_;
    Part part;
    if (accept("?:")) part = alternatives();
    else if (accept("?=")) part = lookAround(Op::kAhead);
    else if (accept("?!")) part = lookAround(Op::kNotAhead);
    else if (accept("?<=")) part = lookAround(Op::kBehind);
    else if (accept("?<!")) part = lookAround(Op::kNotBehind);
    else if (accept("?>")) part = atomic();
    else if (accept("?i:")) part = folding(true);
    else if (accept("?-i:")) part = folding(false);
    else if (accept("?i)")) return foldRest();
    else if (peek() == '?') refuse("the group `(?" + std::string(1, peek(1)) + "`");
    else part = alternatives();
    folded_ = outer;
    if (!accept(")")) refuse("a group without `)`");
    return part;
  }

  Part folding(bool on) {
    folded_ = on;
    return alternatives();
  }

  // In Ruby's syntax the rest of the enclosing group, alternatives included, hangs under the option.
  Part foldRest() {
    const bool outer = folded_;
    folded_ = true;
    const Part part = alternatives();
    folded_ = outer;
    return part;
  }

  Part atomic() {
    const uint32_t begin = emit({Op::kAtomic});
    Part part = alternatives();
    emit({Op::kDone});
    at(begin).a = here();
    part.single.reset();
    return part;
  }

  Part lookAround(Op op) {
    const uint32_t begin = emit({op});
    const Part part = alternatives();
    emit({Op::kDone});
    at(begin).a = here();
    if (op == Op::kBehind || op == Op::kNotBehind) {
      if (part.least != part.most) refuse("look-behind of varying length");
      at(begin).b = part.least;
    }
    return {};
  }

  Part escape() {
    ++at_;
    CharSet set;
    if (classEscape(set, false)) {
      lastFolded_ = 0;
      return one(std::move(set));
    }
    switch (peek()) {
      case 'A': ++at_; return assertion(Op::kStart);
      case 'z': ++at_; return assertion(Op::kEnd);
      case 'Z': ++at_; return assertion(Op::kEndOrNewline);
      case 'b': ++at_; return assertion(Op::kBoundary);
      case 'B': ++at_; return assertion(Op::kNotBoundary);
      default: return literal(characterEscape());
    }
  }

  /** After a backslash: a single character. */
  uint32_t characterEscape() {
    const uint32_t c = next();
    static constexpr char kFrom[] = "tnrfvae";
    static constexpr char kTo[] = "\t\n\r\f\v\a\x1B";
    if (c < 128 && c > 0) {
      if (const char* simple = std::strchr(kFrom, static_cast<int>(c))) return static_cast<uint32_t>(kTo[simple - kFrom]);
    }
    if (c == 'x' && accept("{")) {
      const uint32_t value = hex(8);
      if (!accept("}")) refuse("`\\x{` without `}`");
      return value;
    }
    if (c == 'x') return hex(2);
    if (c == 'u') return hex(4);
    if (c < 128 && std::isalnum(static_cast<int>(c))) refuse("`\\" + std::string(1, static_cast<char>(c)) + "`");
    return c;
  }

  uint32_t hex(int most) {
    uint32_t value = 0;
    int digits = 0;
    for (; digits < most && std::isxdigit(static_cast<unsigned char>(peek())); ++digits) {
      const char c = static_cast<char>(std::tolower(pattern_[at_++]));
      value = value * 16 + static_cast<uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    if (digits == 0 || value > 0x10FFFF || (most == 2 && value > 0x7F)) refuse("an escape by number that names no character");
    return value;
  }

  /** After a backslash: a class such as \s or \p{L}. False, and nothing read, when it is none. */
  bool classEscape(CharSet& set, bool inClass) {
    static constexpr uint32_t kDigits = 1u << 8;
    const char c = peek();
    const bool negated = c >= 'A' && c <= 'Z';
    switch (std::tolower(c)) {
      case 's': set.addProperty(0, kOnigSpace, 0, negated); break;
      case 'w': set.addProperty(0, inClass ? kOnigWord : kOnigWordAlone, 0, negated); break;
      case 'd': set.addProperty(kDigits, 0, 0, negated); break;
      case 'h':
        set.addRange('0', '9');
        set.addRange('a', 'f');
        set.addRange('A', 'F');
        if (negated) set.negate();
        break;
      case 'p':
        ++at_;
        property(set, negated);
        return true;
      default: return false;
    }
    if (folded_ && std::tolower(c) == 'w') refuse("`\\w` under (?i)");
    ++at_;
    return true;
  }

  void property(CharSet& set, bool negated) {
    if (!accept("{")) refuse("`\\p` without a name in braces");
    if (accept("^")) negated = !negated;
    const size_t close = pattern_.find('}', at_);
    if (close == std::string_view::npos) refuse("`\\p{` without `}`");
    const std::string_view name = pattern_.substr(at_, close - at_);
    if (folded_) refuse("`\\p{" + std::string(name) + "}` under (?i)");
    std::string plain;
    for (const char c : name) {
      if (c != ' ' && c != '_' && c != '-') plain.push_back(static_cast<char>(std::tolower(c)));
    }
    at_ = close + 1;
    if (const uint32_t categories = categoriesNamed(plain)) return set.addProperty(categories, 0, 0, negated);
    for (uint32_t i = 0; i < std::size(kScriptNames); ++i) {
      std::string script;
      for (const char* c = kScriptNames[i]; *c; ++c) script.push_back(static_cast<char>(std::tolower(*c)));
      if (script == plain) return set.addProperty(0, 0, i + 1, negated);
    }
    refuse("the property `" + std::string(name) + "`");
  }

  static uint32_t categoriesNamed(const std::string& name) {
    uint32_t categories = 0;
    for (uint32_t i = 0; i < std::size(kCategoryNames); ++i) {
      const char* category = kCategoryNames[i];
      const char first = static_cast<char>(std::tolower(category[0]));
      if (!name.empty() && name[0] == first && (name.size() == 1 || (name.size() == 2 && name[1] == category[1]))) {
        categories |= 1u << i;
      }
    }
    static constexpr struct { const char* name; uint32_t categories; } kLong[] = {
        {"letter", 0x1F}, {"mark", 0xE0}, {"number", 0x700}, {"punctuation", 0x7Fu << 11}, {"symbol", 0xFu << 18},
        {"separator", 7u << 22}, {"uppercaseletter", 1}, {"lowercaseletter", 2}, {"decimalnumber", 1u << 8},
    };
    for (const auto& entry : kLong) {
      if (name == entry.name) categories = entry.categories;
    }
    return categories;
  }

  /** After `[`. */
  CharSet readClass() {
    if (++depth_ > kDeepest) refuse("more than 50 classes in each other");
    CharSet set;
    const bool negated = accept("^");
    std::vector<CharSet> sides;
    bool first = true, empty = true;
    while (!(peek() == ']' && !first)) {
      if (!more()) refuse("a class without `]`");
      first = false;
      if (peek() == '[' && peek(1) == ':') refuse("a POSIX bracket");
      if (accept("&&")) {
        if (empty || peek() == ']') refuse("`&&` without both sides");
        sides.push_back(std::move(set));
        set = CharSet();
        empty = true;
        continue;
      }
      empty = false;
      if (accept("[")) {
        set.addSet(readClass());
        continue;
      }
      classItem(set);
    }
    ++at_;
    --depth_;
    for (CharSet& side : sides) {
      CharSet both;
      both.addSet(std::move(set));
      both.intersect(std::move(side));
      set = std::move(both);
    }
    if (negated && folded_) {
      set.foldAscii();
    }
    if (negated) set.negate();
    return set;
  }

  void classItem(CharSet& set) {
    const auto character = [&](CharSet& into, bool& isClass) -> uint32_t {
      isClass = false;
      if (!accept("\\")) return next();
      if (peek() == 'b') {
        ++at_;
        return '\b';
      }
      isClass = classEscape(into, true);
      return isClass ? 0 : characterEscape();
    };
    bool isClass = false;
    CharSet escaped;
    const uint32_t first = character(escaped, isClass);
    if (isClass) return set.addSet(std::move(escaped));
    if (folded_ && first >= 128) refuse("a letter beyond ASCII under (?i)");
    if (peek() == '-' && peek(1) != ']' && peek(1) != '[' && peek(1) != '&' && peek(1) != '\0') {
      ++at_;
      const uint32_t last = character(escaped, isClass);
      if (isClass) refuse("a range that ends in a class");
      if (last < first) refuse("a range that is the wrong way round");
      if (folded_ && last >= 128) refuse("a letter beyond ASCII under (?i)");
      return set.addRange(first, last);
    }
    set.add(first);
  }

  std::string_view pattern_;
  Regex& regex_;
  size_t at_ = 0;
  int depth_ = 0;
  bool folded_ = false;
  char lastFolded_ = 0;
};

Regex::Regex(std::string_view pattern) { RegexCompiler(pattern, *this).compile(); }

}  // namespace scalesweep
