// Merges the symbols of several pieces side by side. One piece alone waits for memory at every merge, and what it does next
// cannot be foreseen; a step here takes the same instructions whatever is merged, and asks for memory a round ahead.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "id_buffer.h"
#include "pair_table.h"
#include "vectors.h"

namespace scalesweep {

/** A piece that is being merged. */
class MergeLane {
 public:
  /** Symbols stand at the places from 1 on; the places before and behind them hold none. */
  static constexpr size_t kMost = 62;

  void clear() { count_ = 0; }
  /** Appends a symbol, which `rank` would merge with the one before. There may be kMost. */
  void push(uint32_t id, uint32_t rank) {
    keys_[count_] = keyOf(rank, count_);
    ids_[++count_] = id;
  }
  /** Finds the first merge, once all symbols are there; false when there is none. */
  SCALESWEEP_IN_BOTH bool start(const PairTable& pairs) {
    ids_[0] = ids_[count_ + 1] = PairTable::kNoId;
    keys_[0] = keyOf(PairTable::kNone, 0);
    std::fill_n(&keys_[count_], std::max(kLeastScanned, (count_ + kStep) / kStep * kStep) - count_, keyOf(PairTable::kNone, 0));
    alive_ = (uint64_t{2} << count_ << 1) - 1;
    return merge(pairs);
  }
  /** Looks at the pairs that the last merge made. */
  SCALESWEEP_IN_BOTH void look(const PairTable& pairs) {
    for (size_t i = 0; i < 2; ++i) keys_[places_[i]] = keyOf(pairs.find(asked_[i], pairOf_[i], pairOf_[i + 1]), places_[i]);
  }
  /** Merges the pair of the lowest rank, of equals the leftmost, and asks for the new pairs' memory; false when none merges. */
  SCALESWEEP_IN_BOTH bool merge(const PairTable& pairs) {
    const uint32_t least = leastKey(), at = least % kPlaces;
    if (least / kPlaces == PairTable::kNone) return false;
    const uint64_t behind = alive_ & ~uint64_t{1} << at, right = behind & (behind - 1);
    const int gone = __builtin_ctzll(behind);
    alive_ ^= uint64_t{1} << gone;
    keys_[gone] = keyOf(PairTable::kNone, 0);
    places_[0] = 63 - static_cast<uint32_t>(__builtin_clzll(alive_ & ~(~uint64_t{0} << at)));
    places_[1] = at;
    pairOf_[0] = ids_[places_[0]];
    pairOf_[1] = ids_[at] = pairs.made(least / kPlaces);
    pairOf_[2] = ids_[__builtin_ctzll(right)];
    for (size_t i = 0; i < 2; ++i) asked_[i] = pairs.prefetch(pairOf_[i], pairOf_[i + 1]);
    return true;
  }
  void appendTo(IdBuffer& out) const {
    uint32_t* end = out.room(kMost);
    uint64_t rest = alive_ & (alive_ - 1);
    for (; (rest & (rest - 1)) != 0; rest &= rest - 1) *end++ = ids_[__builtin_ctzll(rest)];
    out.advanceTo(end);
  }

 private:
  static constexpr uint32_t kPlaces = 64;
  static constexpr size_t kStep = 8, kLeastScanned = 16;

  /** A rank above a place: the least of these is the next merge. */
  static uint32_t keyOf(uint32_t rank, size_t place) { return rank * kPlaces | static_cast<uint32_t>(place); }

  SCALESWEEP_IN_BOTH uint32_t leastKey() const {
    // Signed, since vectors of these compare in fewer instructions; keys are below 2^27.
    int32_t least = static_cast<int32_t>(keys_[0]);
    for (size_t i = 0; i < kLeastScanned; ++i) least = std::min(least, static_cast<int32_t>(keys_[i]));
    for (size_t i = kLeastScanned; i <= count_; i += kStep) {
      for (size_t j = i; j < i + kStep; ++j) least = std::min(least, static_cast<int32_t>(keys_[j]));
    }
    return static_cast<uint32_t>(least);
  }

  uint64_t alive_ = 0;  // the places where symbols are left, and those of the two that are none
  size_t count_ = 0;
  // Of the last merge: where its new pairs are kept, their ids, and where their ranks are.
  uint32_t places_[2], pairOf_[3];
  const PairTable::Bucket* asked_[2];
  uint32_t ids_[kPlaces];
  // Of each symbol and the next one left.
  alignas(32) uint32_t keys_[kPlaces];
};

SCALESWEEP_IN_BOTH void mergeInTurns(const PairTable& pairs, std::span<MergeLane> lanes, std::vector<MergeLane*>& busy) {
  busy.clear();
  for (MergeLane& lane : lanes) {
    if (lane.start(pairs)) busy.push_back(&lane);
  }
  // Looking and merging take turns over all lanes, so that vectors are not loaded from words that are still being stored.
  while (!busy.empty()) {
    for (MergeLane* lane : busy) lane->look(pairs);
    size_t left = 0;
    for (MergeLane* lane : busy) {
      busy[left] = lane;
      left += lane->merge(pairs);
    }
    busy.resize(left);
  }
}

#ifdef SCALESWEEP_AVX2
__attribute__((target("avx2"))) inline void mergeInTurnsAvx2(const PairTable& pairs, std::span<MergeLane> lanes, std::vector<MergeLane*>& busy) {
  mergeInTurns(pairs, lanes, busy);
}
#endif

/** Merges all that can be merged in `lanes`. */
inline void mergeSideBySide(const PairTable& pairs, std::span<MergeLane> lanes, std::vector<MergeLane*>& busy) {
#ifdef SCALESWEEP_AVX2
  if (hasAvx2()) return mergeInTurnsAvx2(pairs, lanes, busy);
#endif
  mergeInTurns(pairs, lanes, busy);
}

}  // namespace scalesweep
