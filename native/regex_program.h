// What a regular expression is compiled to.
#pragma once
#include <cstdint>
#include <vector>

#include "char_set.h"

namespace scalesweep {

enum class RegexOp : uint8_t {
  kSet,          // one character of set a
  kRun,          // b to c characters of set a, greedy
  kRunLazy,      // the same, as few as possible
  kRunOnly,      // the same, greedy and never given back
  kFork,         // try a steps on, then b steps on
  kJump,         // go on a steps on
  kAhead,        // the program one step on matches here; go on a steps on
  kNotAhead,     // it does not
  kBehind,       // it matches b to c characters before here; go on a steps on
  kNotBehind,
  kAtomic,       // it matches; go on a steps on, from where it ended
  kMark,         // a turn of loop a begins here
  kMoved,        // since then something was matched; else go on b steps on
  kStart, kEnd, kLineStart, kLineEnd, kEndOrNewline, kBoundary, kNotBoundary,
  kDone,
};

struct RegexInstruction {
  RegexOp op;
  uint32_t a = 0, b = 0, c = 0;
};

struct RegexProgram {
  std::vector<RegexInstruction> steps;
  std::vector<CharSet> sets;
  /** Loops of which a turn may match nothing. */
  uint32_t loops = 0;
};

}  // namespace scalesweep
