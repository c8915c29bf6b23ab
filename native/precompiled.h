// SentencePiece's charsmap: a double-array trie from bytes to replacements, applied as tokenizers 0.23.2 applies it.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "errors.h"
#include "graphemes.h"

namespace scalesweep {

class Precompiled {
 public:
  explicit Precompiled(const std::string& base64) {
    const std::string blob = decodeBase64(base64);
    const auto word = [&](size_t at) {
      uint32_t value = 0;
      for (size_t i = 0; i < 4; ++i) value |= static_cast<uint32_t>(static_cast<unsigned char>(blob[at + i])) << 8 * i;
      return value;
    };
    const size_t units = blob.size() >= 4 ? word(0) / 4 : 0;
    if (units == 0 || blob.size() < 4 + units * 4) throw LoadError("the precompiled_charsmap is shorter than it says");
    for (size_t i = 0; i < units; ++i) trie_.push_back(word(4 + i * 4));
    replacements_ = blob.substr(4 + units * 4);
    if (!isValidUtf8(replacements_)) throw LoadError("the replacements of the precompiled_charsmap are not UTF-8");
    for (uint32_t c = 0; c < 128; ++c) {
      const char character = static_cast<char>(c);
      std::string_view unused;
      plain_[c] = c != '\r' && !find({&character, 1}, unused);
    }
  }

  bool operator()(std::string_view text, std::string& out, size_t& origin) const {
    out.clear();
    bool changed = false;
    const size_t before = std::exchange(origin, 0);
    // The bytes at `at` that stem from the front: of what comes first, where all before it went, one character does.
    const auto reach = [&](size_t at) -> size_t {
      if (at < before) return before - at;
      return before > 0 && out.empty() ? decodeUtf8(text.data() + at).length : 0;
    };
    const auto replace = [&](size_t at, size_t size) {
      std::string_view replacement;
      if (!find(text.substr(at, size), replacement)) return false;
      if (const size_t bytes = reach(at)) origin = out.size() + front(text.substr(at, size), bytes, replacement);
      out.append(replacement);
      return changed = true;
    };
    const auto keep = [&](size_t at, size_t size) {
      if (const size_t bytes = reach(at)) origin = out.size() + std::min(size, bytes);
      out.append(text, at, size);
    };
    for (size_t at = 0; at < text.size();) {
      if (const size_t plain = endOfPlain(text, at); plain > at) {
        keep(at, plain - at);
        at = plain;
        continue;
      }
      const size_t cluster = clusterLength(text.substr(at));
      if (cluster < 6 && replace(at, cluster)) {
        at += cluster;
        continue;
      }
      for (const size_t end = at + cluster; at < end;) {
        const size_t length = decodeUtf8(text.data() + at).length;
        if (!replace(at, length)) keep(at, length);
        at += length;
      }
    }
    if (!changed) origin = before;
    return changed;
  }

 private:
  /** The end of the ASCII characters from `at` on that are clusters of their own and no keys. */
  size_t endOfPlain(std::string_view text, size_t at) const {
    const auto isAsciiAt = [&](size_t i) { return static_cast<unsigned char>(text[i]) < 0x80; };
    while (at < text.size() && isAsciiAt(at) && plain_[static_cast<unsigned char>(text[at])] && (at + 1 == text.size() || isAsciiAt(at + 1))) ++at;
    return at;
  }

  /** How much of a replacement stems from the first `size` bytes of a part: its characters follow the part's one by one. */
  static size_t front(std::string_view part, size_t size, std::string_view replacement) {
    if (part.size() <= size) return replacement.size();
    size_t kept = 0;
    for (size_t at = 0; at < size && kept < replacement.size(); at += decodeUtf8(part.data() + at).length) {
      kept += decodeUtf8(replacement.data() + kept).length;
    }
    return kept;
  }

  /** The replacement of the shortest key that `part` starts with. */
  bool find(std::string_view part, std::string_view& replacement) const {
    const auto offsetOf = [](uint64_t unit) { return static_cast<size_t>((unit >> 10) << ((unit & 512) >> 6)); };
    size_t node = offsetOf(trie_[0]);
    for (const char c : part) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte == 0) return false;
      node ^= byte;
      if (node >= trie_.size()) return false;
      const uint32_t unit = trie_[node];
      if ((unit & 0x800000FFu) != byte) return false;
      node ^= offsetOf(unit);
      if (node >= trie_.size()) return false;
      if (unit >> 8 & 1) {
        const size_t begin = trie_[node] & 0x7FFFFFFFu;
        if (begin > replacements_.size()) return false;
        const size_t end = replacements_.find('\0', begin);
        replacement = std::string_view(replacements_).substr(begin, end == std::string::npos ? end : end - begin);
        return true;
      }
    }
    return false;
  }

  static std::string decodeBase64(const std::string& text) {
    std::string bytes;
    uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
      if (c == '=') break;
      static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
      const size_t value = kAlphabet.find(c);
      if (value == std::string_view::npos) throw LoadError("the precompiled_charsmap is not base64");
      bits = bits << 6 | static_cast<uint32_t>(value);
      count += 6;
      if (count >= 8) bytes.push_back(static_cast<char>(bits >> (count -= 8)));
    }
    return bytes;
  }

  std::array<bool, 128> plain_{};
  std::vector<uint32_t> trie_;
  std::string replacements_;
};

}  // namespace scalesweep
