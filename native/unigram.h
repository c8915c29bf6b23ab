// Unigram: the most probable cut of a piece, by dynamic programming over the tokens that start at each character.
#pragma once
#include <algorithm>
#include <limits>

#include "model.h"

namespace scalesweep {

class Unigram : public Model {
 public:
  explicit Unigram(ModelSource& source) : Model(source), scores_(std::move(source.scores)) {
    const Fields fields(source.settings, "the Unigram model");
    source.expectForm(ModelSource::Form::kScores);
    if (fields.find("unk_id")) unkId_ = fields.count("unk_id");
    byteFallback_ = fields.flag("byte_fallback", false);
    growEdges();
    vocabulary_.forEach([&](std::string_view token, uint32_t id) { insert(token, id); });
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
    findBest(piece, scratch);
    std::vector<uint32_t>&ends = scratch.ranks, &from = scratch.previous, &token = scratch.next;
    ends.clear();
    for (uint32_t end = static_cast<uint32_t>(piece.size()); end > 0; end = from[end]) ends.push_back(end);
    scratch.ids.clear();
    size_t start = 0;
    for (size_t i = ends.size(); i-- > 0;) {
      // A run of unknowns is one.
      if (i > 0 && token[ends[i]] == unkId_ && token[ends[i - 1]] == unkId_) continue;
      pushToken(piece.substr(start, ends[i] - start), scratch.ids);
      start = ends[i];
    }
    out.append(scratch.ids.data(), scratch.ids.size());
  }
  size_t memory() const override {
    return vocabulary_.memory() + scores_.capacity() * 8 + edges_.capacity() * sizeof(Edge) + leaf_.capacity() * 4;
  }
  const char* kind() const override { return "Unigram"; }

 private:
  static constexpr double kUnkPenalty = 10.0;
  static constexpr uint64_t kNoKey = ~uint64_t{0};
  static constexpr uint32_t kUnreached = 0xFFFFFFFF;

  /** A trie by bytes: children are found in one table of (node, byte). */
  struct Edge {
    uint64_t key;
    uint32_t node;
  };
  size_t slotOf(uint64_t key) const {
    size_t slot = key * 0x9E3779B97F4A7C15ull >> 20 & (edges_.size() - 1);
    while (edges_[slot].key != kNoKey && edges_[slot].key != key) slot = (slot + 1) & (edges_.size() - 1);
    return slot;
  }
  uint32_t child(uint32_t node, char byte) const { return edges_[slotOf(uint64_t{node} << 8 | static_cast<unsigned char>(byte))].node; }

  void growEdges() {
    std::vector<Edge> old(edges_.empty() ? 4096 : edges_.size() * 2, {kNoKey, 0});
    old.swap(edges_);
    for (const Edge& edge : old) {
      if (edge.key != kNoKey) edges_[slotOf(edge.key)] = edge;
    }
  }

  void insert(std::string_view token, uint32_t id) {
    uint32_t node = 0;
    for (const char c : token) {
      uint32_t next = child(node, c);
      if (next == 0) {
        next = static_cast<uint32_t>(leaf_.size());
        leaf_.push_back(Vocabulary::kNone);
        if (leaf_.size() * 2 > edges_.size()) growEdges();
        const uint64_t key = uint64_t{node} << 8 | static_cast<unsigned char>(c);
        edges_[slotOf(key)] = {key, next};
      }
      node = next;
    }
    if (node != 0) leaf_[node] = id;
  }

  /** For every end of a token: where the best one starts (scratch.previous) and which it is (scratch.next). */
  void findBest(std::string_view piece, ModelScratch& scratch) const {
    const size_t size = piece.size();
    scratch.scores.assign(size + 1, 0);
    scratch.previous.assign(size + 1, kUnreached);
    scratch.next.resize(size + 1);
    const auto offer = [&](size_t start, size_t end, double score, uint32_t id) {
      if (scratch.previous[end] != kUnreached && !(score > scratch.scores[end])) return;
      scratch.scores[end] = score;
      scratch.previous[end] = static_cast<uint32_t>(start);
      scratch.next[end] = id;
    };
    for (size_t start = 0; start < size;) {
      const size_t length = decodeUtf8(piece.data() + start).length;
      const double soFar = scratch.scores[start];
      bool single = false;
      uint32_t node = 0;
      for (size_t end = start; end < size;) {
        node = child(node, piece[end++]);
        if (node == 0) break;
        if (leaf_[node] == Vocabulary::kNone) continue;
        offer(start, end, scores_[leaf_[node]] + soFar, leaf_[node]);
        single = single || end - start == length;
      }
      if (!single) {
        if (unkId_ == Vocabulary::kNone) failUnknown();
        offer(start, start + length, unkScore_ + soFar, unkId_);
      }
      start += length;
    }
  }

  // Tokens are looked up by their text at the end, as in the reference: fused unknowns may spell a known token.
  void pushToken(std::string_view text, std::vector<uint32_t>& ids) const {
    const uint32_t id = vocabulary_.find(text);
    if (id != Vocabulary::kNone) return ids.push_back(id);
    if (byteFallback_ && appendByteTokens(fallback_, text, ids)) return;
    if (unkId_ == Vocabulary::kNone) failUnknown();
    ids.push_back(unkId_);
  }
  [[noreturn]] static void failUnknown() { throw EncodeError("the text has a character outside the vocabulary, and there is no unk_id"); }

  std::vector<double> scores_;
  std::vector<Edge> edges_;
  std::vector<uint32_t> leaf_{Vocabulary::kNone};  // id of the token that ends at each node
  ByteTokens fallback_{};
  uint32_t unkId_ = Vocabulary::kNone;
  bool byteFallback_ = false;
  double unkScore_ = 0;
};

}  // namespace scalesweep
