// UTF-8 in and out. Everything behind addon.cc works on valid UTF-8; sanitizeUtf8 makes any bytes so.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace scalesweep {

struct CodePoint {
  uint32_t value;
  uint32_t length;  // bytes
};

/** Value of a hexadecimal digit, or -1. */
inline int hexDigit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/** The code point at `p` of valid UTF-8. */
inline CodePoint decodeUtf8(const char* text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text);
  const uint32_t a = p[0];
  if (a < 0x80) return {a, 1};
  if (a < 0xE0) return {(a & 0x1F) << 6 | (p[1] & 0x3Fu), 2};
  if (a < 0xF0) return {(a & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu), 3};
  return {(a & 0x07) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu), 4};
}

/** The code point that ends just before `end` (there is one). */
inline CodePoint decodeUtf8Before(const char* end) {
  const char* p = end - 1;
  while ((*p & 0xC0) == 0x80) --p;
  return decodeUtf8(p);
}

/** Writes the UTF-8 of `c` to `out`, which has room for 4 bytes; returns where it ends. */
inline char* writeUtf8(char* out, uint32_t c) {
  if (c < 0x80) {
    *out++ = static_cast<char>(c);
    return out;
  }
  if (c < 0x800) {
    *out++ = static_cast<char>(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      *out++ = static_cast<char>(0xE0 | c >> 12);
    } else {
      *out++ = static_cast<char>(0xF0 | c >> 18);
      *out++ = static_cast<char>(0x80 | (c >> 12 & 0x3F));
    }
    *out++ = static_cast<char>(0x80 | (c >> 6 & 0x3F));
  }
  *out++ = static_cast<char>(0x80 | (c & 0x3F));
  return out;
}

inline void appendUtf8(std::string& out, uint32_t c) {
  char bytes[4];
  out.append(bytes, writeUtf8(bytes, c));
}

/** Writes the UTF-8 of `units` to `out`, which has room for three bytes each; lone surrogates become U+FFFD. Returns its length. */
inline size_t utf8FromUtf16(std::u16string_view units, char* out) {
  char* const begin = out;
  const char16_t* unit = units.data();
  const char16_t* const end = unit + units.size();
  constexpr int kBlock = 32;
  while (unit < end) {
    // Written so that compilers make vector instructions of it; `out` has room for what is not kept.
    for (char16_t all = 0; end - unit >= kBlock; unit += kBlock, out += kBlock) {
      for (int i = 0; i < kBlock; ++i) all |= unit[i];
      if (all >= 0x80) break;
      for (int i = 0; i < kBlock; ++i) out[i] = static_cast<char>(unit[i]);
    }
    for (const char16_t* const stop = end - unit > kBlock ? unit + kBlock : end; unit < stop; ++unit) {
      uint32_t c = *unit;
      if (c - 0xD800 < 0x400 && unit + 1 < end && unit[1] - 0xDC00u < 0x400) c = 0x10000 + ((c - 0xD800) << 10) + (*++unit - 0xDC00u);
      out = writeUtf8(out, c - 0xD800 < 0x800 ? 0xFFFD : c);
    }
  }
  return static_cast<size_t>(out - begin);
}

/** Length of the valid UTF-8 sequence at the front of `text`; 0 when there is none, then `bad` is what U+FFFD stands for. */
inline size_t validSequence(std::string_view text, size_t& bad) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned a = byte(0);
  bad = 1;
  if (a < 0x80) return 1;
  if (a < 0xC2 || a > 0xF4) return 0;
  const size_t length = a < 0xE0 ? 2 : a < 0xF0 ? 3 : 4;
  const unsigned low = a == 0xE0 ? 0xA0 : a == 0xF0 ? 0x90 : 0x80;
  const unsigned high = a == 0xED ? 0x9F : a == 0xF4 ? 0x8F : 0xBF;
  for (size_t i = 1; i < length; ++i) {
    if (i >= text.size()) return 0;
    const unsigned b = byte(i);
    if (b < (i == 1 ? low : 0x80u) || b > (i == 1 ? high : 0xBFu)) return 0;
    bad = i + 1;
  }
  return length;
}

/** Appends `text` with every maximal invalid subsequence replaced by U+FFFD (what lossy decoders do). */
inline void appendSanitizedUtf8(std::string& out, std::string_view text) {
  size_t bad = 0;
  for (size_t i = 0; i < text.size();) {
    const size_t length = validSequence(text.substr(i), bad);
    if (length > 0) {
      out.append(text, i, length);
      i += length;
    } else {
      out.append("\xEF\xBF\xBD");
      i += bad;
    }
  }
}

inline bool isAscii(std::string_view text) {
  unsigned char all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

inline bool isValidUtf8(std::string_view text) {
  size_t bad = 0;
  for (size_t i = 0; i < text.size();) {
    uint64_t word = 0;
    if (i + 8 <= text.size()) std::memcpy(&word, text.data() + i, 8);
    if (i + 8 <= text.size() && !(word & 0x8080808080808080ull)) {
      i += 8;
      continue;
    }
    do {
      const size_t length = validSequence(text.substr(i), bad);
      if (length == 0) return false;
      i += length;
    } while (i < text.size() && (text[i] & 0x80));
  }
  return true;
}

}  // namespace scalesweep
