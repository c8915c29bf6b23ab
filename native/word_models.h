// WordPiece and WordLevel: a word is looked up whole, or eaten from the left by its longest known pieces.
#pragma once
#include "model.h"

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
};

class WordPiece : public WordModel {
 public:
  explicit WordPiece(ModelSource& source) : WordPiece(source, Fields(source.settings, "the WordPiece model")) {}
  void tokenize(std::string_view piece, ModelScratch&, IdBuffer& out) const override {
    uint32_t characters = 0;
    for (const char c : piece) characters += (c & 0xC0) != 0x80;
    if (characters > mostCharacters_) return pushUnknown(out);
    const size_t before = out.size();
    for (size_t start = 0, end = 0; start < piece.size(); start = end) {
      uint32_t node = start == 0 ? Trie::kRoot : prefixEnd_, longest = Trie::kNone;
      for (size_t i = start; i < piece.size() && (start == 0 || goesOn_) && (node = trie_.child(node, piece[i++])) != Trie::kRoot;) {
        if (trie_.value(node) == Trie::kNone) continue;
        longest = trie_.value(node);
        end = i;
      }
      if (longest == Trie::kNone) {
        out.keep(0, before);
        return pushUnknown(out);
      }
      out.push(longest);
    }
  }
  size_t memory() const override { return vocabulary_.memory() + trie_.memory(); }

 private:
  WordPiece(ModelSource& source, const Fields& fields)
      : WordModel(source, fields), mostCharacters_(fields.count("max_input_chars_per_word")), trie_(makeTrie()) {
    const std::string prefix = fields.text("continuing_subword_prefix");
    prefixEnd_ = trie_.walk(prefix);
    goesOn_ = prefix.empty() || prefixEnd_ != Trie::kRoot;
  }

  uint32_t mostCharacters_;
  Trie trie_;
  /** Where the prefix of continuing tokens ends, and whether there are any. */
  uint32_t prefixEnd_;
  bool goesOn_;
};

}  // namespace scalesweep
