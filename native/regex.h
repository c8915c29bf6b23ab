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

#include "errors.h"
#include "regex_compiler.h"
#include "utf8.h"

namespace scalesweep {

class Regex {
 public:
  /** Throws LoadError for a pattern that is wrong or not supported. */
  explicit Regex(std::string_view pattern) : program_(RegexCompiler::compile(pattern)) {}

  /** Leftmost match at or after `from`. Throws EncodeError when it takes too many steps. */
  bool search(std::string_view text, size_t from, size_t& begin, size_t& end) const {
    thread_local Work work;
    work.ways.clear();
    work.steps = 0;
    for (size_t at = from;; at += decodeUtf8(text.data() + at).length) {
      if (run(text, 0, at, end, work)) {
        begin = at;
        return true;
      }
      if (at >= text.size()) return false;
    }
  }

  /** Calls visit(begin, end, isMatch) for matches and what is between them, in order. */
  template <class Visit>
  void forEach(std::string_view text, Visit&& visit) const {
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

 private:
  using Op = RegexOp;
  static constexpr size_t kMaxStepsPerByte = 2000;

  struct Way {
    uint32_t pc;
    size_t at, least;  // a run may shrink (or, lazily, grow: least is the number left) from `at` down to `least`
    Op op;
  };
  struct Work {
    std::vector<Way> ways;
    size_t steps = 0;
  };

  static bool isWordAt(std::string_view text, size_t at) {
    return at < text.size() && propertiesOf(decodeUtf8(text.data() + at).value) & kOnigWordAlone;
  }
  static bool isWordBefore(std::string_view text, size_t at) {
    return at > 0 && propertiesOf(decodeUtf8Before(text.data() + at).value) & kOnigWordAlone;
  }

  bool holds(Op op, std::string_view text, size_t at) const {
    switch (op) {
      case Op::kStart: return at == 0;
      case Op::kEnd: return at == text.size();
      case Op::kLineStart: return at == 0 || (text[at - 1] == '\n' && at < text.size());
      case Op::kLineEnd: return at == text.size() || text[at] == '\n';
      case Op::kEndOrNewline: return at == text.size() || (at + 1 == text.size() && text[at] == '\n');
      case Op::kBoundary: return isWordBefore(text, at) != isWordAt(text, at);
      default: return isWordBefore(text, at) == isWordAt(text, at);
    }
  }

  bool look(std::string_view text, const RegexInstruction& here, uint32_t pc, size_t at, Work& work) const {
    size_t from = at, end = 0;
    const bool behind = here.op == Op::kBehind || here.op == Op::kNotBehind;
    if (behind) {
      for (uint32_t i = 0; i < here.b; ++i) {
        if (from == 0) return here.op == Op::kNotBehind;
        from -= decodeUtf8Before(text.data() + from).length;
      }
    }
    const bool found = run(text, pc + 1, from, end, work);
    return found == (here.op == Op::kAhead || here.op == Op::kBehind);
  }

  bool run(std::string_view text, uint32_t pc, size_t at, size_t& end, Work& work) const {
    const size_t base = work.ways.size();
    const size_t limit = (text.size() + 64) * kMaxStepsPerByte;
    const auto one = [&](size_t from, const CharSet& set) -> size_t {
      if (from >= text.size()) return 0;
      const CodePoint c = decodeUtf8(text.data() + from);
      return set.matches(c.value) ? c.length : 0;
    };
    for (;;) {
      if (++work.steps > limit) throw EncodeError("a pattern of this tokenizer takes too many steps on the text");
      const RegexInstruction& here = program_.steps[pc];
      bool ok = true;
      switch (here.op) {
        case Op::kSet: {
          const size_t length = one(at, program_.sets[here.a]);
          ok = length > 0;
          at += length;
          ++pc;
          break;
        }
        case Op::kRun:
        case Op::kRunLazy:
        case Op::kRunOnly: {
          const CharSet& set = program_.sets[here.a];
          uint32_t count = 0;
          size_t least = at;
          const uint32_t wanted = here.op == Op::kRunLazy ? here.b : here.c;
          for (size_t length; count < wanted && (length = one(at, set)) > 0; at += length) {
            if (count++ == here.b) least = at;
          }
          ok = count >= here.b;
          if (count == here.b) least = at;
          if (ok && here.op == Op::kRun && at > least) work.ways.push_back({pc + 1, at, least, Op::kRun});
          if (ok && here.op == Op::kRunLazy && here.c > here.b) {
            work.ways.push_back({pc, at, here.c == ~0u ? ~size_t{0} : here.c - here.b, Op::kRunLazy});
          }
          ++pc;
          break;
        }
        case Op::kFork:
          work.ways.push_back({pc + here.b, at, 0, Op::kFork});
          pc += here.a;
          break;
        case Op::kJump:
          pc += here.a;
          break;
        case Op::kAhead:
        case Op::kNotAhead:
        case Op::kBehind:
        case Op::kNotBehind:
          ok = look(text, here, pc, at, work);
          pc += here.a;
          break;
        case Op::kAtomic: {
          size_t stop = at;
          ok = run(text, pc + 1, at, stop, work);
          at = stop;
          pc += here.a;
          break;
        }
        case Op::kDone:
          end = at;
          work.ways.resize(base);
          return true;
        default:
          ok = holds(here.op, text, at);
          ++pc;
      }
      while (!ok) {
        if (work.ways.size() == base) return false;
        Way& way = work.ways.back();
        if (way.op == Op::kRun) {
          way.at -= decodeUtf8Before(text.data() + way.at).length;
          at = way.at;
          pc = way.pc;
          if (way.at <= way.least) work.ways.pop_back();
          ok = true;
        } else if (way.op == Op::kRunLazy) {
          const size_t length = way.least > 0 ? one(way.at, program_.sets[program_.steps[way.pc].a]) : 0;
          ok = length > 0;
          at = way.at += length;
          pc = way.pc + 1;
          if (ok) --way.least;
          else work.ways.pop_back();
        } else {
          at = way.at;
          pc = way.pc;
          work.ways.pop_back();
          ok = true;
        }
        if (++work.steps > limit) throw EncodeError("a pattern of this tokenizer takes too many steps on the text");
      }
    }
  }

  RegexProgram program_;
};

}  // namespace scalesweep
