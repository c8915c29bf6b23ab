// Memory for large tables: on huge pages where the system has them, so that fresh memory costs few faults and random
// reads find their pages.
#pragma once
#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace scalesweep {

/** An allocator for standard containers. */
template <class T>
struct LargeMemory {
  using value_type = T;
  LargeMemory() = default;
  template <class U>
  LargeMemory(const LargeMemory<U>&) {}
  bool operator==(const LargeMemory&) const { return true; }

  T* allocate(size_t count) {
    constexpr size_t kHugePage = size_t{1} << 21;
    const size_t bytes = count * sizeof(T);
#if defined(__linux__)
    if (bytes >= kHugePage) {
      const size_t whole = (bytes + kHugePage - 1) / kHugePage * kHugePage;
      void* memory = std::aligned_alloc(kHugePage, whole);
      if (!memory) throw std::bad_alloc();
      madvise(memory, whole, MADV_HUGEPAGE);
      return static_cast<T*>(memory);
    }
#endif
    if (void* memory = std::malloc(bytes > 0 ? bytes : 1)) return static_cast<T*>(memory);
    throw std::bad_alloc();
  }
  void deallocate(T* memory, size_t) { std::free(memory); }
};

template <class T>
using LargeVector = std::vector<T, LargeMemory<T>>;

}  // namespace scalesweep
