// What every vocabulary model shares: a vocabulary, and a way to cut one piece of text into ids.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cuts.h"
#include "id_buffer.h"
#include "merge_lanes.h"
#include "model_source.h"
#include "trie.h"

namespace scalesweep {

/** The best way to reach a place in a piece: by a token that starts at `start`. */
struct BestCut {
  double score;
  uint32_t start, id;
};

/** Memory that a model needs while it works; one per thread. */
struct ModelScratch {
  std::vector<uint32_t> ids, ranks, next, previous;
  std::vector<uint64_t> queue;
  std::vector<MergeLane> lanes;
  std::vector<MergeLane*> busy;
  std::vector<BestCut> cuts;
  std::string text;
};

class Model {
 public:
  /** Takes the vocabulary of `source`. */
  explicit Model(ModelSource& source) : vocabulary_(std::move(source.vocabulary)), kind_(source.kind()) {}
  virtual ~Model() = default;
  /** Appends the ids of one piece. Pieces are bytes when the model was told so at load, else UTF-8. */
  virtual void tokenize(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const = 0;
  /** Appends the ids of many pieces; those of each end in `out` where `ends` says then. */
  virtual void tokenizeAll(std::span<const std::string_view> pieces, ModelScratch& scratch, IdBuffer& out, size_t* ends) const {
    for (const std::string_view piece : pieces) {
      tokenize(piece, scratch, out);
      *ends++ = out.size();
    }
  }
  /** Whether a piece that is spelled like a token is always that token. */
  virtual bool findsWhole() const { return false; }
  /** Where pieces may be cut further; none unless the vocabulary proves it. */
  const Cuts& cuts() const { return cuts_; }
  virtual size_t memory() const { return vocabulary_.memory(); }
  const std::string& kind() const { return kind_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }

 protected:
  /** The whole vocabulary, to be walked. */
  Trie makeTrie() const {
    std::vector<Trie::Entry> entries;
    entries.reserve(vocabulary_.size());
    vocabulary_.forEach([&](std::string_view token, uint32_t id) { entries.push_back({token, id}); });
    return Trie(entries);
  }

  Vocabulary vocabulary_;
  Cuts cuts_;

 private:
  std::string kind_;
};

}  // namespace scalesweep
