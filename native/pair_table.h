#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace scalesweep {

/** Pairs of ids to the rank of their merge and the id it makes. */
class PairTable {
 public:
  struct Merge {
    uint32_t rank, id;
  };

  void reserve(size_t pairs) {
    const size_t size = std::bit_ceil(std::max<size_t>(16, pairs * 3 / 2));
    slots_.assign(size, {kEmpty, {}});
    filter_.assign(size / 8, 0);  // 8 bits a slot
  }
  /** A pair written twice keeps its last rank. */
  void add(uint32_t left, uint32_t right, Merge merge) {
    const uint64_t key = uint64_t{left} << 32 | right, hash = hashOf(key);
    filter_[hash >> 6 & (filter_.size() - 1)] |= uint64_t{1} << (hash & 63);
    size_t slot = hash >> 20 & (slots_.size() - 1);
    while (slots_[slot].key != kEmpty && slots_[slot].key != key) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = {key, merge};
  }
  /** Asks for the memory that add() writes. */
  void prefetch(uint32_t left, uint32_t right) const {
    const uint64_t hash = hashOf(uint64_t{left} << 32 | right);
    __builtin_prefetch(&filter_[hash >> 6 & (filter_.size() - 1)], 1);
    __builtin_prefetch(&slots_[hash >> 20 & (slots_.size() - 1)], 1);
  }
  /** Null when the pair does not merge. Most pairs do not, which a filter of one bit a pair tells from a nearer cache. */
  const Merge* find(uint32_t left, uint32_t right) const {
    const uint64_t key = uint64_t{left} << 32 | right, hash = hashOf(key);
    if (!(filter_[hash >> 6 & (filter_.size() - 1)] >> (hash & 63) & 1)) return nullptr;
    for (size_t slot = hash >> 20 & (slots_.size() - 1);; slot = (slot + 1) & (slots_.size() - 1)) {
      if (slots_[slot].key == key) return &slots_[slot].merge;
      if (slots_[slot].key == kEmpty) return nullptr;
    }
  }
  size_t size() const { return slots_.size(); }
  size_t memory() const { return slots_.size() * sizeof(Slot) + filter_.size() * sizeof(uint64_t); }

 private:
  static constexpr uint64_t kEmpty = ~uint64_t{0};
  struct Slot {
    uint64_t key;
    Merge merge;
  };
  static uint64_t hashOf(uint64_t key) {
    const uint64_t h = (key ^ key >> 29) * 0x9E3779B97F4A7C15ull;
    return h ^ h >> 32;
  }
  std::vector<Slot> slots_;
  std::vector<uint64_t> filter_;
};

}  // namespace scalesweep
