// Normalizers: they rewrite text before it is split.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "byte_level.h"
#include "character_map.h"
#include "normal_forms.h"
#include "pattern.h"
#include "precompiled.h"
#include "unicode.h"
#include "utf8.h"

namespace scalesweep {

/**
 * Writes the normalized text to `out` and returns true, or returns false when it equals `text`.
 * `origin` counts the bytes at the front that stem from the very start of the input.
 */
using Normalizer = std::function<bool(std::string_view text, std::string& out, size_t& origin)>;

struct Normalization {
  std::vector<Normalizer> steps;

  /** The normalized text: `text` itself, or what stands in one of the two buffers. */
  std::string_view apply(std::string_view text, std::string (&buffers)[2], size_t& origin) const {
    int into = 0;
    for (const Normalizer& step : steps) {
      if (!step(text, buffers[into], origin)) continue;
      text = buffers[into];
      into = 1 - into;
    }
    return text;
  }
};

template <class Visit>
void forEachCharacter(std::string_view text, Visit&& visit) {
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = decodeUtf8(text.data() + at);
    visit(c.value);
    at += c.length;
  }
}

/** A normalizer that does the same to every character. */
template <class Rewrite>
Normalizer byCharacters(Rewrite rewrite) {
  return CharacterMap([=](std::string_view text, std::string& out) {
    forEachCharacter(text, [&](uint32_t c) { rewrite(c, out); });
    return true;
  });
}

inline void appendLower(uint32_t c, std::string& out) {
  const Mapping* mapping = findMapping(kLower, c);
  if (!mapping) return appendUtf8(out, c);
  for (uint32_t i = 0; i < mapping->length; ++i) appendUtf8(out, kMappingPool[mapping->offset + i]);
}

/** SentencePiece's rules for machine translation. */
inline void appendNmt(uint32_t c, std::string& out) {
  if ((c >= 1 && c <= 8) || c == 0xB || (c >= 0xE && c <= 0x1F) || c == 0x7F || c == 0x8F || c == 0x9F) return;
  const bool space = c == 9 || c == 10 || c == 12 || c == 13 || c == 0x1680 || (c >= 0x200B && c <= 0x200F) || c == 0x2028 ||
                     c == 0x2029 || c == 0x2581 || c == 0xFEFF || c == 0xFFFD;
  appendUtf8(out, space ? ' ' : c);
}

/** GPT-2's alphabet: every byte of the text becomes a character, the first character's those that stem from the start. */
inline bool spellBytes(std::string_view text, std::string& out, size_t& origin) {
  out.clear();
  byteAlphabet().appendVisible(out, text.substr(0, origin));
  const size_t before = origin;
  origin = out.size();
  byteAlphabet().appendVisible(out, text.substr(before));
  return true;
}

inline Normalizer formNormalizer(NormalForm form) {
  return [=](std::string_view text, std::string& out, size_t& origin) {
    if (isAscii(text) || !form.apply(text, out)) return false;
    if (origin == 0 || out.empty()) return true;
    // What the front becomes alone stems from it, and so does a character that its last one joins with neighbours.
    std::string front;
    if (!form.apply(text.substr(0, origin), front)) front = text.substr(0, origin);
    origin = static_cast<size_t>(std::mismatch(front.begin(), front.end(), out.begin(), out.end()).first - front.begin());
    while (origin < out.size() && (out[origin] & 0xC0) == 0x80) --origin;
    if (origin < std::min(front.size(), out.size())) origin += decodeUtf8(out.data() + origin).length;
    return true;
  };
}

class BertNormalizer {
 public:
  explicit BertNormalizer(const Fields& fields)
      : clean_(fields.flag("clean_text")), chinese_(fields.flag("handle_chinese_chars")), lower_(fields.flag("lowercase")),
        accents_(fields.flag("strip_accents", lower_)) {}

  /** Marks that stay after others were stripped may change places with each other: then their order is for whole texts. */
  bool operator()(std::string_view text, std::string& out) const {
    std::string cleaned, decomposed;
    forEachCharacter(text, [&](uint32_t c) { clean(c, cleaned); });
    if (accents_ && form_.apply(cleaned, decomposed)) cleaned.swap(decomposed);
    bool alone = true;
    forEachCharacter(cleaned, [&](uint32_t c) {
      if (accents_ && (propertiesOf(c) & kNonspacing)) return;
      alone = alone && !(accents_ && combiningClassOf(c) != 0);
      lower_ ? appendLower(c, out) : appendUtf8(out, c);
    });
    return alone;
  }

