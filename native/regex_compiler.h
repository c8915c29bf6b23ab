// Regular expressions to programs, by recursive descent.
#pragma once
#include <optional>

#include "regex_parts.h"

namespace scalesweep {

class RegexCompiler : private RegexParts {
 public:
  /** Throws LoadError for a pattern that is wrong or not supported. */
  static RegexProgram compile(std::string_view pattern) {
    RegexCompiler compiler(pattern);
    Code code = compiler.alternatives().code;
    if (compiler.more()) compiler.refuse("an unmatched `)`");
    code.push_back({Op::kDone});
    for (CharSet& set : compiler.sets_) set.finish();
    return {std::move(code), std::move(compiler.sets_), compiler.loops_};
  }

 private:
  using RegexParts::RegexParts;
  static constexpr uint32_t kLongestBehind = 255;
  std::vector<Part> branches() {
    if (++depth_ > kDeepest) refuse("more than 50 groups in each other");
    std::vector<Part> branches;
    do branches.push_back(sequence());
    while (accept("|"));
    --depth_;
    return branches;
  }

  Part alternatives() { return join(branches()); }

  Part sequence() {
    Part whole;
    size_t parts = 0;
    lastFolded_ = 0;
    for (skipComments(); more() && peek() != '|' && peek() != ')'; skipComments()) {
      Part part = atom();
      skipComments();
      while (const std::optional<Count> count = readCount()) {
        lastFolded_ = 0;
        part = repeat(part, *count);
        if (count->isOptional) part = repeat(part, {0, 1, Count::Mood::kGreedy});
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
    if (count.most < count.least) {
      std::swap(count.least, count.most);
      count.mood = Count::Mood::kOnly;
      if (peek() == '?') refuse("a lazy count that is the wrong way round");
    }
    // Without a comma it is no lazy count.
    if (accept("?")) comma ? void(count.mood = Count::Mood::kLazy) : void(count.isOptional = true);
    return count;  // a `+` after braces is not possessive here: it repeats the counted part
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

  Part atom() {
    const char c = peek();
    if (c != '(' && c != '\\' && c && std::strchr(".[^$*+?", c)) lastFolded_ = 0;
    if (accept("(")) return group();
    if (accept("[")) return one(readClass());
    if (accept(".")) {
      CharSet set;
      if (!dotAll_) set.add('\n');
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
    const bool folded = folded_, dotAll = dotAll_;
    Part part;
    bool isOpen = true;
    if (accept("?:")) part = alternatives();
    else if (accept("?=")) part = enclosed(Op::kAhead);
    else if (accept("?!")) part = enclosed(Op::kNotAhead);
    else if (accept("?<=")) part = behind(Op::kBehind);
    else if (accept("?<!")) part = behind(Op::kNotBehind);
    else if (accept("?>")) part = enclosed(Op::kAtomic);
    else if (peek() == '?') part = optionsOrName(isOpen);
    else part = alternatives();
    folded_ = folded;
    dotAll_ = dotAll;
    if (isOpen && !accept(")")) refuse("a group without `)`");
    return part;
  }

  // In Ruby's syntax the rest of the enclosing group, alternatives included, hangs under options without a colon.
  Part optionsOrName(bool& isOpen) {
    const size_t begin = at_++;
    if (readOptions()) {
      isOpen = accept(":");
      if (!isOpen) ++at_;
      return alternatives();
    }
    at_ = begin;
    if ((accept("?<") && readName('>')) || (accept("?'") && readName('\''))) return alternatives();
    at_ = begin;
    refuse("the group `(?" + std::string(1, peek(1)) + "`");
  }

  Part enclosed(Op op) {
    const Part part = alternatives();
    Code code = enclose({op}, part.code);
    return op == Op::kAtomic ? Part{part.least, part.most, std::nullopt, std::move(code)} : Part{0, 0, std::nullopt, std::move(code)};
  }

  /** A look-behind for each alternative, as each is as long as it is. */
  Part behind(Op op) {
    std::vector<Part> sides = branches();
    for (Part& side : sides) {
      if (side.most > kLongestBehind) refuse("look-behind of any length");
      if (side.least != side.most) {
        const auto looksOn = [](const Instruction& step) { return step.op >= Op::kLineStart || (step.op >= Op::kAhead && step.op <= Op::kNotBehind); };
        if (std::ranges::any_of(side.code, looksOn)) refuse("an anchor in look-behind of varying length");
        side.code.push_back({Op::kEnd});
      }
      side = {0, 0, std::nullopt, enclose({op, 0, side.least, side.most}, side.code)};
    }
    if (op == Op::kBehind) return join(std::move(sides));
    Part all;
    for (const Part& side : sides) append(all.code, side.code);
    return all;
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
      case 'R': ++at_; return lineBreak();
      default: return literal(characterEscape());
    }
  }

  /** Any line end, CR LF being one. */
  Part lineBreak() {
    CharSet set;
    set.addRange('\n', '\r');
    for (const uint32_t c : {0x85, 0x2028, 0x2029}) set.add(c);
    const Part both{2, 2, std::nullopt, {literal('\r').code[0], literal('\n').code[0]}}, single = one(std::move(set));
    Code code{{Op::kFork, 1, 4}};
    append(code, both.code);
    code.push_back({Op::kJump, 2});
    append(code, single.code);
    return {1, 2, std::nullopt, enclose({Op::kAtomic}, code)};
  }

  char lastFolded_ = 0;
};

}  // namespace scalesweep
