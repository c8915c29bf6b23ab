#include "pretokenizer.h"

#include <algorithm>

#include "byte_level.h"
#include "pattern.h"

namespace scalesweep {

namespace {

enum class Behavior { kRemoved, kIsolated, kMergedWithPrevious, kMergedWithNext, kContiguous };

Behavior behaviorNamed(const std::string& name, const std::string& where) {
  static constexpr const char* kNames[] = {"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"};
  for (int i = 0; i < 5; ++i) {
    if (name == kNames[i]) return static_cast<Behavior>(i);
  }
  throw LoadError("unknown behavior `" + name + "` of " + where);
}

/** A stretch of a piece, and whether the pattern matched it. */
struct Stretch {
  size_t begin, end;
  bool isMatch;
};

/** Turns matches into pieces, from the left. */
class Delimiter {
 public:
  Delimiter(Behavior behavior, std::vector<Span>& out) : behavior_(behavior), out_(out) {}

  void startPiece(size_t offset) {
    offset_ = offset;
    previous_ = joinable_ = false;
    held_.clear();
  }

  void visit(Stretch stretch) {
    switch (behavior_) {
      case Behavior::kIsolated: return push(stretch);
      case Behavior::kRemoved:
        if (!stretch.isMatch) push(stretch);
        return;
      case Behavior::kContiguous: return join(stretch, stretch.isMatch == previous_);
      case Behavior::kMergedWithPrevious: return join(stretch, stretch.isMatch && !previous_);
      case Behavior::kMergedWithNext: held_.push_back(stretch);
    }
  }

  void endPiece() {
    if (behavior_ != Behavior::kMergedWithNext) return;
    // The rule reads from the right: a match joins what follows it, unless that is a match.
    const size_t first = out_.size();
    for (auto stretch = held_.rbegin(); stretch != held_.rend(); ++stretch) {
      if (stretch->isMatch && !previous_ && joinable_) out_.back().begin = stretch->begin + offset_;
      else append(*stretch);
      joinable_ = true;
      previous_ = stretch->isMatch;
    }
    std::reverse(out_.begin() + static_cast<std::ptrdiff_t>(first), out_.end());
  }

 private:
  void push(Stretch stretch) {
    if (stretch.begin < stretch.end) append(stretch);
  }
  void append(Stretch stretch) { out_.push_back({stretch.begin + offset_, stretch.end + offset_}); }
  void join(Stretch stretch, bool together) {
    if (together && joinable_) out_.back().end = stretch.end + offset_;
    else append(stretch);
    joinable_ = true;
    previous_ = stretch.isMatch;
  }

  Behavior behavior_;
  std::vector<Span>& out_;
  std::vector<Stretch> held_;
  size_t offset_ = 0;
  bool previous_ = false, joinable_ = false;
};

/** Steps that only cut: `forEach(piece, visit)` finds the matches. */
template <class Find>
void cut(Pieces& pieces, Behavior behavior, bool invert, Find&& find) {
  pieces.spareSpans.clear();
  Delimiter delimiter(behavior, pieces.spareSpans);
  for (const Span span : pieces.spans) {
    delimiter.startPiece(span.begin);
    find(pieces.piece(span), [&](size_t begin, size_t end, bool isMatch) {
      delimiter.visit({begin, end, isMatch != invert});
    });
    delimiter.endPiece();
  }
  std::erase_if(pieces.spareSpans, [](Span span) { return span.begin >= span.end; });
  pieces.spans.swap(pieces.spareSpans);
}

/** Every character that `is` holds for is a match of its own. */
template <class Is, class Visit>
void forEachCharacter(std::string_view text, Is&& is, Visit&& visit) {
  size_t done = 0;
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = decodeUtf8(text.data() + at);
    if (is(c.value)) {
      if (done < at) visit(done, at, false);
      visit(at, at + c.length, true);
      done = at + c.length;
    }
    at += c.length;
  }
  if (done < text.size()) visit(done, text.size(), false);
}

class SplitStep : public PreTokenizer {
 public:
  SplitStep(const Fields& fields)
      : pattern_(fields.required("pattern"), fields.where()),
        behavior_(behaviorNamed(fields.text("behavior"), fields.where())),
        invert_(fields.flag("invert")) {}

