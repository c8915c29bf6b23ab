// Remembers the ids of pieces of text. One cache serves one thread; a new one starts as a copy of the tokenizer's.
//
// Short pieces (up to 15 bytes and 4 ids) live in 32-byte slots, two to a cache line; a full line gives up its older
// slot. Others (up to 255 bytes and 255 ids) live in an arena behind a hash table that is emptied when it is full.
// Both have a fixed size, so memory is bounded whatever is encoded.
#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "id_buffer.h"
#include "large_memory.h"
#include "vocabulary.h"

namespace scalesweep {

class PieceCache {
 public:
  static constexpr size_t kMostSlots = size_t{1} << 18;
  static constexpr size_t kShort = 15, kInline = 4;

  /** `slots`: a power of two from 2 to kMostSlots, at least two lines of them are made. Ids never depend on it. */
  explicit PieceCache(size_t slots) : shift_(65 - std::bit_width(std::max<size_t>(slots, 4) / 2)), short_(std::max<size_t>(slots, 4)) {}

  struct Slot {
    uint64_t low = 0, high = 0;
    uint32_t ids[kInline] = {};
  };
  /** A piece on its way: its place in the cache is known, and asked for from memory. */
  struct Wanted {
    std::string_view piece;
    uint64_t low, high;
    const Slot* line;
  };

  /** `readable` counts the bytes that may be read from the front of the piece on; 16 make it quick. */
  Wanted want(std::string_view piece, size_t readable) const {
    const Key key = piece.size() > kShort ? kNoKey : readable >= 16 ? quickKeyOf(piece) : keyOf(piece);
    const Wanted wanted{piece, key.low, key.high, &short_[indexOf(key)]};
    __builtin_prefetch(wanted.line);
    return wanted;
  }

  /** The ids of a short piece: `kInline` may be read, as many as the result says count; null when it is not known. */
  static const uint32_t* findShort(const Wanted& wanted, size_t& count) {
    const auto holds = [&](const Slot& slot) {
      return ((slot.low ^ wanted.low) | ((slot.high & kWithoutCount) ^ wanted.high)) == 0;
    };
    const Slot* slot = wanted.line + !holds(wanted.line[0]);
    count = (slot->high >> kCountShift) - 1;
    return holds(*slot) && slot->high >> kCountShift ? slot->ids : nullptr;
  }

  /** The ids of a piece that is long, or has many, go to `out` if they are known. */
  bool findLong(std::string_view piece, IdBuffer& out) const {
    const unsigned char* record = recordOf(piece);
    if (!record) return false;
    std::memcpy(out.room(record[1]), record + 2 + piece.size(), record[1] * sizeof(uint32_t));
    out.advance(record[1]);
    return true;
  }

  void store(std::string_view piece, const uint32_t* ids, size_t count) {
    if (piece.size() <= kShort && count <= kInline) storeShort(keyOf(piece), ids, count);
    else if (piece.size() <= kLongestPiece && count <= kLongCount) storeLong(piece, ids, count);
  }

  /** Whether a short piece has its place in the front half of the slots: threads that fill a half each do not meet. */
  bool isInFront(std::string_view piece) const { return indexOf(keyOf(piece)) < short_.size() / 2; }

  size_t memory() const { return short_.size() * sizeof(Slot) + arena_.capacity() + table_.capacity() * 8; }

 private:
  static constexpr size_t kLongestPiece = 255, kLongCount = 255;
  static constexpr size_t kArenaBytesPerSlot = 64;
  static constexpr uint64_t kCountShift = 60;  // the top half of the key's last byte counts the ids
  static constexpr uint64_t kWithoutCount = ~(uint64_t{15} << kCountShift);

  // The last byte holds the length in its low half and, in a slot, 1 + the number of ids in its high half.
  struct Key {
    uint64_t low, high;
  };
  static constexpr Key kNoKey{~uint64_t{0}, ~uint64_t{0}};

  static Key keyOf(std::string_view piece) {
    char bytes[16] = {};
    if (!piece.empty()) std::memcpy(bytes, piece.data(), piece.size());
    return quickKeyOf({bytes, piece.size()});
  }

  /** From two whole words, of which the bytes past the piece are masked out. */
  static Key quickKeyOf(std::string_view piece) {
    static constexpr auto kMasks = [] {
      std::array<uint64_t, 32> masks{};
      for (size_t n = 0; n < 16; ++n) {
        masks[n] = n >= 8 ? ~uint64_t{0} : (uint64_t{1} << 8 * n) - 1;
        masks[n + 16] = n <= 8 ? 0 : (uint64_t{1} << 8 * (n - 8)) - 1;
      }
      return masks;
    }();
    uint64_t words[2];
    std::memcpy(words, piece.data(), 16);
    const size_t n = piece.size();
    return {words[0] & kMasks[n], (words[1] & kMasks[n + 16]) | static_cast<uint64_t>(n) << 56};
  }

  size_t indexOf(Key key) const {
    return static_cast<size_t>((key.low * 0x9E3779B97F4A7C15ull + key.high * 0xD6E8FEB86659FD93ull) >> shift_) * 2;
  }

  void storeShort(Key key, const uint32_t* ids, size_t count) {
    Slot* slot = &short_[indexOf(key)];
    slot[1] = slot[0];
    slot[0] = {key.low, key.high | static_cast<uint64_t>(count + 1) << kCountShift, {}};
    if (count > 0) std::memcpy(slot[0].ids, ids, count * sizeof(uint32_t));
  }

  // A record: length, count, bytes, ids.
  const unsigned char* recordOf(std::string_view piece) const {
    if (table_.empty() || piece.size() > kLongestPiece) return nullptr;
    const uint64_t hash = hashBytes(piece);
    const size_t mask = table_.size() - 1;
    for (size_t slot = hash & mask; table_[slot] != 0; slot = (slot + 1) & mask) {
      if (table_[slot] >> 32 != hash >> 32) continue;
      const unsigned char* record = &arena_[(table_[slot] & 0xFFFFFFFF) - 1];
      if (record[0] == piece.size() && std::memcmp(record + 2, piece.data(), piece.size()) == 0) return record;
    }
    return nullptr;
  }

  void storeLong(std::string_view piece, const uint32_t* ids, size_t count) {
    const size_t bytes = 2 + piece.size() + count * sizeof(uint32_t);
    if (table_.empty() || (used_ + 1) * 2 > table_.size() || arena_.size() + bytes > table_.size() * kArenaBytesPerSlot) {
      table_.assign(std::max<size_t>(short_.size() / 2, 64), 0);
      arena_.clear();
      used_ = 0;
    }
    const uint64_t hash = hashBytes(piece);
    const size_t mask = table_.size() - 1;
    size_t slot = hash & mask;
    while (table_[slot] != 0) slot = (slot + 1) & mask;
    table_[slot] = (hash >> 32 << 32) | (arena_.size() + 1);
    const size_t at = arena_.size();
    arena_.resize(at + bytes);
    arena_[at] = static_cast<unsigned char>(piece.size());
    arena_[at + 1] = static_cast<unsigned char>(count);
    std::memcpy(&arena_[at + 2], piece.data(), piece.size());
    if (count > 0) std::memcpy(&arena_[at + 2 + piece.size()], ids, count * sizeof(uint32_t));
    ++used_;
  }

  int shift_;
  LargeVector<Slot> short_;
  std::vector<uint64_t> table_;
  std::vector<unsigned char> arena_;
  size_t used_ = 0;
};

}  // namespace scalesweep
