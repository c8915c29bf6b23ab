// Byte-pair encoding by merge list.
#pragma once
#include <algorithm>
#include <array>
#include <future>

#include "byte_level.h"
#include "model.h"
#include "pair_table.h"

namespace scalesweep {

class Bpe : public Model {
 public:
  Bpe(ModelSource& source, bool bytes) : Model(source), bytes_(bytes) {
    const Fields fields(source.settings, "the BPE model");
    if (const Json* dropout = fields.find("dropout"); dropout && dropout->number != 0) {
      throw LoadError("a BPE model with dropout gives random ids, which this program refuses: set \"dropout\" to null");
    }
    hasUnk_ = fields.find("unk_token") != nullptr;
    unkToken_ = fields.text("unk_token", "");
    prefix_ = fields.text("continuing_subword_prefix", "");
    suffix_ = fields.text("end_of_word_suffix", "");
    fuseUnk_ = fields.flag("fuse_unk", false);
    byteFallback_ = fields.flag("byte_fallback", false);
    ignoreMerges_ = fields.flag("ignore_merges", false);
    source.expectForm(ModelSource::Form::kIds);
    if (!source.hasMerges) throw LoadError("expected the BPE model to have \"merges\", which is missing");
    if (!source.mergeProblem.empty()) throw LoadError(source.mergeProblem);
    for (uint32_t b = 0; b < 256; ++b) fallback_[b] = vocabulary_.findByte(b);
    auto cuts = std::async([this] { proveCuts(); });
    indexMerges(source.merges);
    indexSymbols();
    cuts.get();
  }

