// Remembers the ids of pieces of text. One cache serves one thread.
//
// Short pieces (up to 15 bytes and 4 ids) live in 32-byte slots, two to a cache line; a full line gives up its older
// slot. Others (up to 255 bytes and 255 ids) live in an arena behind a hash table that is emptied when it is full.
// Both have a fixed size, so memory is bounded whatever is encoded.
#pragma once
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "id_buffer.h"
#include "vocabulary.h"

namespace scalesweep {

class PieceCache {
 public:
  static constexpr size_t kLongestPiece = 255;
  static constexpr size_t kDefaultSlots = size_t{1} << 17;

  /** `slots`: a power of two from 2 to 2^17. Ids never depend on it. */
  explicit PieceCache(size_t slots = kDefaultSlots) : slots_(slots) {}

  /** A piece on its way: its place in the cache is known, and asked for from memory. */
  struct Wanted {
    std::string_view piece;
    uint64_t low, high;
    size_t index;
  };

  /** `readable` counts the bytes that may be read from the front of the piece on; 16 make it quick. */
  Wanted want(std::string_view piece, size_t readable) const {
    Wanted wanted{piece, 0, 0, 0};
    if (piece.size() > kShort) return wanted;
    const Key key = readable >= 16 ? quickKeyOf(piece) : keyOf(piece);
    wanted.low = key.low;
    wanted.high = key.high;
    wanted.index = indexOf(key);
#if defined(__GNUC__)
    if (short_) __builtin_prefetch(&short_[wanted.index]);
#endif
    return wanted;
  }

  /** The piece's ids go to `out` if they are known. */
  bool lookup(const Wanted& wanted, IdBuffer& out) const {
    return (wanted.piece.size() <= kShort && lookupShort(wanted, out)) || lookupLong(wanted.piece, out);
  }

  void store(std::string_view piece, const uint32_t* ids, size_t count) {
    if (piece.size() <= kShort && count <= kInline) storeShort(keyOf(piece), ids, count);
    else if (piece.size() <= kLongestPiece && count <= kLongCount) storeLong(piece, ids, count);
  }

  size_t memory() const { return (short_ ? slots_ * sizeof(Slot) : 0) + arena_.capacity() + table_.capacity() * 8; }

 private:
  static constexpr size_t kShort = 15;
  static constexpr size_t kInline = 4;
  static constexpr size_t kLine = 64;
  static constexpr size_t kLongCount = 255;
  static constexpr size_t kArenaBytesPerSlot = 64;
  static constexpr uint64_t kCountShift = 60;  // the top half of the key's last byte counts the ids

  struct Key {
    uint64_t low, high;
  };
  struct Slot {
    uint64_t low, high;
    uint32_t ids[kInline];
  };
  struct Free {
    void operator()(void* p) const { std::free(p); }
  };

  // The last byte holds the length in its low half and, in a slot, 1 + the number of ids in its high half.
  static Key keyOf(std::string_view piece) {
    const char* p = piece.data();
    const size_t n = piece.size();
    uint64_t low = 0, high = 0;
    if (n >= 8) {
      std::memcpy(&low, p, 8);
      std::memcpy(&high, p + n - 8, 8);
      high = n == 8 ? 0 : high >> (16 - n) * 8;
    } else if (n >= 4) {
      uint32_t head, tail;
      std::memcpy(&head, p, 4);
      std::memcpy(&tail, p + n - 4, 4);
      low = head | uint64_t{tail} << (n - 4) * 8;
    } else if (n > 0) {
      const auto byte = [&](size_t i) { return static_cast<uint64_t>(static_cast<unsigned char>(p[i])); };
      low = byte(0) | byte(n / 2) << n / 2 * 8 | byte(n - 1) << (n - 1) * 8;
    }
    return {low, high | static_cast<uint64_t>(n) << 56};
  }

