// What every vocabulary model shares: a vocabulary, and a way to cut one piece of text into ids.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "id_buffer.h"
#include "json.h"
#include "vocabulary.h"

namespace scalesweep {

/** Memory that a model needs while it works; one per thread. */
struct ModelScratch {
  std::vector<uint32_t> ids, ranks, next, previous;
  std::vector<uint64_t> queue;
  std::vector<double> scores;
  std::string text;
};

/** Where the members of the model object stand in the file. */
struct ModelSource {
  std::string_view file;
  std::vector<std::pair<std::string, size_t>> members;

  /** The scanner at the last member of that name, or null. */
  std::unique_ptr<JsonScanner> scan(std::string_view name) const;
  /** The members except the large ones ("vocab", "merges"), as a tree. */
  Json small() const;
};

class Model {
 public:
  virtual ~Model() = default;
  /** Appends the ids of one piece. Pieces are bytes when the model was told so at load, else UTF-8. */
  virtual void tokenize(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const = 0;
  /** True when text may be cut before every U+2581 that follows another character without changing any id. */
  virtual bool cutsBeforeMarks() const { return false; }
  virtual size_t memory() const { return vocabulary_.memory(); }
  virtual const char* kind() const = 0;
  const Vocabulary& vocabulary() const { return vocabulary_; }

 protected:
  /** Reads "vocab" as an object of ids by token. */
  void readVocabulary(const ModelSource& source, const char* model);

  Vocabulary vocabulary_;
};

/** The model's type, told apart by its members when it does not say. */
std::string modelKind(const ModelSource& source);

/** Reads the model of a tokenizer file; `bytes` says that pieces come as raw bytes of a byte-level pre-tokenizer. */
std::unique_ptr<Model> readModel(const ModelSource& source, bool bytes);

}  // namespace scalesweep
