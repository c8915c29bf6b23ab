// A set of strings by their bytes, as a double array: the child of a node stands at the node's base, its byte flipped in.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

namespace scalesweep {

class Trie {
 public:
  static constexpr uint32_t kRoot = 0, kNone = 0xFFFFFFFF;
  struct Entry {
    std::string_view key;
    uint32_t value;
  };

  Trie() = default;
  /** Of equal keys the one with the largest value counts. */
  explicit Trie(const std::vector<Entry>& entries) {
    std::vector<Sorted> sorted;
    sorted.reserve(entries.size());
    for (const Entry& entry : entries) sorted.push_back({frontOf(entry.key), entry});
    std::sort(sorted.begin(), sorted.end(), [](const Sorted& a, const Sorted& b) {
      if (a.front != b.front) return a.front < b.front;
      const int order = a.entry.key.compare(b.entry.key);
      return order != 0 ? order < 0 : a.entry.value < b.entry.value;
    });
    addBlock();
    units_[kRoot].parent = kRoot;
    take(kRoot);
    std::vector<Range> open{{kRoot, 0, sorted.size(), 0}};
    while (!open.empty()) {
      const Range range = open.back();
      open.pop_back();
      placeChildren(sorted, range, open);
    }
  }

  /** The node that `byte` leads to, or kRoot when there is none. */
  uint32_t child(uint32_t node, char byte) const {
    const uint32_t next = units_[node].base ^ static_cast<unsigned char>(byte);
    return units_[next].parent == node ? next : kRoot;
  }
  /** The value of the key that ends at a node, or kNone. */
  uint32_t value(uint32_t node) const { return units_[node].value; }
  /** The node at the end of a string, or kRoot when no key starts with it. */
  uint32_t walk(std::string_view text) const {
    uint32_t node = kRoot;
    for (size_t i = 0; i < text.size() && (i == 0 || node != kRoot); ++i) node = child(node, text[i]);
    return node;
  }
  size_t memory() const { return units_.capacity() * sizeof(Unit); }

 private:
  static constexpr uint32_t kBlock = 256;
  struct Unit {
    uint32_t base = 0, parent = kNone, value = kNone;
  };
  struct Sorted {
    uint64_t front;
    Entry entry;
  };
  /** Keys that go through a node, which differ from `depth` on. */
  struct Range {
    uint32_t node;
    size_t begin, end, depth;
  };

  static uint64_t frontOf(std::string_view key) {
    uint64_t front = 0;
    for (size_t i = 0; i < 8; ++i) front = front << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0);
    return front;
  }

  void placeChildren(const std::vector<Sorted>& sorted, Range range, std::vector<Range>& open) {
    for (; range.begin < range.end && sorted[range.begin].entry.key.size() == range.depth; ++range.begin) {
      units_[range.node].value = sorted[range.begin].entry.value;
    }
    std::vector<Range>& children = children_;
    children.clear();
    std::array<unsigned char, kBlock> bytes;
    for (size_t i = range.begin; i < range.end; ++i) {
      const auto byte = static_cast<unsigned char>(sorted[i].entry.key[range.depth]);
      if (children.empty() || bytes[children.size() - 1] != byte) {
        bytes[children.size()] = byte;
        children.push_back({0, i, i, range.depth + 1});
      }
      children.back().end = i + 1;
    }
    const uint32_t base = children.empty() ? 0 : findBase(std::string_view(reinterpret_cast<const char*>(bytes.data()), children.size()));
    units_[range.node].base = base;
    for (size_t i = children.size(); i-- > 0;) {
      children[i].node = base ^ bytes[i];
      units_[children[i].node].parent = range.node;
      take(children[i].node);
      open.push_back(children[i]);
    }
  }

  /** A base whose places for all of `bytes` are free: lone children fill the gaps, others go near the end. */
  uint32_t findBase(std::string_view bytes) {
    constexpr size_t kTried = 4;
    while (free_[firstOpen_] == std::array<uint64_t, 4>{}) {
      if (++firstOpen_ == free_.size()) addBlock();
    }
    const auto first = static_cast<unsigned char>(bytes[0]);
    for (size_t block = bytes.size() == 1 ? firstOpen_ : std::max(firstOpen_, free_.size() - std::min(free_.size(), kTried)); block < free_.size(); ++block) {
      for (uint32_t word = 0; word < 4; ++word) {
        for (uint64_t rest = free_[block][word]; rest; rest &= rest - 1) {
          const uint32_t place = word * 64 + static_cast<uint32_t>(std::countr_zero(rest)), base = place ^ first;
          const auto isFree = [&](char byte) {
            const uint32_t at = base ^ static_cast<unsigned char>(byte);
            return (free_[block][at / 64] >> at % 64 & 1) != 0;
          };
          if (std::all_of(bytes.begin(), bytes.end(), isFree)) return static_cast<uint32_t>(block) * kBlock + base;
        }
      }
    }
    addBlock();
    return static_cast<uint32_t>(free_.size() - 1) * kBlock;
  }
  void addBlock() {
    free_.push_back({~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}});
    units_.resize(units_.size() + kBlock);
  }
  void take(uint32_t place) { free_[place / kBlock][place % kBlock / 64] &= ~(uint64_t{1} << place % 64); }

  std::vector<Unit> units_;
  // While it is built: the places that are free, block by block.
  std::vector<std::array<uint64_t, 4>> free_;
  std::vector<Range> children_;
  size_t firstOpen_ = 0;
};

}  // namespace scalesweep
