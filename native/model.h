// What every vocabulary model shares: a vocabulary, and a way to cut one piece of text into ids.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "id_buffer.h"
#include "marks.h"
#include "model_source.h"

namespace scalesweep {

/** Memory that a model needs while it works; one per thread. */
struct ModelScratch {
  std::vector<uint32_t> ids, ranks, next, previous;
  std::vector<uint64_t> merges, queue;
  std::vector<double> scores;
  std::string text;
};

class Model {
 public:
  /** Takes the vocabulary of `source`. */
  explicit Model(ModelSource& source) : vocabulary_(std::move(source.vocabulary)) {}
  virtual ~Model() = default;
  /** Appends the ids of one piece. Pieces are bytes when the model was told so at load, else UTF-8. */
  virtual void tokenize(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const = 0;
  /** Where pieces may be cut further; none unless the vocabulary proves it. */
  const MarkCuts& cuts() const { return cuts_; }
  virtual size_t memory() const { return vocabulary_.memory(); }
  virtual const char* kind() const = 0;
  const Vocabulary& vocabulary() const { return vocabulary_; }

 protected:
  Vocabulary vocabulary_;
  MarkCuts cuts_;
};

}  // namespace scalesweep