  void apply(Pieces& pieces) const override {
    cut(pieces, behavior_, invert_, [&](std::string_view text, auto visit) { pattern_.forEach(text, visit); });
  }

  const Pattern& pattern() const { return pattern_; }
  /** The pattern of a known family covers the text: pieces are its matches. */
  bool keepsMatches() const {
    return pattern_.rule() && (behavior_ == Behavior::kIsolated || (behavior_ == Behavior::kRemoved && invert_));
  }

 private:
  Pattern pattern_;
  Behavior behavior_;
  bool invert_;
};

/** Cuts at characters with one of some properties. */
class CharacterStep : public PreTokenizer {
 public:
  CharacterStep(uint32_t properties, Behavior behavior) : properties_(properties), behavior_(behavior) {}
  void apply(Pieces& pieces) const override {
    cut(pieces, behavior_, false, [&](std::string_view text, auto visit) {
      forEachCharacter(text, [&](uint32_t c) { return (propertiesOf(c) & properties_) != 0; }, visit);
    });
  }

 private:
  uint32_t properties_;
  Behavior behavior_;
};

class DelimiterStep : public PreTokenizer {
 public:
  explicit DelimiterStep(uint32_t delimiter) : delimiter_(delimiter) {}
  void apply(Pieces& pieces) const override {
    cut(pieces, Behavior::kRemoved, false, [&](std::string_view text, auto visit) {
      forEachCharacter(text, [&](uint32_t c) { return c == delimiter_; }, visit);
    });
  }

 private:
  uint32_t delimiter_;
};

/** Runs of word characters, and runs of what is neither word nor space. */
class WhitespaceStep : public PreTokenizer {
 public:
  void apply(Pieces& pieces) const override {
    cut(pieces, Behavior::kIsolated, false, [](std::string_view text, auto visit) {
      const auto kindAt = [&](size_t at, size_t& next) {
        const CodePoint c = decodeUtf8(text.data() + at);
        next = at + c.length;
        const uint32_t properties = propertiesOf(c.value);
        return properties & kRustWord ? 1 : properties & kRustSpace ? 0 : 2;
      };
      for (size_t at = 0, next = 0; at < text.size();) {
        const int kind = kindAt(at, next);
        size_t end = next;
        while (end < text.size() && kindAt(end, next) == kind) end = next;
        if (kind != 0) visit(at, end, true);
        at = end;
      }
    });
  }
};

class FixedLengthStep : public PreTokenizer {
 public:
  explicit FixedLengthStep(uint32_t length) : length_(length) {
    if (length == 0) throw LoadError("expected the length of the FixedLength pre_tokenizer to be at least 1, got 0");
  }
  void apply(Pieces& pieces) const override {
    cut(pieces, Behavior::kIsolated, false, [&](std::string_view text, auto visit) {
      for (size_t at = 0; at < text.size();) {
        size_t end = at;
        for (uint32_t i = 0; i < length_ && end < text.size(); ++i) end += decodeUtf8(text.data() + end).length;
        visit(at, end, true);
        at = end;
      }
    });
  }

