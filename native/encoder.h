// One thread's way through a tokenizer: its caches and its scratch memory.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "new_pieces.h"
#include "piece_cache.h"
#include "tokenizer.h"

namespace scalesweep {

struct EncodeOptions {
  bool addSpecialTokens = true;
  /** Special tokens written in the text are encoded as plain text. */
  bool literalSpecials = false;
  bool truncate = false;
  bool pad = false;
};

class Encoder {
 public:
  explicit Encoder(std::shared_ptr<const Tokenizer> tokenizer) : tokenizer_(std::move(tokenizer)), cache_(tokenizer_->makeCache()) {}
  /** With an empty cache of `cacheSlots`, a power of two. */
  Encoder(std::shared_ptr<const Tokenizer> tokenizer, size_t cacheSlots) : tokenizer_(std::move(tokenizer)), cache_(cacheSlots) {}

  /** Ids of valid UTF-8 text; valid until the next call. Throws EncodeError. */
  const IdBuffer& encode(std::string_view text, const EncodeOptions& options) {
    ids_.clear();
    new_.clear();
    // First the added tokens that are looked for in the text as it came; the rest is normalized and searched again.
    forEachSegment(tokenizer_->rawTokens(), text, options.literalSpecials, rawSegments_, [&](std::string_view part, size_t begin) {
      size_t origin = begin == 0 ? decodeUtf8(part.data()).length : 0;
      part = tokenizer_->normalization().apply(part, buffers_, origin);
      if (tokenizer_->tokensInPieces()) return encodeText(part, origin);
      forEachSegment(tokenizer_->normalizedTokens(), part, options.literalSpecials, segments_, [&](std::string_view plain, size_t at) {
        encodeText(plain, origin > at ? origin - at : 0);
      });
    });
    if (options.truncate && tokenizer_->truncation()) truncate(options);
    postProcess(options.addSpecialTokens);
    if (options.pad && tokenizer_->padding()) pad();
    return ids_;
  }
  size_t memory() const { return cache_.memory(); }

 private:
  /** Pushes the added tokens of `text`, and calls encodePlain(part, begin) for what is between them. */
  template <class EncodePlain>
  void forEachSegment(const TokenMatcher& tokens, std::string_view text, bool literalSpecials, std::vector<Segment>& segments, EncodePlain&& encodePlain) {
    if (text.empty()) return;
    if (tokens.empty()) return encodePlain(text, 0);
    segments.clear();
    tokens.split(text, literalSpecials, segments);
    for (const Segment& segment : segments) {
      if (segment.end == segment.begin) continue;
      if (segment.token) ids_.push(segment.token->id);
      else encodePlain(text.substr(segment.begin, segment.end - segment.begin), segment.begin);
    }
  }

  /** Encodes pieces some behind the splitter, so that the cache's memory is there when it is looked at. */
  class Queue {
   public:
    Queue(Encoder& encoder, std::string_view text) : encoder_(encoder), text_(text) {}

    void push(size_t begin, size_t end) {
      if (count_ == kDepth) flush();
      waiting_[count_++] = encoder_.cache_.want({text_.data() + begin, end - begin}, text_.size() - begin);
    }
    void flush() {
      IdBuffer& ids = encoder_.ids_;
      uint32_t* out = ids.room(kDepth * PieceCache::kInline);
      for (const PieceCache::Wanted* wanted = waiting_; wanted < waiting_ + count_; ++wanted) {
        size_t count;
        if (const uint32_t* known = PieceCache::findShort(*wanted, count)) [[likely]] {
          std::memcpy(out, known, PieceCache::kInline * sizeof(uint32_t));
          out += count;
        } else {
          ids.advanceTo(out);
          encoder_.encodeOther(*wanted);
          out = ids.room(kDepth * PieceCache::kInline);
        }
      }
      ids.advanceTo(out);
      count_ = 0;
    }

   private:
    static constexpr size_t kDepth = 128;
    Encoder& encoder_;
    std::string_view text_;
    size_t count_ = 0;
    PieceCache::Wanted waiting_[kDepth];
  };

