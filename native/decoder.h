// Decoders: token strings back to text.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "json.h"

namespace scalesweep {

class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual void apply(std::vector<std::string>& tokens) const = 0;
};

/** Null when the section is absent: then tokens are joined by spaces. */
std::unique_ptr<Decoder> readDecoder(const Json* section);

}  // namespace scalesweep