 private:
  uint32_t length_;
};

/** Cuts where the script changes; a space goes with what is before it. */
class ScriptsStep : public PreTokenizer {
 public:
  void apply(Pieces& pieces) const override {
    cut(pieces, Behavior::kIsolated, false, [](std::string_view text, auto visit) {
      size_t begin = 0;
      bool started = false;
      int last = -1;
      for (size_t at = 0; at < text.size();) {
        const CodePoint c = decodeUtf8(text.data() + at);
        const int script = splitScriptOf(c.value);
        if (script != kAnyScript && last != kAnyScript && last != script) {
          if (started) visit(begin, at, true);
          started = true;
          begin = at;
        }
        if (script != kAnyScript) last = script;
        at += c.length;
      }
      if (started) visit(begin, text.size(), true);
    });
  }
};

/** Rewrites every piece with `rewrite(piece, isFirstOfInput, out)`. */
template <class Rewrite>
void rewritePieces(Pieces& pieces, Rewrite&& rewrite) {
  pieces.spareText.clear();
  size_t origin = 0;
  for (Span& span : pieces.spans) {
    const bool first = span.begin < pieces.origin;
    const size_t begin = pieces.spareText.size();
    const std::string_view piece = pieces.piece(span);
    const size_t firstLength = decodeUtf8(piece.data()).length;
    rewrite(piece, first, pieces.spareText);
    span = {begin, pieces.spareText.size()};
    if (first) origin = begin + (pieces.spareText.size() - begin > piece.size() ? firstLength + 1 : firstLength);
  }
  pieces.origin = origin;
  pieces.text.swap(pieces.spareText);
}

class MetaspaceStep : public PreTokenizer {
 public:
  explicit MetaspaceStep(const Fields& fields) : split_(fields.flag("split", true)) {
    replacement_ = fields.character("replacement");
    appendUtf8(text_, replacement_);
    scheme_ = fields.text("prepend_scheme", "always");
    if (scheme_ != "always" && scheme_ != "first" && scheme_ != "never") {
      throw LoadError("unknown prepend_scheme `" + scheme_ + "` of the Metaspace pre_tokenizer");
    }
    if (!fields.flag("add_prefix_space", true) && scheme_ != "never") {
      throw LoadError("the Metaspace pre_tokenizer says add_prefix_space false and prepend_scheme `" + scheme_ + "`");
    }
  }

  bool asksForStart() const { return scheme_ == "first"; }

  void apply(Pieces& pieces) const override {
    rewritePieces(pieces, [&](std::string_view piece, bool first, std::string& out) {
      const bool marked = piece.starts_with(text_) || piece[0] == ' ';
      if (!marked && (scheme_ == "always" || (scheme_ == "first" && first))) out.append(text_);
      for (const char c : piece) c == ' ' ? void(out.append(text_)) : out.push_back(c);
    });
    if (!split_) return;
    cut(pieces, Behavior::kMergedWithNext, false, [&](std::string_view text, auto visit) {
      forEachCharacter(text, [&](uint32_t c) { return c == replacement_; }, visit);
    });
  }

 private:
  uint32_t replacement_;
  std::string text_, scheme_;
  bool split_;
};

const Regex& gpt2Regex() {
  static const Regex regex(kGpt2Pattern);
  return regex;
}

/** GPT-2's splitting, optionally a space before every piece. The change to the byte alphabet is a step of its own. */
class ByteLevelStep : public PreTokenizer {
 public:
  ByteLevelStep(bool prefixSpace, bool split) : prefixSpace_(prefixSpace), split_(split) {}

  void apply(Pieces& pieces) const override {
    if (prefixSpace_) {
      rewritePieces(pieces, [](std::string_view piece, bool, std::string& out) {
        if (piece[0] != ' ') out.push_back(' ');
        out.append(piece);
      });
    }
    if (!split_) return;
    cut(pieces, Behavior::kIsolated, false, [](std::string_view text, auto visit) {
      splitByRule(*ruleOf(kGpt2Pattern), gpt2Regex(), text, [&](size_t begin, size_t end) { visit(begin, end, true); });
    });
  }

 private:
  bool prefixSpace_, split_;
};

class ByteAlphabetStep : public PreTokenizer {
 public:
  void apply(Pieces& pieces) const override {
    rewritePieces(pieces, [](std::string_view piece, bool, std::string& out) { byteAlphabet().appendVisible(out, piece); });
  }
};

/** Reads the steps in order; Sequences are laid flat. */
class StepReader {
 public:
  explicit StepReader(bool bytesAllowed) : bytesAllowed_(bytesAllowed) {}

