// A tokenizer.json in memory: read once, never changed, shared by every thread.
#pragma once
#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "added_tokens.h"
#include "bpe.h"
#include "decoder.h"
#include "normalizer.h"
#include "piece_cache.h"
#include "postprocessor.h"
#include "pretokenizer.h"
#include "unigram.h"
#include "word_models.h"

namespace scalesweep {

class Tokenizer {
 public:
  /** Reads the text of a tokenizer.json; throws LoadError. */
  explicit Tokenizer(std::string_view file) {
    if (file.size() >> 31) throw LoadError("expected a file below 2 GiB, got one of " + std::to_string(file.size()) + " bytes");
    Json top;
    std::optional<ModelSource> source;
    std::vector<AddedToken> added;
    JsonScanner scanner(file);
    scanner.forEachMember("an object", [&](std::string_view member) {
      if (member == "model") return void(source.emplace(scanner));
      if (member == "added_tokens") return void(added = readAddedTokens(scanner));
      std::string name(member);
      top.addMember(std::move(name), scanner.readValue());
    });
    scanner.expectEnd();
    if (!source) throw LoadError("expected the file to have \"model\", which is missing");
    if (const Json* version = top.find("version"); version && version->string != "1.0") {
      throw LoadError("expected tokenizer version `1.0`, got `" + version->string + "`");
    }
    normalization_ = readNormalizer(top.find("normalizer"));
    preTokenization_ = readPreTokenizer(top.find("pre_tokenizer"), source->kind() == "BPE");
    postProcessing_ = readPostProcessor(top.find("post_processor"));
    decoder_ = readDecoder(top.find("decoder"));
    truncation_ = readTruncation(top.find("truncation"));
    padding_ = readPadding(top.find("padding"));
    model_ = readModel(*source);
    fillSeeds([&] { addTokens(std::move(added)); });
  }

  const Model& model() const { return *model_; }
  const TokenMatcher& rawTokens() const { return rawTokens_; }
  const TokenMatcher& normalizedTokens() const { return normalizedTokens_; }
  /** The added tokens that the splitter makes pieces of, which stand for all of normalizedTokens(); null where it cannot. */
  const BlankRuns* tokensInPieces() const { return preTokenization_.rule && !preTokenization_.prefixSpace ? normalizedTokens_.blankRuns() : nullptr; }
  const Normalization& normalization() const { return normalization_; }
  const PreTokenization& preTokenization() const { return preTokenization_; }
  const PostProcessing& postProcessing() const { return postProcessing_; }
  const Truncation* truncation() const { return truncation_.get(); }
  const Padding* padding() const { return padding_.get(); }
  const std::vector<AddedToken>& addedTokens() const { return added_; }
  /** A new cache: it holds the pieces that are tokens themselves, encoded like any text. */
  PieceCache makeCache() const {
    constexpr size_t kLeastSlots = size_t{1} << 17;
    PieceCache cache(std::clamp(std::bit_ceil(model_->vocabulary().size() * 2), kLeastSlots, PieceCache::kMostSlots));
    cache.seed(seeds_);
    return cache;
  }

  uint32_t idOf(std::string_view token) const {
    const auto added = addedByContent_.find(std::string(token));
    return added != addedByContent_.end() ? added_[added->second].id : model_->vocabulary().find(token);
  }

  /** False when no token has that id. */
  bool tokenOf(uint32_t id, std::string& out) const {
    if (const auto added = addedById_.find(id); added != addedById_.end()) {
      out = added_[added->second].decoded();
      return true;
    }
    const std::string_view token = model_->vocabulary().token(id);
    if (token.data()) out = token;
    return token.data() != nullptr;
  }

  /** Distinct tokens, added ones included. */
  size_t vocabularySize() const {
    size_t size = model_->vocabulary().size();
    for (const auto& [content, place] : addedByContent_) size += model_->vocabulary().find(content) == Vocabulary::kNone;
    return size;
  }

  /** Text of ids; ids that name no token are passed over. */
  std::string decode(const uint32_t* ids, size_t count, bool skipSpecial) const {
    Tokens tokens;
    std::string token, text;
    for (size_t i = 0; i < count; ++i) {
      if (tokenOf(ids[i], token) && !(skipSpecial && special_.contains(token))) tokens.push_back(token);
    }
    if (decoder_) decoder_(tokens);
    for (size_t i = 0; i < tokens.size(); ++i) text.append(decoder_ || i == 0 ? "" : " ").append(tokens[i]);
    return text;
  }

  size_t memory() const { return sizeof *this + model_->memory() + seeds_.capacity() * sizeof(PieceCache::Slot); }

  std::string describe() const {
    std::string text = model_->kind();
    for (const std::string& line : preTokenization_.description) text.append("; ").append(line);
    return text;
  }

