// What Split, Replace and their like look for: a regular expression or a literal.
#pragma once
#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "fields.h"
#include "known_patterns.h"
#include "regex.h"
#include "splitters.h"

namespace scalesweep {

/** Calls visit(begin, end, isMatch) for the places of `literal` in `text` and what is between them, in order. */
template <class Visit>
void forEachLiteral(std::string_view literal, std::string_view text, Visit&& visit) {
  size_t done = 0;
  if (literal.empty()) {
    // An empty expression matches at every character boundary.
    for (size_t at = 0; at < text.size(); at = done) {
      done = at + decodeUtf8(text.data() + at).length;
      visit(at, at, true);
      visit(at, done, false);
    }
    return visit(text.size(), text.size(), true);
  }
  for (size_t at; (at = text.find(literal, done)) != std::string_view::npos; done = at + literal.size()) {
    if (done != at) visit(done, at, false);
    visit(at, at + literal.size(), true);
  }
  if (done != text.size()) visit(done, text.size(), false);
}

/** Appends `text` with `content`, of up to 4 bytes, for every `byte`; without branches on the text, of which words end anywhere. */
inline void appendReplaced(std::string& out, std::string_view text, char byte, std::string_view content) {
  constexpr size_t kChunk = 64, kMost = 4;
  char padded[kMost] = {}, chunk[kChunk * kMost];
  std::memcpy(padded, content.data(), content.size());
  while (!text.empty()) {
    char* to = chunk;
    for (const char c : text.substr(0, kChunk)) {
      std::memcpy(to, padded, kMost);
      *to = c == byte ? padded[0] : c;
      to += c == byte ? content.size() : 1;
    }
    out.append(chunk, to);
    text.remove_prefix(std::min(text.size(), kChunk));
  }
}

class Pattern {
 public:
  /** Reads the member "pattern": {"Regex": ...} or {"String": ...}. */
  explicit Pattern(const Fields& fields) {
    const Json& section = fields.required("pattern");
    const Json *regex = section.find("Regex"), *literal = section.find("String");
    if (regex && regex->isString()) {
      text_ = regex->string;
      rule_ = ruleOf(text_);
      regex_ = std::make_unique<Regex>(text_);
    } else if (literal && literal->isString()) {
      text_ = literal->string;
    } else {
      throw LoadError("expected the pattern of " + fields.where() + " to be a Regex or a String");
    }
  }

  const SplitRule* rule() const { return rule_; }
  /** Null for a literal. */
  const Regex* regex() const { return regex_.get(); }
  /** Whether replace() of one with `content` may be left to appendReplaced(). */
  bool isByteFor(std::string_view content) const { return !regex_ && text_.size() == 1 && content.size() <= 4; }
  const std::string& source() const { return text_; }

  /** Calls visit(begin, end, isMatch) for the matches and what is between them, in order. */
  template <class Visit>
  void forEach(std::string_view text, Visit&& visit) const {
    if (rule_) return splitByRule(*rule_, *regex_, text, nullptr, [&](size_t begin, size_t end) { visit(begin, end, true); });
    if (regex_) return regex_->forEach(text, visit);
    forEachLiteral(text_, text, visit);
  }

  /** Appends `text` with `content` for every match. */
  void replace(std::string_view text, std::string_view content, std::string& out) const {
    forEach(text, [&](size_t begin, size_t end, bool isMatch) { out.append(isMatch ? content : text.substr(begin, end - begin)); });
  }

 private:
  const SplitRule* rule_ = nullptr;
  std::unique_ptr<Regex> regex_;
  std::string text_;
};

}  // namespace scalesweep