  PreTokenization read(const Json& section) {
    collect(section);
    for (size_t i = 0; i < sections_.size(); ++i) readStep(Fields(*sections_[i], "the pre_tokenizer"), i + 1 == sections_.size());
    if (result_.steps.size() > 1) result_.rule = nullptr;
    return std::move(result_);
  }

 private:
  void collect(const Json& section) {
    const Fields fields(section, "the pre_tokenizer");
    if (fields.text("type") != "Sequence") return sections_.push_back(&section);
    for (const Json& step : fields.required("pretokenizers").items) collect(step);
  }

  template <class Step, class... Arguments>
  void add(Arguments&&... arguments) {
    result_.steps.push_back(std::make_unique<Step>(std::forward<Arguments>(arguments)...));
  }

  void readStep(const Fields& fields, bool last) {
    const std::string type = fields.text("type");
    if (type == "ByteLevel") return readByteLevel(fields, last);
    if (type == "Split") return readSplit(fields);
    if (type == "Metaspace") return readMetaspace(fields);
    if (type == "BertPreTokenizer") {
      add<CharacterStep>(kRustSpace, Behavior::kRemoved);
      return add<CharacterStep>(kPunctuation, Behavior::kIsolated);
    }
    if (type == "WhitespaceSplit") return add<CharacterStep>(kRustSpace, Behavior::kRemoved);
    if (type == "Whitespace") return add<WhitespaceStep>();
    if (type == "Punctuation") return add<CharacterStep>(kPunctuation, behaviorNamed(fields.text("behavior", "Isolated"), "Punctuation"));
    if (type == "Digits") return add<CharacterStep>(kRustNumeric, fields.flag("individual_digits") ? Behavior::kIsolated : Behavior::kContiguous);
    if (type == "CharDelimiterSplit") return add<DelimiterStep>(fields.character("delimiter"));
    if (type == "UnicodeScripts") return add<ScriptsStep>();
    if (type == "FixedLength") return add<FixedLengthStep>(fields.count("length", 5));
    throw LoadError("unknown pre_tokenizer type `" + type +
                    "`; known are BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, FixedLength, Metaspace, "
                    "Punctuation, Sequence, Split, UnicodeScripts, Whitespace and WhitespaceSplit");
  }

  void readByteLevel(const Fields& fields, bool last) {
    const bool prefix = fields.flag("add_prefix_space");
    fields.flag("trim_offsets");
    const bool split = fields.flag("use_regex", true);
    if (prefix || split) {
      add<ByteLevelStep>(prefix, split);
      if (split) {
        result_.rule = ruleOf(kGpt2Pattern);
        result_.regex = &gpt2Regex();
        result_.prefixSpace = prefix;
        result_.description.push_back("GPT-2 pattern: hand-written");
      }
    }
    if (last && bytesAllowed_) result_.bytes = true;
    else add<ByteAlphabetStep>();
  }

  void readSplit(const Fields& fields) {
    auto step = std::make_unique<SplitStep>(fields);
    const Pattern& pattern = step->pattern();
    if (step->keepsMatches()) {
      result_.rule = pattern.rule();
      result_.regex = pattern.regex();
    }
    const bool slow = pattern.regex() && !pattern.rule();
    result_.description.push_back("pattern " + pattern.source() + (slow ? ": general matcher" : ": hand-written"));
    result_.steps.push_back(std::move(step));
  }

  void readMetaspace(const Fields& fields) {
    auto step = std::make_unique<MetaspaceStep>(fields);
    if (step->asksForStart()) result_.asksForStart = true;
    result_.steps.push_back(std::move(step));
  }

  bool bytesAllowed_;
  PreTokenization result_;
  std::vector<const Json*> sections_;
};

}  // namespace

PreTokenization readPreTokenizer(const Json* section, bool bytesAllowed) {
  return section ? StepReader(bytesAllowed).read(*section) : PreTokenization{};
}

}  // namespace scalesweep
