#pragma once
#include <stdexcept>
#include <string>

namespace scalesweep {

/** A tokenizer file that cannot be used: damaged, or asking for something this program does not do. */
struct LoadError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/** A text or id list that a loaded tokenizer cannot process. */
struct EncodeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace scalesweep
