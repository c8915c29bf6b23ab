// Post-processors (special tokens around the ids), truncation and padding, for single sequences.
#pragma once
#include <memory>
#include <vector>

#include "id_buffer.h"
#include "json.h"

namespace scalesweep {

struct PostProcessing {
  /** A special token, or the text itself. */
  struct Part {
    bool isText;
    std::vector<uint32_t> ids;
  };
  std::vector<Part> parts{{true, {}}};
  /** How many places truncation reserves for special tokens. */
  uint32_t added = 0;
};

PostProcessing readPostProcessor(const Json* section);

struct Truncation {
  uint32_t maxLength = 0, stride = 0;
  bool left = false;
  bool onlySecond = false;
};

struct Padding {
  bool fixed = false, left = false;
  uint32_t length = 0, multipleOf = 0, id = 0;
};

std::unique_ptr<Truncation> readTruncation(const Json* section);
std::unique_ptr<Padding> readPadding(const Json* section);

}  // namespace scalesweep
