#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>

#include "large_memory.h"

namespace scalesweep {

/** Merges by the pair of ids that they join. */
class PairTable {
 public:
  /** A rank above the id that the merge makes, so that merges compare as their ranks do. */
  using Merge = uint64_t;
  static constexpr Merge kNone = ~Merge{0};
  static constexpr uint64_t rank(Merge merge) { return merge >> 32; }
  static constexpr uint32_t made(Merge merge) { return static_cast<uint32_t>(merge); }

  /** Ids and ranks are below these, so that a pair and its rank make one word. */
  static constexpr uint32_t kIds = 1u << 21, kRanks = 1u << 22;

  void reserve(size_t pairs) {
    const size_t size = std::bit_ceil(std::max<size_t>(64, pairs * 9 / 8));
    made_.reserve(pairs);
    slots_.assign(size, kEmpty);
    filter_.assign(size / 8, 0);  // 8 bits a slot
  }
  /** Appends a merge; its rank is their number before. A pair written twice keeps its last rank. */
  void add(uint32_t left, uint32_t right, uint32_t made) {
    const uint64_t key = keyOf(left, right), hash = hashOf(key);
    filter_[hash >> 20 & (filter_.size() - 1)] |= bitsOf(hash);
    size_t slot = hash & (slots_.size() - 1);
    while (slots_[slot] != kEmpty && slots_[slot] / kRanks != key) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = key * kRanks + made_.size();
    made_.push_back(made);
  }
  /** Asks for the memory that add() writes. */
  void prefetch(uint32_t left, uint32_t right) const {
    const uint64_t hash = hashOf(keyOf(left, right));
    __builtin_prefetch(&filter_[hash >> 20 & (filter_.size() - 1)], 1);
    __builtin_prefetch(&slots_[hash & (slots_.size() - 1)], 1);
  }
  /** The merge of a pair, or kNone. Most pairs have none, which a filter tells from a nearer cache. */
  Merge find(uint32_t left, uint32_t right) const {
    const uint64_t key = keyOf(left, right), hash = hashOf(key);
    if ((bitsOf(hash) & ~filter_[hash >> 20 & (filter_.size() - 1)]) != 0) return kNone;
    for (size_t slot = hash & (slots_.size() - 1);; slot = (slot + 1) & (slots_.size() - 1)) {
      if (slots_[slot] / kRanks == key) {
        const uint32_t rank = static_cast<uint32_t>(slots_[slot] % kRanks);
        return Merge{rank} << 32 | made_[rank];
      }
      if (slots_[slot] == kEmpty) return kNone;
    }
  }
  size_t memory() const { return (slots_.size() + filter_.size()) * sizeof(uint64_t) + made_.capacity() * sizeof(uint32_t); }

 private:
  static constexpr uint64_t kEmpty = ~uint64_t{0};
  static uint64_t keyOf(uint32_t left, uint32_t right) { return uint64_t{left} * kIds + right; }
  static uint64_t hashOf(uint64_t key) {
    const uint64_t h = key * 0x9E3779B97F4A7C15ull;
    return h ^ h >> 32;
  }
  static uint64_t bitsOf(uint64_t hash) { return uint64_t{1} << (hash >> 58) | uint64_t{1} << (hash >> 52 & 63); }

  LargeVector<uint64_t> slots_, filter_;
  LargeVector<uint32_t> made_;
};

}  // namespace scalesweep
