// What a normalizer makes of each character, looked up instead of worked out again.
#pragma once
#include <array>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "utf8.h"

namespace scalesweep {

class CharacterMap {
 public:
  /** Appends what becomes of a text; false when that may differ from what becomes of its characters one by one. */
  using Rewrite = std::function<bool(std::string_view text, std::string& out)>;

  explicit CharacterMap(Rewrite rewrite) : rewrite_(std::move(rewrite)), entries_(0x10000) {
    for (uint32_t c = 0; c < entries_.size(); ++c) entries_[c] = entryOf(c);
    for (size_t c = 0; c < ascii_.size(); ++c) ascii_[c] = entries_[c].length == 0 ? kDropped : entries_[c].bytes[0];
  }

  /** The rewritten text; `origin` counts the bytes that stem from the front of the input, before and after. */
  bool operator()(std::string_view text, std::string& out, size_t& origin) const {
    constexpr size_t kBlock = 64;
    char block[kBlock * sizeof(Entry)];
    const size_t before = std::exchange(origin, 0);
    out.clear();
    for (size_t at = 0; at < text.size();) {
      char* to = block;
      for (const size_t end = at < before ? at + 1 : std::min(text.size(), at + kBlock); at < end;) {
        if (const auto byte = static_cast<unsigned char>(text[at]); byte < ascii_.size()) {
          *to = ascii_[byte];
          to += ascii_[byte] != kDropped;
          ++at;
          continue;
        }
        const CodePoint c = decodeUtf8(text.data() + at);
        const Entry entry = c.value < entries_.size() ? entries_[c.value] : entryOf(c.value);
        if (entry.length == kUnknown) return rewriteWhole(text, out, origin = before);
        std::memcpy(to, &entry, sizeof entry);
        to += entry.length;
        at += c.length;
      }
      out.append(block, to);
      if (at <= before) origin = out.size();
    }
    return true;
  }

 private:
  static constexpr uint8_t kUnknown = 0xFF;
  static constexpr char kDropped = '\xFF';
  struct Entry {
    char bytes[15];
    uint8_t length;
  };

  Entry entryOf(uint32_t c) const {
    std::string character, out;
    appendUtf8(character, c);
    Entry entry{};
    entry.length = rewrite_(character, out) && out.size() <= sizeof entry.bytes ? static_cast<uint8_t>(out.size()) : kUnknown;
    if (entry.length != kUnknown) std::memcpy(entry.bytes, out.data(), out.size());
    return entry;
  }

  bool rewriteWhole(std::string_view text, std::string& out, size_t& origin) const {
    out.clear();
    rewrite_(text.substr(0, origin), out);
    origin = out.size();
    out.clear();
    rewrite_(text, out);
    return true;
  }

  Rewrite rewrite_;
  std::vector<Entry> entries_;
  std::array<char, 128> ascii_;  // no normalizer makes more than one character of one of these
};

}  // namespace scalesweep
