// The splitting patterns of known families, written out by hand. Each calls emit(begin, end) for every piece, in
// order; the pieces cover the text. The expressions they stand for are in known_patterns.h.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "unicode.h"
#include "utf8.h"

namespace scalesweep {

enum CharClass : uint8_t {
  kOther = 0,      // neither space, letter nor number
  kLetter = 1,     // \p{L}
  kNumber = 2,     // \p{N}
  kSpace = 3,      // \s
  kNewline = 4,    // \r \n, which are \s too
  kLonger = 5,     // the byte begins or goes on a longer character
};

inline CharClass classOfPoint(uint32_t c) {
  const uint32_t properties = propertiesOf(c);
  if (isLetter(properties)) return kLetter;
  if (isNumber(properties)) return kNumber;
  return properties & kOnigSpace ? (c == '\n' || c == '\r' ? kNewline : kSpace) : kOther;
}

/** Classes of bytes; those of longer characters have none. */
inline const std::array<CharClass, 256>& byteClasses() {
  static const auto table = [] {
    std::array<CharClass, 256> classes{};
    for (uint32_t c = 0; c < 256; ++c) classes[c] = c < 128 ? classOfPoint(c) : kLonger;
    return classes;
  }();
  return table;
}

/** Walks over the characters of a text by class. */
class ClassReader {
 public:
  explicit ClassReader(std::string_view text)
      : text_(text.data()), end_(text.size()), classes_(byteClasses().data()) {}

  size_t end() const { return end_; }
  char byte(size_t at) const { return at < end_ ? text_[at] : '\0'; }

  /** Class of the character at `at` (< end) and, in `next`, where the following one starts. */
  [[gnu::always_inline]] CharClass read(size_t at, size_t& next) const {
    const CharClass quick = classes_[static_cast<unsigned char>(text_[at])];
    if (quick != kLonger) [[likely]] {
      next = at + 1;
      return quick;
    }
    return readLonger(at, next);
  }

  CharClass readLonger(size_t at, size_t& next) const {
    const CodePoint c = decodeUtf8(text_ + at);
    next = at + c.length;
    return classOfPoint(c.value);
  }

  bool isMarkAt(size_t at) const {
    return static_cast<unsigned char>(text_[at]) >= 0x80 && isMark(propertiesOf(decodeUtf8(text_ + at).value));
  }

  /** The end of the run of one class that goes on at `at`. */
  size_t skip(size_t at, CharClass kind) const {
    for (size_t next;; at = next) {
      while (at < end_ && classes_[static_cast<unsigned char>(text_[at])] == kind) ++at;
      if (at >= end_ || classes_[static_cast<unsigned char>(text_[at])] != kLonger || readLonger(at, next) != kind) return at;
    }
  }

  /** The end of the white space that goes on at `at`; `lastStart` is where its last character starts. */
  size_t skipSpace(size_t at, size_t& lastStart, size_t& afterNewline) const {
    size_t next;
    while (at < end_) {
      const CharClass kind = read(at, next);
      if (kind < kSpace) break;
      lastStart = at;
      at = next;
      if (kind == kNewline) afterNewline = next;
    }
    return at;
  }

  /** Length of 's 't 're 've 'm 'll 'd after the apostrophe at `at`, or 0. */
  size_t contraction(size_t at) const {
    const char a = byte(at + 1);
    if (a == 's' || a == 't' || a == 'm' || a == 'd') return 2;
    const char b = byte(at + 2);
    return (a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l') ? 3 : 0;
  }

  /** The same in any case; U+017F folds to s. */
  size_t foldedContraction(size_t at) const {
    const char a = lower(byte(at + 1));
    if (a == 's' || a == 't' || a == 'm' || a == 'd') return 2;
    const char b = lower(byte(at + 2));
    if ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l')) return 3;
    return a == '\xC5' && byte(at + 2) == '\xBF' ? 3 : 0;
  }

 private:
  static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

  const char* text_;
  size_t end_;
  const CharClass* classes_;
};

/** Ends the white space that starts at `at`: `\s+(?!\S)|\s+` gives its last character back to what follows. */
inline size_t endOfSpace(const ClassReader& text, size_t at, size_t runEnd, size_t lastStart) {
  return runEnd == text.end() || lastStart == at ? runEnd : lastStart;
}

template <class Emit>
void splitGpt2(std::string_view piece, Emit&& emit) {
  const ClassReader text(piece);
  size_t next = 0;
  for (size_t at = 0; at < text.end();) {
    size_t first = at;
    if (text.byte(at) == '\'') {
      if (const size_t length = text.contraction(at)) {
        emit(at, at + length);
        at += length;
        continue;
      }
    }
    if (text.byte(at) == ' ' && at + 1 < text.end()) ++first;
    const CharClass kind = text.read(first, next);
    size_t end;
    if (kind < kSpace) {
      end = text.skip(next, kind);
    } else {
      size_t lastStart = at, newline = 0;
      end = text.skipSpace(at, lastStart, newline);
      end = endOfSpace(text, at, end, lastStart);
    }
    emit(at, end);
    at = end;
  }
}

/** cl100k_base, Llama 3 and their kin (digits in groups of up to `MaxDigits`). */
template <int MaxDigits, class Emit>
void splitCl100k(std::string_view piece, Emit&& emit) {
  const ClassReader text(piece);
  size_t next = 0, after = 0;
  for (size_t at = 0; at < text.end();) {
    const CharClass kind = text.read(at, next);
    size_t end = next;
    if (kind == kLetter) {
      end = text.skip(next, kLetter);
    } else if (kind == kNumber) {
      for (int digits = 1; digits < MaxDigits && end < text.end() && text.read(end, after) == kNumber; ++digits) end = after;
    } else if (const size_t length = text.byte(at) == '\'' ? text.foldedContraction(at) : 0) {
      end = at + length;
    } else {
      const CharClass second = next < text.end() ? text.read(next, after) : kSpace;
      if (kind != kNewline && next < text.end() && second == kLetter) {
        end = text.skip(after, kLetter);
      } else if (kind == kOther || (text.byte(at) == ' ' && next < text.end() && second == kOther)) {
        end = text.skip(kind == kOther ? next : after, kOther);
        end = text.skip(end, kNewline);
      } else {
        size_t lastStart = at, newline = 0;
        end = text.skipSpace(at, lastStart, newline);
        end = newline > 0 ? newline : endOfSpace(text, at, end, lastStart);
      }
    }
    emit(at, end);
    at = end;
  }
}

/** Letters by the two overlapping classes of o200k_base: those that may begin a word, those that may go on in it. */
inline bool isUpperish(uint32_t properties) { return (0b11111101u >> categoryOf(properties) & 1) && categoryOf(properties) < 8; }
inline bool isLowerish(uint32_t properties) { return (0b11111010u >> categoryOf(properties) & 1) && categoryOf(properties) < 8; }

/** Finds the ends of o200k_base's words: `[upperish]*[lowerish]+` or `[upperish]+[lowerish]*`, then a contraction. */
class CasedWords {
 public:
  explicit CasedWords(std::string_view text) : text_(text), classes_(text) {}

