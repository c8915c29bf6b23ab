#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>

#include "line_memory.h"

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

  /** Makes room for merges, of which `pairs` will be added at most. */
  void reserve(size_t pairs) {
    buckets_.assign(pairs * 4 / 11 + 1, Bucket{});
    filter_.assign(std::bit_ceil(pairs + 8) / 8, 0);
  }
  /** Appends a merge; its rank is their number before. A pair written twice keeps its last rank. */
  void add(uint32_t left, uint32_t right, uint32_t made) {
    const uint64_t key = keyOf(left, right);
    const Merge merge = Merge{added_++} * kIds + made;
    filter_[filterOf(key)] |= bitsOf(key);
    for (size_t place = placeOf(key);; place = after(place)) {
      Bucket& bucket = buckets_[place];
      size_t entry = bucket.count;
      for (size_t i = 0; i < kEntries; ++i) entry = bucket.mergeOf(i, key) != kNone ? i : entry;
      bucket.count = std::max<uint32_t>(bucket.count, static_cast<uint32_t>(std::min(entry, kEntries)) + 1);
      if (entry >= kEntries) continue;
      bucket.low[entry] = static_cast<uint32_t>(key);
      bucket.high[entry] = key >> 32 << 43 | merge;
      return;
    }
  }
  /** Asks for the memory that add() and find() need. */
  void prefetch(uint32_t left, uint32_t right) const {
    const uint64_t key = keyOf(left, right);
    __builtin_prefetch(&buckets_[placeOf(key)]);
    __builtin_prefetch(&filter_[filterOf(key)]);
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
    uint32_t low[kEntries] = {};
    uint32_t count = 0;  // more than there are when what did not fit lies in the bucket after it
    uint64_t high[kEntries] = {kNone, kNone, kNone, kNone, kNone};

    Merge merge(size_t entry) const { return high[entry] & kNone; }
    Merge mergeOf(size_t entry, uint64_t key) const {
      const bool isOfKey = (low[entry] == static_cast<uint32_t>(key)) & (high[entry] >> 43 == key >> 32);
      return isOfKey ? merge(entry) : kNone;
    }
  };

  static uint64_t keyOf(uint32_t left, uint32_t right) { return uint64_t{left} * kIds + right; }
  size_t placeOf(uint64_t key) const { return (key * 0x9E3779B97F4A7C15ull >> 32) * buckets_.size() >> 32; }
  size_t after(size_t place) const { return place + 1 == buckets_.size() ? 0 : place + 1; }
  static uint64_t filterHashOf(uint64_t key) { return key * 0xD6E8FEB86659FD93ull; }
  size_t filterOf(uint64_t key) const { return filterHashOf(key) >> 40 & (filter_.size() - 1); }
  static uint64_t bitsOf(uint64_t key) { return uint64_t{1} << (filterHashOf(key) >> 34 & 63) | uint64_t{1} << (filterHashOf(key) >> 28 & 63); }

  LineVector<Bucket> buckets_;
  LineVector<uint64_t> filter_;
  uint32_t added_ = 0;
};

}  // namespace scalesweep
