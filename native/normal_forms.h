// NFC, NFD, NFKC and NFKD with the tables of tokenizers 0.23.2 (Unicode 9).
#pragma once
#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unicode.h"
#include "utf8.h"

namespace scalesweep {

class NormalForm {
 public:
  NormalForm(bool compatible, bool composed) : compatible_(compatible), composed_(composed) {}

  /** False, and nothing written, when every character can be seen to stay as it is. */
  bool apply(std::string_view text, std::string& out) const {
    const Kinds& kinds = kindsOf();
    size_t at = 0;
    if (!skipKept(kinds, text, at)) return false;
    out.clear();
    std::vector<Element> pending;
    for (size_t done = 0; done < text.size();) {
      out.append(text, done, at - done);
      // From the last starter that may change to the next that does not.
      for (bool first = true; at < text.size(); first = false) {
        const CodePoint c = decodeUtf8(text.data() + at);
        if (!first && kinds[c.value] == kKept) break;
        decompose(c.value, pending);
        at += c.length;
      }
      flush(pending, out);
      done = at;
      if (!skipKept(kinds, text, at)) {
        out.append(text, done);
        break;
      }
    }
    return true;
  }

 private:
  struct Element {
    uint32_t value;
    uint8_t klass;
  };
  static constexpr uint32_t kSBase = 0xAC00, kLBase = 0x1100, kVBase = 0x1161, kTBase = 0x11A7;
  static constexpr uint32_t kLCount = 19, kVCount = 21, kTCount = 28, kSCount = kLCount * kVCount * kTCount;

  /**
   * What a form does to each character: a starter that stays and never joins one before it; a mark of which the same is
   * true while it is in order; or anything else.
   */
  enum Kind : uint8_t { kKept, kKeptMark, kOpen };
  using Kinds = std::vector<uint8_t>;

  Kinds readKinds() const {
    Kinds kinds(0x110000, kKept);
    for (uint32_t c = 0; c < 0x110000; ++c) kinds[c] = combiningClassOf(c) != 0 ? kKeptMark : kKept;
    for (uint32_t c = kSBase; !composed_ && c < kSBase + kSCount; ++c) kinds[c] = kOpen;
    for (const Mapping& mapping : kNfd) {
      if (changes(mapping.from)) kinds[mapping.from] = kOpen;
    }
    for (const Mapping& mapping : kNfkd) {
      if (compatible_ && changes(mapping.from)) kinds[mapping.from] = kOpen;
    }
    if (!composed_) return kinds;
    for (const Composition& pair : kCompositions) kinds[pair.second] = kOpen;
    for (uint32_t i = 0; i < kVCount; ++i) kinds[kVBase + i] = kOpen;
    for (uint32_t i = 0; i < kTCount; ++i) kinds[kTBase + i] = kOpen;
    return kinds;
  }

  const Kinds& kindsOf() const {
    static std::once_flag made[4];
    static Kinds kinds[4];
    const size_t form = compatible_ * 2 + composed_;
    std::call_once(made[form], [&] { kinds[form] = readKinds(); });
    return kinds[form];
  }

  /** Moves `at` to the last starter before something that may change; false when the rest of the text stays. */
  static bool skipKept(const Kinds& kinds, std::string_view text, size_t& at) {
    uint8_t last = 0;
    for (size_t here = at; here < text.size();) {
      const auto byte = static_cast<unsigned char>(text[here]);
      if (byte < 0x80) {  // ASCII stays in every form
        at = here++;
        last = 0;
        continue;
      }
      const CodePoint c = decodeUtf8(text.data() + here);
      const uint8_t kind = kinds[c.value];
      if (kind == kOpen) return true;
      if (kind == kKept) {
        at = here;
        last = 0;
      } else {
        const uint8_t klass = combiningClassOf(c.value);
        if (last > klass) return true;
        last = klass;
      }
      here += c.length;
    }
    return false;
  }

  bool changes(uint32_t c) const {
    std::vector<Element> pending;
    std::string before, after;
    appendUtf8(before, c);
    decompose(c, pending);
    flush(pending, after);
    return before != after;
  }

  void decompose(uint32_t c, std::vector<Element>& pending) const {
    const auto add = [&](uint32_t part) { pending.push_back({part, combiningClassOf(part)}); };
    if (c - kSBase < kSCount) {
      const uint32_t s = c - kSBase;
      add(kLBase + s / (kVCount * kTCount));
      add(kVBase + s % (kVCount * kTCount) / kTCount);
      if (s % kTCount) add(kTBase + s % kTCount);
      return;
    }
    const Mapping* mapping = compatible_ ? findMapping(kNfkd, c) : nullptr;
    if (!mapping) mapping = findMapping(kNfd, c);
    if (!mapping) return add(c);
    for (uint32_t i = 0; i < mapping->length; ++i) add(kMappingPool[mapping->offset + i]);
  }

  static uint32_t compose(uint32_t a, uint32_t b) {
    if (a - kLBase < kLCount && b - kVBase < kVCount) return kSBase + ((a - kLBase) * kVCount + (b - kVBase)) * kTCount;
    if (a - kSBase < kSCount && (a - kSBase) % kTCount == 0 && b - kTBase - 1 < kTCount - 1) return a + (b - kTBase);
    const auto pairOf = [](const Composition& row) { return std::pair(row.first, row.second); };
    const Composition* row = std::ranges::lower_bound(kCompositions, std::pair(a, b), {}, pairOf);
    return row != std::end(kCompositions) && pairOf(*row) == std::pair(a, b) ? row->composed : 0;
  }

  void flush(std::vector<Element>& pending, std::string& out) const {
    if (pending.empty()) return;
    sortMarks(pending);
    if (composed_) composeAll(pending);
    for (const Element& element : pending) appendUtf8(out, element.value);
    pending.clear();
  }

  /** Marks in a row go by their classes. */
  static void sortMarks(std::vector<Element>& pending) {
    const auto isStarter = [](const Element& element) { return element.klass == 0; };
    for (auto begin = pending.begin(), end = begin; begin != pending.end(); begin = std::find_if_not(end, pending.end(), isStarter)) {
      end = std::find_if(begin, pending.end(), isStarter);
      std::ranges::stable_sort(begin, end, {}, &Element::klass);
    }
  }

  static void composeAll(std::vector<Element>& pending) {
    size_t starter = pending.size(), kept = 0;
    uint8_t last = 0;  // class of the last kept element after the starter
    for (size_t i = 0; i < pending.size(); ++i) {
      const Element element = pending[i];
      const bool adjacent = starter < kept && kept == starter + 1;
      if (starter < kept && (adjacent || (last < element.klass && last != 0))) {
        if (const uint32_t composed = compose(pending[starter].value, element.value)) {
          pending[starter].value = composed;
          continue;
        }
      }
      if (element.klass == 0) starter = kept;
      last = element.klass;
      pending[kept++] = element;
    }
    pending.resize(kept);
  }

  bool compatible_, composed_;
};

}  // namespace scalesweep
