// Pre-tokenizers: they cut text into the pieces that the model sees, some of them rewriting it.
#pragma once
#include <functional>
#include <memory>

#include "byte_level.h"
#include "pattern.h"
#include "pieces.h"

namespace scalesweep {

using SplitStep = std::function<void(Pieces& pieces)>;

/** What a pre_tokenizer section amounts to. */
struct PreTokenization {
  /** Steps of the general way, in order; a final change to the byte alphabet is left out when `bytes` is set. */
  std::vector<SplitStep> steps;
  /** The rule that the whole of `steps` amounts to, and its expression; null where they do not. */
  const SplitRule* rule = nullptr;
  const Regex* regex = nullptr;
  bool prefixSpace = false;
  /** The last step maps bytes to GPT-2's alphabet: the model is given the bytes instead. */
  bool bytes = false;
  /** How the text is split, for people. */
  std::vector<std::string> description;
};

inline const Regex& gpt2Regex() {
  static const Regex regex(kGpt2Pattern);
  return regex;
}

/** Every character that `is` holds for is a match of its own. */
template <class Is>
SplitStep cutAtCharacters(Behavior behavior, Is is) {
  return [=](Pieces& pieces) {
    cutPieces(pieces, behavior, false, [&](std::string_view text, auto visit) {
      size_t done = 0;
      for (size_t at = 0, next; at < text.size(); at = next) {
        const CodePoint c = decodeUtf8(text.data() + at);
        next = at + c.length;
        if (!is(c.value)) continue;
        if (done < at) visit(done, at, false);
        visit(at, next, true);
        done = next;
      }
      if (done < text.size()) visit(done, text.size(), false);
    });
  };
}

inline SplitStep cutAtProperty(Behavior behavior, uint32_t property) {
  return cutAtCharacters(behavior, [=](uint32_t c) { return (propertiesOf(c) & property) != 0; });
}

/** Whether a piece starts at a character, or goes on at it, or leaves it out. */
enum class Place { kBegins, kGoesOn, kDropped };

/** Pieces by the place of each character; makePlace() gives a function of characters in order, one for each text. */
template <class MakePlace>
SplitStep cutByPlace(MakePlace makePlace) {
  return [=](Pieces& pieces) {
    pieces.spareSpans.clear();
    for (const Span piece : pieces.spans) {
      constexpr size_t kNone = std::string_view::npos;
      auto placeOf = makePlace();
      size_t begin = kNone;
      for (size_t at = piece.begin; at < piece.end;) {
        const CodePoint c = decodeUtf8(pieces.text.data() + at);
        const Place place = placeOf(c.value);
        if (place != Place::kGoesOn) {
          if (begin != kNone) pieces.spareSpans.push_back({begin, at});
          begin = place == Place::kBegins ? at : kNone;
        }
        at += c.length;
      }
      if (begin != kNone) pieces.spareSpans.push_back({begin, piece.end});
    }
    pieces.spans.swap(pieces.spareSpans);
  };
}

/** What a character is to the pieces around it: left out, part of a run of its like, or a piece of its own. */
enum class Role : uint8_t { kGap, kWord, kOther, kAlone };

/** Pieces are runs of characters of one role. */
template <class RoleOf>
SplitStep cutByRole(RoleOf roleOf) {
  std::vector<Role> roles;
  for (uint32_t c = 0; c < 0x10000; ++c) roles.push_back(roleOf(c));
  return [=](Pieces& pieces) {
    constexpr size_t kChunk = 64;
    std::vector<Span>& out = pieces.spareSpans;
    out.clear();
    for (const Span piece : pieces.spans) {
      size_t begin = piece.begin;
      Role role = Role::kGap;
      for (size_t at = piece.begin; at < piece.end;) {
        const size_t before = out.size(), stop = std::min(piece.end, at + kChunk);
        out.resize(before + kChunk);
        Span* span = &out[before];
        // Without branches on roles: processors cannot foretell where words end.
        while (at < stop) {
          const CodePoint c = decodeUtf8(pieces.text.data() + at);
          const Role next = c.value < roles.size() ? roles[c.value] : roleOf(c.value);
          const bool cuts = (next != role) | (next == Role::kAlone);
          *span = {begin, at};
          span += cuts & (role != Role::kGap);
          begin = cuts ? at : begin;
          role = next;
          at += c.length;
        }
        out.resize(static_cast<size_t>(span - out.data()));
      }
      if (role != Role::kGap) out.push_back({begin, piece.end});
    }
    pieces.spans.swap(out);
  };
}

/** White space is left out; what has `property` is `special`, all else belongs to words. */
inline SplitStep cutAtSpace(uint32_t property, Role special) {
  return cutByRole([=](uint32_t c) {
    const uint32_t properties = propertiesOf(c);
    return properties & kRustSpace ? Role::kGap : properties & property ? special : Role::kWord;
  });
}

/** Runs of word characters, and runs of what is neither word nor space. */
inline SplitStep cutWords() {
  return cutByRole([](uint32_t c) {
    const uint32_t properties = propertiesOf(c);
    return properties & kRustWord ? Role::kWord : properties & kRustSpace ? Role::kGap : Role::kOther;
  });
}

inline SplitStep cutToLength(uint32_t length) {
  if (length == 0) throw LoadError("expected the length of the FixedLength pre_tokenizer to be at least 1, got 0");
  return cutByPlace([=] { return [=, i = uint32_t{0}](uint32_t) mutable { return i++ % length == 0 ? Place::kBegins : Place::kGoesOn; }; });
}

/** Cuts where the script changes; a space goes with what is before it, and one at the front with nothing. */
inline SplitStep cutScripts() {
  return cutByPlace([] {
    return [last = -1, started = false](uint32_t c) mutable {
      const int script = splitScriptOf(c);
      const bool begins = script != kAnyScript && last != kAnyScript && last != script;
      if (script != kAnyScript) last = script;
      started = started || begins;
      return begins ? Place::kBegins : started ? Place::kGoesOn : Place::kDropped;
    };
  });
}

/** Pieces end before every `mark` in them. */
inline void cutBefore(Pieces& pieces, std::string_view mark) {
  const std::string_view text = pieces.text;
  pieces.spareSpans.clear();
  size_t next = text.find(mark);
  for (Span piece : pieces.spans) {
    while (next <= piece.begin) next = text.find(mark, next + 1);
    for (; next < piece.end; next = text.find(mark, next + 1)) {
      pieces.spareSpans.push_back({piece.begin, next});
      piece.begin = next;
    }
    pieces.spareSpans.push_back(piece);
  }
  pieces.spans.swap(pieces.spareSpans);
}

inline SplitStep readMetaspace(const Fields& fields) {
  const uint32_t mark = fields.character("replacement");
  const std::string scheme = fields.text("prepend_scheme", "always");
  const bool split = fields.flag("split", true), always = scheme == "always", never = scheme == "never";
  std::string text;
  appendUtf8(text, mark);
  if (!always && !never && scheme != "first") throw LoadError("unknown prepend_scheme `" + scheme + "` of the Metaspace pre_tokenizer");
  if (!fields.flag("add_prefix_space", true) && !never) {
    throw LoadError("the Metaspace pre_tokenizer says add_prefix_space false and prepend_scheme `" + scheme + "`");
  }
  constexpr size_t kWord = 32;
  return [=](Pieces& pieces) {
    rewritePieces(pieces, [&](std::string_view piece, bool first, std::string& out) {
      const bool marked = piece.starts_with(text) || piece[0] == ' ';
      if (!marked && (always || (first && !never))) out.append(text);
      if (piece.size() > kWord) return appendReplaced(out, piece, ' ', text);
      forEachLiteral(" ", piece, [&](size_t begin, size_t end, bool isSpace) { out.append(isSpace ? text : piece.substr(begin, end - begin)); });
    });
    if (split) cutBefore(pieces, text);
  };
}

/** Reads the steps in order; Sequences are laid flat. */
class StepReader {
 public:
  /** `bytesAllowed`: the model can take bytes for characters of the byte alphabet. */
  PreTokenization read(const Json& section, bool bytesAllowed) {
    collect(section);
    for (const Json* step : sections_) {
      const Fields fields(*step, "the pre_tokenizer");
      const std::string type = fields.text("type");
      if (type == "ByteLevel") readByteLevel(fields, bytesAllowed && step == sections_.back());
      else if (type == "Split") readSplit(fields);
      else for (SplitStep& cut : readSimple(fields)) result_.steps.push_back(std::move(cut));
    }
    if (result_.steps.size() > 1) result_.rule = nullptr;
    return std::move(result_);
  }

