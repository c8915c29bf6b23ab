// Texts on their way from JavaScript, and the UTF-8 that they become.
#pragma once
#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "utf8.h"

namespace scalesweep {

/** A text as its caller has it: UTF-16, or bytes of any kind. */
struct RawText {
  const char16_t* units = nullptr;
  const char* bytes = nullptr;
  size_t size = 0;
  uint32_t count = 0;  // of its ids, once it is encoded
};

/** Memory for the units of parts, which goes from the thread that encoded one to the one that reads the next. */
class UnitPool {
 public:
  struct Units {
    std::unique_ptr<char16_t[]> memory;
    size_t room = 0;
  };

  Units take(size_t size) {
    if (size <= kRoom) {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        Units units = std::move(free_.back());
        free_.pop_back();
        return units;
      }
    }
    size = std::max(size, kRoom);
    return {std::make_unique_for_overwrite<char16_t[]>(size), size};
  }
  void give(Units units) {
    if (units.room != kRoom) return;
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(units));
  }

 private:
  static constexpr size_t kRoom = size_t{1} << 15;
  std::mutex mutex_;
  std::vector<Units> free_;
};

/** Valid UTF-8 of raw texts; what text() returned is valid until the next call. */
class TextReader {
 public:
  std::string_view text(const RawText& raw) {
    if (!raw.units) {
      const std::string_view bytes(raw.bytes, raw.size);
      if (isValidUtf8(bytes)) return bytes;
      sanitized_.clear();
      appendSanitizedUtf8(sanitized_, bytes);
      return sanitized_;
    }
    if (raw.size * 3 + 64 > room_) {
      room_ = raw.size * 3 + 64;
      memory_ = std::make_unique_for_overwrite<char[]>(room_);
    }
    return {memory_.get(), utf8FromUtf16({raw.units, raw.size}, memory_.get())};
  }

 private:
  std::unique_ptr<char[]> memory_;
  size_t room_ = 0;
  std::string sanitized_;
};

}  // namespace scalesweep
