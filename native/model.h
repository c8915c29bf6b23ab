// What every vocabulary model shares: a vocabulary, and a way to cut one piece of text into ids.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fields.h"
#include "id_buffer.h"
#include "marks.h"
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

  /** Position of the last member of that name, or 0. */
  size_t find(std::string_view name) const {
    for (auto member = members.rbegin(); member != members.rend(); ++member) {
      if (member->first == name) return member->second;
    }
    return 0;
  }
  /** A scanner at a member that `model` must have. */
  JsonScanner scan(std::string_view name, const std::string& model) const {
    if (const size_t position = find(name)) return JsonScanner(file, position);
    throw LoadError("expected " + model + " to have \"" + std::string(name) + "\", which is missing");
  }
  /** The members except the large ones ("vocab", "merges"), as a tree. */
  Json small() const {
    Json tree;
    tree.kind = Json::Kind::kObject;
    for (const auto& [name, position] : members) {
      if (name != "vocab" && name != "merges") tree.addMember(name, JsonScanner(file, position).readValue());
    }
    return tree;
  }
  /** The model's type; files from before models had one are told apart by their members, as the reference does. */
  std::string kind() const {
    const Json tree = small();
    const Fields fields(tree, "the model");
    if (fields.find("type")) return fields.text("type");
    if (find("merges")) return "BPE";
    if (find("vocab") && JsonScanner(file, find("vocab")).peek() == '[') return "Unigram";
    return find("max_input_chars_per_word") ? "WordPiece" : "WordLevel";
  }
};

class Model {
 public:
  virtual ~Model() = default;
  /** Appends the ids of one piece. Pieces are bytes when the model was told so at load, else UTF-8. */
  virtual void tokenize(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const = 0;
  /** Where pieces may be cut further; none unless the vocabulary proves it. */
  const MarkCuts& cuts() const { return cuts_; }
  virtual size_t memory() const { return vocabulary_.memory(); }
  virtual const char* kind() const = 0;
  const Vocabulary& vocabulary() const { return vocabulary_; }

 protected:
  /** Reads "vocab" as an object of ids by token. */
  void readVocabulary(const ModelSource& source, const char* model) {
    JsonScanner vocab = source.scan("vocab", "the " + std::string(model) + " model");
    vocab.forEachMember("the vocabulary as an object of ids by token", [&](const std::string& token) { vocabulary_.add(token, vocab.readId()); });
    vocabulary_.index();
  }

  Vocabulary vocabulary_;
  MarkCuts cuts_;
};

}  // namespace scalesweep