 private:
  using Steps = std::vector<SplitStep>;

  void collect(const Json& section) {
    const Fields fields(section, "the pre_tokenizer");
    if (fields.text("type") != "Sequence") return sections_.push_back(&section);
    for (const Json& step : fields.required("pretokenizers").items) collect(step);
  }

  static Steps readSimple(const Fields& fields) {
    static const Reader<Steps> kTypes[] = {
        {"BertPreTokenizer", [](const Fields&) { return Steps{cutAtSpace(kPunctuation, Role::kAlone)}; }},
        {"ByteLevel", nullptr},
        {"CharDelimiterSplit", [](const Fields& f) { return Steps{cutAtCharacters(Behavior::kRemoved, [d = f.character("delimiter")](uint32_t c) { return c == d; })}; }},
        {"Digits", [](const Fields& f) { return Steps{cutAtProperty(f.flag("individual_digits") ? Behavior::kIsolated : Behavior::kContiguous, kRustNumeric)}; }},
        {"FixedLength", [](const Fields& f) { return Steps{cutToLength(f.count("length", 5))}; }},
        {"Metaspace", [](const Fields& f) { return Steps{readMetaspace(f)}; }},
        {"Punctuation", [](const Fields& f) { return Steps{cutAtProperty(behaviorNamed(f.text("behavior", "Isolated"), "Punctuation"), kPunctuation)}; }},
        {"Sequence", nullptr},
        {"Split", nullptr},
        {"UnicodeScripts", [](const Fields&) { return Steps{cutScripts()}; }},
        {"Whitespace", [](const Fields&) { return Steps{cutWords()}; }},
        {"WhitespaceSplit", [](const Fields&) { return Steps{cutAtSpace(0, Role::kWord)}; }},
    };
    return readByType<Steps>(kTypes, fields, "pre_tokenizer");
  }

