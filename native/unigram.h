// Unigram: the most probable cut of a piece, by dynamic programming over the tokens that start at each character.
#pragma once
#include <array>

#include "model.h"

namespace scalesweep {

class Unigram : public Model {
 public:
  explicit Unigram(const ModelSource& source);
  void tokenize(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const override;
  size_t memory() const override;
  const char* kind() const override { return "Unigram"; }

 private:
  /** A trie by bytes: children are found in one table of (node, byte). */
  struct Edge {
    uint64_t key;
    uint32_t node;
  };
  void insert(std::string_view token, uint32_t id);
  void growEdges();
  uint32_t child(uint32_t node, unsigned char byte) const;
  void pushToken(std::string_view text, ModelScratch& scratch) const;

  std::vector<double> scores_;
  std::vector<Edge> edges_;
  size_t usedEdges_ = 0;
  std::vector<uint32_t> leaf_;  // id of the token that ends at each node
  std::array<uint32_t, 256> fallback_{};
  uint32_t unkId_ = Vocabulary::kNone;
  bool byteFallback_ = false;
  double unkScore_ = 0;
};

}  // namespace scalesweep
