// The merges of a byte-pair encoding as they are read: tokens to ids.
#pragma once
#include <deque>
#include <future>
#include <mutex>
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

/** Merges in their order, in blocks of which all but the last are full. */
struct MergeList {
  static constexpr size_t kBlock = 8192;
  std::deque<std::vector<Merge>> blocks;
  size_t size() const { return blocks.empty() ? 0 : (blocks.size() - 1) * kBlock + blocks.back().size(); }
};

/** Looks up merges, block by block, in two threads that take turns at reading them. */
class MergeReader {
 public:
  /** A merge joins `left` and what `right` has behind the prefix. */
  struct Names {
    Vocabulary::Word left, right;
  };

  MergeReader(const Vocabulary& vocabulary, std::string prefix) : vocabulary_(vocabulary), prefix_(std::move(prefix)) {}

  /** fill(names) appends the next merges, a whole block of them unless it returns false; the names stay valid. */
  template <class Fill>
  void read(Fill&& fill) {
    std::mutex turn;
    bool hasMore = true;
    const auto work = [&] {
      Vocabulary::Follower joined(vocabulary_);
      std::vector<Names> names;
      names.reserve(MergeList::kBlock);
      for (;;) {
        std::unique_lock lock(turn);
        // Stays false when fill() throws.
        if (!std::exchange(hasMore, false)) return;
        names.clear();
        hasMore = fill(names);
        std::vector<Merge>& block = merges.blocks.emplace_back();
        const size_t before = (merges.blocks.size() - 1) * MergeList::kBlock;
        lock.unlock();
        lookUp(names, joined, block);
        if (block.size() == names.size()) continue;
        lock.lock();
        fail(before + block.size(), names[block.size()]);
      }
    };
    auto other = std::async(work);
    work();
    other.get();
  }

  MergeList merges;
  /** What is wrong with the first merge that cannot be; empty when all can. */
  std::string problem;

 private:
  // Tables of hundreds of thousands of tokens are slow to reach: each merge's places are asked for some merges ahead.
  void lookUp(const std::vector<Names>& names, Vocabulary::Follower& joined, std::vector<Merge>& block) const {
    constexpr size_t kAhead = 16;
    block.reserve(names.size());
    for (size_t i = 0; i < names.size() + 2 * kAhead; ++i) {
      if (i < names.size()) {
        vocabulary_.prefetch(names[i].left);
        vocabulary_.prefetch(names[i].right);
      }
      if (i >= kAhead && i - kAhead < names.size()) {
        vocabulary_.prefetchToken(names[i - kAhead].left);
        vocabulary_.prefetchToken(names[i - kAhead].right);
      }
      if (i < 2 * kAhead) continue;
      const auto& [left, right] = names[i - 2 * kAhead];
      if (right.text.size() < prefix_.size()) return;
      const Merge merge{vocabulary_.find(left), vocabulary_.find(right), joined.find(left.text, right.text.substr(prefix_.size()))};
      if (merge.left == Vocabulary::kNone || merge.right == Vocabulary::kNone || merge.made == Vocabulary::kNone) return;
      block.push_back(merge);
    }
  }

  /** Tells of the merge that has `before` merges before it, unless one before it is wrong too. */
  void fail(size_t before, const Names& names) {
    if (before >= failed_) return;
    failed_ = before;
    problem = "merge " + std::to_string(before + 1);
    const auto& [left, right] = names;
    if (right.text.size() < prefix_.size()) return void(problem += " has a right side shorter than the continuing_subword_prefix");
    std::string missing(left.text);
    if (vocabulary_.find(left) != Vocabulary::kNone) missing = right.text;
    if (vocabulary_.find(missing) != Vocabulary::kNone) missing = std::string(left.text).append(right.text.substr(prefix_.size()));
    problem += " needs the token `" + missing + "`, which is not in the vocabulary";
  }

  const Vocabulary& vocabulary_;
  std::string prefix_;
  size_t failed_ = SIZE_MAX;
};

}  // namespace scalesweep
