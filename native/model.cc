#include "model.h"

#include "bpe.h"
#include "unigram.h"
#include "word_models.h"

namespace scalesweep {

std::unique_ptr<JsonScanner> ModelSource::scan(std::string_view name) const {
  for (auto member = members.rbegin(); member != members.rend(); ++member) {
    if (member->first == name) return std::make_unique<JsonScanner>(file, member->second);
  }
  return nullptr;
}

Json ModelSource::small() const {
  Json tree;
  tree.kind = Json::Kind::kObject;
  for (const auto& [name, position] : members) {
    if (name == "vocab" || name == "merges") continue;
    tree.addMember(name, JsonScanner(file, position).readValue());
  }
  return tree;
}

namespace {
/** Files from before models had a type: told apart by their members, as the reference does. */
std::string kindByMembers(const ModelSource& source) {
  if (source.scan("merges")) return "BPE";
  const auto vocab = source.scan("vocab");
  if (vocab && vocab->peek() == '[') return "Unigram";
  return source.scan("max_input_chars_per_word") ? "WordPiece" : "WordLevel";
}
}  // namespace

std::string modelKind(const ModelSource& source) {
  const Json small = source.small();
  const Fields fields(small, "the model");
  return fields.find("type") ? fields.text("type") : kindByMembers(source);
}

std::unique_ptr<Model> readModel(const ModelSource& source, bool bytes) {
  const std::string kind = modelKind(source);
  if (kind == "BPE") return std::make_unique<Bpe>(source, bytes);
  if (kind == "WordPiece") return std::make_unique<WordPiece>(source);
  if (kind == "WordLevel") return std::make_unique<WordLevel>(source);
  if (kind == "Unigram") return std::make_unique<Unigram>(source);
  throw LoadError("unknown model type `" + kind + "`; known are BPE, WordPiece, WordLevel and Unigram");
}

void Model::readVocabulary(const ModelSource& source, const char* model) {
  const auto vocab = source.scan("vocab");
  if (!vocab) throw LoadError("expected the " + std::string(model) + " model to have \"vocab\", which is missing");
  vocab->expect('{', "the vocabulary as an object of ids by token");
  if (!vocab->accept('}')) {
    std::string token;
    do {
      token = vocab->readString();
      vocab->expect(':', "`:`");
      vocabulary_.add(token, vocab->readId());
    } while (vocab->accept(','));
    vocab->expect('}', "`,` or `}`");
  }
  vocabulary_.index();
}

}  // namespace scalesweep
