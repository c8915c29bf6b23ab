// The merges of a byte-pair encoding as they are read: tokens to ids.
#pragma once
#include <future>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "errors.h"
#include "vocabulary.h"

namespace scalesweep {

struct Merge {
  uint32_t left, right, made;
};

/** Looks up merges in their order, in a thread of its own where there is one, while the caller reads on. */
class MergeReader {
 public:
  /** Merges join `left` and what `right` has behind `prefix`; their texts stay valid until finish(). */
  MergeReader(const Vocabulary& vocabulary, std::string prefix) : vocabulary_(vocabulary), joined_(vocabulary), prefix_(std::move(prefix)) {}

  void add(std::string_view left, std::string_view right) {
    if (block_.size() == kBlock) lookUpBlock();
    block_.push_back({Vocabulary::wordOf(left), Vocabulary::wordOf(right)});
    ++added_;
  }
  /** Called once after the last add. */
  void finish() {
    lookUpBlock();
    before_.get();
  }
  /** How many were added. */
  size_t count() const { return added_; }

  LineVector<Merge> merges;
  /** What is wrong with the first merge that cannot be; empty when all can. */
  std::string problem;

 private:
  static constexpr size_t kBlock = 8192;
  struct Waiting {
    Vocabulary::Word left, right;
  };

  void lookUpBlock() {
    if (before_.valid()) before_.get();
    before_ = std::async([this, block = std::exchange(block_, {})] { lookUp(block); });
    block_.reserve(kBlock);
  }

  // Tables of hundreds of thousands of tokens are slow to reach: each merge's places are asked for some merges ahead.
  void lookUp(const std::vector<Waiting>& block) {
    constexpr size_t kAhead = 16;
    for (size_t i = 0; i < block.size() + 2 * kAhead && problem.empty(); ++i) {
      if (i < block.size()) {
        vocabulary_.prefetch(block[i].left);
        vocabulary_.prefetch(block[i].right);
      }
      if (i >= kAhead && i - kAhead < block.size()) {
        vocabulary_.prefetchToken(block[i - kAhead].left);
        vocabulary_.prefetchToken(block[i - kAhead].right);
      }
      if (i >= 2 * kAhead) lookUp(block[i - 2 * kAhead]);
    }
  }

  void lookUp(const Waiting& next) {
    const auto& [left, right] = next;
    if (right.text.size() < prefix_.size()) return fail("has a right side shorter than the continuing_subword_prefix");
    const std::string_view rest = right.text.substr(prefix_.size());
    const Merge merge{vocabulary_.find(left), vocabulary_.find(right), joined_.find(left.text, rest)};
    if (merge.left == Vocabulary::kNone) miss(left.text);
    else if (merge.right == Vocabulary::kNone) miss(right.text);
    else if (merge.made == Vocabulary::kNone) miss(std::string(left.text).append(rest));
    else merges.push_back(merge);
  }
  void miss(std::string_view token) { fail("needs the token `" + std::string(token) + "`, which is not in the vocabulary"); }
  void fail(const std::string& what) { problem = "merge " + std::to_string(merges.size() + 1) + " " + what; }

  const Vocabulary& vocabulary_;
  Vocabulary::Follower joined_;
  std::string prefix_;
  std::vector<Waiting> block_;
  size_t added_ = 0;
  // Last, so that the block on its way is done with before what it uses goes.
  std::future<void> before_;
};

}  // namespace scalesweep
