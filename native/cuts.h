// Places where a piece may be cut further without changing any id: between characters that no token has side by side.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

#include "utf8.h"

namespace scalesweep {

class Cuts {
 public:
  /** False: nowhere, unless allow() was called. */
  bool any() const { return !joined_.empty(); }
  /** Lets text be cut everywhere, but where join() forbids it. */
  void allow() { joined_.assign(kBits / 64, 0); }
  void forbid() { joined_.clear(); }
  /** Characters side by side in `token` stay together. */
  void join(std::string_view token) {
    forEachPair(token, [&](size_t place, size_t) { joined_[place / 64] |= uint64_t{1} << place % 64; });
  }

  /** Makes splitQuickly() work, once all is joined. */
  void index() {
    quick_.resize(0x10000);
    for (uint32_t pair = 0; pair < quick_.size(); ++pair) {
      const uint32_t left = pair >> 8, right = pair & 255;
      quick_[pair] = (left | right) < 0x80 ? !joins(placeOf(left, right)) : right == static_cast<unsigned char>(kMark[0]);
    }
  }

  /** Calls emit(begin, end) for the stretches of `text` between those cuts that are quick to find: within ASCII, and before U+2581. */
  template <class Emit>
  void splitQuickly(std::string_view text, Emit&& emit) const {
    constexpr size_t kChunk = 64;
    size_t begin = 0;
    for (size_t from = 1; any() && from < text.size(); from += kChunk) {
      const size_t count = std::min(kChunk, text.size() - from);
      // Without branches: what the bytes are cannot be foreseen.
      uint64_t places = 0;
      const auto* left = reinterpret_cast<const unsigned char*>(text.data() + from - 1);
      for (size_t i = 0; i < count; ++i) places = places >> 1 | uint64_t{quick_[size_t{left[i]} << 8 | left[i + 1]]} << (kChunk - 1);
      for (places >>= kChunk - count; places != 0; places &= places - 1) {
        const size_t at = from + static_cast<size_t>(std::countr_zero(places));
        const bool isAscii = static_cast<unsigned char>(text[at]) < 0x80;
        if (!isAscii && (text.substr(at, kMark.size()) != kMark || joins(placeOf(decodeUtf8Before(&text[at]).value, 0x2581)))) continue;
        emit(begin, at);
        begin = at;
      }
    }
    emit(begin, text.size());
  }

  /** Calls emit(begin, end) for the stretches of `text` between cuts. */
  template <class Emit>
  void split(std::string_view text, Emit&& emit) const {
    size_t begin = 0;
    if (any()) forEachPair(text, [&](size_t place, size_t at) {
      if (joins(place)) return;
      emit(begin, at);
      begin = at;
    });
    emit(begin, text.size());
  }

 private:
  static constexpr std::string_view kMark = "\xE2\x96\x81";
  // Pairs of ASCII have bits of their own; others share, which can only forbid more cuts.
  static constexpr int kWidth = 19;
  static constexpr size_t kBits = size_t{1} << kWidth;
  static size_t placeOf(uint32_t left, uint32_t right) {
    if ((left | right) < 0x80) return left << 7 | right;
    return (left * 0x9E3779B1u ^ right * 0x85EBCA77u) >> (32 - kWidth);
  }

  bool joins(size_t place) const { return joined_[place / 64] >> place % 64 & 1; }

  /** Calls visit(place, at) for every two characters, of which the second is at `at`. */
  template <class Visit>
  static void forEachPair(std::string_view text, Visit&& visit) {
    uint32_t before = 0;
    for (size_t at = 0; at < text.size();) {
      const CodePoint c = decodeUtf8(text.data() + at);
      if (at > 0) visit(placeOf(before, c.value), at);
      before = c.value;
      at += c.length;
    }
  }

  std::vector<uint64_t> joined_;
  // For every two bytes, whether a cut between them is quick to find, or may be.
  std::vector<uint8_t> quick_;
};

}  // namespace scalesweep
