// Unigram: the most probable cut of a piece, by dynamic programming over the tokens that start at each character.
#pragma once
#include <algorithm>
#include <limits>

#include "model.h"

namespace scalesweep {

class Unigram : public Model {
 public:
  explicit Unigram(ModelSource& source) : Model(source), trie_(makeTrie()), scores_(std::move(source.scores)) {
    const Fields fields(source.settings, "the Unigram model");
    source.expectForm(ModelSource::Form::kScores);
    if (fields.find("unk_id")) unkId_ = fields.count("unk_id");
    byteFallback_ = fields.flag("byte_fallback", false);
    double least = std::numeric_limits<double>::infinity();
    for (const double score : scores_) least = std::min(least, score);
    unkScore_ = least - kUnkPenalty;
    if (unkId_ != Vocabulary::kNone && unkId_ >= scores_.size()) {
      throw LoadError("the unk_id " + std::to_string(unkId_) + " is not below the size of the vocabulary, " + std::to_string(scores_.size()));
    }
    for (uint32_t b = 0; b < 256; ++b) fallback_[b] = vocabulary_.findByte(b);
  }

  void tokenize(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const override {
    if (piece.empty()) return;
    findBest(piece, scratch.cuts);
    const std::vector<BestCut>& cuts = scratch.cuts;
    std::vector<uint32_t>& ends = scratch.ids;
    ends.clear();
    for (uint32_t end = static_cast<uint32_t>(piece.size()); end > 0; end = cuts[end].start) ends.push_back(end);
    size_t start = 0;
    for (size_t i = ends.size(); i-- > 0;) {
      const uint32_t id = cuts[ends[i]].id;
      // A run of unknowns is one.
      if (id == unkId_ && i > 0 && cuts[ends[i - 1]].id == unkId_) continue;
      if (id == unkId_) pushUnknown(piece.substr(start, ends[i] - start), scratch, out);
      else out.push(id);
      start = ends[i];
    }
  }
  size_t memory() const override {
    return vocabulary_.memory() + scores_.capacity() * sizeof(double) + trie_.memory();
  }

 private:
  static constexpr double kUnkPenalty = 10.0;
  static constexpr uint32_t kUnreached = 0xFFFFFFFF;

  /** The best way to each place where a token can end. */
  void findBest(std::string_view piece, std::vector<BestCut>& cuts) const {
    const size_t size = piece.size();
    cuts.assign(size + 1, {0, kUnreached, 0});
    for (size_t start = 0; start < size;) {
      const size_t length = decodeUtf8(piece.data() + start).length;
      const double soFar = cuts[start].score;
      const auto offer = [&](size_t end, double score, uint32_t id) {
        BestCut& best = cuts[end];
        const bool better = best.start == kUnreached || score > best.score;
        if (better) best = {score, static_cast<uint32_t>(start), id};
        return better;
      };
      bool single = false;
      uint32_t node = Trie::kRoot;
      for (size_t end = start; end < size && (node = trie_.child(node, piece[end])) != Trie::kRoot;) {
        const uint32_t id = trie_.value(node);
        ++end;
        if (id == Trie::kNone) continue;
        offer(end, scores_[id] + soFar, id);
        single = single || end - start == length;
      }
      if (!single) {
        // Only where it is the best way so far is an unknown character an error.
        if (offer(start + length, unkScore_ + soFar, unkId_) && unkId_ == Vocabulary::kNone) failUnknown();
      }
      start += length;
    }
  }

  // Looked up by its text, as in the reference: fused unknowns may spell a known token.
  void pushUnknown(std::string_view text, ModelScratch& scratch, IdBuffer& out) const {
    const uint32_t id = vocabulary_.find(text);
    if (id != Vocabulary::kNone) return out.push(id);
    scratch.next.clear();
    if (byteFallback_ && appendByteTokens(fallback_, text, scratch.next)) return out.append(scratch.next.data(), scratch.next.size());
    out.push(unkId_);
  }
  [[noreturn]] static void failUnknown() { throw EncodeError("the text has a character outside the vocabulary, and there is no unk_id"); }

  Trie trie_;
  std::vector<double> scores_;
  ByteTokens fallback_{};
  uint32_t unkId_ = Vocabulary::kNone;
  bool byteFallback_ = false;
  double unkScore_ = 0;
};

}  // namespace scalesweep
