#include "tokenizer.h"

namespace scalesweep {

namespace {
constexpr size_t kMostSeeds = size_t{1} << 18;

/** Reads the model object's members without their values. */
ModelSource locateModel(JsonScanner& scanner, std::string_view file) {
  ModelSource source{file, {}};
  scanner.expect('{', "the model as an object");
  if (scanner.accept('}')) return source;
  do {
    std::string name(scanner.readString());
    scanner.expect(':', "`:`");
    source.members.emplace_back(std::move(name), scanner.position());
    scanner.skipValue();
  } while (scanner.accept(','));
  scanner.expect('}', "`,` or `}`");
  return source;
}
}  // namespace

Tokenizer::Tokenizer(std::string_view file) {
  JsonScanner scanner(file);
  Json top;
  ModelSource source;
  bool hasModel = false;
  scanner.expect('{', "an object");
  if (!scanner.accept('}')) {
    do {
      std::string name(scanner.readString());
      scanner.expect(':', "`:`");
      if (name == "model") {
        source = locateModel(scanner, file);
        hasModel = true;
      } else {
        top.addMember(std::move(name), scanner.readValue());
      }
    } while (scanner.accept(','));
    scanner.expect('}', "`,` or `}`");
  }
  scanner.expectEnd();
  if (!hasModel) throw LoadError("expected the file to have \"model\", which is missing");
  if (const Json* version = top.find("version"); version && version->string != "1.0") {
    throw LoadError("expected tokenizer version `1.0`, got `" + version->string + "`");
  }
  normalization_ = readNormalizer(top.find("normalizer"));
  preTokenization_ = readPreTokenizer(top.find("pre_tokenizer"), modelKind(source) == "BPE");
  postProcessing_ = readPostProcessor(top.find("post_processor"));
  decoder_ = readDecoder(top.find("decoder"));
  truncation_ = readTruncation(top.find("truncation"));
  padding_ = readPadding(top.find("padding"));
  model_ = readModel(source, preTokenization_.bytes);
  if (const Json* list = top.find("added_tokens")) addTokens(*list);
  fillSeeds();
}

void Tokenizer::fillSeeds() {
  const Vocabulary& vocabulary = model_->vocabulary();
  seeds_ = std::make_unique<PieceCache>(std::clamp<size_t>(std::bit_ceil(vocabulary.size() * 2), 1 << 14, PieceCache::kMostSlots));
  ModelScratch scratch;
  IdBuffer ids;
  std::string piece;
  for (uint32_t id = static_cast<uint32_t>(std::min<size_t>(vocabulary.size(), kMostSeeds)); id-- > 0;) {
    piece.clear();
    const std::string_view token = vocabulary.token(id);
    if (preTokenization_.bytes) byteAlphabet().appendBytes(piece, token);
    else piece.assign(token);
    if (piece.empty() || piece.size() > 15) continue;
    ids.clear();
    try {
      model_->tokenize(piece, scratch, ids);
    } catch (const EncodeError&) {
      continue;
    }
    seeds_->store(piece, ids.data(), ids.size());
  }
}

// Ids written beside added tokens are not used: a token the model knows has the model's id, others are numbered on.
void Tokenizer::addTokens(const Json& list) {
  const uint32_t base = static_cast<uint32_t>(model_->vocabulary().size());
  uint32_t nextId = base;
  for (const Json& entry : list.items) {
    const Fields fields(entry, "an added token");
    AddedToken token;
    token.content = fields.text("content");
    token.singleWord = fields.flag("single_word");
    token.lstrip = fields.flag("lstrip");
    token.rstrip = fields.flag("rstrip");
    token.normalized = fields.flag("normalized");
    token.special = fields.flag("special");
    if (token.content.empty()) continue;
    const auto known = addedByContent_.find(token.content);
    token.id = known != addedByContent_.end() ? added_[known->second].id : model_->vocabulary().find(token.content);
    if (token.id == Vocabulary::kNone) token.id = nextId++;
    token.pattern = token.content;
    if (token.normalized) {
      std::string buffers[2];
      size_t origin = 0;
      token.pattern = normalization_.apply(token.content, buffers, origin);
    }
    if (token.special) special_.insert(token.content);
    size_t place = added_.size();
    if (known != addedByContent_.end()) place = known->second;
    else if (const auto same = addedById_.find(token.id); same != addedById_.end()) place = same->second;
    addedByContent_[token.content] = place;
    addedById_[token.id] = place;
    if (place == added_.size()) added_.push_back(std::move(token));
    else added_[place] = std::move(token);
  }
  for (const AddedToken& token : added_) {
    if (!token.pattern.empty()) (token.normalized ? normalizedTokens_ : rawTokens_).add(token);
  }
}

uint32_t Tokenizer::idOf(std::string_view token) const {
  const auto added = addedByContent_.find(std::string(token));
  return added != addedByContent_.end() ? added_[added->second].id : model_->vocabulary().find(token);
}

bool Tokenizer::tokenOf(uint32_t id, std::string& out) const {
  if (const auto added = addedById_.find(id); added != addedById_.end()) {
    const AddedToken& token = added_[added->second];
    out = token.normalized ? token.pattern : token.content;
    return true;
  }
  const std::string_view token = model_->vocabulary().token(id);
  if (token.data()) out = token;
  return token.data() != nullptr;
}

bool Tokenizer::isSpecial(uint32_t id) const {
  std::string token;
  return tokenOf(id, token) && special_.contains(token);
}

size_t Tokenizer::vocabularySize() const {
  size_t size = model_->vocabulary().size();
  for (const auto& [content, place] : addedByContent_) size += model_->vocabulary().find(content) == Vocabulary::kNone;
  return size;
}

std::string Tokenizer::decode(const uint32_t* ids, size_t count, bool skipSpecial) const {
  std::vector<std::string> tokens;
  std::string token;
  for (size_t i = 0; i < count; ++i) {
    if (tokenOf(ids[i], token) && !(skipSpecial && special_.contains(token))) tokens.push_back(token);
  }
  const char* separator = decoder_ ? "" : " ";
  if (decoder_) decoder_->apply(tokens);
  std::string text;
  for (size_t i = 0; i < tokens.size(); ++i) text.append(i > 0 ? separator : "").append(tokens[i]);
  return text;
}

size_t Tokenizer::memory() const { return sizeof *this + model_->memory(); }

std::string Tokenizer::describe() const {
  std::string text = model_->kind();
  for (const std::string& line : preTokenization_.description) text.append("; ").append(line);
  return text;
}

}  // namespace scalesweep
