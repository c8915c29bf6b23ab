// Regular expressions to programs, by recursive descent. Every part knows how many characters it matches.
#pragma once
#include <algorithm>
#include <optional>
#include <utility>

#include "regex_program.h"
#include "regex_reader.h"

namespace scalesweep {

class RegexCompiler : private RegexReader {
 public:
  /** Throws LoadError for a pattern that is wrong or not supported. */
  static RegexProgram compile(std::string_view pattern) {
    RegexCompiler compiler(pattern);
    Code code = compiler.alternatives().code;
    if (compiler.more()) compiler.refuse("an unmatched `)`");
    code.push_back({Op::kDone});
    for (CharSet& set : compiler.sets_) set.finish();
    return {std::move(code), std::move(compiler.sets_)};
  }

 private:
  using Op = RegexOp;
  using Instruction = RegexInstruction;
  using Code = std::vector<Instruction>;
  using RegexReader::RegexReader;
  static constexpr uint32_t kEndless = ~0u;
  static constexpr uint32_t kMostCopies = 256;
  static constexpr size_t kMostSteps = 20000;

  /** The program of a part, and how many characters it matches; `single` is the set of a part that is one character. */
  struct Part {
    uint32_t least = 0, most = 0;
    std::optional<uint32_t> single;
    Code code;
  };
  struct Count {
    uint32_t least, most;
    enum class Mood { kGreedy, kLazy, kOnly } mood;
  };

  static uint32_t sizeOf(const Code& code) { return static_cast<uint32_t>(code.size()); }
  static uint32_t plus(uint32_t a, uint32_t b) { return a == kEndless || b == kEndless ? kEndless : a + b; }
  void limit(size_t steps) const {
    if (steps > kMostSteps) refuse("more than 20000 steps");
  }
  void append(Code& code, const Code& more) const {
    limit(code.size() + more.size());
    code.insert(code.end(), more.begin(), more.end());
  }

  Part alternatives() {
    if (++depth_ > kDeepest) refuse("more than 50 groups in each other");
    std::vector<Part> branches;
    size_t rest = 0;
    do {
      branches.push_back(sequence());
      limit(rest += branches.back().code.size() + 2);
    } while (accept("|"));
    --depth_;
    if (branches.size() == 1) return std::move(branches[0]);
    Part whole{branches[0].least, branches[0].most, std::nullopt, {}};
    for (const Part& branch : branches) {
      const uint32_t size = sizeOf(branch.code);
      const bool isLast = &branch == &branches.back();
      whole.least = std::min(whole.least, branch.least);
      whole.most = std::max(whole.most, branch.most);
      if (!isLast) whole.code.push_back({Op::kFork, 1, size + 2});
      append(whole.code, branch.code);
      rest -= size + 2;
      if (!isLast) whole.code.push_back({Op::kJump, static_cast<uint32_t>(rest - 1)});
    }
    return whole;
  }

