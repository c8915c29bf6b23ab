// WordPiece and WordLevel: a word is looked up whole, or eaten from the left by its longest known pieces.
#pragma once
#include <algorithm>

#include "model.h"
#include "utf8.h"

namespace scalesweep {

class WordModel : public Model {
 protected:
  WordModel(ModelSource& source, const Fields& fields) : Model(source), unk_(fields.text("unk_token")), unkId_(vocabulary_.find(unk_)) {
    source.expectForm(ModelSource::Form::kIds);
  }
  void pushUnknown(IdBuffer& out) const {
    if (unkId_ == Vocabulary::kNone) throw EncodeError("a word is outside the vocabulary, and so is the unk_token `" + unk_ + "`");
    out.push(unkId_);
  }

 private:
  std::string unk_;
  uint32_t unkId_;
};

class WordLevel : public WordModel {
 public:
  explicit WordLevel(ModelSource& source) : WordModel(source, Fields(source.settings, "the WordLevel model")) {}
  void tokenize(std::string_view piece, ModelScratch&, IdBuffer& out) const override {
    const uint32_t id = vocabulary_.find(piece);
    id == Vocabulary::kNone ? pushUnknown(out) : out.push(id);
  }
  const char* kind() const override { return "WordLevel"; }
};

class WordPiece : public WordModel {
 public:
  explicit WordPiece(ModelSource& source) : WordPiece(source, Fields(source.settings, "the WordPiece model")) {}
  void tokenize(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const override {
    uint32_t characters = 0;
    for (const char c : piece) characters += (c & 0xC0) != 0x80;
    if (characters > mostCharacters_) return pushUnknown(out);
    const size_t before = out.size();
    for (size_t start = 0; start < piece.size();) {
      const size_t prefix = start > 0 ? prefix_.size() : 0;
      scratch.text.assign(prefix_, 0, prefix).append(piece.substr(start));
      const size_t end = longestKnown(scratch.text, prefix, out);
      if (end == 0) {
        out.keep(0, before);
        return pushUnknown(out);
      }
      start += end - prefix;
    }
  }
  const char* kind() const override { return "WordPiece"; }

 private:
  WordPiece(ModelSource& source, const Fields& fields)
      : WordModel(source, fields), prefix_(fields.text("continuing_subword_prefix")), mostCharacters_(fields.count("max_input_chars_per_word")) {
    vocabulary_.forEach([&](std::string_view token, uint32_t) { longestToken_ = std::max(longestToken_, token.size()); });
  }

  /** Pushes the longest token that `text` starts with, if it goes beyond `prefix`, and returns its length, else 0. */
  size_t longestKnown(std::string_view text, size_t prefix, IdBuffer& out) const {
    const auto inside = [&](size_t end) { return end < text.size() && end > prefix && (text[end] & 0xC0) == 0x80; };
    size_t end = std::min(text.size(), longestToken_);
    while (inside(end)) --end;
    while (end > prefix) {
      const uint32_t id = vocabulary_.find(text.substr(0, end));
      if (id != Vocabulary::kNone) {
        out.push(id);
        return end;
      }
      do --end;
      while (inside(end));
    }
    return 0;
  }

  std::string prefix_;
  uint32_t mostCharacters_;
  size_t longestToken_ = 0;
};

}  // namespace scalesweep
