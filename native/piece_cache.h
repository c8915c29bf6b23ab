// Remembers the ids of pieces of text. One cache serves one thread; a new one starts as a copy of the tokenizer's.
//
// Short pieces (up to 15 bytes and 4 ids) live in 32-byte slots, two to a cache line; a full line gives up its older
// slot. Others (up to 255 bytes and 255 ids) live in an arena behind a hash table that is emptied when it is full.
// Both have a fixed size, so memory is bounded whatever is encoded.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "id_buffer.h"
#include "line_memory.h"
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
    if (piece.size() > kShort) {
      const uint64_t hash = hashBytes(piece);
      if (!table_.empty()) __builtin_prefetch(&table_[placeOf(hash)]);
      return {piece, hash, kNoKey, short_.data()};
    }
    const Key key = readable >= 16 ? quickKeyOf(piece) : keyOf(piece);
    const Wanted wanted{piece, key.low, key.high, &short_[indexOf(key)]};
    __builtin_prefetch(wanted.line);
    return wanted;
  }

  /** The ids of a short piece: `kInline` may be read, as many as the result says count; null when it is not known. */
  static const uint32_t* findShort(const Wanted& wanted, size_t& count) {
    const Slot* slot = slotOf(wanted);
    count = slot ? countOf(*slot) : 0;
    return slot && count <= kInline ? slot->ids : nullptr;
  }

  /** The ids of any piece, and how many, until more is stored; null when it is not known. */
  const void* find(const Wanted& wanted, size_t& count) const {
    if (const uint32_t* ids = findShort(wanted, count)) return ids;
    const unsigned char* record = wanted.high == kNoKey ? recordOf(wanted.piece, wanted.low) : recordOf(slotOf(wanted));
    if (!record) return nullptr;
    count = record[1];
    return record + 2 + record[0];
  }

  void store(const Wanted& wanted, const uint32_t* ids, size_t count) {
    const size_t size = wanted.piece.size();
    if (size > kLongestPiece || count > kLongCount) return;
    if (size <= kShort && count <= kInline) return putSlot(wanted, count, ids, count);
    const uint32_t record[] = {addRecord(wanted.piece, ids, count), cleared_};
    if (size <= kShort) putSlot(wanted, kMany, record, 2);
    else addPlace((wanted.low >> 32 << 32) | (record[0] + 1));
  }

  /** A slot as it is in a cache, empty for what does not fit one. */
  static Slot slotOf(std::string_view piece, const uint32_t* ids, size_t count) {
    if (piece.size() > kShort || count > kInline) return {};
    const Key key = keyOf(piece);
    Slot slot{key.low, key.high | static_cast<uint64_t>(count + 1) << kCountShift, {}};
    if (count > 0) std::memcpy(slot.ids, ids, count * sizeof(uint32_t));
    return slot;
  }
  /** Stores slots in their order. */
  void seed(const LineVector<Slot>& seeds) {
    constexpr size_t kAhead = 16;
    const auto lineOf = [&](const Slot& slot) { return &short_[indexOf({slot.low, slot.high & kWithoutCount})]; };
    for (size_t i = 0; i < seeds.size(); ++i) {
      if (i + kAhead < seeds.size()) __builtin_prefetch(lineOf(seeds[i + kAhead]));
      if (seeds[i].high == 0) continue;
      Slot* line = lineOf(seeds[i]);
      line[1] = line[0];
      line[0] = seeds[i];
    }
  }

  size_t memory() const { return short_.size() * sizeof(Slot) + arena_.capacity() + table_.capacity() * sizeof(uint64_t); }

 private:
  static constexpr size_t kLongestPiece = 255, kLongCount = 255;
  /** Stands in a slot for a number of ids that only the arena has room for; where it has, and since which clearing, follows. */
  static constexpr size_t kMany = 14;
  static constexpr size_t kLeastPlaces = 1024;
  static constexpr size_t kArenaBytesPerPlace = 64;
  static constexpr uint64_t kCountShift = 60;  // the top half of the key's last byte counts the ids
  static constexpr uint64_t kWithoutCount = ~(uint64_t{15} << kCountShift);

  // The last byte holds the length in its low half and, in a slot, 1 + the number of ids in its high half.
  struct Key {
    uint64_t low, high;
  };
  static constexpr uint64_t kNoKey = ~uint64_t{0};

  static size_t countOf(const Slot& slot) { return static_cast<size_t>(slot.high >> kCountShift) - 1; }
  /** The slot of a short piece, or null. */
  static const Slot* slotOf(const Wanted& wanted) {
    const auto holds = [&](const Slot& slot) {
      return ((slot.low ^ wanted.low) | ((slot.high & kWithoutCount) ^ wanted.high)) == 0;
    };
    const Slot* slot = wanted.line + !holds(wanted.line[0]);
    return holds(*slot) && slot->high >> kCountShift ? slot : nullptr;
  }

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

  void putSlot(const Wanted& wanted, size_t count, const uint32_t* words, size_t size) {
    Slot* slot = &short_[static_cast<size_t>(wanted.line - short_.data())];
    slot[1] = slot[0];
    slot[0] = {wanted.low, wanted.high | static_cast<uint64_t>(count + 1) << kCountShift, {}};
    if (size > 0) std::memcpy(slot[0].ids, words, size * sizeof(uint32_t));
  }

  // A record: length, count, bytes, ids. The place of a long piece holds half of its hash above where its record is, counted
  // from one.
  const unsigned char* recordOf(const Slot* slot) const {
    return slot && countOf(*slot) == kMany && slot->ids[1] == cleared_ ? &arena_[slot->ids[0]] : nullptr;
  }
  const unsigned char* recordOf(std::string_view piece, uint64_t hash) const {
    if (table_.empty() || piece.size() > kLongestPiece) return nullptr;
    for (size_t place = placeOf(hash); table_[place] != 0; place = (place + 1) & (table_.size() - 1)) {
      if (table_[place] >> 32 != hash >> 32) continue;
      const unsigned char* record = &arena_[(table_[place] & 0xFFFFFFFF) - 1];
      if (record[0] == piece.size() && std::memcmp(record + 2, piece.data(), piece.size()) == 0) return record;
    }
    return nullptr;
  }
  size_t placeOf(uint64_t hash) const { return static_cast<size_t>(hash >> 32) & (table_.size() - 1); }

  uint32_t addRecord(std::string_view piece, const uint32_t* ids, size_t count) {
    const size_t bytes = 2 + piece.size() + count * sizeof(uint32_t);
    const size_t mostPlaces = std::max(short_.size() / 2, kLeastPlaces), mostBytes = mostPlaces * kArenaBytesPerPlace;
    const bool isFull = (used_ + 1) * 2 > table_.size();
    if (arena_.size() + bytes > mostBytes || (isFull && table_.size() == mostPlaces)) {
      std::ranges::fill(table_, 0);
      arena_.clear();
      used_ = 0;
      ++cleared_;
    } else if (isFull) {
      std::vector<uint64_t> old(std::clamp(table_.size() * 4, kLeastPlaces, mostPlaces), 0);
      old.swap(table_);
      used_ = 0;
      for (const uint64_t place : old) addPlace(place);
    }
    const size_t at = arena_.size();
    if (at + bytes > arena_.capacity()) arena_.reserve(std::min(mostBytes, (at + bytes) * 2));
    arena_.resize(at + bytes);
    arena_[at] = static_cast<unsigned char>(piece.size());
    arena_[at + 1] = static_cast<unsigned char>(count);
    std::memcpy(&arena_[at + 2], piece.data(), piece.size());
    if (count > 0) std::memcpy(&arena_[at + 2 + piece.size()], ids, count * sizeof(uint32_t));
    return static_cast<uint32_t>(at);
  }
  void addPlace(uint64_t place) {
    if (place == 0) return;
    size_t at = placeOf(place);
    while (table_[at] != 0) at = (at + 1) & (table_.size() - 1);
    table_[at] = place;
    ++used_;
  }

  int shift_;
  LineVector<Slot> short_;
  std::vector<uint64_t> table_;
  std::vector<unsigned char> arena_;
  size_t used_ = 0;
  uint32_t cleared_ = 0;
};

}  // namespace scalesweep
