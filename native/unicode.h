// Unicode as tokenizers 0.23.2 sees it: properties, combining classes, decompositions, lower case.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace scalesweep {

struct Mapping {
  uint32_t from;
  uint16_t offset;  // into kMappingPool
  uint16_t length;  // code points
};

struct Composition {
  uint32_t first, second, composed;
};

struct ScriptRange {
  uint32_t first, last;
  int script;
};

#include "unicode_tables.h"

/** Characters with equal properties have one kind, an index into kPropertyKinds. */
inline uint32_t kindOf(uint32_t c) { return kPropertyOf[kPropertyBlock[c >> 7] * 128u + (c & 127)]; }
inline constexpr auto kAsciiProperties = [] {
  std::array<uint32_t, 128> properties{};
  for (uint32_t c = 0; c < 128; ++c) properties[c] = kPropertyKinds[kPropertyOf[kPropertyBlock[0] * 128u + c]];
  return properties;
}();
inline uint32_t propertiesOf(uint32_t c) { return c < 128 ? kAsciiProperties[c] : kPropertyKinds[kindOf(c)]; }

inline uint8_t combiningClassOf(uint32_t c) { return kCombiningClassOf[kCombiningClassBlock[c >> 7] * 128u + (c & 127)]; }

/** General categories in the order of kCategoryNames: Lu Ll Lt Lm Lo, Mn Mc Me, Nd Nl No, P.., S.., Z.., C... */
inline uint32_t categoryOf(uint32_t properties) { return properties & 31; }
inline bool isMark(uint32_t properties) { return categoryOf(properties) - 5u <= 2; }
inline uint32_t scriptOf(uint32_t properties) { return properties >> kScriptShift; }

inline constexpr int kAnyScript = 0;

/** The class that the UnicodeScripts pre-tokenizer gives a character. */
inline int splitScriptOf(uint32_t c) {
  const ScriptRange* range = std::ranges::lower_bound(kScriptRanges, c, {}, &ScriptRange::last);
  return range != std::end(kScriptRanges) && range->first <= c ? range->script : kAnyScript;
}

/** The row of a sorted mapping table for `c`, or null. */
template <size_t N>
const Mapping* findMapping(const Mapping (&table)[N], uint32_t c) {
  const Mapping* row = std::ranges::lower_bound(table, c, {}, &Mapping::from);
  return row != std::end(table) && row->from == c ? row : nullptr;
}

}  // namespace scalesweep
