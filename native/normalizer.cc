#include "normalizer.h"

#include "byte_level.h"
#include "normal_forms.h"
#include "pattern.h"
#include "precompiled.h"
#include "unicode.h"
#include "utf8.h"

namespace scalesweep {

namespace {

bool isAsciiText(std::string_view text) {
  unsigned char all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

/** Rewrites character by character: rewrite(c, out) appends what takes its place. */
template <class Rewrite>
bool rewriteCharacters(std::string_view text, std::string& out, size_t& origin, Rewrite&& rewrite) {
  out.clear();
  const size_t before = origin;
  size_t now = 0;
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = decodeUtf8(text.data() + at);
    rewrite(c.value, out);
    at += c.length;
    if (at <= before) now = out.size();
  }
  origin = now;
  return true;
}

void appendLower(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c));
  } else if (const Mapping* mapping = findMapping(kLower, c)) {
    for (uint32_t i = 0; i < mapping->length; ++i) appendUtf8(out, kMappingPool[mapping->offset + i]);
  } else {
    appendUtf8(out, c);
  }
}

bool isChinese(uint32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
         (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

class LowercaseNormalizer : public Normalizer {
 public:
  bool apply(std::string_view text, std::string& out, size_t& origin) const override {
    return rewriteCharacters(text, out, origin, [](uint32_t c, std::string& to) { appendLower(to, c); });
  }
};

class NmtNormalizer : public Normalizer {
 public:
  bool apply(std::string_view text, std::string& out, size_t& origin) const override {
    return rewriteCharacters(text, out, origin, [](uint32_t c, std::string& to) {
      if ((c >= 1 && c <= 8) || c == 0xB || (c >= 0xE && c <= 0x1F) || c == 0x7F || c == 0x8F || c == 0x9F) return;
      const bool space = c == 9 || c == 10 || c == 12 || c == 13 || c == 0x1680 || (c >= 0x200B && c <= 0x200F) ||
                         c == 0x2028 || c == 0x2029 || c == 0x2581 || c == 0xFEFF || c == 0xFFFD;
      appendUtf8(to, space ? ' ' : c);
    });
  }
};

class StripAccentsNormalizer : public Normalizer {
 public:
  bool apply(std::string_view text, std::string& out, size_t& origin) const override {
    if (isAsciiText(text)) return false;
    return rewriteCharacters(text, out, origin, [](uint32_t c, std::string& to) {
      if (!(propertiesOf(c) & kCombiningMark)) appendUtf8(to, c);
    });
  }
};

class ByteLevelNormalizer : public Normalizer {
 public:
  bool apply(std::string_view text, std::string& out, size_t& origin) const override {
    return rewriteCharacters(text, out, origin, [](uint32_t c, std::string& to) {
      std::string bytes;
      appendUtf8(bytes, c);
      byteAlphabet().appendVisible(to, bytes);
    });
  }
};

class FormNormalizer : public Normalizer {
 public:
  FormNormalizer(bool compatible, bool composed) : form_(compatible, composed) {}
  bool apply(std::string_view text, std::string& out, size_t& origin) const override {
    if (isAsciiText(text)) return false;
    if (!form_.apply(text, out)) return false;
    if (origin > 0 && !out.empty()) origin = decodeUtf8(out.data()).length;
    return true;
  }

 private:
  NormalForm form_;
};

class BertNormalizer : public Normalizer {
 public:
  explicit BertNormalizer(const Fields& fields)
      : clean_(fields.flag("clean_text")), chinese_(fields.flag("handle_chinese_chars")), lower_(fields.flag("lowercase")),
        accents_(fields.flag("strip_accents", lower_)) {}

  bool apply(std::string_view text, std::string& out, size_t& origin) const override {
    if (!accents_ || isAsciiText(text)) {
      return rewriteCharacters(text, out, origin, [&](uint32_t c, std::string& to) { finish(prepare(c, to), to); });
    }
    thread_local std::string prepared, decomposed;
    rewriteCharacters(text, prepared, origin, [&](uint32_t c, std::string& to) {
      if (const uint32_t kept = prepare(c, to); kept != kRemoved) {
        appendUtf8(to, kept);
        if (chinese_ && isChinese(kept)) to.push_back(' ');
      }
    });
    std::string_view stripped = prepared;
    if (form_.apply(prepared, decomposed)) stripped = decomposed;
    return rewriteCharacters(stripped, out, origin, [&](uint32_t c, std::string& to) {
      if (propertiesOf(c) & kNonspacing) return;
      if (lower_) appendLower(to, c);
      else appendUtf8(to, c);
    });
  }

 private:
  static constexpr uint32_t kRemoved = 0xFFFFFFFF;

  /** Cleans one character and opens the space before a Chinese one. */
  uint32_t prepare(uint32_t c, std::string& to) const {
    if (clean_) {
      const uint32_t properties = propertiesOf(c);
      if (properties & kBertRemoved) return kRemoved;
      if (properties & kBertSpace) c = ' ';
    }
    if (chinese_ && isChinese(c)) to.push_back(' ');
    return c;
  }

  void finish(uint32_t c, std::string& to) const {
    if (c == kRemoved) return;
    if (lower_) appendLower(to, c);
    else appendUtf8(to, c);
    if (chinese_ && isChinese(c)) to.push_back(' ');
  }

  bool clean_, chinese_, lower_, accents_;
  NormalForm form_{false, false};
};

class StripNormalizer : public Normalizer {
 public:
  StripNormalizer(bool left, bool right) : left_(left), right_(right) {}
  bool apply(std::string_view text, std::string& out, size_t& origin) const override {
    size_t begin = 0, end = text.size();
    while (left_ && begin < end) {
      const CodePoint c = decodeUtf8(text.data() + begin);
      if (!(propertiesOf(c.value) & kRustSpace)) break;
      begin += c.length;
    }
    while (right_ && end > begin) {
      const CodePoint c = decodeUtf8Before(text.data() + end);
      if (!(propertiesOf(c.value) & kRustSpace)) break;
      end -= c.length;
    }
    if (begin == 0 && end == text.size()) return false;
    origin = origin > begin ? origin - begin : 0;
    out.assign(text, begin, end - begin);
    return true;
  }

 private:
  bool left_, right_;
};

class PrependNormalizer : public Normalizer {
 public:
  explicit PrependNormalizer(std::string prefix) : prefix_(std::move(prefix)) {}
  bool apply(std::string_view text, std::string& out, size_t& origin) const override {
    if (text.empty()) return false;
    out.assign(prefix_).append(text);
    if (origin > 0) origin += prefix_.size();
    return true;
  }

 private:
  std::string prefix_;
};

class ReplaceNormalizer : public Normalizer {
 public:
  explicit ReplaceNormalizer(const Fields& fields)
      : pattern_(fields.required("pattern"), fields.where()), content_(fields.text("content")) {}

  bool apply(std::string_view text, std::string& out, size_t& origin) const override {
    if (text.empty()) return false;
    out.clear();
    const size_t before = origin;
    size_t now = 0;
    pattern_.forEach(text, [&](size_t begin, size_t end, bool isMatch) {
      const size_t from = out.size();
      if (isMatch) out.append(content_);
      else out.append(text, begin, end - begin);
      // What is put in stems from where the last character of the match did.
      if (end <= before) now = out.size();
      else if (begin < before && !isMatch) now = from + (before - begin);
    });
    origin = now;
    return true;
  }

 private:
  Pattern pattern_;
  std::string content_;
};

void readNormalizerInto(const Json& section, Normalization& result) {
  const Fields fields(section, "the normalizer");
  const std::string type = fields.text("type");
  const auto add = [&](auto step) { result.steps.push_back(std::move(step)); };
  if (type == "Sequence") {
    for (const Json& step : fields.required("normalizers").items) readNormalizerInto(step, result);
  } else if (type == "BertNormalizer") {
    add(std::make_unique<BertNormalizer>(fields));
  } else if (type == "Strip") {
    add(std::make_unique<StripNormalizer>(fields.flag("strip_left"), fields.flag("strip_right")));
  } else if (type == "StripAccents") {
    add(std::make_unique<StripAccentsNormalizer>());
  } else if (type == "NFC" || type == "NFD" || type == "NFKC" || type == "NFKD") {
    add(std::make_unique<FormNormalizer>(type.size() == 4, type.back() == 'C'));
  } else if (type == "Lowercase") {
    add(std::make_unique<LowercaseNormalizer>());
  } else if (type == "Nmt") {
    add(std::make_unique<NmtNormalizer>());
  } else if (type == "Precompiled") {
    add(std::make_unique<Precompiled>(fields.text("precompiled_charsmap")));
  } else if (type == "Replace") {
    add(std::make_unique<ReplaceNormalizer>(fields));
  } else if (type == "Prepend") {
    add(std::make_unique<PrependNormalizer>(fields.text("prepend")));
  } else if (type == "ByteLevel") {
    add(std::make_unique<ByteLevelNormalizer>());
  } else {
    throw LoadError("unknown normalizer type `" + type +
                    "`; known are BertNormalizer, ByteLevel, Lowercase, NFC, NFD, NFKC, NFKD, Nmt, Precompiled, Prepend, "
                    "Replace, Sequence, Strip and StripAccents");
  }
}

}  // namespace

std::string_view Normalization::apply(std::string_view text, std::string (&buffers)[2], size_t& origin) const {
  int into = 0;
  for (const auto& step : steps) {
    if (!step->apply(text, buffers[into], origin)) continue;
    text = buffers[into];
    into = 1 - into;
  }
  return text;
}

Normalization readNormalizer(const Json* section) {
  Normalization result;
  if (section) readNormalizerInto(*section, result);
  return result;
}

}  // namespace scalesweep
