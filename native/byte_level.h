// GPT-2's visible alphabet: every byte as a printable character.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "utf8.h"

namespace scalesweep {

struct ByteAlphabet {
  std::array<uint32_t, 256> character{};
  std::array<int16_t, 0x180> byte{};

  ByteAlphabet() {
    byte.fill(-1);
    uint32_t next = 256;
    for (uint32_t b = 0; b < 256; ++b) {
      const bool visible = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      character[b] = visible ? b : next++;
      byte[character[b]] = static_cast<int16_t>(b);
    }
  }

  /** The byte that a character stands for, or -1. */
  int byteOf(uint32_t c) const { return c < byte.size() ? byte[c] : -1; }

  void appendVisible(std::string& out, std::string_view bytes) const {
    size_t end = out.size();
    out.resize(end + 2 * bytes.size());
    for (const char b : bytes) end = static_cast<size_t>(writeUtf8(&out[end], character[static_cast<unsigned char>(b)]) - out.data());
    out.resize(end);
  }

  /** Appends the bytes that `text` stands for; or `text` itself when some character stands for none, and returns false. */
  bool appendBytes(std::string& out, std::string_view text) const {
    const size_t begin = out.size();
    for (size_t i = 0; i < text.size();) {
      const CodePoint c = decodeUtf8(text.data() + i);
      const int b = byteOf(c.value);
      if (b < 0) {
        out.resize(begin);
        out.append(text);
        return false;
      }
      out.push_back(static_cast<char>(b));
      i += c.length;
    }
    return true;
  }
};

inline const ByteAlphabet& byteAlphabet() {
  static const ByteAlphabet alphabet;
  return alphabet;
}

}  // namespace scalesweep
