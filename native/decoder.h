// Decoders: token strings back to text.
#pragma once
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "byte_level.h"
#include "pattern.h"

namespace scalesweep {

using Tokens = std::vector<std::string>;
/** Rewrites a list of token strings; empty when the file has no decoder: then tokens are joined by spaces. */
using Decoder = std::function<void(Tokens& tokens)>;

inline void replaceAll(std::string& text, std::string_view from, std::string_view to) {
  std::string out;
  forEachLiteral(from, text, [&](size_t begin, size_t end, bool isMatch) { out.append(isMatch ? to : std::string_view(text).substr(begin, end - begin)); });
  text = std::move(out);
}

inline void cleanUp(std::string& text) {
  static constexpr std::pair<const char*, const char*> kRules[] = {
      {" .", "."}, {" ?", "?"}, {" !", "!"}, {" ,", ","}, {" ' ", "'"}, {" n't", "n't"},
      {" 'm", "'m"}, {" do not", " don't"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"},
  };
  for (const auto& [from, to] : kRules) replaceAll(text, from, to);
}

/** The byte that a <0xXX> token stands for, or -1. */
inline int byteOfToken(const std::string& token) {
  if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return -1;
  const int high = token[3] == '+' ? 0 : hexDigit(token[3]), low = hexDigit(token[4]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** Runs of <0xXX> tokens become the text they spell, or a U+FFFD each where they spell none. */
inline void decodeByteTokens(Tokens& tokens) {
  Tokens out;
  std::string bytes;
  const auto flush = [&] {
    if (isValidUtf8(bytes)) out.insert(out.end(), !bytes.empty(), bytes);
    else out.insert(out.end(), bytes.size(), "\xEF\xBF\xBD");
    bytes.clear();
  };
  for (std::string& token : tokens) {
    if (const int byte = byteOfToken(token); byte >= 0) {
      bytes.push_back(static_cast<char>(byte));
      continue;
    }
    flush();
    out.push_back(std::move(token));
  }
  flush();
  tokens = std::move(out);
}

inline void fuse(Tokens& tokens) {
  std::string all;
  for (const std::string& token : tokens) all.append(token);
  tokens.assign(1, std::move(all));
}

inline void decodeByteLevel(Tokens& tokens) {
  std::string bytes, text;
  for (const std::string& token : tokens) byteAlphabet().appendBytes(bytes, token);
  appendSanitizedUtf8(text, bytes);
  tokens.assign(1, std::move(text));
}

inline Decoder readWordPieceDecoder(const Fields& fields) {
  return [prefix = fields.text("prefix"), cleanup = fields.flag("cleanup")](Tokens& tokens) {
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (i > 0 && tokens[i].starts_with(prefix)) tokens[i].erase(0, prefix.size());
      else if (i > 0) tokens[i].insert(0, " ");
      if (cleanup) cleanUp(tokens[i]);
    }
  };
}

/** Replaces `from` by a space, and by nothing in the first token or the last, as `first` and `last` say. */
inline Decoder spacesFor(std::string from, bool first, bool last) {
  return [=](Tokens& tokens) {
    for (size_t i = 0; i < tokens.size(); ++i) {
      const bool dropped = (first && i == 0) || (last && i + 1 == tokens.size());
      replaceAll(tokens[i], from, dropped ? "" : " ");
    }
  };
}

inline Decoder readMetaspaceDecoder(const Fields& fields) {
  std::string mark;
  appendUtf8(mark, fields.character("replacement"));
  return spacesFor(mark, fields.text("prepend_scheme", "always") != "never", false);
}

inline Decoder readCtcDecoder(const Fields& fields) {
  return [pad = fields.text("pad_token"), delimiter = fields.text("word_delimiter_token"), cleanup = fields.flag("cleanup")](Tokens& tokens) {
    tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
    for (std::string& token : tokens) {
      replaceAll(token, pad, "");
      if (!cleanup) continue;
      cleanUp(token);
      replaceAll(token, delimiter, " ");
    }
    std::erase_if(tokens, [](const std::string& token) { return token.empty(); });
  };
}

inline Decoder readReplaceDecoder(const Fields& fields) {
  return [pattern = std::make_shared<const Pattern>(fields), content = fields.text("content")](Tokens& tokens) {
    for (std::string& token : tokens) {
      if (token.empty()) continue;
      std::string out;
      pattern->replace(token, content, out);
      token = std::move(out);
    }
  };
}

inline Decoder readStripDecoder(const Fields& fields) {
  std::string content;
  appendUtf8(content, fields.character("content"));
  return [content, start = fields.count("start"), stop = fields.count("stop")](Tokens& tokens) {
    for (std::string& token : tokens) {
      for (uint32_t i = 0; i < start && token.starts_with(content); ++i) token.erase(0, content.size());
      for (uint32_t i = 0; i < stop && token.ends_with(content); ++i) token.resize(token.size() - content.size());
    }
  };
}

Decoder readDecoder(const Json* section);

inline Decoder readSequenceDecoder(const Fields& fields) {
  std::vector<Decoder> steps;
  for (const Json& step : fields.required("decoders").items) steps.push_back(readDecoder(&step));
  return [steps](Tokens& tokens) {
    for (const Decoder& step : steps) step(tokens);
  };
}

inline Decoder readDecoder(const Json* section) {
  if (!section) return nullptr;
  const Fields fields(*section, "the decoder");
  static const Reader<Decoder> kTypes[] = {
      {"BPEDecoder", [](const Fields& f) { return spacesFor(f.text("suffix"), false, true); }},
      {"ByteFallback", [](const Fields&) { return Decoder(decodeByteTokens); }},
      {"ByteLevel", [](const Fields&) { return Decoder(decodeByteLevel); }},
      {"CTC", readCtcDecoder},
      {"Fuse", [](const Fields&) { return Decoder(fuse); }},
      {"Metaspace", readMetaspaceDecoder},
      {"Replace", readReplaceDecoder},
      {"Sequence", readSequenceDecoder},
      {"Strip", readStripDecoder},
      {"WordPiece", readWordPieceDecoder},
  };
  return readByType<Decoder>(kTypes, fields, "decoder");
}

}  // namespace scalesweep
