// What a regular expression tried in vain. Without captures the step of the program, the place in the text, and which loops
// have matched nothing yet in their turn decide alone whether a match can be completed. So what failed once fails again:
// then nested repetitions take no exponential time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <utility>
#include <vector>

namespace scalesweep {

class RegexFailures {
 public:
  /** More loops than a note has room for. */
  static constexpr size_t kMostLoops = 12;
  /** A run of characters that failed with all the ends that it has. */
  struct Run {
    size_t begin, end;
    bool holds(size_t at) const { return begin <= at && at <= end; }
    bool isBehind(size_t at) const { return at < begin && begin <= end; }
  };

  /** Forgets all, for a program of so many steps. */
  void start(size_t steps) {
    runs_.assign(steps, {1, 0});
    places_.clear();
    notes_.clear();
    since_ = 0;
  }

  /**
   * False when it is known to fail. Else true, and noted as failed, until forget() is called because all went well.
   * `marks`: where the present turn of each loop began.
   */
  bool enter(uint32_t step, size_t at, const std::vector<size_t>& marks) {
    if (places_.size() == kMost) return true;
    uint64_t place = at;
    for (size_t loop = 0; loop < kMostLoops; ++loop) place = place << 1 | (loop < marks.size() && marks[loop] == at);
    place = place << 16 | step;
    if (!places_.insert(place).second) return false;
    notes_.push_back({step, {place, kNoRun}});
    return true;
  }

  /** Nothing before `at` is asked for any more: all is forgotten once it is much, and was few notes for each byte. */
  void goOn(size_t at) {
    if (places_.size() < kMost / 2 || (at - since_) * kFew < places_.size()) return;
    start(runs_.size());
    since_ = at;
  }

  /** The last run of a step that failed; an empty one where none did. */
  const Run& runOf(uint32_t step) const { return runs_[step]; }
  /** Notes a run as failed. */
  void enterRun(uint32_t step, Run run) { notes_.push_back({step, std::exchange(runs_[step], run)}); }

  size_t count() const { return notes_.size(); }
  /** Takes back all but the first `count` notes. */
  void forget(size_t count) {
    for (; notes_.size() > count; notes_.pop_back()) {
      const auto& [step, run] = notes_.back();
      if (run.end == kNoRun) places_.erase(run.begin);
      else runs_[step] = run;
    }
  }

 private:
  static constexpr size_t kNoRun = ~size_t{0}, kMost = size_t{1} << 21, kFew = 64;
  struct Note {
    uint32_t step;
    Run before;  // or the place, and kNoRun
  };

  std::unordered_set<uint64_t> places_;
  std::vector<Run> runs_;  // the last one of each step
  std::vector<Note> notes_;
  size_t since_ = 0;  // where all was forgotten last
};

}  // namespace scalesweep