  Part sequence() {
    Part whole;
    size_t parts = 0;
    lastFolded_ = 0;
    while (more() && peek() != '|' && peek() != ')') {
      Part part = atom();
      while (const std::optional<Count> count = readCount()) {
        lastFolded_ = 0;
        part = repeat(part, *count);
      }
      whole.least = plus(whole.least, part.least);
      whole.most = plus(whole.most, part.most);
      whole.single = ++parts == 1 ? part.single : std::nullopt;
      append(whole.code, part.code);
    }
    return whole;
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

  Part repeat(const Part& part, Count count) {
    Part result{part.least * std::min(count.least, 10000u),
                count.most == kEndless || part.most == kEndless ? kEndless : part.most * count.most, std::nullopt, {}};
    if (part.single && part.code.size() == 1) {
      const Op op = count.mood == Count::Mood::kGreedy ? Op::kRun : count.mood == Count::Mood::kLazy ? Op::kRunLazy : Op::kRunOnly;
      result.code = {{op, *part.single, count.least, count.most}};
      return result;
    }
    if (part.least == 0 && count.most > 1) refuse("a repeated group that can be empty");
    if (count.least > kMostCopies || (count.most != kEndless && count.most > kMostCopies)) refuse("a group counted above 256");
    result.code = copies(part.code, count);
    if (count.mood == Count::Mood::kOnly) result.code = enclose({Op::kAtomic}, result.code);
    return result;
  }

  /** The least that must match, then optional ones, each behind a fork that leads past the rest, or a loop. */
  Code copies(const Code& body, Count count) const {
    Code code;
    const uint32_t size = sizeOf(body);
    const auto optional = [&](uint32_t past) {
      const bool lazy = count.mood == Count::Mood::kLazy;
      code.push_back({Op::kFork, lazy ? past : 1, lazy ? 1 : past});
      append(code, body);
    };
    for (uint32_t i = 0; i < count.least; ++i) append(code, body);
    if (count.most == kEndless) {
      optional(size + 2);
      code.push_back({Op::kJump, 0 - (size + 1)});
    } else {
      for (uint32_t left = count.most - count.least; left > 0; --left) optional(left * (size + 1));
    }
    return code;
  }

  Part one(CharSet set) {
    if (folded_) set.foldAscii();
    limit(sets_.size());
    sets_.push_back(std::move(set));
    const uint32_t index = static_cast<uint32_t>(sets_.size() - 1);
    return {1, 1, index, {{Op::kSet, index}}};
  }

  Part literal(uint32_t c) {
    if (folded_) checkFold(c);
    CharSet set;
    set.add(c);
    return one(std::move(set));
  }

  // Under (?i) some pairs of letters also match one ligature, and letters beyond ASCII have folds of their own.
  void checkFold(uint32_t c) {
    if (c >= 128 && (findMapping(kLower, c) || categoryOf(propertiesOf(c)) == 1)) refuse("a letter beyond ASCII under (?i)");
    const char now = c < 128 ? static_cast<char>(std::tolower(static_cast<int>(c))) : '\0';
    static constexpr const char* kPairs[] = {"ss", "st", "ff", "fi", "fl"};
    for (const char* pair : kPairs) {
      if (lastFolded_ == pair[0] && now == pair[1]) refuse(std::string("`") + pair + "` under (?i)");
    }
    lastFolded_ = now;
  }

  static Part assertion(Op op) { return {0, 0, std::nullopt, {{op}}}; }

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
    else if (accept("?=")) part = enclosed(Op::kAhead);
    else if (accept("?!")) part = enclosed(Op::kNotAhead);
    else if (accept("?<=")) part = enclosed(Op::kBehind);
    else if (accept("?<!")) part = enclosed(Op::kNotBehind);
    else if (accept("?>")) part = enclosed(Op::kAtomic);
    else if (accept("?i:")) part = folding(true);
    else if (accept("?-i:")) part = folding(false);
    // In Ruby's syntax the rest of the enclosing group, alternatives included, hangs under the option.
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

  Part foldRest() {
    const bool outer = std::exchange(folded_, true);
    const Part part = alternatives();
    folded_ = outer;
    return part;
  }

  /** A program that is matched on its own ends by itself. */
  Code enclose(Instruction open, const Code& body) const {
    open.a = sizeOf(body) + 2;
    Code code{open};
    append(code, body);
    code.push_back({Op::kDone});
    return code;
  }

  Part enclosed(Op op) {
    Part part = alternatives();
    const bool behind = op == Op::kBehind || op == Op::kNotBehind;
    if (behind && part.least != part.most) refuse("look-behind of varying length");
    Code code = enclose({op, 0, behind ? part.least : 0}, part.code);
    return op == Op::kAtomic ? Part{part.least, part.most, std::nullopt, std::move(code)} : Part{0, 0, std::nullopt, std::move(code)};
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

  std::vector<CharSet> sets_;
  char lastFolded_ = 0;
};

}  // namespace scalesweep
