// What a regular expression tried in vain. Without captures a place in the program and a place in the text decide alone
// whether a match can be completed, so what failed once fails again: then nested repetitions take no exponential time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <utility>
#include <vector>

namespace scalesweep {

class RegexFailures {
 public:
  /** Forgets all, for a program of so many steps. */
  void start(size_t steps) {
    runs_.assign(steps, {1, 0});
    places_.clear();
    notes_.clear();
  }

  /** False when it is known to fail. Else true, and noted as failed, until forget() is called because all went well. */
  bool enter(uint32_t step, size_t at) {
    if (places_.size() == kMost) return true;
    const uint64_t place = uint64_t{at} << 16 | step;
    if (!places_.insert(place).second) return false;
    notes_.push_back({step, {at, kNoRun}});
    return true;
  }

  /** Whether a run of characters from `at` on is part of one that failed, and so had all the ends that it has. */
  bool knowsRun(uint32_t step, size_t at) const { return runs_[step].begin <= at && at <= runs_[step].end; }
  /** Notes a run as failed. */
  void enterRun(uint32_t step, size_t begin, size_t end) {
    notes_.push_back({step, std::exchange(runs_[step], {begin, end})});
  }

  size_t count() const { return notes_.size(); }
  /** Takes back all but the first `count` notes. */
  void forget(size_t count) {
    for (; notes_.size() > count; notes_.pop_back()) {
      const auto& [step, run] = notes_.back();
      if (run.end == kNoRun) places_.erase(uint64_t{run.begin} << 16 | step);
      else runs_[step] = run;
    }
  }

 private:
  static constexpr size_t kNoRun = ~size_t{0}, kMost = size_t{1} << 21;
  struct Run {
    size_t begin, end;
  };
  struct Note {
    uint32_t step;
    Run before;  // or the place in the text, and kNoRun
  };

  std::unordered_set<uint64_t> places_;
  std::vector<Run> runs_;  // the last one of each step
  std::vector<Note> notes_;
};

}  // namespace scalesweep
