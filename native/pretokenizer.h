// Pre-tokenizers: they cut text into the pieces that the model sees, some of them rewriting it.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "json.h"
#include "known_patterns.h"
#include "regex.h"

namespace scalesweep {

struct Span {
  size_t begin, end;
};

/** Text under pre-tokenization: the pieces so far, in order, not empty. */
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

class PreTokenizer {
 public:
  virtual ~PreTokenizer() = default;
  virtual void apply(Pieces& pieces) const = 0;
};

/** What a pre_tokenizer section amounts to. */
struct PreTokenization {
  /** Steps of the general way, in order; a final change to the byte alphabet is left out when `bytes` is set. */
  std::vector<std::unique_ptr<PreTokenizer>> steps;
  /** The rule that the whole of `steps` amounts to, and its expression; null where they do not. */
  const SplitRule* rule = nullptr;
  const Regex* regex = nullptr;
  bool prefixSpace = false;
  /** The last step maps bytes to GPT-2's alphabet: the model is given the bytes instead. */
  bool bytes = false;
  /** Some step treats the start of the input in its own way. */
  bool asksForStart = false;
  /** How the text is split, for people. */
  std::vector<std::string> description;
};

/** `bytesAllowed`: the model can take bytes for characters of the byte alphabet. */
PreTokenization readPreTokenizer(const Json* section, bool bytesAllowed);

}  // namespace scalesweep
