// A tokenizer.json in memory: read once, never changed, shared by every thread.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "added_tokens.h"
#include "decoder.h"
#include "model.h"
#include "normalizer.h"
#include "piece_cache.h"
#include "postprocessor.h"
#include "pretokenizer.h"

namespace scalesweep {

class Tokenizer {
 public:
  /** Reads the text of a tokenizer.json; throws LoadError. */
  explicit Tokenizer(std::string_view file);

  const Model& model() const { return *model_; }
  const TokenMatcher& rawTokens() const { return rawTokens_; }
  const TokenMatcher& normalizedTokens() const { return normalizedTokens_; }
  const Normalization& normalization() const { return normalization_; }
  const PreTokenization& preTokenization() const { return preTokenization_; }
  const PostProcessing& postProcessing() const { return postProcessing_; }
  const Truncation* truncation() const { return truncation_.get(); }
  const Padding* padding() const { return padding_.get(); }
  /** What a new cache starts with: the pieces that are tokens themselves, encoded like any text. */
  const PieceCache& seeds() const { return *seeds_; }

  uint32_t idOf(std::string_view token) const;
  /** False when no token has that id. */
  bool tokenOf(uint32_t id, std::string& out) const;
  bool isSpecial(uint32_t id) const;
  /** Distinct tokens, added ones included. */
  size_t vocabularySize() const;
  const std::vector<AddedToken>& addedTokens() const { return added_; }
  /** Text of ids; ids that name no token are passed over. */
  std::string decode(const uint32_t* ids, size_t count, bool skipSpecial) const;
  size_t memory() const;
  std::string describe() const;

 private:
  void addTokens(const Json& list);
  void fillSeeds();

  std::unique_ptr<Model> model_;
  Normalization normalization_;
  PreTokenization preTokenization_;
  PostProcessing postProcessing_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<Truncation> truncation_;
  std::unique_ptr<Padding> padding_;
  std::vector<AddedToken> added_;
  std::unordered_map<std::string, size_t> addedByContent_;
  std::unordered_map<uint32_t, size_t> addedById_;
  std::unordered_set<std::string> special_;
  TokenMatcher rawTokens_, normalizedTokens_;
  std::unique_ptr<PieceCache> seeds_;
};

}  // namespace scalesweep
