// Byte-pair encoding by merge list.
#pragma once
#include <array>

#include "model.h"

namespace scalesweep {

/** Pairs of ids to the rank of their merge and the id it makes. */
class PairTable {
 public:
  struct Merge {
    uint32_t rank, id;
  };

  void reserve(size_t pairs);
  /** A pair written twice keeps its last rank. */
  void add(uint32_t left, uint32_t right, Merge merge);
  /** Null when the pair does not merge. */
  const Merge* find(uint32_t left, uint32_t right) const {
    const uint64_t key = uint64_t{left} << 32 | right;
    for (size_t slot = slotOf(key);; slot = (slot + 1) & mask_) {
      if (slots_[slot].key == key) return &slots_[slot].merge;
      if (slots_[slot].key == kEmpty) return nullptr;
    }
  }
  size_t memory() const { return slots_.capacity() * sizeof(Slot); }

 private:
  static constexpr uint64_t kEmpty = ~uint64_t{0};
  struct Slot {
    uint64_t key;
    Merge merge;
  };
  size_t slotOf(uint64_t key) const {
    const uint64_t h = key * 0x9E3779B97F4A7C15ull;
    return static_cast<size_t>((h ^ h >> 32) & mask_);
  }
  std::vector<Slot> slots_;
  size_t mask_ = 0;
};

class Bpe : public Model {
 public:
  Bpe(const ModelSource& source, bool bytes);
  void tokenize(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const override;
  size_t memory() const override { return vocabulary_.memory() + pairs_.memory(); }
  const char* kind() const override { return "BPE"; }
  bool cutsBeforeMarks() const override { return cuts_; }

 private:
  struct Unknown {
    uint32_t id = Vocabulary::kNone;
    bool pending = false;
  };

  bool provesCuts() const;
  void readCharacterSymbols();
  void readMerges(const ModelSource& source);
  void addMerge(std::string_view left, std::string_view right, uint32_t rank, std::string& joined);
  void readSymbols(std::string_view piece, ModelScratch& scratch) const;
  void readSymbol(std::string_view character, int place, ModelScratch& scratch, Unknown& unknown) const;
  bool fallBackToBytes(std::string_view text, ModelScratch& scratch) const;
  void mergeFew(ModelScratch& scratch, IdBuffer& out) const;
  void mergeMany(ModelScratch& scratch, IdBuffer& out) const;

  PairTable pairs_;
  bool bytes_ = false;
  bool fuseUnk_ = false;
  bool ignoreMerges_ = false;
  bool byteFallback_ = false;
  bool hasUnk_ = false;
  bool cuts_ = false;
  std::string unkToken_, prefix_, suffix_;
  std::array<uint32_t, 256> fallback_{};
  // The symbols of the characters below U+10000 that are tokens as they stand; empty for bytes and affixes.
  std::vector<uint32_t> characterSymbol_;
  // The symbol of each byte at each place of a piece: middle, last, first, first and last.
  std::array<std::array<uint32_t, 256>, 4> byteSymbol_{};
};

}  // namespace scalesweep
