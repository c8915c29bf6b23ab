// Regular expressions as Oniguruma's Ruby syntax means them, for the patterns of tokenizer files.
//
// Supported: literals, escapes, classes (nested, negated, intersected), \p{general category or common script}, groups,
// alternation, greedy, lazy and possessive repetition, atomic groups, look-ahead, look-behind of fixed length, anchors,
// word boundaries, (?i) over ASCII. Anything else is refused by name when the pattern is read.
//
// Matching is backtracking with an explicit stack, in which a run of one class takes one entry however long it is.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "char_set.h"
#include "utf8.h"

namespace scalesweep {

class Regex {
 public:
  /** Throws LoadError for a pattern that is wrong or not supported. */
  explicit Regex(std::string_view pattern);

  /** Leftmost match at or after `from`. Throws EncodeError when it takes too many steps. */
  bool search(std::string_view text, size_t from, size_t& begin, size_t& end) const;

  /** Calls visit(begin, end, isMatch) for matches and what is between them, in order. */
  template <class Visit>
  void forEach(std::string_view text, Visit&& visit) const;

 private:
  friend class RegexCompiler;
  enum class Op : uint8_t {
    kSet,          // one character of set a
    kRun,          // b to c characters of set a, greedy
    kRunLazy,      // the same, as few as possible
    kRunOnly,      // the same, greedy and never given back
    kFork,         // try a, then b
    kJump,         // go on at a
    kAhead,        // the program at pc + 1 matches here; go on at a
    kNotAhead,     // it does not
    kBehind,       // it matches the b characters before here; go on at a
    kNotBehind,
    kAtomic,       // it matches; go on at a from where it ended
    kStart, kEnd, kLineStart, kLineEnd, kEndOrNewline, kBoundary, kNotBoundary,
    kDone,
  };
  struct Instruction {
    Op op;
    uint32_t a = 0, b = 0, c = 0;
  };
  struct Way {
    uint32_t pc;
    size_t at, least;  // a run may shrink (or, lazily, grow: least is the number left) from `at` down to `least`
    Op op;
  };
  struct Work {
    std::vector<Way> ways;
    size_t steps = 0;
  };

  bool run(std::string_view text, uint32_t pc, size_t at, size_t& end, Work& work) const;
  bool look(std::string_view text, const Instruction& here, uint32_t pc, size_t at, Work& work) const;
  bool holds(Op op, std::string_view text, size_t at) const;

  std::vector<Instruction> program_;
  std::vector<CharSet> sets_;
};

template <class Visit>
void Regex::forEach(std::string_view text, Visit&& visit) const {
  size_t done = 0, from = 0, begin = 0, end = 0, lastEnd = static_cast<size_t>(-1);
  while (from <= text.size() && search(text, from, begin, end)) {
    if (begin == end && end == lastEnd) {
      // An empty match right after a match does not count: go on one character further.
      from += from < text.size() ? decodeUtf8(text.data() + from).length : 1;
      continue;
    }
    from = lastEnd = end;
    if (done != begin) visit(done, begin, false);
    visit(begin, end, true);
    done = end;
  }
  if (done != text.size()) visit(done, text.size(), false);
}

}  // namespace scalesweep
