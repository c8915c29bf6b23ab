// Sets of characters as regular expressions write them.
#pragma once
#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "unicode.h"

namespace scalesweep {

class CharSet {
 public:
  void addRange(uint32_t first, uint32_t last) { ranges_.push_back({first, last}); }
  void add(uint32_t c) { addRange(c, c); }
  /** Characters whose general category is in `categories` (a bit each), or that have `flags`, or that script. */
  void addProperty(uint32_t categories, uint32_t flags, uint32_t script, bool negated) {
    properties_.push_back({categories, flags, script, negated});
  }
  /** Characters of a named property: `bounds` are where it begins and ends, in turn. */
  void addTable(std::span<const uint32_t> bounds, bool negated) { tables_.push_back({bounds, negated}); }
  void addSet(CharSet set) { sets_.push_back(std::move(set)); }
  void intersect(CharSet set) { intersections_.push_back(std::move(set)); }
  void negate() { negated_ = !negated_; }
  /** Adds the other case of ASCII letters, and what folds to them (U+017F, U+212A). */
  void foldAscii();
  /** Prepares the quick answers for ASCII; call it last. */
  void finish() {
    for (uint32_t c = 0; c < 128; ++c) ascii_[c] = contains(c);
  }

  bool matches(uint32_t c) const { return c < 128 ? ascii_[c] : contains(c); }

 private:
  struct Range {
    uint32_t first, last;
  };
  struct Property {
    uint32_t categories, flags, script;
    bool negated;
  };

  struct Table {
    std::span<const uint32_t> bounds;
    bool negated;
  };

  bool containsPlain(uint32_t c) const {
    for (const Range range : ranges_) {
      if (c >= range.first && c <= range.last) return true;
    }
    if (!properties_.empty()) {
      const uint32_t have = propertiesOf(c);
      for (const Property& p : properties_) {
        const bool has = (p.categories >> categoryOf(have) & 1) || (have & p.flags) ||
                         (p.script && scriptOf(have) == p.script);
        if (has != p.negated) return true;
      }
    }
    for (const Table& table : tables_) {
      const auto bound = std::ranges::upper_bound(table.bounds, c);
      if (((bound - table.bounds.begin()) % 2 == 1) != table.negated) return true;
    }
    for (const CharSet& set : sets_) {
      if (set.contains(c)) return true;
    }
    return false;
  }

  bool contains(uint32_t c) const {
    bool in = containsPlain(c);
    for (const CharSet& set : intersections_) in = in && set.contains(c);
    return in != negated_;
  }

  std::vector<Range> ranges_;
  std::vector<Property> properties_;
  std::vector<Table> tables_;
  std::vector<CharSet> sets_, intersections_;
  bool negated_ = false;
  std::bitset<128> ascii_;
};

inline void CharSet::foldAscii() {
  for (size_t i = 0, n = ranges_.size(); i < n; ++i) {
    for (uint32_t c = 'A'; c <= 'Z'; ++c) {
      const Range range = ranges_[i];
      const auto has = [&](uint32_t x) { return x >= range.first && x <= range.last; };
      if (!has(c) && !has(c + 32)) continue;
      add(c);
      add(c + 32);
      if (c == 'S') add(0x17F);
      if (c == 'K') add(0x212A);
    }
  }
  for (CharSet& set : sets_) set.foldAscii();
}

}  // namespace scalesweep
