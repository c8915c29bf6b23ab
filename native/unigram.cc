#include "unigram.h"

#include <algorithm>
#include <limits>

#include "utf8.h"

namespace scalesweep {

namespace {
constexpr double kUnkPenalty = 10.0;
constexpr uint64_t kNoKey = ~uint64_t{0};
}  // namespace

Unigram::Unigram(const ModelSource& source) {
  const Json small = source.small();
  const Fields fields(small, "the Unigram model");
  if (fields.find("unk_id")) unkId_ = fields.count("unk_id");
  byteFallback_ = fields.flag("byte_fallback", false);
  const auto vocab = source.scan("vocab");
  if (!vocab) throw LoadError("expected the Unigram model to have \"vocab\", which is missing");
  leaf_.assign(1, Vocabulary::kNone);
  growEdges();
  double least = std::numeric_limits<double>::infinity();
  vocab->expect('[', "the vocabulary as a list of tokens and scores");
  std::string token;
  if (!vocab->accept(']')) {
    do {
      vocab->expect('[', "a token and its score");
      token = vocab->readString();
      vocab->expect(',', "`,`");
      vocab->peek();
      const double score = vocab->readNumber();
      vocab->expect(']', "`]`");
      const uint32_t id = static_cast<uint32_t>(scores_.size());
      scores_.push_back(score);
      vocabulary_.add(token, id);
      insert(token, id);
      least = std::min(least, score);
    } while (vocab->accept(','));
    vocab->expect(']', "`,` or `]`");
  }
  vocabulary_.index();
  unkScore_ = least - kUnkPenalty;
  if (unkId_ != Vocabulary::kNone && unkId_ >= scores_.size()) {
    throw LoadError("the unk_id " + std::to_string(unkId_) + " is not below the size of the vocabulary, " + std::to_string(scores_.size()));
  }
  for (uint32_t b = 0; b < 256; ++b) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    fallback_[b] = vocabulary_.find(std::string("<0x") + kHex[b >> 4] + kHex[b & 15] + ">");
  }
}

size_t Unigram::memory() const {
  return vocabulary_.memory() + scores_.capacity() * 8 + edges_.capacity() * sizeof(Edge) + leaf_.capacity() * 4;
}

void Unigram::growEdges() {
  std::vector<Edge> old(edges_.empty() ? 4096 : edges_.size() * 2, {kNoKey, 0});
  old.swap(edges_);
  for (const Edge& edge : old) {
    if (edge.key == kNoKey) continue;
    size_t slot = edge.key * 0x9E3779B97F4A7C15ull >> 20 & (edges_.size() - 1);
    while (edges_[slot].key != kNoKey) slot = (slot + 1) & (edges_.size() - 1);
    edges_[slot] = edge;
  }
}

uint32_t Unigram::child(uint32_t node, unsigned char byte) const {
  const uint64_t key = uint64_t{node} << 8 | byte;
  size_t slot = key * 0x9E3779B97F4A7C15ull >> 20 & (edges_.size() - 1);
  while (edges_[slot].key != kNoKey) {
    if (edges_[slot].key == key) return edges_[slot].node;
    slot = (slot + 1) & (edges_.size() - 1);
  }
  return 0;
}

void Unigram::insert(std::string_view token, uint32_t id) {
  uint32_t node = 0;
  for (const char c : token) {
    const auto byte = static_cast<unsigned char>(c);
    uint32_t next = child(node, byte);
    if (next == 0) {
      next = static_cast<uint32_t>(leaf_.size());
      leaf_.push_back(Vocabulary::kNone);
      if (++usedEdges_ * 2 > edges_.size()) growEdges();
      const uint64_t key = uint64_t{node} << 8 | byte;
      size_t slot = key * 0x9E3779B97F4A7C15ull >> 20 & (edges_.size() - 1);
      while (edges_[slot].key != kNoKey) slot = (slot + 1) & (edges_.size() - 1);
      edges_[slot] = {key, next};
    }
    node = next;
  }
  if (node != 0) leaf_[node] = id;
}

// Tokens are looked up by their text at the end, as in the reference: fused unknowns may spell a known token.
void Unigram::pushToken(std::string_view text, ModelScratch& scratch) const {
  const uint32_t id = vocabulary_.find(text);
  if (id != Vocabulary::kNone) {
    scratch.ids.push_back(id);
    return;
  }
  if (byteFallback_) {
    const bool all = std::all_of(text.begin(), text.end(), [&](char c) {
      return fallback_[static_cast<unsigned char>(c)] != Vocabulary::kNone;
    });
    if (all) {
      // The list is turned round at the end.
      for (auto c = text.rbegin(); c != text.rend(); ++c) scratch.ids.push_back(fallback_[static_cast<unsigned char>(*c)]);
      return;
    }
  }
  if (unkId_ == Vocabulary::kNone) throw EncodeError("the text has a character outside the vocabulary, and there is no unk_id");
  scratch.ids.push_back(unkId_);
}

void Unigram::tokenize(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const {
  if (piece.empty()) return;
  const size_t size = piece.size();
  constexpr uint32_t kUnreached = 0xFFFFFFFF;
  auto& best = scratch.scores;
  auto& from = scratch.previous;
  auto& token = scratch.next;
  best.assign(size + 1, 0);
  from.assign(size + 1, kUnreached);
  token.resize(size + 1);
  const auto offer = [&](size_t start, size_t end, double score, uint32_t id) {
    if (from[end] != kUnreached && !(score > best[end])) return;
    best[end] = score;
    from[end] = static_cast<uint32_t>(start);
    token[end] = id;
  };
  for (size_t start = 0; start < size;) {
    const size_t length = decodeUtf8(piece.data() + start).length;
    const double soFar = best[start];
    bool single = false;
    uint32_t node = 0;
    for (size_t end = start; end < size;) {
      node = child(node, static_cast<unsigned char>(piece[end++]));
      if (node == 0) break;
      if (leaf_[node] == Vocabulary::kNone) continue;
      offer(start, end, scores_[leaf_[node]] + soFar, leaf_[node]);
      single = single || end - start == length;
    }
    if (!single) {
      if (unkId_ == Vocabulary::kNone) throw EncodeError("the text has a character outside the vocabulary, and there is no unk_id");
      offer(start, start + length, unkScore_ + soFar, unkId_);
    }
    start += length;
  }
  scratch.ids.clear();
  size_t unknownEnd = 0;  // where a run of unknowns that is being fused ends
  for (size_t end = size; end > 0; end = from[end]) {
    const size_t start = from[end];
    if (token[end] == unkId_) {
      if (unknownEnd == 0) unknownEnd = end;
      if (start == 0) pushToken(piece.substr(0, unknownEnd), scratch);
      continue;
    }
    if (unknownEnd > 0) pushToken(piece.substr(end, unknownEnd - end), scratch);
    unknownEnd = 0;
    pushToken(piece.substr(start, end - start), scratch);
  }
  std::reverse(scratch.ids.begin(), scratch.ids.end());
  out.append(scratch.ids.data(), scratch.ids.size());
}

}  // namespace scalesweep
