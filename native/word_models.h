// WordPiece and WordLevel: a word is looked up whole, or eaten from the left by its longest known pieces.
#pragma once
#include "model.h"

namespace scalesweep {

class WordPiece : public Model {
 public:
  explicit WordPiece(const ModelSource& source);
  void tokenize(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const override;
  const char* kind() const override { return "WordPiece"; }

 private:
  std::string unk_, prefix_;
  uint32_t unkId_ = Vocabulary::kNone;
  uint32_t mostCharacters_ = 100;
  size_t longestToken_ = 0;
};

class WordLevel : public Model {
 public:
  explicit WordLevel(const ModelSource& source);
  void tokenize(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const override;
  const char* kind() const override { return "WordLevel"; }

 private:
  std::string unk_;
  uint32_t unkId_ = Vocabulary::kNone;
};

}  // namespace scalesweep
