// Normalizers: they rewrite text before it is split.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "json.h"

namespace scalesweep {

class Normalizer {
 public:
  virtual ~Normalizer() = default;
  /**
   * Writes the normalized text to `out` and returns true, or returns false when it equals `text`.
   * `origin` counts the bytes at the front that stem from the very start of the input.
   */
  virtual bool apply(std::string_view text, std::string& out, size_t& origin) const = 0;
};

struct Normalization {
  std::vector<std::unique_ptr<Normalizer>> steps;
  /** Some later step asks where the text began, so `origin` has to be right. */
  bool tracksOrigin = false;

  /** The normalized text: `text` itself, or what stands in one of the two buffers. */
  std::string_view apply(std::string_view text, std::string (&buffers)[2], size_t& origin) const;
};

Normalization readNormalizer(const Json* section);

}  // namespace scalesweep