  /** The same from two whole words, of which the bytes past the piece are masked out. */
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
    const uint64_t h = (key.low ^ (key.high << 23 | key.high >> 41)) * 0x9E3779B97F4A7C15ull;
    return static_cast<size_t>((h ^ h >> 32) * 0xD6E8FEB86659FD93ull >> 48 & (slots_ / 2 - 1)) * 2;
  }

  bool lookupShort(const Wanted& wanted, IdBuffer& out) const {
    if (!short_) return false;
    const Slot* slot = &short_[wanted.index];
    constexpr uint64_t kWithoutCount = ~(uint64_t{15} << kCountShift);
    for (int way = 0; way < 2; ++way, ++slot) {
      if (slot->low == wanted.low && (slot->high & kWithoutCount) == wanted.high && slot->high >> kCountShift) {
        std::memcpy(out.room(kInline), slot->ids, sizeof slot->ids);
        out.advance((slot->high >> kCountShift) - 1);
        return true;
      }
    }
    return false;
  }

  void storeShort(Key key, const uint32_t* ids, size_t count) {
    if (!short_) {
      // Fresh pages are zero already, and are only touched where slots are used.
      memory_.reset(std::calloc(slots_ * sizeof(Slot) + kLine, 1));
      if (!memory_) throw std::bad_alloc();
      const auto address = reinterpret_cast<uintptr_t>(memory_.get());
      short_ = reinterpret_cast<Slot*>((address + kLine - 1) / kLine * kLine);
    }
    Slot* slot = &short_[indexOf(key)];
    slot[1] = slot[0];
    slot[0].low = key.low;
    slot[0].high = key.high | static_cast<uint64_t>(count + 1) << kCountShift;
    std::memset(slot[0].ids, 0, sizeof slot[0].ids);
    if (count > 0) std::memcpy(slot[0].ids, ids, count * sizeof(uint32_t));
  }

  // A record: length, count, bytes, ids.
  bool lookupLong(std::string_view piece, IdBuffer& out) const {
    if (table_.empty() || piece.size() > kLongestPiece) return false;
    const uint64_t hash = hashBytes(piece);
    for (size_t slot = hash & (slots_ - 1); table_[slot] != 0; slot = (slot + 1) & (slots_ - 1)) {
      if (table_[slot] >> 32 != hash >> 32) continue;
      const unsigned char* record = &arena_[(table_[slot] & 0xFFFFFFFF) - 1];
      if (record[0] != piece.size() || std::memcmp(record + 2, piece.data(), piece.size()) != 0) continue;
      std::memcpy(out.room(record[1]), record + 2 + piece.size(), record[1] * sizeof(uint32_t));
      out.advance(record[1]);
      return true;
    }
    return false;
  }

  void storeLong(std::string_view piece, const uint32_t* ids, size_t count) {
    const size_t bytes = 2 + piece.size() + count * sizeof(uint32_t);
    if (table_.empty() || (used_ + 1) * 2 > slots_ || arena_.size() + bytes > slots_ * kArenaBytesPerSlot) {
      table_.assign(slots_, 0);
      arena_.clear();
      used_ = 0;
    }
    const uint64_t hash = hashBytes(piece);
    size_t slot = hash & (slots_ - 1);
    while (table_[slot] != 0) slot = (slot + 1) & (slots_ - 1);
    table_[slot] = (hash >> 32 << 32) | (arena_.size() + 1);
    const size_t at = arena_.size();
    arena_.resize(at + bytes);
    arena_[at] = static_cast<unsigned char>(piece.size());
    arena_[at + 1] = static_cast<unsigned char>(count);
    std::memcpy(&arena_[at + 2], piece.data(), piece.size());
    if (count > 0) std::memcpy(&arena_[at + 2 + piece.size()], ids, count * sizeof(uint32_t));
    ++used_;
  }

  size_t slots_;
  std::unique_ptr<void, Free> memory_;
  Slot* short_ = nullptr;
  std::vector<uint64_t> table_;
  std::vector<unsigned char> arena_;
  size_t used_ = 0;
};

}  // namespace scalesweep
