// Text under pre-tokenization, and the two ways to work on it: to cut its pieces and to rewrite them.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "errors.h"
#include "utf8.h"

namespace scalesweep {

struct Span {
  size_t begin, end;
};

/** The pieces so far, in order, not empty. */
struct Pieces {
  std::string text;
  std::vector<Span> spans;
  /** Bytes at the front of `text` that stem from the very start of the input. */
  size_t origin = 0;
  /** Room for the next step. */
  std::string spareText;
  std::vector<Span> spareSpans;

  std::string_view piece(Span span) const { return std::string_view(text).substr(span.begin, span.end - span.begin); }
};

/** What becomes of the matches that cut a piece. */
enum class Behavior { kRemoved, kIsolated, kMergedWithPrevious, kMergedWithNext, kContiguous };

inline Behavior behaviorNamed(const std::string& name, const std::string& where) {
  static constexpr const char* kNames[] = {"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"};
  for (int i = 0; i < 5; ++i) {
    if (name == kNames[i]) return static_cast<Behavior>(i);
  }
  throw LoadError("unknown behavior `" + name + "` of " + where);
}

/** Joins the stretches of a piece to their neighbours as `behavior` says; some of the spans may be empty. */
class Delimiter {
 public:
  Delimiter(Behavior behavior, std::vector<Span>& out) : behavior_(behavior), out_(out), first_(out.size()) {}

  void visit(Span span, bool isMatch) {
    if (behavior_ == Behavior::kRemoved && isMatch) return;
    bool joins = false;
    if (behavior_ == Behavior::kContiguous) joins = isMatch == previous_;
    if (behavior_ == Behavior::kMergedWithPrevious) joins = isMatch && !previous_;
    if (joins && visited_) out_.back().end = span.end;
    else out_.push_back(span);
    if (behavior_ == Behavior::kMergedWithNext) isMatch_.push_back(isMatch);
    visited_ = true;
    previous_ = isMatch;
  }

  // MergedWithNext reads from the right: a match joins what follows it, unless that is a match.
  void finish() {
    bool next = false;
    for (size_t i = isMatch_.size(); i-- > 0; next = isMatch_[i]) {
      if (!isMatch_[i] || next || i + 1 == isMatch_.size()) continue;
      out_[first_ + i + 1].begin = out_[first_ + i].begin;
      out_[first_ + i].end = out_[first_ + i].begin;
    }
  }

 private:
  Behavior behavior_;
  std::vector<Span>& out_;
  size_t first_;
  std::vector<bool> isMatch_;
  bool visited_ = false, previous_ = false;
};

/** Cuts every piece at the matches that find(piece, visit) tells of by visit(begin, end, isMatch). */
template <class Find>
void cutPieces(Pieces& pieces, Behavior behavior, bool invert, Find&& find) {
  pieces.spareSpans.clear();
  for (const Span piece : pieces.spans) {
    Delimiter delimiter(behavior, pieces.spareSpans);
    find(pieces.piece(piece), [&](size_t begin, size_t end, bool isMatch) {
      delimiter.visit({begin + piece.begin, end + piece.begin}, isMatch != invert);
    });
    delimiter.finish();
  }
  std::erase_if(pieces.spareSpans, [](Span span) { return span.begin >= span.end; });
  pieces.spans.swap(pieces.spareSpans);
}

/** Rewrites every piece with rewrite(piece, isFirstOfInput, out), which puts something before it, or something else for its characters. */
template <class Rewrite>
void rewritePieces(Pieces& pieces, Rewrite&& rewrite) {
  pieces.spareText.clear();
  size_t origin = 0;
  for (Span& span : pieces.spans) {
    const bool first = span.begin < pieces.origin;
    const size_t begin = pieces.spareText.size();
    const std::string_view piece = pieces.piece(span);
    if (first) {
      // What stems from the start becomes what it would become alone.
      rewrite(piece.substr(0, pieces.origin - span.begin), first, pieces.spareText);
      origin = pieces.spareText.size();
      pieces.spareText.resize(begin);
    }
    rewrite(piece, first, pieces.spareText);
    span = {begin, pieces.spareText.size()};
  }
  pieces.origin = origin;
  pieces.text.swap(pieces.spareText);
}

}  // namespace scalesweep