  void tokenize(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const override {
    if (piece.empty()) return;
    Vocabulary::Word whole{};
    if (ignoreMerges_) {
      scratch.text.clear();
      if (bytes_) byteAlphabet().appendVisible(scratch.text, piece);
      whole = Vocabulary::wordOf(bytes_ ? scratch.text : piece);
      vocabulary_.prefetch(whole);
    }
    Few few;
    if (readFewBytes(piece, few)) {
      // Merging takes as long as the memory for the question whether the piece is a token, which one id answers anyway.
      const size_t before = out.size();
      mergeFew(few, out);
      if (!ignoreMerges_ || out.size() - before == 1) return;
      const uint32_t id = vocabulary_.find(whole);
      if (id == Vocabulary::kNone) return;
      out.keep(0, before);
      return out.push(id);
    }
    if (ignoreMerges_) {
      const uint32_t id = vocabulary_.find(whole);
      if (id != Vocabulary::kNone) return out.push(id);
    }
    if (!(bytes_ && readBytes(piece, scratch))) readSymbols(piece, scratch);
    if (scratch.ids.size() > kFew) return mergeMany(scratch, out);
    few.count = scratch.ids.size();
    std::copy(scratch.ids.begin(), scratch.ids.end(), few.ids);
    for (size_t i = 0; i + 1 < few.count; ++i) few.merges[i] = pairs_.find(few.ids[i], few.ids[i + 1]);
    mergeFew(few, out);
  }
  bool findsWhole() const override { return ignoreMerges_; }
  size_t memory() const override { return vocabulary_.memory() + pairs_.memory() + bytePairs_.size() * sizeof(PairTable::Merge) + characterSymbol_.size() * sizeof(uint32_t); }

 private:
  static constexpr size_t kFew = 64;
  static constexpr size_t kLast = 1, kFirst = 2;

  /** The symbols of a short piece, and the merge of each with the next. */
  struct Few {
    size_t count = 0;
    uint32_t ids[kFew];
    PairTable::Merge merges[kFew];
  };

  struct Unknown {
    uint32_t id = Vocabulary::kNone;
    bool pending = false;
  };

  void indexMerges(const MergeList& merges) {
    if (merges.size() >= PairTable::kRanks || vocabulary_.topId() >= PairTable::kIds) {
      throw LoadError("expected a BPE model of ids below " + std::to_string(PairTable::kIds) + " and fewer than " + std::to_string(PairTable::kRanks) + " merges, got " + std::to_string(merges.size()) + " merges and ids up to " + std::to_string(vocabulary_.topId()));
    }
    pairs_.fill(merges);
  }

  // A merge joins two characters only into a token that has them side by side, if both stand for themselves: so no byte
  // token and no unknown may merge. With a token for every byte there are no unknowns, which wait for each other.
  void proveCuts() {
    const bool plain = !bytes_ && prefix_.empty() && suffix_.empty() && !ignoreMerges_ && byteFallback_;
    if (!plain || std::ranges::count(fallback_, Vocabulary::kNone) > 0) return;
    const auto ofByte = [](std::string_view six) { return six.starts_with("<0x") && six.ends_with(">"); };
    bool proved = true;
    cuts_.allow();
    vocabulary_.forEach([&](std::string_view token, uint32_t) {
      if (token.size() > 6 && (ofByte(token.substr(0, 6)) || ofByte(token.substr(token.size() - 6)))) proved = false;
      cuts_.join(token);
    });
    if (!proved) cuts_.forbid();
  }

  void indexSymbols() {
    for (uint32_t b = 0; b < 256; ++b) {
      std::string character;
      appendUtf8(character, byteAlphabet().character[b]);
      for (size_t place = 0; place < 4; ++place) {
        const std::string symbol = (place & kFirst ? "" : prefix_) + character + (place & kLast ? suffix_ : "");
        byteSymbol_[place][b] = vocabulary_.find(symbol);
      }
    }
    if (bytes_ && prefix_.empty() && suffix_.empty()) {
      bytePairs_.assign(0x10000, PairTable::kNone);
      for (uint32_t pair = 0; pair < 0x10000; ++pair) {
        const uint32_t left = byteSymbol_[0][pair >> 8], right = byteSymbol_[0][pair & 255];
        if (left != Vocabulary::kNone && right != Vocabulary::kNone) bytePairs_[pair] = pairs_.find(left, right);
      }
    }
    if (bytes_ || !prefix_.empty() || !suffix_.empty()) return;
    characterSymbol_.assign(0x10000, Vocabulary::kNone);
    vocabulary_.forEach([&](std::string_view token, uint32_t id) {
      if (token.empty()) return;
      const CodePoint c = decodeUtf8(token.data());
      if (c.length == token.size() && c.value < characterSymbol_.size()) characterSymbol_[c.value] = id;
    });
  }

  /** The usual case: a short piece, of which every byte is a token. */
  bool readFewBytes(std::string_view piece, Few& few) const {
    if (bytePairs_.empty() || piece.size() > kFew) return false;
    uint32_t pair = 0;
    for (const char c : piece) {
      const uint32_t byte = static_cast<unsigned char>(c);
      pair = (pair << 8 | byte) & 0xFFFF;
      if (few.count > 0) few.merges[few.count - 1] = bytePairs_[pair];
      if ((few.ids[few.count++] = byteSymbol_[0][byte]) == Vocabulary::kNone) return false;
    }
    return true;
  }

  /** False unless every byte is a token. */
  bool readBytes(std::string_view piece, ModelScratch& scratch) const {
    const size_t n = piece.size();
    scratch.ids.resize(n);
    bool known = true;
    for (size_t i = 0; i < n; ++i) {
      const uint32_t id = byteSymbol_[(i == 0) * kFirst | (i + 1 == n) * kLast][static_cast<unsigned char>(piece[i])];
      scratch.ids[i] = id;
      known = known && id != Vocabulary::kNone;
    }
    return known;
  }

  void readSymbols(std::string_view piece, ModelScratch& scratch) const {
    Unknown unknown;
    scratch.ids.clear();
    std::string character;
    for (size_t i = 0; i < piece.size();) {
      const CodePoint c = bytes_ ? CodePoint{static_cast<unsigned char>(piece[i]), 1} : decodeUtf8(piece.data() + i);
      const size_t place = (i == 0) * kFirst | (i + c.length == piece.size()) * kLast;
      const uint32_t quick = bytes_ ? byteSymbol_[place][c.value] : c.value < characterSymbol_.size() ? characterSymbol_[c.value] : Vocabulary::kNone;
      if (quick != Vocabulary::kNone && !unknown.pending) {
        scratch.ids.push_back(quick);
      } else {
        character.clear();
        if (bytes_) appendUtf8(character, byteAlphabet().character[c.value]);
        else character.assign(piece, i, c.length);
        readSymbol((place & kFirst ? "" : prefix_) + character + (place & kLast ? suffix_ : ""), scratch, unknown);
      }
      i += c.length;
    }
    if (unknown.pending) scratch.ids.push_back(unknown.id);
  }

  // A pending unknown waits for the next known symbol; byte tokens overtake it. That is how the reference orders them.
  void readSymbol(std::string_view symbol, ModelScratch& scratch, Unknown& unknown) const {
    const uint32_t id = vocabulary_.find(symbol);
    if (id != Vocabulary::kNone) {
      if (unknown.pending) scratch.ids.push_back(unknown.id);
      unknown.pending = false;
      scratch.ids.push_back(id);
      return;
    }
    if (byteFallback_ && appendByteTokens(fallback_, symbol, scratch.ids)) return;
    if (!hasUnk_) return;
    if (unknown.pending && !fuseUnk_) scratch.ids.push_back(unknown.id);
    if (!unknown.pending || !fuseUnk_) {
      unknown.id = vocabulary_.find(unkToken_);
      if (unknown.id == Vocabulary::kNone) {
        throw EncodeError("the text has a character outside the vocabulary, and so is the unk_token `" + unkToken_ + "`");
      }
    }
    unknown.pending = true;
  }

  // The lowest rank goes first, the leftmost among equals: a scan is fastest while it fits a few cache lines.
  void mergeFew(Few& few, IdBuffer& out) const {
    auto& [count, ids, merges] = few;
    while (count > 1) {
      PairTable::Merge least = merges[0];
      size_t at = 0;
      for (size_t i = 1; i + 1 < count; ++i) {
        const bool less = merges[i] < least;  // no branch: which one is least cannot be predicted
        at = less ? i : at;
        least = less ? merges[i] : least;
      }
      if (least == PairTable::kNone) break;
      ids[at] = PairTable::made(least);
      if (at > 0) merges[at - 1] = pairs_.find(ids[at - 1], ids[at]);
      if (at + 2 < count) merges[at] = pairs_.find(ids[at], ids[at + 2]);
      --count;
      for (size_t i = at + 1; i < count; ++i) {
        ids[i] = ids[i + 1];
        merges[i] = merges[i + 1];
      }
    }
    out.append(ids, count);
  }

  // Long pieces: a heap of (rank, place), entries of changed pairs recognised by their rank.
  void mergeMany(ModelScratch& scratch, IdBuffer& out) const {
    std::vector<uint32_t>&ids = scratch.ids, &next = scratch.next, &previous = scratch.previous;
    std::vector<PairTable::Merge>& merges = scratch.merges;
    std::vector<uint64_t>& queue = scratch.queue;
    const uint32_t n = static_cast<uint32_t>(ids.size());
    merges.assign(n, PairTable::kNone);
    next.resize(n);
    previous.resize(n);
    queue.clear();
    const auto later = [](uint64_t a, uint64_t b) { return a > b; };
    const auto look = [&](uint32_t i) {
      merges[i] = next[i] < n ? pairs_.find(ids[i], ids[next[i]]) : PairTable::kNone;
      if (merges[i] == PairTable::kNone) return false;
      queue.push_back(PairTable::rank(merges[i]) << 32 | i);
      return true;
    };
    for (uint32_t i = 0; i < n; ++i) {
      next[i] = i + 1;
      previous[i] = i - 1;
      look(i);
    }
    std::make_heap(queue.begin(), queue.end(), later);
    while (!queue.empty()) {
      const uint64_t top = queue.front();
      std::pop_heap(queue.begin(), queue.end(), later);
      queue.pop_back();
      const uint32_t at = static_cast<uint32_t>(top);
      if (PairTable::rank(merges[at]) != top >> 32) continue;
      const uint32_t right = next[at];
      ids[at] = PairTable::made(merges[at]);
      merges[right] = PairTable::kNone;
      next[at] = next[right];
      if (next[at] < n) previous[next[at]] = at;
      if (look(at)) std::push_heap(queue.begin(), queue.end(), later);
      if (at > 0 && look(previous[at])) std::push_heap(queue.begin(), queue.end(), later);
    }
    for (uint32_t i = 0; i < n; i = next[i]) out.push(ids[i]);
  }

  PairTable pairs_;
  // The merges of two bytes at a place of their own; empty where a symbol depends on its place in the piece.
  std::vector<PairTable::Merge> bytePairs_;
  bool bytes_ = false, fuseUnk_ = false, ignoreMerges_ = false, byteFallback_ = false, hasUnk_ = false;
  std::string unkToken_, prefix_, suffix_;
  ByteTokens fallback_{};
  // The symbols of the characters below U+10000 that are tokens as they stand; empty for bytes and affixes.
  std::vector<uint32_t> characterSymbol_;
  // The symbol of each byte at each place of a piece: middle, last, first, first and last.
  std::array<std::array<uint32_t, 256>, 4> byteSymbol_{};
};

}  // namespace scalesweep
