#include "normalizer.h"

namespace scalesweep {

std::string_view Normalization::apply(std::string_view text, std::string (&buffers)[2], size_t& origin) const {
  int into = 0;
  for (const auto& step : steps) {
    if (!step->apply(text, buffers[into], origin)) continue;
    text = buffers[into];
    into = 1 - into;
  }
  return text;
}

Normalization readNormalizer(const Json* section) {
  if (!section) return {};
  const Fields fields(*section, "the normalizer");
  throw LoadError("unknown normalizer type `" + fields.text("type") + "`");
}

}  // namespace scalesweep
