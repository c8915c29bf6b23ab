// One thread's way through a tokenizer: its caches and its scratch memory.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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
  explicit Encoder(std::shared_ptr<const Tokenizer> tokenizer) : tokenizer_(std::move(tokenizer)), cache_(tokenizer_->seeds()) {}
  /** With an empty cache of `cacheSlots`, a power of two. */
  Encoder(std::shared_ptr<const Tokenizer> tokenizer, size_t cacheSlots) : tokenizer_(std::move(tokenizer)), cache_(cacheSlots) {}

  const Tokenizer& tokenizer() const { return *tokenizer_; }
  /** Ids of valid UTF-8 text; valid until the next call. Throws EncodeError. */
  const IdBuffer& encode(std::string_view text, const EncodeOptions& options);
  size_t memory() const { return cache_.memory(); }

 private:
  void encodeRaw(std::string_view text, bool literalSpecials);
  void encodeSegment(std::string_view text, bool atStart, bool literalSpecials);
  void encodeText(std::string_view text, size_t origin);
  class Queue;
  void encodeUnknown(std::string_view piece);
  void truncate(const EncodeOptions& options);
  void postProcess(bool addSpecialTokens);
  void pad();

  std::shared_ptr<const Tokenizer> tokenizer_;
  PieceCache cache_;
  ModelScratch scratch_;
  IdBuffer ids_, copy_;
  Pieces pieces_;
  std::string buffers_[2];
  std::vector<Segment> rawSegments_, segments_;
};

}  // namespace scalesweep
