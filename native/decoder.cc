#include "decoder.h"

#include <algorithm>

#include "byte_level.h"
#include "pattern.h"

namespace scalesweep {

namespace {

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
  std::string out;
  size_t done = 0;
  if (from.empty()) {
    // Between all characters, as Rust's str::replace does.
    out.append(to);
    for (size_t at = 0; at < text.size();) {
      const size_t length = decodeUtf8(text.data() + at).length;
      out.append(text, at, length).append(to);
      at += length;
    }
    text = std::move(out);
    return;
  }
  for (size_t at; (at = text.find(from, done)) != std::string::npos; done = at + from.size()) {
    out.append(text, done, at - done).append(to);
  }
  if (done == 0) return;
  out.append(text, done);
  text = std::move(out);
}

void cleanUp(std::string& text) {
  static constexpr std::pair<const char*, const char*> kRules[] = {
      {" .", "."}, {" ?", "?"}, {" !", "!"}, {" ,", ","}, {" ' ", "'"}, {" n't", "n't"},
      {" 'm", "'m"}, {" do not", " don't"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"},
  };
  for (const auto& [from, to] : kRules) replaceAll(text, from, to);
}

class ByteLevelDecoder : public Decoder {
 public:
  void apply(std::vector<std::string>& tokens) const override {
    std::string bytes, text;
    for (const std::string& token : tokens) byteAlphabet().appendBytes(bytes, token);
    appendSanitizedUtf8(text, bytes);
    tokens.assign(1, std::move(text));
  }
};

class BpeDecoder : public Decoder {
 public:
  explicit BpeDecoder(std::string suffix) : suffix_(std::move(suffix)) {}
  void apply(std::vector<std::string>& tokens) const override {
    for (size_t i = 0; i < tokens.size(); ++i) replaceAll(tokens[i], suffix_, i + 1 == tokens.size() ? "" : " ");
  }

 private:
  std::string suffix_;
};

class WordPieceDecoder : public Decoder {
 public:
  WordPieceDecoder(std::string prefix, bool cleanup) : prefix_(std::move(prefix)), cleanup_(cleanup) {}
  void apply(std::vector<std::string>& tokens) const override {
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (i > 0 && tokens[i].starts_with(prefix_)) tokens[i].erase(0, prefix_.size());
      else if (i > 0) tokens[i].insert(0, " ");
      if (cleanup_) cleanUp(tokens[i]);
    }
  }

 private:
  std::string prefix_;
  bool cleanup_;
};

class MetaspaceDecoder : public Decoder {
 public:
  explicit MetaspaceDecoder(const Fields& fields) : dropsFirst_(fields.text("prepend_scheme", "always") != "never") {
    appendUtf8(replacement_, fields.character("replacement"));
  }
  void apply(std::vector<std::string>& tokens) const override {
    for (size_t i = 0; i < tokens.size(); ++i) replaceAll(tokens[i], replacement_, i == 0 && dropsFirst_ ? "" : " ");
  }

 private:
  std::string replacement_;
  bool dropsFirst_;
};

class CtcDecoder : public Decoder {
 public:
  explicit CtcDecoder(const Fields& fields)
      : pad_(fields.text("pad_token")), delimiter_(fields.text("word_delimiter_token")), cleanup_(fields.flag("cleanup")) {}
  void apply(std::vector<std::string>& tokens) const override {
    tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
    for (std::string& token : tokens) {
      replaceAll(token, pad_, "");
      if (!cleanup_) continue;
      cleanUp(token);
      replaceAll(token, delimiter_, " ");
    }
    std::erase_if(tokens, [](const std::string& token) { return token.empty(); });
  }

 private:
  std::string pad_, delimiter_;
  bool cleanup_;
};

class ReplaceDecoder : public Decoder {
 public:
  explicit ReplaceDecoder(const Fields& fields)
      : pattern_(fields.required("pattern"), fields.where()), content_(fields.text("content")) {}
  void apply(std::vector<std::string>& tokens) const override {
    for (std::string& token : tokens) {
      if (token.empty()) continue;
      std::string out;
      pattern_.forEach(token, [&](size_t begin, size_t end, bool isMatch) {
        if (isMatch) out.append(content_);
        else out.append(token, begin, end - begin);
      });
      token = std::move(out);
    }
  }

