// The properties that regular expressions name: scripts, binary properties, POSIX brackets.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace scalesweep {

struct NamedProperty {
  std::string_view name;
  uint32_t offset, length;  // into kPropertyBounds
};

#include "property_tables.h"

/** Where the property begins and ends, in turn; empty for an unknown name. Names of POSIX brackets begin with a colon. */
inline std::span<const uint32_t> propertyBounds(std::string_view name) {
  const NamedProperty* row = std::ranges::lower_bound(kNamedProperties, name, {}, &NamedProperty::name);
  if (row == std::end(kNamedProperties) || row->name != name) return {};
  return {kPropertyBounds + row->offset, row->length};
}

}  // namespace scalesweep
