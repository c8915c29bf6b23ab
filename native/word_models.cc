#include "word_models.h"

#include <algorithm>

#include "utf8.h"

namespace scalesweep {

WordPiece::WordPiece(const ModelSource& source) {
  const Json small = source.small();
  const Fields fields(small, "the WordPiece model");
  unk_ = fields.text("unk_token");
  prefix_ = fields.text("continuing_subword_prefix");
  mostCharacters_ = fields.count("max_input_chars_per_word");
  readVocabulary(source, "WordPiece");
  unkId_ = vocabulary_.find(unk_);
  vocabulary_.forEach([&](std::string_view token, uint32_t) { longestToken_ = std::max(longestToken_, token.size()); });
}

void WordPiece::tokenize(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const {
  const auto unknown = [&] {
    if (unkId_ == Vocabulary::kNone) throw EncodeError("a word is outside the vocabulary, and so is the unk_token `" + unk_ + "`");
    out.push(unkId_);
  };
  uint32_t characters = 0;
  for (const char c : piece) characters += (c & 0xC0) != 0x80;
  if (characters > mostCharacters_) return unknown();
  const size_t before = out.size();
  for (size_t start = 0; start < piece.size();) {
    const size_t prefix = start > 0 ? prefix_.size() : 0;
    if (start > 0) scratch.text.assign(prefix_).append(piece.substr(start));
    else scratch.text.assign(piece);
    size_t end = std::min(scratch.text.size(), longestToken_);
    while (end < scratch.text.size() && end > prefix && (scratch.text[end] & 0xC0) == 0x80) --end;
    uint32_t id = Vocabulary::kNone;
    while (end > prefix) {
      id = vocabulary_.find(std::string_view(scratch.text).substr(0, end));
      if (id != Vocabulary::kNone) break;
      do --end;
      while (end > prefix && (scratch.text[end] & 0xC0) == 0x80);
    }
    if (id == Vocabulary::kNone) {
      out.keep(0, before);
      return unknown();
    }
    out.push(id);
    start += end - prefix;
  }
}

WordLevel::WordLevel(const ModelSource& source) {
  const Json small = source.small();
  unk_ = Fields(small, "the WordLevel model").text("unk_token");
  readVocabulary(source, "WordLevel");
  unkId_ = vocabulary_.find(unk_);
}

void WordLevel::tokenize(std::string_view piece, ModelScratch&, IdBuffer& out) const {
  const uint32_t id = vocabulary_.find(piece);
  if (id == Vocabulary::kNone && unkId_ == Vocabulary::kNone) {
    throw EncodeError("a word is outside the vocabulary, and so is the unk_token `" + unk_ + "`");
  }
  out.push(id == Vocabulary::kNone ? unkId_ : id);
}

}  // namespace scalesweep
