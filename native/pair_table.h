#pragma once
#include <algorithm>
#include <cstdint>
#include <future>
#include <vector>

#include "line_memory.h"
#include "merge_reader.h"

namespace scalesweep {

/** The ranks of merges by the pair of ids that they join, four to half a cache line. */
class PairTable {
 public:
  /** Ids and ranks are below these, so that two ids and a rank fit a word. */
  static constexpr uint32_t kIds = (1u << 21) - 1, kRanks = kIds;
  /** The rank of a pair that no merge joins, and the id of no symbol. */
  static constexpr uint32_t kNone = kRanks, kNoId = kIds;

  /** A pair's ranks are here or, if these places are taken, in the buckets after. */
  struct alignas(32) Bucket {
    static constexpr size_t kEntries = 4;
    // From the top: two ids, a rank, and, in the first, whether some pairs found no room.
    uint64_t entries[kEntries];
  };

  /** Takes merges in the order of their ranks; a pair written twice keeps its last. Two threads fill a half each. */
  void fill(const MergeList& merges) {
    buckets_.resize(merges.size() / 4 * 2 + 2);
    made_.resize(merges.size());
    auto front = std::async([&] { return fill(merges, false); });
    const std::vector<Ranked> back = fill(merges, true);
    for (const auto& beyond : {front.get(), back}) {
      for (const Ranked& next : beyond) add(next, buckets_.size() * 2);
    }
  }

  /** Asks for the memory that find() needs; kNoId needs none. */
  const Bucket* prefetch(uint32_t left, uint32_t right) const {
    static constexpr Bucket kEmpty{{kFree, kFree, kFree, kFree}};
    const Bucket* bucket = &buckets_[placeOf(keyOf(left, right))];
    bucket = ((left == kNoId) | (right == kNoId)) ? &kEmpty : bucket;
    __builtin_prefetch(bucket);
    return bucket;
  }
  /** The rank of a pair's merge, or kNone; takes no branch that cannot be foreseen, for pairs come in no order. */
  uint32_t find(const Bucket* bucket, uint32_t left, uint32_t right) const {
    const uint64_t key = keyOf(left, right);
    const uint64_t found = bucket->entries[0] & 1 ? findBeyond(bucket, key) : differenceOf(*bucket, key);
    return static_cast<uint32_t>(std::min<uint64_t>(found >> 1, kNone));
  }
  uint32_t find(uint32_t left, uint32_t right) const { return find(&buckets_[placeOf(keyOf(left, right))], left, right); }
  /** The id that a merge makes. */
  uint32_t made(uint32_t rank) const { return made_[rank]; }

  size_t memory() const { return buckets_.capacity() * sizeof(Bucket) + made_.capacity() * sizeof(uint32_t); }

 private:
  static constexpr int kIdBits = 21, kKeyShift = 22;
  static constexpr uint64_t kFree = ~uint64_t{1};

  struct Ranked {
    uint64_t key;
    uint32_t rank;
  };

  /** Adds the merges with places in one half of the buckets; returns those that found no room before its end. */
  std::vector<Ranked> fill(const MergeList& merges, bool back) {
    constexpr size_t kAhead = 64;
    const size_t middle = buckets_.size() / 2, end = back ? buckets_.size() : middle;
    std::fill_n(&buckets_[end - middle], middle, Bucket{{kFree, kFree, kFree, kFree}});
    std::vector<Ranked> beyond;
    Ranked waiting[kAhead];
    size_t count = 0;
    // The memory of all is asked for before any is added.
    const auto addWaiting = [&] {
      for (size_t i = 0; i < count; ++i) __builtin_prefetch(&buckets_[placeOf(waiting[i].key)]);
      for (size_t i = 0; i < count; ++i) {
        if (!add(waiting[i], end)) beyond.push_back(waiting[i]);
      }
      count = 0;
    };
    uint32_t rank = 0;
    for (const auto& block : merges.blocks) {
      for (const auto& [left, right, made] : block) {
        const uint64_t key = keyOf(left, right);
        if (!back) made_[rank] = made;
        waiting[count] = {key, rank++};
        count += hashOf(key) >> 63 == back;  // no branch: which half it is cannot be predicted
        if (count == kAhead) addWaiting();
      }
    }
    addWaiting();
    return beyond;
  }

  /** False when there is no room for it before `end`; the first bucket comes again after the last. */
  bool add(const Ranked& next, size_t end) {
    for (size_t place = placeOf(next.key); place < end; ++place) {
      auto& entries = buckets_[place < buckets_.size() ? place : place - buckets_.size()].entries;
      size_t at = Bucket::kEntries;
      for (size_t i = Bucket::kEntries; i-- > 0;) {
        const uint64_t key = entries[i] >> kKeyShift;
        at = ((key == next.key) | (key == kFree >> kKeyShift)) ? i : at;
      }
      if (at < Bucket::kEntries) {
        entries[at] = next.key << kKeyShift | uint64_t{next.rank} << 1 | (entries[at] & 1);
        return true;
      }
      entries[0] |= 1;
    }
    return false;
  }

  /** Twice the rank of the pair, or one more; at least twice kNone when it is not in the bucket. */
  static uint64_t differenceOf(const Bucket& bucket, uint64_t key) {
    uint64_t least = ~uint64_t{0};
    for (const uint64_t entry : bucket.entries) least = std::min(least, entry ^ key << kKeyShift);
    return least;
  }
  uint64_t findBeyond(const Bucket* bucket, uint64_t key) const {
    for (;;) {
      const uint64_t found = differenceOf(*bucket, key);
      if (found >> kKeyShift == 0 || !(bucket->entries[0] & 1)) return found;
      if (++bucket == buckets_.data() + buckets_.size()) bucket = buckets_.data();
    }
  }

  static uint64_t keyOf(uint32_t left, uint32_t right) { return uint64_t{left} << kIdBits | right; }
  // The top bit of this is that of a place among buckets.
  static uint64_t hashOf(uint64_t key) { return key * 0x9E3779B97F4A7C15ull; }
  size_t placeOf(uint64_t key) const { return (hashOf(key) >> 32) * buckets_.size() >> 32; }

  LineVector<Bucket> buckets_;
  LineVector<uint32_t> made_;
};

}  // namespace scalesweep
