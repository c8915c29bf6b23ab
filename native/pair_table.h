#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <future>
#include <vector>

#include "line_memory.h"
#include "merge_reader.h"

namespace scalesweep {

/** Merges by the pair of ids that they join: all there is to know of a pair lies in one cache line. */
class PairTable {
 public:
  /** Ids and ranks are below these, so that two ids, a rank and an id fit twelve bytes. */
  static constexpr uint32_t kIds = 1u << 21, kRanks = 1u << 22;

  /** A rank above the id that the merge makes, so that merges compare as their ranks do. */
  using Merge = uint64_t;
  static constexpr Merge kNone = (Merge{1} << 43) - 1;
  static constexpr uint64_t rank(Merge merge) { return merge / kIds; }
  static constexpr uint32_t made(Merge merge) { return merge % kIds; }

  /** Takes merges in the order of their ranks; a pair written twice keeps its last. Two threads fill a half each. */
  void fill(const MergeList& merges) {
    buckets_.resize(merges.size() * 2 / 11 * 2 + 2);
    filter_.resize(std::bit_ceil(merges.size() + 16) / 8);
    auto front = std::async([&] { return fill(merges, false); });
    const std::vector<Ranked> back = fill(merges, true);
    for (const auto& beyond : {front.get(), back}) {
      for (const Ranked& next : beyond) add(next, buckets_.size() * 2);
    }
  }
  /** The merge of a pair, or kNone. Most pairs have none, which a filter tells from a nearer cache. */
  Merge find(uint32_t left, uint32_t right) const {
    const uint64_t key = keyOf(left, right);
    size_t place = placeOf(key);
    __builtin_prefetch(&buckets_[place]);
    if ((bitsOf(key) & ~filter_[filterOf(key)]) != 0) return kNone;
    for (;; place = after(place)) {
      const Bucket& bucket = buckets_[place];
      Merge found = kNone;
      for (size_t i = 0; i < kEntries; ++i) found = std::min(found, bucket.mergeOf(i, key));
      if (found != kNone || bucket.count <= kEntries) return found;
    }
  }
  size_t memory() const { return buckets_.capacity() * sizeof(Bucket) + filter_.capacity() * sizeof(uint64_t); }

 private:
  static constexpr size_t kEntries = 5;

  struct alignas(64) Bucket {
    uint32_t low[kEntries];
    uint32_t count;  // more than there are when what did not fit lies in the bucket after it
    uint64_t high[kEntries];

    Merge merge(size_t entry) const { return high[entry] & kNone; }
    Merge mergeOf(size_t entry, uint64_t key) const {
      const bool isOfKey = (low[entry] == static_cast<uint32_t>(key)) & (high[entry] >> 43 == key >> 32);
      return isOfKey ? merge(entry) : kNone;
    }
  };

  struct Ranked {
    uint64_t key;
    Merge merge;
  };

  /** Adds the merges with places in one half of the buckets; returns those that found no room before its end. */
  std::vector<Ranked> fill(const MergeList& merges, bool back) {
    constexpr size_t kAhead = 64;
    const size_t middle = buckets_.size() / 2, end = back ? buckets_.size() : middle;
    std::fill_n(&buckets_[end - middle], middle, Bucket{{}, 0, {kNone, kNone, kNone, kNone, kNone}});
    std::fill_n(&filter_[back ? filter_.size() / 2 : 0], filter_.size() / 2, 0);
    std::vector<Ranked> beyond;
    Ranked waiting[kAhead];
    size_t count = 0;
    // The memory of all is asked for before any is added.
    const auto addWaiting = [&] {
      for (size_t i = 0; i < count; ++i) {
        __builtin_prefetch(&buckets_[placeOf(waiting[i].key)]);
        __builtin_prefetch(&filter_[filterOf(waiting[i].key)]);
      }
      for (size_t i = 0; i < count; ++i) {
        if (!add(waiting[i], end)) beyond.push_back(waiting[i]);
      }
      count = 0;
    };
    Merge rank = 0;
    for (const auto& block : merges.blocks) {
      for (const auto& [left, right, made] : block) {
        const uint64_t key = keyOf(left, right);
        waiting[count] = {key, rank++ * kIds + made};
        count += hashOf(key) >> 63 == back;  // no branch: which half it is cannot be predicted
        if (count == kAhead) addWaiting();
      }
    }
    addWaiting();
    return beyond;
  }

  /** False when there is no room for it before `end`; the first bucket comes again after the last. */
  bool add(const Ranked& next, size_t end) {
    const auto [key, merge] = next;
    filter_[filterOf(key)] |= bitsOf(key);
    for (size_t place = placeOf(key); place < end; ++place) {
      Bucket& bucket = buckets_[place < buckets_.size() ? place : place - buckets_.size()];
      size_t entry = bucket.count;
      for (size_t i = 0; i < kEntries; ++i) entry = bucket.mergeOf(i, key) != kNone ? i : entry;
      bucket.count = std::max<uint32_t>(bucket.count, static_cast<uint32_t>(std::min(entry, kEntries)) + 1);
      if (entry >= kEntries) continue;
      bucket.low[entry] = static_cast<uint32_t>(key);
      bucket.high[entry] = key >> 32 << 43 | merge;
      return true;
    }
    return false;
  }

  static uint64_t keyOf(uint32_t left, uint32_t right) { return uint64_t{left} * kIds + right; }
  // The top bit of this is that of a place among buckets and of one in the filter.
  static uint64_t hashOf(uint64_t key) { return key * 0x9E3779B97F4A7C15ull; }
  size_t placeOf(uint64_t key) const { return (hashOf(key) >> 32) * buckets_.size() >> 32; }
  size_t after(size_t place) const { return place + 1 == buckets_.size() ? 0 : place + 1; }
  size_t filterOf(uint64_t key) const { return (hashOf(key) >> 32) * filter_.size() >> 32; }
  static uint64_t bitsOf(uint64_t key) {
    const uint64_t hash = key * 0xD6E8FEB86659FD93ull;
    return uint64_t{1} << (hash >> 34 & 63) | uint64_t{1} << (hash >> 28 & 63);
  }

  LineVector<Bucket> buckets_;
  LineVector<uint64_t> filter_;
};

}  // namespace scalesweep
