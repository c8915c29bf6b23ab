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
      splitter_ = knownSplitter(regex->string);
      text_ = regex->string;
      if (splitter_ == Splitter::kNone) regex_ = std::make_unique<Regex>(regex->string);
      else regex_ = nullptr;
      isRegex_ = true;
    } else if (const Json* literal = section.find("String"); literal && literal->isString()) {
      text_ = literal->string;
    } else {
      throw LoadError("expected the pattern of " + where + " to be a Regex or a String");
    }
  }

  Splitter splitter() const { return splitter_; }
  bool isRegex() const { return isRegex_; }
  const std::string& source() const { return text_; }

  /** Calls visit(begin, end, isMatch) for the matches and what is between them, in order. */
  template <class Visit>
  void forEach(std::string_view text, Visit&& visit) const {
    const auto match = [&](size_t begin, size_t end) { visit(begin, end, true); };
    switch (splitter_) {
      case Splitter::kGpt2: return splitGpt2(text, match);
      case Splitter::kCl100k: return splitCl100k<3>(text, match);
      case Splitter::kCl100kOneDigit: return splitCl100k<1>(text, match);
      case Splitter::kO200k: return splitO200k(text, match);
      case Splitter::kNone: break;
    }
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

  Splitter splitter_ = Splitter::kNone;
  bool isRegex_ = false;
  std::unique_ptr<Regex> regex_;
  std::string text_;
};

}  // namespace scalesweep
