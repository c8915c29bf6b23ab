// Memory for tables, aligned to cache lines. Not on huge pages: where a virtual machine hands free memory back to its host,
// as many do, a fresh huge page costs milliseconds, and tables are small enough for the difference in reads to be slight.
#pragma once
#include <cstddef>
#include <new>
#include <vector>

namespace scalesweep {

/** An allocator for standard containers. */
template <class T>
struct LineMemory {
  using value_type = T;
  LineMemory() = default;
  template <class U>
  LineMemory(const LineMemory<U>&) {}
  bool operator==(const LineMemory&) const { return true; }

  T* allocate(size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kLine)); }
  void deallocate(T* memory, size_t) { ::operator delete(memory, kLine); }
  /** New room that nothing was said about is left unwritten. */
  template <class U>
  void construct(U* place) {
    ::new (static_cast<void*>(place)) U;
  }

 private:
  static constexpr std::align_val_t kLine{64};
};

template <class T>
using LineVector = std::vector<T, LineMemory<T>>;

}  // namespace scalesweep
