// Extended grapheme clusters, as far as the Precompiled normalizer can tell them apart: it treats a cluster of six
// bytes or more character by character, so Hangul, flags and conjuncts (which are longer) need no rules here.
#pragma once
#include <string_view>

#include "unicode.h"
#include "utf8.h"

namespace scalesweep {

/** Length of the cluster at the front of `text` (not empty); exact when it is below six bytes. */
inline size_t clusterLength(std::string_view text) {
  const auto isControl = [](uint32_t c) {
    const uint32_t category = categoryOf(propertiesOf(c));
    return c < 0x20 || (category >= 23 && category <= 26 && !(propertiesOf(c) & kGraphemeExtend) && c != 0xAD) || c == 0xAD;
  };
  const auto isPrepend = [](uint32_t c) {
    return (c >= 0x600 && c <= 0x605) || c == 0x6DD || c == 0x70F || c == 0x890 || c == 0x891 || c == 0x8E2;
  };
  const CodePoint first = decodeUtf8(text.data());
  size_t end = first.length;
  if (first.value == '\r' && end < text.size() && text[end] == '\n') return 2;
  if (isControl(first.value) && !isPrepend(first.value)) return end;
  bool prepended = isPrepend(first.value);
  bool pictogram = first.value == 0xA9 || first.value == 0xAE, joined = false;
  while (end < text.size() && end < 6) {
    const CodePoint c = decodeUtf8(text.data() + end);
    const bool extends = (propertiesOf(c.value) & kGraphemeExtend) != 0;
    const bool picture = c.value == 0xA9 || c.value == 0xAE;
    if (!extends && !(prepended && !isControl(c.value)) && !(pictogram && joined && picture)) break;
    prepended = isPrepend(c.value) && prepended;
    joined = c.value == 0x200D;
    if (picture) pictogram = true;
    end += c.length;
  }
  return end;
}

}  // namespace scalesweep
