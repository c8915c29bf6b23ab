// Memory for large tables: on huge pages where the system has them, so that fresh memory costs few faults and random
// reads find their pages.
#pragma once
#include <cstddef>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace scalesweep {

/** An allocator for standard containers, aligned to cache lines. */
template <class T>
struct LargeMemory {
  using value_type = T;
  LargeMemory() = default;
  template <class U>
  LargeMemory(const LargeMemory<U>&) {}
  bool operator==(const LargeMemory&) const { return true; }

  T* allocate(size_t count) {
    void* memory = ::operator new(bytesOf(count), alignmentOf(count));
#if defined(__linux__)
    if (isLarge(count)) madvise(memory, bytesOf(count), MADV_HUGEPAGE);
#endif
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, size_t count) { ::operator delete(memory, alignmentOf(count)); }
  /** New room that nothing was said about is left unwritten. */
  template <class U>
  void construct(U* place) {
    ::new (static_cast<void*>(place)) U;
  }

 private:
  static constexpr size_t kLine = 64, kHugePage = size_t{1} << 21;
  static bool isLarge(size_t count) { return count * sizeof(T) >= kHugePage; }
  static std::align_val_t alignmentOf(size_t count) { return std::align_val_t{isLarge(count) ? kHugePage : kLine}; }
  static size_t bytesOf(size_t count) {
    const size_t bytes = count * sizeof(T);
    return isLarge(count) ? (bytes + kHugePage - 1) / kHugePage * kHugePage : bytes;
  }
};

template <class T>
using LargeVector = std::vector<T, LargeMemory<T>>;

}  // namespace scalesweep
