#include "encoder.h"

#include "marks.h"
#include "splitters.h"

namespace scalesweep {

const IdBuffer& Encoder::encode(std::string_view text, const EncodeOptions& options) {
  ids_.clear();
  encodeRaw(text, options.literalSpecials);
  if (options.truncate && tokenizer_->truncation()) truncate(options);
  postProcess(options.addSpecialTokens);
  if (options.pad && tokenizer_->padding()) pad();
  return ids_;
}

// First pass: added tokens that are looked for in the text as it came.
void Encoder::encodeRaw(std::string_view text, bool literalSpecials) {
  if (tokenizer_->rawTokens().empty()) return encodeSegment(text, true, literalSpecials);
  rawSegments_.clear();
  tokenizer_->rawTokens().split(text, literalSpecials, rawSegments_);
  for (const Segment& segment : rawSegments_) {
    if (segment.token) {
      if (segment.end > segment.begin) ids_.push(segment.token->id);
    } else {
      encodeSegment(text.substr(segment.begin, segment.end - segment.begin), segment.begin == 0, literalSpecials);
    }
  }
}

// Second pass: the rest is normalized and searched for the added tokens that are normalized too.
void Encoder::encodeSegment(std::string_view text, bool atStart, bool literalSpecials) {
  if (text.empty()) return;
  size_t origin = atStart ? decodeUtf8(text.data()).length : 0;
  text = tokenizer_->normalization().apply(text, buffers_, origin);
  if (tokenizer_->normalizedTokens().empty()) return encodeText(text, origin);
  segments_.clear();
  tokenizer_->normalizedTokens().split(text, literalSpecials, segments_);
  for (const Segment& segment : segments_) {
    if (segment.token) {
      if (segment.end > segment.begin) ids_.push(segment.token->id);
    } else {
      encodeText(text.substr(segment.begin, segment.end - segment.begin),
                 origin > segment.begin ? origin - segment.begin : 0);
    }
  }
}

/** Encodes pieces some behind the splitter, so that the cache's memory is there when it is looked at. */
class Encoder::Queue {
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
        encoder_.encodeUnknown(wanted->piece);
        out = ids.room(kDepth * PieceCache::kInline);
      }
    }
    ids.advanceTo(out);
    count_ = 0;
  }

 private:
  static constexpr size_t kDepth = 32;
  Encoder& encoder_;
  std::string_view text_;
  size_t count_ = 0;
  PieceCache::Wanted waiting_[kDepth];
};

void Encoder::encodeUnknown(std::string_view piece) {
  if (cache_.findLong(piece, ids_)) return;
  const size_t before = ids_.size();
  tokenizer_->model().tokenize(piece, scratch_, ids_);
  cache_.store(piece, ids_.data() + before, ids_.size() - before);
}

void Encoder::encodeText(std::string_view text, size_t origin) {
  if (text.empty()) return;
  const PreTokenization& way = tokenizer_->preTokenization();
  const bool cuts = tokenizer_->model().cutsBeforeMarks();
  if (way.rule) {
    if (way.prefixSpace && text[0] != ' ') {
      pieces_.text.assign(" ").append(text);
      text = pieces_.text;
    }
    Queue queue(*this, text);
    splitByRule(*way.rule, *way.regex, text, [&](size_t begin, size_t end) { queue.push(begin, end); });
    return queue.flush();
  }
  pieces_.spans.assign(1, {0, text.size()});
  if (!way.steps.empty()) {
    pieces_.text.assign(text);
    pieces_.origin = origin;
    for (const auto& step : way.steps) step->apply(pieces_);
    text = pieces_.text;
  }
  Queue queue(*this, text);
  for (const Span span : pieces_.spans) {
    // A piece of any length is cut where that cannot matter, so that its words meet the cache.
    const auto push = [&](size_t begin, size_t end) { queue.push(span.begin + begin, span.begin + end); };
    if (cuts) splitBeforeMarks(text.substr(span.begin, span.end - span.begin), push);
    else push(0, span.end - span.begin);
  }
  queue.flush();
}

void Encoder::truncate(const EncodeOptions& options) {
  const Truncation& rule = *tokenizer_->truncation();
  const uint32_t reserved = options.addSpecialTokens ? tokenizer_->postProcessing().added : 0;
  if (reserved > rule.maxLength) {
    throw EncodeError("the truncation of this tokenizer keeps " + std::to_string(rule.maxLength) +
                      " tokens, fewer than the special tokens it adds");
  }
  const size_t limit = rule.maxLength - reserved;
  if (ids_.size() <= limit) return;
  if (rule.onlySecond) throw EncodeError("this tokenizer truncates second sequences only, and there is none");
  ids_.keep(rule.left ? ids_.size() - limit : 0, limit);
}

void Encoder::postProcess(bool addSpecialTokens) {
  const auto& parts = tokenizer_->postProcessing().parts;
  if (parts.size() == 1 && parts[0].isText) return;
  size_t texts = 0;
  for (const auto& part : parts) texts += part.isText;
  if (texts == 1) {
    bool after = false;
    for (const auto& part : parts) {
      if (part.isText) after = true;
      else if (addSpecialTokens && after) ids_.append(part.ids.data(), part.ids.size());
    }
    copy_.clear();
    for (const auto& part : parts) {
      if (part.isText) break;
      if (addSpecialTokens) copy_.append(part.ids.data(), part.ids.size());
    }
    ids_.insertFront(copy_.data(), copy_.size());
    return;
  }
  copy_.clear();
  copy_.append(ids_.data(), ids_.size());
  ids_.clear();
  for (const auto& part : parts) {
    if (part.isText) ids_.append(copy_.data(), copy_.size());
    else if (addSpecialTokens) ids_.append(part.ids.data(), part.ids.size());
  }
}

void Encoder::pad() {
  const Padding& rule = *tokenizer_->padding();
  size_t length = rule.fixed ? rule.length : ids_.size();
  if (rule.multipleOf > 0 && length % rule.multipleOf > 0) length += rule.multipleOf - length % rule.multipleOf;
  if (ids_.size() >= length) return;
  copy_.clear();
  for (size_t i = ids_.size(); i < length; ++i) copy_.push(rule.id);
  if (rule.left) ids_.insertFront(copy_.data(), copy_.size());
  else ids_.append(copy_.data(), copy_.size());
}

}  // namespace scalesweep