  /** Encodes a piece that is not in the short slots; one that is new is left for encodeNew(). */
  void encodeOther(const PieceCache::Wanted& wanted) {
    if (new_.areMany()) encodeNew();
    if (appendKnown(wanted)) return;
    const std::string_view piece = wanted.piece;
    const BlankRuns* tokens = tokenizer_->tokensInPieces();
    if (const uint32_t id = tokens && piece[0] == ' ' ? tokens->idOf(piece) : BlankRuns::kNone; id != BlankRuns::kNone) return ids_.push(id);
    const Cuts& cuts = tokenizer_->model().cuts();
    if (!cuts.any()) return new_.leave(wanted, ids_);
    const size_t before = ids_.size();
    bool isCut = true;
    cuts.split(piece, [&](size_t begin, size_t end) {
      isCut = end - begin < piece.size();
      isCut ? encodePart(piece.substr(begin, end - begin)) : new_.leave(wanted, ids_);
    });
    if (isCut) cache_.store(wanted, ids_.data() + before, ids_.size() - before);
  }
  /** What cuts leave of a new piece may be known. */
  void encodePart(std::string_view part) {
    const PieceCache::Wanted wanted = cache_.want(part, part.size());
    if (appendKnown(wanted)) return;
    const size_t before = ids_.size();
    tokenizer_->model().tokenize(part, scratch_, ids_);
    cache_.store(wanted, ids_.data() + before, ids_.size() - before);
  }
  bool appendKnown(const PieceCache::Wanted& wanted) {
    size_t count;
    const void* known = cache_.find(wanted, count);
    if (!known) return false;
    std::memcpy(ids_.room(count), known, count * sizeof(uint32_t));
    ids_.advance(count);
    return true;
  }
  void encodeNew() { new_.encode(tokenizer_->model(), scratch_, cache_, ids_); }

  void encodeText(std::string_view text, size_t origin) {
    const PreTokenization& way = tokenizer_->preTokenization();
    if (way.rule) {
      if (way.prefixSpace && text[0] != ' ') {
        pieces_.text.assign(" ").append(text);
        text = pieces_.text;
      }
      Queue queue(*this, text);
      splitByRule(*way.rule, *way.regex, text, tokenizer_->tokensInPieces(), [&](size_t begin, size_t end) { queue.push(begin, end); });
      queue.flush();
      return encodeNew();
    }
    pieces_.spans.assign(1, {0, text.size()});
    if (!way.steps.empty()) {
      pieces_.text.assign(text);
      pieces_.origin = origin;
      for (const SplitStep& step : way.steps) step(pieces_);
      text = pieces_.text;
    }
    const Cuts& cuts = tokenizer_->model().cuts();
    Queue queue(*this, text);
    for (const Span span : pieces_.spans) {
      // A piece of any length is cut where that cannot matter, so that its words meet the cache.
      cuts.splitQuickly(text.substr(span.begin, span.end - span.begin), [&](size_t begin, size_t end) {
        queue.push(span.begin + begin, span.begin + end);
      });
    }
    queue.flush();
    encodeNew();
  }

  void truncate(const EncodeOptions& options) {
    const Truncation& rule = *tokenizer_->truncation();
    const uint32_t reserved = options.addSpecialTokens ? tokenizer_->postProcessing().added : 0;
    if (reserved > rule.maxLength) {
      throw EncodeError("the truncation of this tokenizer keeps " + std::to_string(rule.maxLength) + " tokens, fewer than the special tokens it adds");
    }
    const size_t limit = rule.maxLength - reserved;
    if (ids_.size() <= limit) return;
    if (rule.onlySecond && limit > 0) throw EncodeError("this tokenizer truncates second sequences only, and there is none");
    ids_.keep(rule.left ? ids_.size() - limit : 0, limit);
  }

  /** Moves the ids aside, so that ids_ can be written anew from them. */
  const IdBuffer& setAside() {
    copy_.clear();
    copy_.append(ids_.data(), ids_.size());
    ids_.clear();
    return copy_;
  }

  void postProcess(bool addSpecialTokens) {
    const PostParts& parts = addSpecialTokens ? tokenizer_->postProcessing().with : tokenizer_->postProcessing().without;
    if (PostProcessing::addsNothing(parts)) return;
    const IdBuffer& text = setAside();
    for (const PostPart& part : parts) {
      if (part.isText) ids_.append(text.data(), text.size());
      else ids_.append(part.ids.data(), part.ids.size());
    }
  }

  void pad() {
    const Padding& rule = *tokenizer_->padding();
    size_t length = rule.fixed ? rule.length : ids_.size();
    if (rule.multipleOf > 0 && length % rule.multipleOf > 0) length += rule.multipleOf - length % rule.multipleOf;
    if (ids_.size() >= length) return;
    const IdBuffer& text = setAside();
    const size_t missing = length - text.size();
    if (!rule.left) ids_.append(text.data(), text.size());
    for (size_t i = 0; i < missing; ++i) ids_.push(rule.id);
    if (rule.left) ids_.append(text.data(), text.size());
  }

  std::shared_ptr<const Tokenizer> tokenizer_;
  PieceCache cache_;
  ModelScratch scratch_;
  IdBuffer ids_, copy_;
  Pieces pieces_;
  std::string buffers_[2];
  std::vector<Segment> rawSegments_, segments_;
  NewPieces new_;
};

}  // namespace scalesweep
