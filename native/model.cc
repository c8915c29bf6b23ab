#include "model.h"

#include "bpe.h"

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
    tree.members.emplace_back(name, JsonScanner(file, position).readValue());
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

std::unique_ptr<Model> readModel(const ModelSource& source, bool bytes) {
  const Json small = source.small();
  const Fields fields(small, "the model");
  const std::string kind = fields.find("type") ? fields.text("type") : kindByMembers(source);
  if (kind == "BPE") return std::make_unique<Bpe>(source, bytes);
  throw LoadError("unknown model type `" + kind + "`; known are BPE, WordPiece, WordLevel and Unigram");
}

}  // namespace scalesweep
