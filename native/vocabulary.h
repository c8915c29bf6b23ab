// Token strings and their ids, both ways: one arena of records, one open-addressing table.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "line_memory.h"

namespace scalesweep {

template <class Word>
uint64_t wordAt(const char* p) {
  Word word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

/** All of fewer than eight bytes. */
inline uint64_t fewBytes(const char* p, size_t n) {
  const auto byte = [&](size_t i) { return uint64_t{static_cast<unsigned char>(p[i])}; };
  if (n >= 4) return wordAt<uint32_t>(p) | wordAt<uint32_t>(p + n - 4) << 32;
  return n > 0 ? byte(0) | byte(n / 2) << 8 | byte(n - 1) << 16 : 0;
}

/** a == b, without the call that is most of the time for short ones. */
inline bool sameBytes(std::string_view a, std::string_view b) {
  const size_t n = a.size();
  if (n != b.size()) return false;
  if (n < 8) return fewBytes(a.data(), n) == fewBytes(b.data(), n);
  for (size_t i = 0; i + 8 < n; i += 8) {
    if (wordAt<uint64_t>(a.data() + i) != wordAt<uint64_t>(b.data() + i)) return false;
  }
  return wordAt<uint64_t>(a.data() + n - 8) == wordAt<uint64_t>(b.data() + n - 8);
}

inline uint64_t hashBytes(std::string_view text, uint64_t seed = 0) {
  uint64_t h = seed ^ text.size() * 0x9E3779B97F4A7C15ull;
  const char* p = text.data();
  size_t n = text.size();
  const auto mix = [&](uint64_t v) {
    h = (h ^ v) * 0xD6E8FEB86659FD93ull;
    h ^= h >> 32;
  };
  for (; n >= 8; n -= 8, p += 8) mix(wordAt<uint64_t>(p));
  mix(fewBytes(p, n));
  return h ^ h >> 29;
}

class Vocabulary {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  /** A token to look for, and the hash that tells where. */
  struct Word {
    std::string_view text;
    uint32_t tag;
  };
  static Word wordOf(std::string_view token) { return {token, static_cast<uint32_t>(hashBytes(token) >> 32)}; }

  /** Makes room for tokens that are written in so many bytes; room that is not used costs nothing. */
  void reserve(size_t bytes) { records_.reserve(std::min(bytes, kMostReserved)); }
  void add(std::string_view token, uint32_t id) {
    const Head head{id, static_cast<uint32_t>(token.size())};
    const size_t record = records_.size();
    records_.resize(record + sizeof head + token.size());
    std::memcpy(&records_[record], &head, sizeof head);
    if (!token.empty()) std::memcpy(&records_[record] + sizeof head, token.data(), token.size());
    ++size_;
  }

  /** Makes all else work; called once after the last add. A token written twice keeps its last id. In a list, the others name it still. */
  void index(bool isList = false) {
    places_ = size_;
    if (isList) indexIds();
    slots_.assign(std::bit_ceil(size_ * 3 / 2 + 1), {0, kNone});
    shift_ = 33 - std::bit_width(slots_.size());
    // In batches: of each token the slot is asked for first, so that the memory is there when it is written.
    std::vector<Slot> batch;
    const auto place = [&] {
      for (const Slot& next : batch) insert(next);
      batch.clear();
    };
    forEachRecord([&](uint32_t record) {
      const Word word = wordOf(textOf(record));
      prefetch(word);
      batch.push_back({word.tag, record});
      if (batch.size() == kBatch) place();
    });
    place();
    if (isList) return;
    indexIds();
    places_ = size_;
  }

  uint32_t find(std::string_view token) const { return find(wordOf(token)); }
  uint32_t find(const Word& word) const {
    if (slots_.empty()) return kNone;
    const uint32_t record = slots_[slotOf(word)].record;
    return record == kNone ? kNone : headOf(record).id;
  }
  /** Asks for the memory that find(word) reads first. */
  void prefetch(const Word& word) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[word.tag >> shift_]);
  }
  /** Asks for what it reads then, once the first is there. */
  void prefetchToken(const Word& word) const {
    if (!slots_.empty() && slots_[word.tag >> shift_].record != kNone) __builtin_prefetch(&records_[slots_[word.tag >> shift_].record]);
  }

  /** Finds tokens of which each is often the one before in the vocabulary, or follows it, told in two parts. */
  class Follower {
   public:
    explicit Follower(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}
    uint32_t find(std::string_view left, std::string_view right) {
      for (int tries = 0; tries < 2 && record_ < vocabulary_.records_.size(); ++tries) {
        const std::string_view token = vocabulary_.textOf(record_);
        const bool same = token.size() >= left.size() && sameBytes(token.substr(0, left.size()), left) && sameBytes(token.substr(left.size()), right);
        if (same && vocabulary_.headOf(record_).id != kNone) return vocabulary_.headOf(record_).id;
        if (tries == 0) record_ = vocabulary_.recordAfter(record_);
      }
      if (vocabulary_.slots_.empty()) return kNone;
      record_ = vocabulary_.slots_[vocabulary_.slotOf(wordOf(joined_.assign(left).append(right)))].record;
      return record_ == kNone ? kNone : vocabulary_.headOf(record_).id;
    }

