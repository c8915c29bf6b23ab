// Tokens that are looked for in the text before any model sees it.
#pragma once
#include <algorithm>
#include <bitset>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "blank_runs.h"
#include "fields.h"
#include "trie.h"
#include "unicode.h"
#include "utf8.h"

namespace scalesweep {

struct AddedToken {
  std::string content;
  uint32_t id = 0;
  bool singleWord = false, lstrip = false, rstrip = false, normalized = true, special = false;
  /** The normalized content, if it ever differed: it outlives the token, for one that takes over its id, as in the reference. */
  std::optional<std::string> normalForm{};

  /** What the text is searched for. */
  const std::string& pattern() const { return normalized && normalForm ? *normalForm : content; }
  /** What decoding makes of the id. */
  const std::string& decoded() const { return normalForm ? *normalForm : content; }
};

/** Reads the list of a tokenizer.json. The ids that are written there are not used. */
inline std::vector<AddedToken> readAddedTokens(JsonScanner& scanner) {
  std::vector<AddedToken> tokens;
  if (scanner.peek() == 'n') {
    scanner.readValue();
    return tokens;
  }
  scanner.forEachItem("the added tokens as a list", [&] {
    const Json entry = scanner.readValue();
    const Fields fields(entry, "an added token");
    tokens.push_back({fields.text("content"), 0, fields.flag("single_word"), fields.flag("lstrip"), fields.flag("rstrip"),
                      fields.flag("normalized"), fields.flag("special")});
  });
  return tokens;
}

/** A stretch of text: an added token, or text between such (token is null). */
struct Segment {
  size_t begin, end;
  const AddedToken* token;
};

/** Finds the leftmost of a set of tokens, the longest where several start. */
class TokenMatcher {
 public:
  TokenMatcher() = default;
  explicit TokenMatcher(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
    std::vector<Trie::Entry> entries;
    for (const AddedToken& token : tokens_) {
      if (entries.empty()) prefix_ = token.pattern();
      entries.push_back({token.pattern(), static_cast<uint32_t>(entries.size())});
      prefix_.resize(static_cast<size_t>(std::mismatch(prefix_.begin(), prefix_.end(), token.pattern().begin(), token.pattern().end()).first - prefix_.begin()));
      starts_.set(static_cast<unsigned char>(token.pattern()[0]));
    }
    trie_ = Trie(entries);
    const auto isRun = [&](const AddedToken& t) { return !t.singleWord && !t.lstrip && !t.rstrip && !t.special && runs_.add(t.pattern(), t.id); };
    onlyRuns_ = !tokens_.empty() && std::all_of(tokens_.begin(), tokens_.end(), isRun);
  }
  bool empty() const { return tokens_.empty(); }
  /** The tokens, when all of them are runs of blanks and none is ever refused; else null. */
  const BlankRuns* blankRuns() const { return onlyRuns_ ? &runs_ : nullptr; }

  // A match that is refused (single_word, literal specials) is passed over whole, as the reference does.
  /** Segments that cover `text`. `literalSpecials` leaves special tokens to the model, as text. */
  void split(std::string_view text, bool literalSpecials, std::vector<Segment>& out) const {
    size_t done = 0;
    for (size_t at = nextCandidate(text, 0); at < text.size();) {
      size_t stop = at;
      const AddedToken* token = longestAt(text, at, stop);
      const size_t searchOn = token ? stop : at + 1;
      const auto isWord = [](CodePoint c) { return (propertiesOf(c.value) & kRustWord) != 0; };
      const bool refused = !token || (literalSpecials && token->special) ||
                           (token->singleWord && ((at > 0 && isWord(decodeUtf8Before(text.data() + at))) ||
                                                  (stop < text.size() && isWord(decodeUtf8(text.data() + stop)))));
      if (!refused) {
        size_t start = at;
        // Space that the token before took may reach beyond this one's start, or even hold all of it.
        if (token->lstrip) start = done >= at ? done : spaceBefore(text, at, done);
        if (token->rstrip) stop = spaceAfter(text, stop);
        if (done < start) out.push_back({done, start, nullptr});
        if (start < stop) out.push_back({start, stop, token});
        done = stop;
      }
      at = nextCandidate(text, searchOn);
    }
    if (done < text.size()) out.push_back({done, text.size(), nullptr});
  }

 private:
  const AddedToken* longestAt(std::string_view text, size_t at, size_t& end) const {
    uint32_t found = Trie::kNone, node = Trie::kRoot;
    for (size_t i = at; i < text.size() && (node = trie_.child(node, text[i])) != Trie::kRoot; ++i) {
      if (trie_.value(node) == Trie::kNone) continue;
      found = trie_.value(node);
      end = i + 1;
    }
    return found == Trie::kNone ? nullptr : &tokens_[found];
  }

  /** The next place where a token may start. */
  size_t nextCandidate(std::string_view text, size_t at) const {
    if (prefix_.size() >= 2) {
      // All start with the same two bytes: blocks without them are passed over by vector instructions.
      constexpr size_t kBlock = 64;
      const char first = prefix_[0], second = prefix_[1];
      for (; at + kBlock < text.size(); at += kBlock) {
        unsigned char any = 0;
        for (size_t i = 0; i < kBlock; ++i) any |= static_cast<unsigned char>((text[at + i] == first) & (text[at + i + 1] == second));
        if (any) break;
      }
      return std::min(text.find(std::string_view(prefix_).substr(0, 2), at), text.size());
    }
    if (prefix_.size() == 1) return std::min(text.find(prefix_[0], at), text.size());
    while (at < text.size() && !starts_[static_cast<unsigned char>(text[at])]) ++at;
    return std::min(at, text.size());
  }

  static bool isSpace(CodePoint c) { return (propertiesOf(c.value) & kRustSpace) != 0; }
  static size_t spaceBefore(std::string_view text, size_t at, size_t limit) {
    while (at > limit && isSpace(decodeUtf8Before(text.data() + at))) at -= decodeUtf8Before(text.data() + at).length;
    return at;
  }
  static size_t spaceAfter(std::string_view text, size_t at) {
    while (at < text.size() && isSpace(decodeUtf8(text.data() + at))) at += decodeUtf8(text.data() + at).length;
    return at;
  }

  std::vector<AddedToken> tokens_;
  Trie trie_;
  std::bitset<256> starts_;  // the first bytes of all tokens
  std::string prefix_;       // what all tokens start with
  BlankRuns runs_;
  bool onlyRuns_ = false;
};

}  // namespace scalesweep
