#include "bpe.h"

#include <algorithm>

#include "byte_level.h"
#include "marks.h"

namespace scalesweep {

namespace {
constexpr uint32_t kNoRank = 0xFFFFFFFF;
constexpr size_t kFew = 32;
constexpr int kLast = 1, kFirst = 2;
}  // namespace

void PairTable::reserve(size_t pairs) {
  size_t size = 16;
  while (size * 2 < pairs * 3) size *= 2;
  slots_.assign(size, {kEmpty, {0, 0}});
  mask_ = size - 1;
}

void PairTable::add(uint32_t left, uint32_t right, Merge merge) {
  const uint64_t key = uint64_t{left} << 32 | right;
  size_t slot = slotOf(key);
  while (slots_[slot].key != kEmpty && slots_[slot].key != key) slot = (slot + 1) & mask_;
  slots_[slot] = {key, merge};
}

Bpe::Bpe(const ModelSource& source, bool bytes) : bytes_(bytes) {
  const Json small = source.small();
  const Fields fields(small, "the BPE model");
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

  readVocabulary(source, "BPE");
  readMerges(source);
  cuts_ = provesCuts();
  readCharacterSymbols();

  for (uint32_t b = 0; b < 256; ++b) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    fallback_[b] = vocabulary_.find(std::string("<0x") + kHex[b >> 4] + kHex[b & 15] + ">");
    std::string character;
    appendUtf8(character, byteAlphabet().character[b]);
    for (int place = 0; place < 4; ++place) {
      const std::string symbol = (place & kFirst ? "" : prefix_) + character + (place & kLast ? suffix_ : "");
      byteSymbol_[static_cast<size_t>(place)][b] = vocabulary_.find(symbol);
    }
  }
}

void Bpe::readCharacterSymbols() {
  if (bytes_ || !prefix_.empty() || !suffix_.empty()) return;
  characterSymbol_.assign(0x10000, Vocabulary::kNone);
  vocabulary_.forEach([&](std::string_view token, uint32_t id) {
    if (token.empty()) return;
    const CodePoint c = decodeUtf8(token.data());
    if (c.length == token.size() && c.value < characterSymbol_.size()) characterSymbol_[c.value] = id;
  });
}

void Bpe::addMerge(std::string_view left, std::string_view right, uint32_t rank, std::string& joined) {
  const auto find = [&](std::string_view token) {
    const uint32_t id = vocabulary_.find(token);
    if (id == Vocabulary::kNone) {
      throw LoadError("merge " + std::to_string(rank + 1) + " needs the token `" + std::string(token) +
                      "`, which is not in the vocabulary");
    }
    return id;
  };
  const uint32_t leftId = find(left), rightId = find(right);
  if (right.size() < prefix_.size()) {
    throw LoadError("merge " + std::to_string(rank + 1) + " has a right side shorter than the continuing_subword_prefix");
  }
  joined.assign(left);
  joined.append(right.substr(prefix_.size()));
  pairs_.add(leftId, rightId, {rank, find(joined)});
}

void Bpe::readMerges(const ModelSource& source) {
  auto merges = source.scan("merges");
  if (!merges) throw LoadError("expected the BPE model to have \"merges\", which is missing");
  size_t count = 0;
  {
    JsonScanner counter = *merges;
    counter.expect('[', "the merges as a list");
    if (!counter.accept(']')) {
      do {
        counter.skipValue();
        ++count;
      } while (counter.accept(','));
    }
  }
  pairs_.reserve(count);
  merges->expect('[', "the merges as a list");
  if (merges->accept(']')) return;
  std::string left, right, joined;
  uint32_t rank = 0;
  do {
    if (merges->accept('[')) {
      left = merges->readString();
      merges->expect(',', "`,`");
      right = merges->readString();
      merges->expect(']', "`]`");
    } else {
      const std::string_view line = merges->readString();
      if (line.starts_with("#version")) continue;
      const size_t space = line.find(' ');
      if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos) {
        throw LoadError("merge " + std::to_string(rank + 1) + " is not two tokens with one space between");
      }
      left = line.substr(0, space);
      right = line.substr(space + 1);
    }
    addMerge(left, right, rank, joined);
    ++rank;
  } while (merges->accept(','));
  merges->expect(']', "`,` or `]`");
}

bool Bpe::fallBackToBytes(std::string_view text, ModelScratch& scratch) const {
  for (const char b : text) {
    if (fallback_[static_cast<unsigned char>(b)] == Vocabulary::kNone) return false;
  }
  for (const char b : text) scratch.ids.push_back(fallback_[static_cast<unsigned char>(b)]);
  return true;
}

