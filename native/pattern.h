// What Split, Replace and their like look for: a regular expression, a literal, or a kind of character.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "json.h"
#include "known_patterns.h"
#include "regex.h"
#include "splitters.h"

namespace scalesweep {

class Pattern {
 public:
  /** Reads {"Regex": ...} or {"String": ...}. */
  explicit Pattern(const Json& section, const std::string& where) {
    if (const Json* regex = section.find("Regex"); regex && regex->isString()) {
      rule_ = ruleOf(regex->string);
      text_ = regex->string;
      regex_ = std::make_unique<Regex>(regex->string);
    } else if (const Json* literal = section.find("String"); literal && literal->isString()) {
      text_ = literal->string;
    } else {
      throw LoadError("expected the pattern of " + where + " to be a Regex or a String");
    }
  }

  const SplitRule* rule() const { return rule_; }
  /** Null for a literal. */
  const Regex* regex() const { return regex_.get(); }
  const std::string& source() const { return text_; }

  /** Calls visit(begin, end, isMatch) for the matches and what is between them, in order. */
  template <class Visit>
  void forEach(std::string_view text, Visit&& visit) const {
    if (rule_) return splitByRule(*rule_, *regex_, text, [&](size_t begin, size_t end) { visit(begin, end, true); });
    if (regex_) return regex_->forEach(text, visit);
    forEachLiteral(text, visit);
  }

 private:
  template <class Visit>
  void forEachLiteral(std::string_view text, Visit&& visit) const {
    size_t done = 0;
    if (text_.empty()) {
      // An empty expression matches at every character boundary.
      for (size_t at = 0; at < text.size();) {
        const size_t length = decodeUtf8(text.data() + at).length;
        visit(at, at, true);
        visit(at, at + length, false);
        at += length;
      }
      return visit(text.size(), text.size(), true);
    }
    for (size_t at; (at = text.find(text_, done)) != std::string_view::npos; done = at + text_.size()) {
      if (done != at) visit(done, at, false);
      visit(at, at + text_.size(), true);
    }
    if (done != text.size()) visit(done, text.size(), false);
  }

  const SplitRule* rule_ = nullptr;
  std::unique_ptr<Regex> regex_;
  std::string text_;
};

}  // namespace scalesweep
