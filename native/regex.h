// Regular expressions as Oniguruma's Ruby syntax means them, for the patterns of tokenizer files.
//
// Supported: literals, escapes, classes (nested, negated, intersected), \p{general category or common script}, groups,
// alternation, greedy, lazy and possessive repetition, atomic groups, look-ahead, look-behind of fixed length, anchors,
// word boundaries, (?i) over ASCII. Anything else is refused by name when the pattern is read.
//
// Matching is backtracking with an explicit stack, in which a run of one class takes one entry however long it is; what
// takes many steps remembers its failures.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "errors.h"
#include "regex_compiler.h"
#include "regex_failures.h"
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
    work.most = (text.size() + 64) * (isPlain() ? kEasyStepsPerByte : kMaxStepsPerByte);
    work.marks.assign(program_.loops, ~size_t{0});
    try {
      return searchFrom<false>(text, from, begin, end, work);
    } catch (Tired) {
      if (!isPlain()) giveUp();
      return searchWithNotes(text, from, begin, end, work);
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
  static constexpr size_t kMaxStepsPerByte = 2000, kEasyStepsPerByte = 16, kScannedPerStep = 8, kFewScanned = 64;

  struct Way {
    uint32_t pc;
    size_t at, least;  // a run may shrink (or, lazily, grow: least is the number left) from `at` down to `least`
    Op op;
  };
  struct Work {
    std::vector<Way> ways;
    RegexFailures failures;
    size_t steps = 0, most = 0;
    std::vector<size_t> marks;
  };

  /** Too many steps without notes of what failed. */
  struct Tired {};
  bool isPlain() const { return program_.loops <= RegexFailures::kMostLoops; }

  template <bool kNotes>
  static void count(Work& work, size_t steps) {
    work.steps += steps;
    if (work.steps <= work.most) [[likely]] return;
    if constexpr (!kNotes) throw Tired();
    giveUp();
  }
  [[noreturn]] static void giveUp() { throw EncodeError("a pattern of this tokenizer takes too many steps on the text"); }

  bool searchWithNotes(std::string_view text, size_t at, size_t& begin, size_t& end, Work& work) const {
    work.ways.clear();
    work.steps = 0;
    work.most = (text.size() + 64) * kMaxStepsPerByte;
    work.failures.start(program_.steps.size());
    return searchFrom<true>(text, at, begin, end, work);
  }

  template <bool kNotes>
  bool searchFrom(std::string_view text, size_t& at, size_t& begin, size_t& end, Work& work) const {
    for (;; at += decodeUtf8(text.data() + at).length) {
      if (run<kNotes>(text, 0, at, end, work)) {
        begin = at;
        return true;
      }
      if (at >= text.size()) return false;
      if constexpr (kNotes) work.failures.goOn(at);
    }
  }

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

  template <bool kNotes>
  bool look(std::string_view text, const RegexInstruction& here, uint32_t pc, size_t at, Work& work) const {
    size_t from = at, end = 0;
    const size_t noted = kNotes ? work.failures.count() : 0;
    bool found = false;
    if (here.op == Op::kAhead || here.op == Op::kNotAhead) {
      found = run<kNotes>(text, pc + 1, from, end, work);
    } else {
      // What it matches ends here: where its length varies, nothing behind is there for it.
      const std::string_view seen = here.b == here.c ? text : text.substr(0, at);
      for (uint32_t back = 0; !found && back <= here.c; ++back) {
        if (back >= here.b) found = run<kNotes>(seen, pc + 1, from, end, work);
        if (from == 0) break;
        from -= decodeUtf8Before(text.data() + from).length;
      }
      // What failed for want of text does not elsewhere.
      if (kNotes && here.b != here.c) work.failures.forget(noted);
    }
    return found == (here.op == Op::kAhead || here.op == Op::kBehind);
  }

  template <bool kNotes>
  bool run(std::string_view text, uint32_t pc, size_t at, size_t& end, Work& work) const {
    const size_t base = work.ways.size(), noted = kNotes ? work.failures.count() : 0;
    const auto one = [&](size_t from, const CharSet& set) -> size_t {
      if (from >= text.size()) return 0;
      const CodePoint c = decodeUtf8(text.data() + from);
      return set.matches(c.value) ? c.length : 0;
    };
    for (;;) {
      count<kNotes>(work, 1);
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
          const bool isGreedy = here.op != Op::kRunLazy, isEndless = here.c == ~0u;
          uint32_t found = 0, wanted = isGreedy ? here.c : here.b;
          size_t least = at, known = ~size_t{0};
          const size_t begin = at;
          if (kNotes && !isEndless && !(ok = work.failures.enter(pc, at, work.marks))) break;
          if (kNotes && isEndless && isGreedy) {
            const RegexFailures::Run& failed = work.failures.runOf(pc);
            if (failed.holds(at)) {
              // All its ends have failed but this place itself, if the turn of a loop may be over here without a character.
              const bool maySkip = here.b == 0 && program_.loops > 0 && (here.op == Op::kRun || at == failed.end);
              if (!(ok = maySkip && work.failures.enter(pc, at, work.marks))) break;
              wanted = 0;
            } else if (here.op == Op::kRun && failed.isBehind(at)) {
              known = failed.begin;
            }
          }
          for (size_t length; found < wanted && (length = one(at, set)) > 0;) {
            if (found++ == here.b) least = at;
            at += length;
            // From there on it is a run that failed: only ends before those are new.
            if (kNotes && at == known) wanted = found + std::max(here.b, 1u) - 1;
          }
          if (found > kFewScanned) count<kNotes>(work, found / kScannedPerStep);
          ok = found >= here.b;
          if (found == here.b) least = at;
          if (kNotes && ok && isEndless && isGreedy && wanted > 0) {
            work.failures.enterRun(pc, {begin, at >= known ? work.failures.runOf(pc).end : at});
          }
          if (kNotes && ok && isEndless && !isGreedy) ok = work.failures.enter(pc, at, work.marks);
          if (ok && here.op == Op::kRun && at > least) work.ways.push_back({pc + 1, at, least, Op::kRun});
          if (ok && here.op == Op::kRunLazy && here.c > here.b) {
            work.ways.push_back({pc, at, here.c == ~0u ? ~size_t{0} : here.c - here.b, Op::kRunLazy});
          }
          ++pc;
          break;
        }
        case Op::kFork:
          if (kNotes && !(ok = work.failures.enter(pc, at, work.marks))) break;
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
          ok = look<kNotes>(text, here, pc, at, work);
          pc += here.a;
          break;
        case Op::kAtomic: {
          size_t stop = at;
          ok = run<kNotes>(text, pc + 1, at, stop, work);
          at = stop;
          pc += here.a;
          break;
        }
        case Op::kMark:
          work.ways.push_back({here.a, std::exchange(work.marks[here.a], at), 0, Op::kMark});
          ++pc;
          break;
        case Op::kMoved:
          pc += work.marks[here.a] == at ? here.b : 1;
          break;
        case Op::kDone:
          end = at;
          work.ways.resize(base);
          if constexpr (kNotes) work.failures.forget(noted);
          return true;
        default:
          ok = holds(here.op, text, at);
          ++pc;
      }
      while (!ok) {
        if (work.ways.size() == base) return false;
        Way& way = work.ways.back();
        if (way.op == Op::kMark) {
          work.marks[way.pc] = way.at;
          work.ways.pop_back();
        } else if (way.op == Op::kRun) {
          way.at -= decodeUtf8Before(text.data() + way.at).length;
          at = way.at;
          pc = way.pc;
          if (way.at <= way.least) work.ways.pop_back();
          ok = true;
        } else if (way.op == Op::kRunLazy) {
          const RegexInstruction& run = program_.steps[way.pc];
          const size_t length = way.least > 0 ? one(way.at, program_.sets[run.a]) : 0;
          at = way.at += length;
          ok = length > 0 && (!kNotes || run.c != ~0u || work.failures.enter(way.pc, at, work.marks));
          pc = way.pc + 1;
          if (ok) --way.least;
          else work.ways.pop_back();
        } else {
          at = way.at;
          pc = way.pc;
          work.ways.pop_back();
          ok = true;
        }
        count<kNotes>(work, 1);
      }
    }
  }

  RegexProgram program_;
};

}  // namespace scalesweep