 private:
  std::unique_ptr<Model> readModel(ModelSource& source) const {
    const std::string kind = source.kind();
    if (kind == "BPE") return std::make_unique<Bpe>(source, preTokenization_.bytes);
    if (kind == "WordPiece") return std::make_unique<WordPiece>(source);
    if (kind == "WordLevel") return std::make_unique<WordLevel>(source);
    if (kind == "Unigram") return std::make_unique<Unigram>(source);
    throw LoadError("unknown model type `" + kind + "`; known are BPE, WordPiece, WordLevel and Unigram");
  }

  // Ids written beside added tokens are not used: a token the model knows has the model's id, others are numbered on.
  void addTokens(std::vector<AddedToken> list) {
    uint32_t nextId = static_cast<uint32_t>(model_->vocabulary().places());
    for (AddedToken& token : list) {
      if (token.content.empty()) continue;
      const auto known = addedByContent_.find(token.content);
      token.id = known != addedByContent_.end() ? added_[known->second].id : model_->vocabulary().find(token.content);
      if (token.id == Vocabulary::kNone) token.id = nextId++;
      if (token.special) special_.insert(token.content);
      size_t place = added_.size();
      if (known != addedByContent_.end()) place = known->second;
      else if (const auto same = addedById_.find(token.id); same != addedById_.end()) place = same->second;
      addedByContent_[token.content] = addedById_[token.id] = place;
      if (place == added_.size()) added_.emplace_back();
      token.normalForm = std::move(added_[place].normalForm);
      if (token.normalized) {
        std::string buffers[2];
        size_t origin = 0;
        const std::string_view form = normalization_.apply(token.content, buffers, origin);
        if (form != token.content) token.normalForm = form;
      }
      added_[place] = std::move(token);
    }
    std::vector<AddedToken> normalized, raw;
    for (const AddedToken& token : added_) {
      if (!token.pattern().empty()) (token.normalized ? normalized : raw).push_back(token);
    }
    normalizedTokens_ = TokenMatcher(std::move(normalized));
    rawTokens_ = TokenMatcher(std::move(raw));
  }

  // Has something else done while another thread begins. Tokens far back would take longer here than they save.
  template <class Meanwhile>
  void fillSeeds(Meanwhile&& meanwhile) {
    constexpr size_t kMostSeeds = size_t{1} << 16, kBlock = 1024;
    const Vocabulary& vocabulary = model_->vocabulary();
    seeds_.resize(std::min(vocabulary.size(), kMostSeeds));
    std::atomic<size_t> next{0};
    const auto fill = [&] {
      ModelScratch scratch;
      IdBuffer ids;
      std::string piece;
      for (size_t begin; (begin = next.fetch_add(kBlock)) < seeds_.size();) {
        for (size_t id = begin; id < std::min(begin + kBlock, seeds_.size()); ++id) {
          seeds_[id] = seedOf(static_cast<uint32_t>(id), piece, scratch, ids);
        }
      }
    };
    auto other = std::async(fill);
    meanwhile();
    fill();
    other.get();
    // Early tokens are the frequent ones, and should stay where places are few.
    std::ranges::reverse(seeds_);
    // These have the last word: such a piece is the added token.
    if (tokensInPieces()) tokensInPieces()->forEach([&](std::string_view token, uint32_t id) { seeds_.push_back(PieceCache::slotOf(token, &id, 1)); });
  }

  /** What becomes of a piece that is the token of that id; an empty slot if it does not fit one. */
  PieceCache::Slot seedOf(uint32_t id, std::string& piece, ModelScratch& scratch, IdBuffer& ids) const {
    const std::string_view token = model_->vocabulary().token(id);
    piece.clear();
    const bool isBytes = preTokenization_.bytes && byteAlphabet().appendBytes(piece, token);
    if (!preTokenization_.bytes) piece.assign(token);
    if (piece.empty() || piece.size() > PieceCache::kShort) return {};
    if (model_->findsWhole() && isBytes == preTokenization_.bytes) return PieceCache::slotOf(piece, &id, 1);
    ids.clear();
    try {
      model_->tokenize(piece, scratch, ids);
    } catch (const EncodeError&) {
      // Text may hold it all the same, and is refused then.
      return {};
    }
    return PieceCache::slotOf(piece, ids.data(), ids.size());
  }

  std::unique_ptr<Model> model_;
  Normalization normalization_;
  PreTokenization preTokenization_;
  PostProcessing postProcessing_;
  Decoder decoder_;
  std::unique_ptr<Truncation> truncation_;
  std::unique_ptr<Padding> padding_;
  std::vector<AddedToken> added_;
  std::unordered_map<std::string, size_t> addedByContent_;
  std::unordered_map<uint32_t, size_t> addedById_;
  std::unordered_set<std::string> special_;
  TokenMatcher rawTokens_, normalizedTokens_;
  LineVector<PieceCache::Slot> seeds_;
};

}  // namespace scalesweep