// A pending unknown waits for the next known symbol; byte tokens overtake it. That is how the reference orders them.
void Bpe::readSymbol(std::string_view character, int place, ModelScratch& scratch, Unknown& unknown) const {
  std::string_view symbol = character;
  if (!(place & kFirst) && !prefix_.empty()) {
    scratch.text.assign(prefix_).append(character);
    symbol = scratch.text;
  }
  if (place & kLast && !suffix_.empty()) {
    if (symbol.data() == character.data()) scratch.text.assign(character);
    scratch.text.append(suffix_);
    symbol = scratch.text;
  }
  const uint32_t id = vocabulary_.find(symbol);
  if (id != Vocabulary::kNone) {
    if (unknown.pending) scratch.ids.push_back(unknown.id);
    unknown.pending = false;
    scratch.ids.push_back(id);
    return;
  }
  if (byteFallback_ && fallBackToBytes(symbol, scratch)) return;
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

void Bpe::readSymbols(std::string_view piece, ModelScratch& scratch) const {
  Unknown unknown;
  scratch.ids.clear();
  std::string character;
  for (size_t i = 0; i < piece.size();) {
    const CodePoint c = bytes_ ? CodePoint{0, 1} : decodeUtf8(piece.data() + i);
    const size_t length = c.length;
    if (c.value < characterSymbol_.size() && !unknown.pending && characterSymbol_[c.value] != Vocabulary::kNone) {
      scratch.ids.push_back(characterSymbol_[c.value]);
      i += length;
      continue;
    }
    const int place = (i == 0 ? kFirst : 0) | (i + length == piece.size() ? kLast : 0);
    if (bytes_) {
      const auto byte = static_cast<unsigned char>(piece[i]);
      const uint32_t id = byteSymbol_[static_cast<size_t>(place)][byte];
      if (id != Vocabulary::kNone && !unknown.pending) {
        scratch.ids.push_back(id);
      } else {
        character.clear();
        appendUtf8(character, byteAlphabet().character[byte]);
        readSymbol(character, place, scratch, unknown);
      }
    } else {
      readSymbol(piece.substr(i, length), place, scratch, unknown);
    }
    i += length;
  }
  if (unknown.pending) scratch.ids.push_back(unknown.id);
}

void Bpe::tokenize(std::string_view piece, ModelScratch& scratch, IdBuffer& out) const {
  if (piece.empty()) return;
  if (ignoreMerges_) {
    std::string_view token = piece;
    if (bytes_) {
      scratch.text.clear();
      byteAlphabet().appendVisible(scratch.text, piece);
      token = scratch.text;
    }
    const uint32_t id = vocabulary_.find(token);
    if (id != Vocabulary::kNone) return out.push(id);
  }
  readSymbols(piece, scratch);
  if (scratch.ids.size() <= kFew) mergeFew(scratch, out);
  else mergeMany(scratch, out);
}

// The lowest rank goes first, the leftmost among equals: a scan is fastest while it fits a few cache lines.
void Bpe::mergeFew(ModelScratch& scratch, IdBuffer& out) const {
  uint32_t ids[kFew], ranks[kFew], made[kFew];
  size_t n = scratch.ids.size();
  std::copy(scratch.ids.begin(), scratch.ids.end(), ids);
  const auto look = [&](size_t i) {
    const PairTable::Merge* merge = pairs_.find(ids[i], ids[i + 1]);
    ranks[i] = merge ? merge->rank : kNoRank;
    made[i] = merge ? merge->id : 0;
  };
  for (size_t i = 0; i + 1 < n; ++i) look(i);
  while (n > 1) {
    size_t best = 0;
    for (size_t i = 1; i + 1 < n; ++i) best = ranks[i] < ranks[best] ? i : best;
    if (ranks[best] == kNoRank) break;
    ids[best] = made[best];
    --n;
    for (size_t i = best + 1; i < n; ++i) {
      ids[i] = ids[i + 1];
      ranks[i] = ranks[i + 1];
      made[i] = made[i + 1];
    }
    if (best + 1 < n) look(best);
    if (best > 0) look(best - 1);
  }
  out.append(ids, n);
}

// Long pieces: a heap of (rank, place), entries of changed pairs recognised by their rank.
void Bpe::mergeMany(ModelScratch& scratch, IdBuffer& out) const {
  std::vector<uint32_t>&ids = scratch.ids, &ranks = scratch.ranks, &next = scratch.next, &previous = scratch.previous;
  std::vector<uint64_t>& queue = scratch.queue;
  const uint32_t n = static_cast<uint32_t>(ids.size());
  ranks.assign(n, kNoRank);
  next.resize(n);
  previous.resize(n);
  queue.clear();
  const auto later = [](uint64_t a, uint64_t b) { return a > b; };
  const auto look = [&](uint32_t i) {
    const PairTable::Merge* merge = next[i] < n ? pairs_.find(ids[i], ids[next[i]]) : nullptr;
    ranks[i] = merge ? merge->rank : kNoRank;
    if (merge) queue.push_back(uint64_t{merge->rank} << 32 | i);
    return merge != nullptr;
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
    ids[at] = pairs_.find(ids[at], ids[right])->id;
    ranks[right] = kNoRank;
    next[at] = next[right];
    if (next[at] < n) previous[next[at]] = at;
    if (look(at)) std::push_heap(queue.begin(), queue.end(), later);
    if (at > 0 && look(previous[at])) std::push_heap(queue.begin(), queue.end(), later);
  }
  for (uint32_t i = 0; i < n; i = next[i]) out.push(ids[i]);
}

// No token has U+2581 behind another character, so no merge can join one to what is before it; and it is a token itself,
// so it ends a run of unknowns. Unknown characters must leave a symbol: a dropped one would let its neighbours meet.
bool Bpe::provesCuts() const {
  const bool plain = !bytes_ && prefix_.empty() && suffix_.empty() && !ignoreMerges_;
  if (!plain || vocabulary_.find(kMark) == Vocabulary::kNone) return false;
  if (!hasUnk_ || vocabulary_.find(unkToken_) == Vocabulary::kNone) return false;
  bool proven = true;
  vocabulary_.forEach([&](std::string_view token, uint32_t) {
    for (size_t at = token.find(kMark, 1); at != std::string_view::npos; at = token.find(kMark, at + 1)) {
      proven = proven && token.substr(0, at).ends_with(kMark);
    }
  });
  return proven;
}

}  // namespace scalesweep
