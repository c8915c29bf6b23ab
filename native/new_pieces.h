// Pieces that are not known yet. They are passed over while the ids of others are written, go to the model together, each
// once, and have their ids put between the others' then.
#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "model.h"
#include "piece_cache.h"

namespace scalesweep {

class NewPieces {
 public:
  /** Leaves the place behind what `out` holds to a piece, whose text must stay. */
  void leave(const PieceCache::Wanted& wanted, const IdBuffer& out) { gaps_.push_back({out.size(), placeOf(wanted)}); }
  /** Whether they should be encoded before many more are left. */
  bool areMany() const { return gaps_.size() >= kMany; }

  /** Puts their ids into `out` where they were left, and into the cache. */
  void encode(const Model& model, ModelScratch& scratch, PieceCache& cache, IdBuffer& out) {
    if (gaps_.empty()) return;
    pieces_.clear();
    for (const PieceCache::Wanted& wanted : new_) pieces_.push_back(wanted.piece);
    ids_.clear();
    ends_.resize(new_.size() + 1);
    model.tokenizeAll(pieces_, scratch, ids_, &ends_[1]);
    fillGaps(out);
    for (size_t i = 0; i < new_.size(); ++i) cache.store(new_[i], ids_.data() + ends_[i], ends_[i + 1] - ends_[i]);
    clear();
  }
  void clear() {
    if (!new_.empty()) places_.fill(0);
    gaps_.clear();
    new_.clear();
  }

 private:
  static constexpr size_t kMany = 64, kPlaceBits = 8;

  /** Where ids of the new piece `which` are missing. */
  struct Gap {
    size_t at, which;
  };

  size_t placeOf(const PieceCache::Wanted& wanted) {
    size_t place = ((wanted.low ^ wanted.high) * 0x9E3779B97F4A7C15ull) >> (64 - kPlaceBits);
    for (; places_[place] > 0; place = (place + 1) % places_.size()) {
      if (new_[places_[place] - 1].piece == wanted.piece) return places_[place] - size_t{1};
    }
    new_.push_back(wanted);
    places_[place] = static_cast<uint16_t>(new_.size());
    return new_.size() - 1;
  }

  /** From the back, so that nothing is moved twice. */
  void fillGaps(IdBuffer& out) {
    shifts_.assign(1, 0);
    for (const Gap& gap : gaps_) shifts_.push_back(shifts_.back() + ends_[gap.which + 1] - ends_[gap.which]);
    out.room(shifts_.back());
    size_t end = out.size();
    for (size_t i = gaps_.size(); i-- > 0;) {
      const auto [at, which] = gaps_[i];
      std::memmove(out.data() + at + shifts_[i + 1], out.data() + at, (end - at) * sizeof(uint32_t));
      std::memcpy(out.data() + at + shifts_[i], ids_.data() + ends_[which], (ends_[which + 1] - ends_[which]) * sizeof(uint32_t));
      end = at;
    }
    out.advance(shifts_.back());
  }

  std::vector<Gap> gaps_;
  std::vector<PieceCache::Wanted> new_;
  // Where new pieces are, counted from one, by a hash of them.
  std::array<uint16_t, size_t{1} << kPlaceBits> places_{};
  std::vector<std::string_view> pieces_;
  // The ids of new pieces, and where those of each end, behind a first zero.
  IdBuffer ids_;
  std::vector<size_t> ends_, shifts_;
};

}  // namespace scalesweep