 private:
  Pattern pattern_;
  std::string content_;
};

class FuseDecoder : public Decoder {
 public:
  void apply(std::vector<std::string>& tokens) const override {
    std::string all;
    for (const std::string& token : tokens) all.append(token);
    tokens.assign(1, std::move(all));
  }
};

class StripDecoder : public Decoder {
 public:
  explicit StripDecoder(const Fields& fields) : start_(fields.count("start")), stop_(fields.count("stop")) {
    appendUtf8(content_, fields.character("content"));
  }
  void apply(std::vector<std::string>& tokens) const override {
    for (std::string& token : tokens) {
      for (uint32_t i = 0; i < start_ && token.starts_with(content_); ++i) token.erase(0, content_.size());
      for (uint32_t i = 0; i < stop_ && token.ends_with(content_); ++i) token.resize(token.size() - content_.size());
    }
  }

 private:
  std::string content_;
  uint32_t start_, stop_;
};

/** Runs of <0xXX> tokens become the text they spell, or a U+FFFD each where they spell none. */
class ByteFallbackDecoder : public Decoder {
 public:
  void apply(std::vector<std::string>& tokens) const override {
    std::vector<std::string> out;
    std::string bytes;
    const auto flush = [&] {
      if (bytes.empty()) return;
      if (isValidUtf8(bytes)) out.push_back(bytes);
      else out.insert(out.end(), bytes.size(), "\xEF\xBF\xBD");
      bytes.clear();
    };
    for (std::string& token : tokens) {
      const int byte = byteOf(token);
      if (byte >= 0) {
        bytes.push_back(static_cast<char>(byte));
        continue;
      }
      flush();
      out.push_back(std::move(token));
    }
    flush();
    tokens = std::move(out);
  }

 private:
  static int byteOf(const std::string& token) {
    if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return -1;
    const auto digit = [](char c) {
      return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    };
    const int high = token[3] == '+' ? 0 : digit(token[3]), low = digit(token[4]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }
};

class SequenceDecoder : public Decoder {
 public:
  explicit SequenceDecoder(const Fields& fields) {
    for (const Json& step : fields.required("decoders").items) steps_.push_back(readDecoder(&step));
  }
  void apply(std::vector<std::string>& tokens) const override {
    for (const auto& step : steps_) step->apply(tokens);
  }

 private:
  std::vector<std::unique_ptr<Decoder>> steps_;
};

}  // namespace

std::unique_ptr<Decoder> readDecoder(const Json* section) {
  if (!section) return nullptr;
  const Fields fields(*section, "the decoder");
  const std::string type = fields.text("type");
  if (type == "ByteLevel") return std::make_unique<ByteLevelDecoder>();
  if (type == "BPEDecoder") return std::make_unique<BpeDecoder>(fields.text("suffix"));
  if (type == "WordPiece") return std::make_unique<WordPieceDecoder>(fields.text("prefix"), fields.flag("cleanup"));
  if (type == "Metaspace") return std::make_unique<MetaspaceDecoder>(fields);
  if (type == "CTC") return std::make_unique<CtcDecoder>(fields);
  if (type == "Replace") return std::make_unique<ReplaceDecoder>(fields);
  if (type == "Fuse") return std::make_unique<FuseDecoder>();
  if (type == "Strip") return std::make_unique<StripDecoder>(fields);
  if (type == "ByteFallback") return std::make_unique<ByteFallbackDecoder>();
  if (type == "Sequence") return std::make_unique<SequenceDecoder>(fields);
  throw LoadError("unknown decoder type `" + type +
                  "`; known are BPEDecoder, ByteFallback, ByteLevel, CTC, Fuse, Metaspace, Replace, Sequence, Strip and "
                  "WordPiece");
}

}  // namespace scalesweep