 private:
  static bool isChinese(uint32_t c) {
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
           (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
  }

  /** Cleans one character, and puts spaces around a Chinese one. */
  void clean(uint32_t c, std::string& to) const {
    if (clean_) {
      const uint32_t properties = propertiesOf(c);
      if (properties & kBertRemoved) return;
      if (properties & kBertSpace) c = ' ';
    }
    const bool apart = chinese_ && isChinese(c);
    if (apart) to.push_back(' ');
    appendUtf8(to, c);
    if (apart) to.push_back(' ');
  }

  bool clean_, chinese_, lower_, accents_;
  NormalForm form_{false, false};
};

inline Normalizer stripNormalizer(bool left, bool right) {
  return [=](std::string_view text, std::string& out, size_t& origin) {
    const auto isSpace = [](CodePoint c) { return (propertiesOf(c.value) & kRustSpace) != 0; };
    size_t begin = 0, end = text.size();
    while (left && begin < end && isSpace(decodeUtf8(text.data() + begin))) begin += decodeUtf8(text.data() + begin).length;
    while (right && end > begin && isSpace(decodeUtf8Before(text.data() + end))) end -= decodeUtf8Before(text.data() + end).length;
    if (begin == 0 && end == text.size()) return false;
    origin = origin > begin ? std::min(origin, end) - begin : 0;
    out.assign(text, begin, end - begin);
    return true;
  };
}

inline Normalizer prependNormalizer(const std::string& prefix) {
  return [=](std::string_view text, std::string& out, size_t& origin) {
    if (text.empty()) return false;
    out.assign(prefix).append(text);
    if (origin > 0) origin += prefix.size();
    return true;
  };
}

inline Normalizer replaceNormalizer(const Fields& fields) {
  return [pattern = std::make_shared<const Pattern>(fields), content = fields.text("content")](std::string_view text, std::string& out, size_t& origin) {
    if (text.empty()) return false;
    out.clear();
    const size_t before = origin;
    if (pattern->isByteFor(content)) {
      appendReplaced(out, text.substr(0, before), pattern->source()[0], content);
      origin = out.size();
      appendReplaced(out, text.substr(before), pattern->source()[0], content);
      return true;
    }
    origin = 0;
    pattern->forEach(text, [&](size_t begin, size_t end, bool isMatch) {
      const size_t from = out.size();
      out.append(isMatch ? std::string_view(content) : text.substr(begin, end - begin));
      // What is put in stems from where the last character of the match did.
      if (end <= before) origin = out.size();
      else if (begin < before && !isMatch) origin = from + (before - begin);
    });
    return true;
  };
}

inline void readNormalizerInto(const Json& section, std::vector<Normalizer>& steps) {
  const Fields fields(section, "the normalizer");
  if (fields.text("type") == "Sequence") {
    for (const Json& step : fields.required("normalizers").items) readNormalizerInto(step, steps);
    return;
  }
  static const Reader<Normalizer> kTypes[] = {
      {"BertNormalizer", [](const Fields& f) { return Normalizer(CharacterMap(BertNormalizer(f))); }},
      {"ByteLevel", [](const Fields&) { return Normalizer(spellBytes); }},
      {"Lowercase", [](const Fields&) { return byCharacters(appendLower); }},
      {"NFC", [](const Fields&) { return formNormalizer({false, true}); }},
      {"NFD", [](const Fields&) { return formNormalizer({false, false}); }},
      {"NFKC", [](const Fields&) { return formNormalizer({true, true}); }},
      {"NFKD", [](const Fields&) { return formNormalizer({true, false}); }},
      {"Nmt", [](const Fields&) { return byCharacters(appendNmt); }},
      {"Precompiled", [](const Fields& f) { return Normalizer(Precompiled(f.text("precompiled_charsmap"))); }},
      {"Prepend", [](const Fields& f) { return prependNormalizer(f.text("prepend")); }},
      {"Replace", replaceNormalizer},
      {"Sequence", nullptr},
      {"Strip", [](const Fields& f) { return stripNormalizer(f.flag("strip_left"), f.flag("strip_right")); }},
      {"StripAccents", [](const Fields&) { return byCharacters([](uint32_t c, std::string& out) { if (!(propertiesOf(c) & kCombiningMark)) appendUtf8(out, c); }); }},
  };
  steps.push_back(readByType<Normalizer>(kTypes, fields, "normalizer"));
}

inline Normalization readNormalizer(const Json* section) {
  Normalization result;
  if (section) readNormalizerInto(*section, result.steps);
  return result;
}

}  // namespace scalesweep
