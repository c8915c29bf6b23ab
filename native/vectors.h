// Whether the processor has AVX2, for what is written twice: with it, and in plain C++.
#pragma once
#include <cstdlib>
#include <string_view>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define SCALESWEEP_AVX2 1
/** Becomes part of its caller, so that one body is compiled with AVX2 and without. */
#define SCALESWEEP_IN_BOTH inline __attribute__((always_inline))
#else
#define SCALESWEEP_IN_BOTH inline
#endif

namespace scalesweep {

/** SCALESWEEP_MASKS=portable in the environment runs the plain C++ on any processor. */
inline bool hasAvx2() {
#ifdef SCALESWEEP_AVX2
  static const bool has = [] {
    const char* wanted = std::getenv("SCALESWEEP_MASKS");
    return __builtin_cpu_supports("avx2") && !(wanted && std::string_view(wanted) == "portable");
  }();
  return has;
#else
  return false;
#endif
}

}  // namespace scalesweep
