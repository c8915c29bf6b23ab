#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace scalesweep {

/** A growable run of ids whose new room is left unwritten. */
class IdBuffer {
 public:
  IdBuffer() = default;
  ~IdBuffer() { std::free(data_); }
  IdBuffer(const IdBuffer&) = delete;
  IdBuffer& operator=(const IdBuffer&) = delete;

  /** A place where `n` ids may be written; advance() says how many were. */
  uint32_t* room(size_t n) {
    if (size_ + n > capacity_) grow(n);
    return data_ + size_;
  }
  void advance(size_t n) { size_ += n; }
  void advanceTo(const uint32_t* end) { size_ = static_cast<size_t>(end - data_); }
  void push(uint32_t id) {
    *room(1) = id;
    ++size_;
  }
  void append(const uint32_t* ids, size_t n) {
    if (n > 0) std::memcpy(room(n), ids, n * sizeof(uint32_t));
    size_ += n;
  }
  /** Keeps `count` ids from `begin` on. */
  void keep(size_t begin, size_t count) {
    if (begin > 0 && count > 0) std::memmove(data_, data_ + begin, count * sizeof(uint32_t));
    size_ = count;
  }
  void clear() { size_ = 0; }
  /** Empties the buffer, and gives its memory back if that is room for more than `most` ids. */
  void release(size_t most) {
    size_ = 0;
    if (capacity_ <= most) return;
    std::free(std::exchange(data_, nullptr));
    capacity_ = 0;
  }
  size_t size() const { return size_; }
  const uint32_t* data() const { return data_; }
  uint32_t* data() { return data_; }

 private:
  void grow(size_t n) {
    const size_t wanted = (size_ + n) * 2 + 64;
    void* moved = std::realloc(data_, wanted * sizeof(uint32_t));
    if (!moved) throw std::bad_alloc();
    data_ = static_cast<uint32_t*>(moved);
    capacity_ = wanted;
  }

  uint32_t* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace scalesweep