  /** End of the word that starts at `at` (without the optional first character), or `at` when there is none. */
  size_t end(size_t at) const {
    bool cased = false;
    return end(at, cased);
  }

  /** The same; `cased` tells whether it is of the first form, which is tried before the second. */
  size_t end(size_t at, bool& cased) const {
    size_t upper = at, lastBoth = at;
    bool backtrack = false;
    while (upper < text_.size()) {
      const Case c = caseAt(upper);
      if (!c.upper) break;
      upper += c.length;
      if (c.lower) {
        lastBoth = upper;
        backtrack = true;
      }
    }
    size_t word = skipLower(upper);
    // No lower case after the run: the first alternative gives back to its last character of both classes.
    if (word == upper && backtrack) word = lastBoth;
    if (word == at) return at;
    cased = word > upper || backtrack;
    return word + contraction(word);
  }

 private:
  struct Case {
    uint32_t length;
    bool upper, lower;
  };

  Case caseAt(size_t at) const {
    const auto b = static_cast<unsigned char>(text_[at]);
    if (b < 0x80) return {1, b >= 'A' && b <= 'Z', b >= 'a' && b <= 'z'};
    const CodePoint c = decodeUtf8(text_.data() + at);
    const uint32_t properties = propertiesOf(c.value);
    return {c.length, isUpperish(properties), isLowerish(properties)};
  }

  size_t skipLower(size_t at) const {
    for (Case c{0, false, true}; at < text_.size(); at += c.length) {
      c = caseAt(at);
      if (!c.lower) break;
    }
    return at;
  }
  size_t contraction(size_t at) const { return classes_.byte(at) == '\'' ? classes_.foldedContraction(at) : 0; }

  std::string_view text_;
  ClassReader classes_;
};

template <class Emit>
void splitO200k(std::string_view piece, Emit&& emit) {
  const ClassReader text(piece);
  const CasedWords words(piece);
  size_t next = 0, after = 0;
  for (size_t at = 0; at < text.end();) {
    const CharClass kind = text.read(at, next);
    size_t end = next;
    size_t word = at;
    if (kind == kLetter) {
      word = words.end(at);
    } else if (kind == kOther || kind == kSpace) {
      bool cased = false;
      const size_t later = next < text.end() ? words.end(next, cased) : next;
      if (later > next) word = later;
      // A mark may be the optional first character or the word itself.
      if (!cased && kind == kOther && text.isMarkAt(at)) word = words.end(at);
    }
    if (word > at) {
      end = word;
    } else if (kind == kNumber) {
      for (int digits = 1; digits < 3 && end < text.end() && text.read(end, after) == kNumber; ++digits) end = after;
    } else if (kind == kOther || (text.byte(at) == ' ' && next < text.end() && text.read(next, after) == kOther)) {
      end = text.skip(kind == kOther ? next : after, kOther);
      while (text.byte(end) == '\r' || text.byte(end) == '\n' || text.byte(end) == '/') ++end;
    } else {
      size_t lastStart = at, newline = 0;
      end = text.skipSpace(at, lastStart, newline);
      end = newline > 0 ? newline : endOfSpace(text, at, end, lastStart);
    }
    emit(at, end);
    at = end;
  }
}

}  // namespace scalesweep
