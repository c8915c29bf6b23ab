// The merges of a byte-pair encoding as they are read: tokens to ids.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "errors.h"
#include "vocabulary.h"

namespace scalesweep {

struct Merge {
  uint32_t left, right, made;
};

/**
 * Looks up merges in their order. Tables of hundreds of thousands of tokens are slow to reach, so each merge is looked up
 * some merges after its memory was asked for: texts stay valid for kAhead more.
 */
class MergeReader {
 public:
  /** Merges join `left` and what `right` has behind `prefix`. */
  MergeReader(const Vocabulary& vocabulary, std::string prefix) : vocabulary_(vocabulary), joined_(vocabulary), prefix_(std::move(prefix)) {}

  void add(std::string_view left, std::string_view right) {
    if (added_ >= kAhead) lookUp(added_ - kAhead);
    Waiting& next = waiting_[added_ % kAhead] = {Vocabulary::wordOf(left), Vocabulary::wordOf(right)};
    vocabulary_.prefetch(next.left);
    vocabulary_.prefetch(next.right);
    ++added_;
    const Waiting& halfway = waiting_[(added_ + kAhead / 2) % kAhead];
    vocabulary_.prefetchToken(halfway.left);
    vocabulary_.prefetchToken(halfway.right);
  }
  /** Called once after the last add. */
  void finish() {
    for (size_t rank = added_ - std::min(added_, kAhead); rank < added_; ++rank) lookUp(rank);
  }
  /** How many were added. */
  size_t count() const { return added_; }

  LargeVector<Merge> merges;
  /** What is wrong with the first merge that cannot be; empty when all can. */
  std::string problem;

 private:
  static constexpr size_t kAhead = 32;
  struct Waiting {
    Vocabulary::Word left, right;
  };

  void lookUp(size_t rank) {
    const auto& [left, right] = waiting_[rank % kAhead];
    if (!problem.empty()) return;
    if (right.text.size() < prefix_.size()) {
      problem = "merge " + std::to_string(rank + 1) + " has a right side shorter than the continuing_subword_prefix";
      return;
    }
    const std::string_view rest = right.text.substr(prefix_.size());
    const Merge merge{vocabulary_.find(left), vocabulary_.find(right), joined_.find(left.text, rest)};
    if (merge.left == Vocabulary::kNone) miss(rank, left.text);
    else if (merge.right == Vocabulary::kNone) miss(rank, right.text);
    else if (merge.made == Vocabulary::kNone) miss(rank, std::string(left.text).append(rest));
    else merges.push_back(merge);
  }
  void miss(size_t rank, std::string_view token) {
    problem = "merge " + std::to_string(rank + 1) + " needs the token `" + std::string(token) + "`, which is not in the vocabulary";
  }

  const Vocabulary& vocabulary_;
  Vocabulary::Follower joined_;
  std::string prefix_;
  std::array<Waiting, kAhead> waiting_{};
  size_t added_ = 0;
};

}  // namespace scalesweep
