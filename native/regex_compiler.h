// Regular expressions to programs, by recursive descent. Every part knows how many characters it matches.
#pragma once
#include <algorithm>
#include <optional>

#include "regex_program.h"
#include "regex_reader.h"

namespace scalesweep {

class RegexCompiler : private RegexReader {
 public:
  /** Throws LoadError for a pattern that is wrong or not supported. */
  static RegexProgram compile(std::string_view pattern) {
    RegexCompiler compiler(pattern);
    compiler.alternatives();
    if (compiler.more()) compiler.refuse("an unmatched `)`");
    compiler.emit({Op::kDone});
    for (CharSet& set : compiler.program_.sets) set.finish();
    return std::move(compiler.program_);
  }

 private:
  using Op = RegexOp;
  using Instruction = RegexInstruction;
  using RegexReader::RegexReader;
  static constexpr uint32_t kEndless = ~0u;
  static constexpr uint32_t kMostCopies = 256;

  /** How many characters a part matches; `single` is the set of a part that is one character. */
  struct Part {
    uint32_t least = 0, most = 0;
    std::optional<uint32_t> single;
  };
  struct Count {
    uint32_t least, most;
    enum class Mood { kGreedy, kLazy, kOnly } mood;
  };

  uint32_t emit(Instruction instruction) {
    if (program_.steps.size() > 20000) refuse("more than 20000 steps");
    program_.steps.push_back(instruction);
    return static_cast<uint32_t>(program_.steps.size() - 1);
  }
  uint32_t here() const { return static_cast<uint32_t>(program_.steps.size()); }
  Instruction& at(uint32_t pc) { return program_.steps[pc]; }
  static uint32_t plus(uint32_t a, uint32_t b) { return a == kEndless || b == kEndless ? kEndless : a + b; }

  /** Inserts room for one instruction at `pc`, moving the targets of what follows. */
  void insertAt(uint32_t pc, Instruction instruction) {
    program_.steps.insert(program_.steps.begin() + pc, instruction);
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
      while (const std::optional<Count> count = readCount()) {
        lastFolded_ = 0;
        part = repeat(part, begin, *count);
      }
      whole.least = plus(whole.least, part.least);
      whole.most = plus(whole.most, part.most);
      whole.single = ++parts == 1 ? part.single : std::nullopt;
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
    const std::vector<Instruction> body(program_.steps.begin() + begin, program_.steps.end());
    program_.steps.resize(begin);
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
      if (count.mood == Count::Mood::kLazy) std::swap(inside, outside);
      at(pc).a = inside;
      at(pc).b = outside;
    };
    for (uint32_t i = 0; i < count.least; ++i) copy();
    std::vector<uint32_t> exits;
    const bool endless = count.most == kEndless;
    for (uint32_t i = endless ? 0 : count.least; i < (endless ? 1 : count.most); ++i) {
      exits.push_back(emit({Op::kFork}));
      copy();
    }
    if (endless) emit({Op::kJump, exits.back()});
    for (const uint32_t exit : exits) fork(exit, exit + 1, here());
    if (atomic != kEndless) {
      emit({Op::kDone});
      at(atomic).a = here();
    }
  }

  Part one(CharSet set) {
    if (folded_) set.foldAscii();
    program_.sets.push_back(std::move(set));
    const uint32_t index = static_cast<uint32_t>(program_.sets.size() - 1);
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
    if (c >= 128 && (findMapping(kLower, c) || categoryOf(propertiesOf(c)) == 1)) refuse("a letter beyond ASCII under (?i)");
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

  /** A part that is matched on its own: its program ends by itself. */
  Part enclosed(Op op) {
    const uint32_t begin = emit({op});
    Part part = alternatives();
    emit({Op::kDone});
    at(begin).a = here();
    part.single.reset();
    if (op == Op::kBehind || op == Op::kNotBehind) {
      if (part.least != part.most) refuse("look-behind of varying length");
      at(begin).b = part.least;
    }
    return op == Op::kAtomic ? part : Part{};
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

  RegexProgram program_;
  char lastFolded_ = 0;
};

}  // namespace scalesweep