  // GPT-2's splitting, optionally a space before every piece, then the byte alphabet.
  void readByteLevel(const Fields& fields, bool asBytes) {
    const bool prefix = fields.flag("add_prefix_space"), split = fields.flag("use_regex", true);
    fields.flag("trim_offsets");
    if (split) {
      result_.rule = ruleOf(kGpt2Pattern);
      result_.regex = &gpt2Regex();
      result_.prefixSpace = prefix;
      result_.description.push_back("GPT-2 pattern: " + ruleWords());
    }
    if (prefix || split) {
      result_.steps.push_back([=](Pieces& pieces) {
        if (prefix) rewritePieces(pieces, [](std::string_view piece, bool, std::string& out) { out.append(piece[0] == ' ' ? "" : " ").append(piece); });
        if (!split) return;
        cutPieces(pieces, Behavior::kIsolated, false, [](std::string_view text, auto visit) {
          splitByRule(*ruleOf(kGpt2Pattern), gpt2Regex(), text, nullptr, [&](size_t begin, size_t end) { visit(begin, end, true); });
        });
      });
    }
    result_.bytes = asBytes;
    if (asBytes) return;
    result_.steps.push_back([](Pieces& pieces) {
      rewritePieces(pieces, [](std::string_view piece, bool, std::string& out) { byteAlphabet().appendVisible(out, piece); });
    });
  }

  static std::string ruleWords() { return std::string("hand-written, masks by ") + (hasAvx2() ? "AVX2" : "portable code"); }

  void readSplit(const Fields& fields) {
    const auto pattern = std::make_shared<const Pattern>(fields);
    const Behavior behavior = behaviorNamed(fields.text("behavior"), fields.where());
    const bool invert = fields.flag("invert");
    // The pattern of a known family covers the text: pieces are its matches.
    if (behavior == Behavior::kIsolated || (behavior == Behavior::kRemoved && invert)) {
      result_.rule = pattern->rule();
      result_.regex = pattern->regex();
    }
    const std::string way = pattern->rule() ? ruleWords() : pattern->regex() ? "general matcher" : "hand-written";
    result_.description.push_back("pattern " + pattern->source() + ": " + way);
    result_.steps.push_back([=](Pieces& pieces) {
      cutPieces(pieces, behavior, invert, [&](std::string_view text, auto visit) { pattern->forEach(text, visit); });
    });
  }

  PreTokenization result_;
  std::vector<const Json*> sections_;
};

inline PreTokenization readPreTokenizer(const Json* section, bool bytesAllowed) {
  return section ? StepReader().read(*section, bytesAllowed) : PreTokenization{};
}

}  // namespace scalesweep
