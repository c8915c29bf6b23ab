// NFC, NFD, NFKC and NFKD with the tables of tokenizers 0.23.2 (Unicode 9).
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "unicode.h"
#include "utf8.h"

namespace scalesweep {

class NormalForm {
 public:
  NormalForm(bool compatible, bool composed) : compatible_(compatible), composed_(composed) {}

  /** False, and nothing written, when every character can be seen to stay as it is. */
  bool apply(std::string_view text, std::string& out) const {
    const SafeSet& safe = safeSet();
    size_t at = 0;
    while (at < text.size()) {
      const CodePoint c = decodeUtf8(text.data() + at);
      if (!safe.has(c.value)) break;
      at += c.length;
    }
    if (at >= text.size()) return false;
    // The last safe character may join what follows.
    if (at > 0) at -= decodeUtf8Before(text.data() + at).length;
    out.assign(text, 0, at);
    std::vector<Element> pending;
    while (at < text.size()) {
      const CodePoint c = decodeUtf8(text.data() + at);
      const size_t next = at + c.length;
      if (safe.has(c.value)) {
        flush(pending, out);
        if (next >= text.size() || safe.has(decodeUtf8(text.data() + next).value)) out.append(text, at, c.length);
        else decompose(c.value, pending);
      } else {
        decompose(c.value, pending);
      }
      at = next;
    }
    flush(pending, out);
    return true;
  }

 private:
  struct Element {
    uint32_t value;
    uint8_t klass;
  };
  static constexpr uint32_t kSBase = 0xAC00, kLBase = 0x1100, kVBase = 0x1161, kTBase = 0x11A7;
  static constexpr uint32_t kLCount = 19, kVCount = 21, kTCount = 28, kSCount = kLCount * kVCount * kTCount;

  /** Starters that this form leaves alone and that never join a character before them. */
  class SafeSet {
   public:
    explicit SafeSet(const NormalForm& form) : unsafe_(0x110000) {
      for (uint32_t c = 0; c < 0x110000; ++c) unsafe_[c] = combiningClassOf(c) != 0;
      for (uint32_t c = kSBase; !form.composed_ && c < kSBase + kSCount; ++c) unsafe_[c] = true;
      for (const Mapping& mapping : kNfd) unsafe_[mapping.from] = form.changes(mapping.from);
      if (form.compatible_) {
        for (const Mapping& mapping : kNfkd) unsafe_[mapping.from] = form.changes(mapping.from);
      }
      if (!form.composed_) return;
      for (const Composition& pair : kCompositions) unsafe_[pair.second] = true;
      for (uint32_t i = 0; i < kVCount; ++i) unsafe_[kVBase + i] = true;
      for (uint32_t i = 0; i < kTCount; ++i) unsafe_[kTBase + i] = true;
    }
    bool has(uint32_t c) const { return !unsafe_[c]; }

   private:
    std::vector<bool> unsafe_;
  };

  const SafeSet& safeSet() const {
    static const SafeSet sets[4] = {SafeSet({false, false}), SafeSet({false, true}), SafeSet({true, false}), SafeSet({true, true})};
    return sets[compatible_ * 2 + composed_];
  }

  bool changes(uint32_t c) const {
    std::vector<Element> pending;
    std::string before, after;
    appendUtf8(before, c);
    decompose(c, pending);
    flush(pending, after);
    return before != after || combiningClassOf(c) != 0;
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
    int low = 0, high = static_cast<int>(sizeof kCompositions / sizeof *kCompositions);
    const int count = high;
    while (low < high) {
      const int middle = (low + high) / 2;
      const Composition& pair = kCompositions[middle];
      if (pair.first < a || (pair.first == a && pair.second < b)) low = middle + 1;
      else high = middle;
    }
    return low < count && kCompositions[low].first == a && kCompositions[low].second == b ? kCompositions[low].composed : 0;
  }

  void flush(std::vector<Element>& pending, std::string& out) const {
    if (pending.empty()) return;
    sortMarks(pending);
    if (composed_) composeAll(pending);
    for (const Element& element : pending) appendUtf8(out, element.value);
    pending.clear();
  }

  static void sortMarks(std::vector<Element>& pending) {
    const auto byClass = [](const Element& a, const Element& b) { return a.klass < b.klass; };
    for (auto begin = pending.begin(); begin != pending.end();) {
      if (begin->klass == 0) {
        ++begin;
        continue;
      }
      auto end = begin;
      while (end != pending.end() && end->klass != 0) ++end;
      std::stable_sort(begin, end, byClass);
      begin = end;
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
