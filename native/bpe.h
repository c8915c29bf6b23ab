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
    size_t end;
    tokenizeSome({&piece, 1}, scratch, out, &end);
  }
  void tokenizeAll(std::span<const std::string_view> pieces, ModelScratch& scratch, IdBuffer& out, size_t* ends) const override {
    for (size_t first = 0; first < pieces.size(); first += kLanes) {
      tokenizeSome(pieces.subspan(first, std::min(kLanes, pieces.size() - first)), scratch, out, ends + first);
    }
  }
  bool findsWhole() const override { return ignoreMerges_; }
  size_t memory() const override { return vocabulary_.memory() + pairs_.memory() + bytePairs_.size() * sizeof(uint32_t) + characterSymbol_.size() * sizeof(uint32_t); }

 private:
  static constexpr size_t kLanes = 32;
  static constexpr size_t kLast = 1, kFirst = 2;
  /** Stands for U+2581 among ASCII. */
  static constexpr uint32_t kMark = 0x80;

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
    proved ? cuts_.index() : cuts_.forbid();
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
    if (!prefix_.empty() || !suffix_.empty()) return;
    if (!bytes_) indexCharacters();
    bytePairs_.assign(0x10000, PairTable::kNone);
    for (uint32_t pair = 0; pair < 0x10000; ++pair) {
      const uint32_t left = byteSymbol_[0][pair >> 8], right = byteSymbol_[0][pair & 255];
      if (left != Vocabulary::kNone && right != Vocabulary::kNone) bytePairs_[pair] = pairs_.find(left, right);
    }
  }

  void indexCharacters() {
    characterSymbol_.assign(0x10000, Vocabulary::kNone);
    vocabulary_.forEach([&](std::string_view token, uint32_t id) {
      if (token.empty()) return;
      const CodePoint c = decodeUtf8(token.data());
      if (c.length == token.size() && c.value < characterSymbol_.size()) characterSymbol_[c.value] = id;
    });
    byteSymbol_[0].fill(Vocabulary::kNone);
    std::copy_n(characterSymbol_.begin(), kMark, byteSymbol_[0].begin());
    byteSymbol_[0][kMark] = characterSymbol_[0x2581];
  }

  /** At most kLanes pieces, side by side. */
  void tokenizeSome(std::span<const std::string_view> pieces, ModelScratch& scratch, IdBuffer& out, size_t* ends) const {
    uint32_t whole[kLanes] = {};
    bool isLane[kLanes];
    if (ignoreMerges_) findWhole(pieces, scratch.text, whole);
    scratch.lanes.resize(std::max(scratch.lanes.size(), pieces.size()));
    for (size_t i = 0; i < pieces.size(); ++i) {
      MergeLane& lane = scratch.lanes[i];
      lane.clear();
      isLane[i] = true;
      if (ignoreMerges_ && whole[i] != Vocabulary::kNone) lane.push(whole[i], PairTable::kNone);
      else isLane[i] = readFewBytes(pieces[i], lane) || readFew(pieces[i], lane, scratch);
    }
    mergeSideBySide(pairs_, {scratch.lanes.data(), pieces.size()}, scratch.busy);
    for (size_t i = 0; i < pieces.size(); ++i) {
      if (isLane[i]) scratch.lanes[i].appendTo(out);
      else mergeMany(pieces[i], scratch, out);
      ends[i] = out.size();
    }
  }

  /** The tokens that pieces are spelled like, kNone for those that are like none. */
  void findWhole(std::span<const std::string_view> pieces, std::string& text, uint32_t* whole) const {
    Vocabulary::Word words[kLanes];
    size_t size = 0;
    for (const std::string_view piece : pieces) size += piece.size();
    text.clear();
    text.reserve(size * 2);
    for (size_t i = 0; i < pieces.size(); ++i) {
      const size_t begin = text.size();
      if (bytes_) byteAlphabet().appendVisible(text, pieces[i]);
      words[i] = Vocabulary::wordOf(bytes_ ? std::string_view(text).substr(begin) : pieces[i]);
      vocabulary_.prefetch(words[i]);
    }
    for (size_t i = 0; i < pieces.size(); ++i) whole[i] = vocabulary_.find(words[i]);
  }

  /** The usual case: a short piece, of which every byte is a token; where characters are symbols, of ASCII behind U+2581 or nothing. */
  bool readFewBytes(std::string_view piece, MergeLane& lane) const {
    if (bytePairs_.empty() || piece.size() > MergeLane::kMost) return false;
    uint32_t pair = 0;
    bool known = true;
    if (!bytes_ && piece.starts_with("\xE2\x96\x81")) {
      pair = kMark;
      lane.push(byteSymbol_[0][kMark], PairTable::kNone);
      known = byteSymbol_[0][kMark] != Vocabulary::kNone;
      piece.remove_prefix(3);
    }
    for (const char c : piece) {
      const uint32_t byte = static_cast<unsigned char>(c);
      pair = (pair << 8 | byte) & 0xFFFF;
      lane.push(byteSymbol_[0][byte], bytePairs_[pair]);
      known &= byteSymbol_[0][byte] != Vocabulary::kNone;
    }
    return known;
  }

  /** False when the piece has too many symbols. */
  bool readFew(std::string_view piece, MergeLane& lane, ModelScratch& scratch) const {
    const std::vector<uint32_t>& ids = scratch.ids;
    read(piece, scratch);
    if (ids.size() > MergeLane::kMost) return false;
    lane.clear();
    for (size_t i = 0; i < ids.size(); ++i) lane.push(ids[i], i > 0 ? pairs_.find(ids[i - 1], ids[i]) : PairTable::kNone);
    return true;
  }

  void read(std::string_view piece, ModelScratch& scratch) const {
    if (!(bytes_ && readBytes(piece, scratch))) readSymbols(piece, scratch);
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

  // Long pieces: a heap of (rank, place), entries of changed pairs recognised by their rank.
  void mergeMany(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const {
    read(piece, scratch);
    std::vector<uint32_t>&ids = scratch.ids, &ranks = scratch.ranks, &next = scratch.next, &previous = scratch.previous;
    std::vector<uint64_t>& queue = scratch.queue;
    const uint32_t n = static_cast<uint32_t>(ids.size());
    ranks.assign(n, PairTable::kNone);
    next.resize(n);
    previous.resize(n);
    queue.clear();
    const auto later = [](uint64_t a, uint64_t b) { return a > b; };
    const auto look = [&](uint32_t i) {
      ranks[i] = next[i] < n ? pairs_.find(ids[i], ids[next[i]]) : PairTable::kNone;
      if (ranks[i] == PairTable::kNone) return false;
      queue.push_back(uint64_t{ranks[i]} << 32 | i);
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
      if (ranks[at] != top >> 32) continue;
      const uint32_t right = next[at];
      ids[at] = pairs_.made(ranks[at]);
      ranks[right] = PairTable::kNone;
      next[at] = next[right];
      if (next[at] < n) previous[next[at]] = at;
      if (look(at)) std::push_heap(queue.begin(), queue.end(), later);
      if (at > 0 && look(previous[at])) std::push_heap(queue.begin(), queue.end(), later);
    }
    for (uint32_t i = 0; i < n; i = next[i]) out.push(ids[i]);
  }

  PairTable pairs_;
  // The ranks of two bytes (or of two of ASCII and U+2581) at a place of their own; empty where a symbol depends on its place in the piece.
  std::vector<uint32_t> bytePairs_;
  bool bytes_ = false, fuseUnk_ = false, ignoreMerges_ = false, byteFallback_ = false, hasUnk_ = false;
  std::string unkToken_, prefix_, suffix_;
  ByteTokens fallback_{};
  // The symbols of the characters below U+10000 that are tokens as they stand; empty for bytes and affixes.
  std::vector<uint32_t> characterSymbol_;
  // The symbol of each byte at each place of a piece: middle, last, first, first and last. Where characters are symbols,
  // those of ASCII and of U+2581 at the first of them.
  std::array<std::array<uint32_t, 256>, 4> byteSymbol_{};
};

}  // namespace scalesweep