   private:
    const Vocabulary& vocabulary_;
    uint32_t record_ = 0;
    std::string joined_;
  };

  /** The id of <0xXX>, the token of a byte. */
  uint32_t findByte(uint32_t byte) const {
    static constexpr char kHex[] = "0123456789ABCDEF";
    return find(std::string("<0x") + kHex[byte >> 4] + kHex[byte & 15] + ">");
  }

  /** The token of an id; data() is null when there is none. */
  std::string_view token(uint32_t id) const {
    std::string_view found;
    if (id < byId_.size()) return byId_[id] == kNone ? found : textOf(byId_[id]);
    forEach([&](std::string_view token, uint32_t other) { found = other == id ? token : found; });
    return found;
  }

  /** Distinct tokens. */
  size_t size() const { return size_; }
  /** The same, but in a list every place counts. */
  size_t places() const { return places_; }
  /** The largest id, once index() was called. */
  uint32_t topId() const { return topId_; }
  size_t memory() const { return records_.size() + slots_.capacity() * sizeof(Slot) + byId_.capacity() * sizeof(uint32_t); }

  /** Calls visit(token, id) for every token, in the order they were added. */
  template <class F>
  void forEach(F&& visit) const {
    forEachRecord([&](uint32_t record) { visit(textOf(record), headOf(record).id); });
  }

 private:
  static constexpr size_t kBatch = 32, kMostReserved = size_t{1} << 24;
  /** A record is this and the bytes of the token; the id of one that does not count is kNone. */
  struct Head {
    uint32_t id, length;
  };
  struct Slot {
    uint32_t tag, record;
  };

  void indexIds() {
    forEach([&](std::string_view, uint32_t id) { topId_ = std::max(topId_, id); });
    // Ids far above the number of tokens would make the direct table large: those few go to a search.
    byId_.assign(size_ == 0 ? 0 : std::min<size_t>(size_t{topId_} + 1, size_ * 4 + 1024), kNone);
    forEachRecord([&](uint32_t record) {
      if (const uint32_t id = headOf(record).id; id < byId_.size()) byId_[id] = record;
    });
  }

  Head headOf(uint32_t record) const {
    Head head;
    std::memcpy(&head, &records_[record], sizeof head);
    return head;
  }
  std::string_view textOf(uint32_t record) const { return {&records_[record] + sizeof(Head), headOf(record).length}; }
  uint32_t recordAfter(uint32_t record) const { return record + static_cast<uint32_t>(sizeof(Head)) + headOf(record).length; }
  template <class F>
  void forEachRecord(F&& visit) const {
    for (uint32_t record = 0; record < records_.size(); record = recordAfter(record)) {
      if (headOf(record).id != kNone) visit(record);
    }
  }

  /** The slot of a token, or the free one where it would go: places are in the order of their tags. */
  size_t slotOf(const Word& word) const {
    size_t slot = word.tag >> shift_;
    while (slots_[slot].record != kNone && !(slots_[slot].tag == word.tag && sameBytes(textOf(slots_[slot].record), word.text))) {
      slot = (slot + 1) & (slots_.size() - 1);
    }
    return slot;
  }

  void insert(const Slot& next) {
    Slot& slot = slots_[slotOf({textOf(next.record), next.tag})];
    if (slot.record == kNone) {
      slot = next;
      return;
    }
    std::memcpy(&records_[slot.record], &records_[next.record], sizeof(Head::id));
    std::memcpy(&records_[next.record], &kNone, sizeof kNone);
    --size_;
  }

  LineVector<char> records_;
  LineVector<Slot> slots_;
  LineVector<uint32_t> byId_;
  size_t size_ = 0, places_ = 0;
  uint32_t topId_ = 0;
  int shift_ = 0;
};

/** The ids of the byte tokens, kNone where there is none. */
using ByteTokens = std::array<uint32_t, 256>;

/** Appends the byte tokens of `text`, if it has one for each of its bytes. */
inline bool appendByteTokens(const ByteTokens& tokens, std::string_view text, std::vector<uint32_t>& ids) {
  for (const char b : text) {
    if (tokens[static_cast<unsigned char>(b)] == Vocabulary::kNone) return false;
  }
  for (const char b : text) ids.push_back(tokens[static_cast<unsigned char>(b)]);
  return true;
}

}  // namespace scalesweep
