// Token strings and their ids, both ways: one arena of bytes, one open-addressing table.
#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace scalesweep {

inline uint64_t hashBytes(std::string_view text, uint64_t seed = 0) {
  uint64_t h = seed ^ text.size() * 0x9E3779B97F4A7C15ull;
  const char* p = text.data();
  size_t n = text.size();
  const auto mix = [&](uint64_t v) {
    h = (h ^ v) * 0xD6E8FEB86659FD93ull;
    h ^= h >> 32;
  };
  for (; n >= 8; n -= 8, p += 8) {
    uint64_t v;
    std::memcpy(&v, p, 8);
    mix(v);
  }
  uint64_t v = 0;
  if (n > 0) std::memcpy(&v, p, n);
  mix(v);
  return h ^ h >> 29;
}

class Vocabulary {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  /** A token written twice keeps its last id. */
  void add(std::string_view token, uint32_t id) {
    if ((entries_.size() + 1) * 2 > slots_.size()) grow();
    const uint32_t slot = slotOf(token);
    if (slots_[slot] != kNone) {
      entries_[slots_[slot]].id = id;
      return;
    }
    slots_[slot] = static_cast<uint32_t>(entries_.size());
    entries_.push_back({static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(token.size()), id});
    bytes_.append(token);
  }

  /** Makes token() work; called once after the last add. */
  void index() {
    uint32_t top = 0;
    for (const Entry& entry : entries_) top = std::max(top, entry.id);
    // Ids far above the number of tokens would make the direct table large: those few go to a search.
    const size_t limit = std::min<size_t>(size_t{top} + 1, entries_.size() * 4 + 1024);
    byId_.assign(entries_.empty() ? 0 : limit, kNone);
    for (uint32_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].id < byId_.size()) byId_[entries_[i].id] = i;
    }
  }

  uint32_t find(std::string_view token) const {
    if (slots_.empty()) return kNone;
    const uint32_t entry = slots_[slotOf(token)];
    return entry == kNone ? kNone : entries_[entry].id;
  }

  /** The id of <0xXX>, the token of a byte. */
  uint32_t findByte(uint32_t byte) const {
    static constexpr char kHex[] = "0123456789ABCDEF";
    return find(std::string("<0x") + kHex[byte >> 4] + kHex[byte & 15] + ">");
  }

  /** The token of an id; data() is null when there is none. */
  std::string_view token(uint32_t id) const {
    if (id < byId_.size()) return byId_[id] == kNone ? std::string_view{} : textOf(entries_[byId_[id]]);
    for (const Entry& entry : entries_) {
      if (entry.id == id) return textOf(entry);
    }
    return {};
  }

  size_t size() const { return entries_.size(); }
  size_t memory() const {
    return bytes_.capacity() + entries_.capacity() * sizeof(Entry) + (slots_.capacity() + byId_.capacity()) * 4;
  }

  template <class F>
  void forEach(F&& visit) const {
    for (const Entry& entry : entries_) visit(textOf(entry), entry.id);
  }

 private:
  struct Entry {
    uint32_t begin, length, id;
  };

  std::string_view textOf(const Entry& entry) const { return std::string_view(bytes_).substr(entry.begin, entry.length); }

  uint32_t slotOf(std::string_view token) const {
    const uint32_t mask = static_cast<uint32_t>(slots_.size() - 1);
    uint32_t slot = static_cast<uint32_t>(hashBytes(token)) & mask;
    while (slots_[slot] != kNone && textOf(entries_[slots_[slot]]) != token) slot = (slot + 1) & mask;
    return slot;
  }

  void grow() {
    slots_.assign(slots_.empty() ? 1024 : slots_.size() * 4, kNone);
    for (uint32_t i = 0; i < entries_.size(); ++i) slots_[slotOf(textOf(entries_[i]))] = i;
  }

  std::string bytes_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> slots_;
  std::vector<uint32_t> byId_;
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
