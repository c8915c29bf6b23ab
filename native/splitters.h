// The splitting patterns of known families, computed on bit masks of whole windows of text.
//
// A window's class masks give every place where a piece starts, most of them without looking at single characters. The
// patterns never look behind, so a piece that starts somewhere does not depend on what came before: a window ends at
// the last start that is certain, and the next one begins there. Where no start is (a run longer than the window) or
// where a rule below does not decide, the regular expression itself goes on for a while.
#pragma once
#include <algorithm>
#include <string_view>
#include <tuple>

#include "blank_runs.h"
#include "char_masks.h"
#include "known_patterns.h"
#include "regex.h"

namespace scalesweep {

/** Finds the starts of pieces in one window. */
class PieceStarts {
 public:
  /**
   * Reads a window of `text`, which begins where a piece starts; `tokens` (or null) are pieces of their own. The starts
   * found are certain up to the returned place, which is one; 0 when the rule does not decide.
   */
  size_t read(const SplitRule& rule, std::string_view text, const BlankRuns* tokens) {
    rule_ = rule;
    text_ = text;
    const bool whole = text_.size() <= BitRow::kWindow;
    masks_.read(text_.substr(0, BitRow::kWindow + 64));
    count_ = whole ? text_.size() : BitRow::kWindow;
    undecided_ = false;
    if (tokens) setApart(*tokens);
    if (rule_.cased) placeMarks();
    for (size_t word = 0; word < masks_.words; ++word) joinClasses(word);
    letters_[masks_.words] = others_[masks_.words] = spaces_[masks_.words] = starts_[masks_.words] = 0;
    uint64_t carried = 0;
    for (size_t word = 0; word < masks_.words; ++word) carried = findStarts(word, carried);
    for (size_t word = 0; tokens && word < masks_.words; ++word) starts_[word] |= apart_[word];
    if (!masks_.ascii) startLongSpaces();
    if (rule_.joinsAny) endLines();
    if (rule_.cased) startUppers();
    contract();
    if (rule_.digits == 3) groupDigits();
    if (rule_.cased) splitCases();
    if (undecided_) return 0;
    if (whole) return count_;
    const size_t last = starts_.afterLast(certain() + 1);
    return last > 0 ? last - 1 : 0;
  }

  /** Calls emit(begin, end) for the pieces up to `end`, which read() returned. */
  template <class Emit>
  void forEach(size_t end, Emit&& emit) const {
    size_t begin = 0;
    for (size_t word = 0; word * 64 < end; ++word) {
      uint64_t rest = starts_[word] & ~uint64_t{word == 0};
      if (end - word * 64 < 64) rest &= (uint64_t{1} << (end - word * 64)) - 1;
      for (; rest; rest &= rest - 1) {
        const size_t at = word * 64 + static_cast<size_t>(__builtin_ctzll(rest));
        emit(begin, at);
        begin = at;
      }
    }
    emit(begin, end);
  }

 private:
  const BitRow& row(CharClass kind) const { return masks_.classes[kind]; }
  char byte(size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
  size_t lengthAt(size_t at) const { return decodeUtf8(text_.data() + at).length; }

  void joinClasses(size_t word) {
    letters_[word] = row(kUppers)[word] | row(kLowers)[word] | row(kCaseless)[word] | (rule_.cased ? row(kMarks)[word] : 0);
    others_[word] = row(kOthers)[word] | (rule_.cased ? 0 : row(kMarks)[word]);
    spaces_[word] = row(kSpaces)[word] | row(kNewlines)[word];
  }

  // Without a class, their bytes are to what is around them like the ends of the text.
  void setApart(const BlankRuns& tokens) {
    std::fill_n(apart_.words, masks_.words, 0);
    BitRow& blanks = masks_.blanks;
    forEachBit([&](size_t word) { return blanks[word] & ~blanks.before(word) & blanks.after(word); }, [&](size_t begin) {
      const size_t end = blanks.endOfRun(begin);
      size_t at = begin;
      for (size_t length; (length = tokens.longest(end - at)) > 0; at += length) apart_.set(at);
      blanks.clear(begin, at);
      masks_.classes[kSpaces].clear(begin, at);
      return end;
    });
  }

  /** Starts by the classes of neighbours alone; `carried` and the result are the single others of word - 1 and word. */
  uint64_t findStarts(size_t word, uint64_t carried) {
    const BitRow& numbers = row(kNumbers);
    const uint64_t letter = letters_[word], other = others_[word], space = spaces_[word], number = numbers[word];
    const uint64_t afterBlank = masks_.blanks.before(word), afterOther = others_.before(word);
    const uint64_t spaceFollows = spaces_.after(word), anyFollows = spaceFollows | letters_.after(word) | others_.after(word) | numbers.after(word);
    uint64_t lastSpaces = space & ~spaceFollows & anyFollows;
    uint64_t starts = (letter & ~letters_.before(word)) | (other & ~afterOther) | (space & ~spaces_.before(word)) |
                      (rule_.digits == 1 ? number & masks_.starts[word] : number & ~numbers.before(word));
    uint64_t single = 0;
    if (rule_.joinsAny) {
      single = other & ~afterOther & ~afterBlank & masks_.starts[word];
      for (int i = 0; i < 3 && !masks_.ascii; ++i) single |= (single << 1 | carried >> 63) & other & ~masks_.starts[word];
      starts &= ~(letter & (row(kSpaces).before(word) | single << 1 | carried >> 63)) & ~(other & afterBlank);
      lastSpaces &= ~row(kNewlines)[word];
    } else {
      starts &= ~(afterBlank & (letter | other | number));
    }
    // Of longer spaces this is the last byte: startLongSpaces() mends that.
    starts_[word] = starts | (lastSpaces & masks_.starts[word]);
    longSpaces_[word] = lastSpaces & ~masks_.starts[word];
    return single;
  }

  void startLongSpaces() {
    for (size_t word = 0; word < masks_.words; ++word) {
      for (uint64_t rest = longSpaces_[word]; rest; rest &= rest - 1) {
        size_t at = word * 64 + static_cast<size_t>(__builtin_ctzll(rest));
        while (!masks_.starts.has(at)) --at;
        starts_.set(at);
      }
    }
  }

  /** Calls visit(at) for the bits of a row, in order, which may return where to go on. */
  template <class Bits, class Visit>
  void forEachBit(Bits&& bits, Visit&& visit) {
    size_t from = 0;
    for (size_t word = 0; word < masks_.words; ++word) {
      for (uint64_t rest = bits(word); rest; rest &= rest - 1) {
        const size_t at = word * 64 + static_cast<size_t>(__builtin_ctzll(rest));
        if (at >= from) from = visit(at);
      }
    }
  }

  // Line ends go with the others before them, and else with the white space up to the last of them in a run.
  void endLines() {
    forEachBit([&](size_t word) { return row(kNewlines)[word]; }, [&](size_t at) {
      size_t begin = at;
      if (at > 0 && others_.has(at - 1)) {
        const auto taken = [&](size_t i) { return byte(i) == '\r' || byte(i) == '\n' || (rule_.cased && byte(i) == '/'); };
        const size_t end = std::min(text_.size(), masks_.words * 64);
        while (begin < end && taken(begin)) ++begin;
        starts_.clear(at, begin);
        starts_.set(begin);
        if (byte(begin - 1) == '/') goOnAfterSlash(begin);
        if (!spaces_.has(begin)) return begin;
      }
      const size_t end = spaces_.endOfRun(begin), afterLine = row(kNewlines).afterLast(end);
      if (afterLine > begin) {
        starts_.clear(begin + 1, afterLine);
        starts_.set(afterLine);
      }
      return end;
    });
  }

  /** A line end took the slash before `at`: others there are no longer one run with it. */
  void goOnAfterSlash(size_t at) {
    const size_t next = others_.has(at) ? at + lengthAt(at) : at;
    if (next > at && letters_.has(next)) starts_.clear(next);
    const auto isMark = [&](size_t i) { return classOf(propertiesOf(decodeUtf8(text_.data() + i).value)) == kMarks; };
    if (!masks_.ascii && next < text_.size() && isMark(next)) undecided_ = true;
  }

  /** Length of 's 't 're 've 'm 'll 'd after the apostrophe at `at`, or 0; in any case, unless the rule is GPT-2's. */
  size_t contraction(size_t at) const {
    const auto lower = [&](char c) { return rule_.joinsAny && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    const char a = lower(byte(at + 1)), b = lower(byte(at + 2));
    if (a == 's' || a == 't' || a == 'm' || a == 'd') return 2;
    if ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l')) return 3;
    return rule_.joinsAny && a == '\xC5' && b == '\xBF' ? 3 : 0;  // U+017F folds to s
  }

  void contract() {
    size_t last = 0;
    forEachBit(
        [&](size_t word) {
          const uint64_t apart = rule_.cased ? letters_.before(word) : ~(others_.before(word) | masks_.blanks.before(word));
          return masks_.apostrophes[word] & apart;
        },
        [&](size_t at) {
          const size_t length = contraction(at);
          if (length == 0 || (rule_.cased && at == last && last > 0)) return at + 1;
          starts_.clear(at + !rule_.cased, at + length);
          starts_.set(last = at + length);
          return last;
        });
  }

  void groupDigits() {
    const BitRow& numbers = row(kNumbers);
    forEachBit([&](size_t word) { return numbers[word] & numbers.before(word); }, [&](size_t at) {
      const size_t begin = numbers.startOfRun(at), end = numbers.endOfRun(at);
      size_t digits = 0;
      for (size_t i = begin; i < end && end - begin > 3; i += lengthAt(i)) {
        if (digits++ % 3 == 0) starts_.set(i);
      }
      return end;
    });
  }

  // o200k takes marks for letters, but a run of others that has begun takes them too.
  void placeMarks() {
    BitRow& marks = masks_.classes[kMarks];
    BitRow& others = masks_.classes[kOthers];
    if (masks_.ascii) return;
    forEachBit([&](size_t word) { return marks[word] & others.before(word); }, [&](size_t at) {
      const size_t begin = others.startOfRun(at), end = marks.endOfRun(at);
      if (text_[at - 1] == '/') undecided_ = true;
      if (begin + lengthAt(begin) == at && (begin == 0 || !masks_.blanks.has(begin - 1))) return end;
      for (size_t i = at; i < end; ++i) {
        marks.clear(i);
        others.set(i);
      }
      return end;
    });
  }

  /** A capital starts a piece behind a small letter, unless contract() finds both in 'lL 'rE 'vE. */
  void startUppers() {
    for (size_t word = 0; word < masks_.words; ++word) starts_[word] |= row(kUppers)[word] & row(kLowers).before(word);
  }

  // `[upperish]*[lowerish]+` is tried before `[upperish]+[lowerish]*`; caseless letters and marks are both.
  void splitCases() {
    const BitRow &upper = row(kUppers), &lower = row(kLowers);
    if (masks_.ascii) return;
    BitRow both;
    for (size_t word = 0; word < masks_.words; ++word) both[word] = row(kCaseless)[word] | row(kMarks)[word];
    both[masks_.words] = 0;
    forEachBit([&](size_t word) { return upper[word] & both.before(word); }, [&](size_t at) {
      const size_t run = both.startOfRun(at), end = upper.endOfRun(at);
      const bool lowered = run > 0 && lower.has(run - 1) && starts_.afterLast(at) <= run;
      if (lowered || !(lower.has(end) || both.has(end))) starts_.set(at);
      return end;
    });
  }

  /** Up to where the starts do not depend on what follows the window: where its last run begins. */
  size_t certain() const {
    if (rule_.digits > 0 && row(kNumbers).has(count_ - 1)) return count_;
    for (const BitRow* run : {&letters_, &others_, &spaces_, &row(kNumbers)}) {
      if (run->has(count_ - 1)) return run->startOfRun(count_ - 1);
    }
    return apart_.afterLast(count_) - 1;
  }

  SplitRule rule_;
  std::string_view text_;
  size_t count_;
  bool undecided_;
  CharMasks masks_;
  BitRow letters_, others_, spaces_, starts_, longSpaces_;
  BitRow apart_;  // where added tokens start
};

/**
 * Calls emit(begin, end) for the pieces of `text`, in order; they cover it. `regex` is the rule's expression. Where
 * `tokens` (or null) are, the text before ends and the text behind begins.
 */
template <class Emit>
void splitByRule(const SplitRule& rule, const Regex& regex, std::string_view text, const BlankRuns* tokens, Emit&& emit) {
  constexpr size_t kByRegex = 1024;
  thread_local PieceStarts starts;
  size_t token = tokens ? 0 : text.size(), length = 0;  // the next one, where it is known
  for (size_t base = 0; base < text.size();) {
    if (const size_t end = starts.read(rule, text.substr(base), tokens)) {
      starts.forEach(end, [&](size_t from, size_t to) { emit(base + from, base + to); });
      base += end;
      continue;
    }
    size_t begin = 0, end = 0;
    for (const size_t stop = base + kByRegex; base < std::min(stop, text.size()); base = end) {
      if (token < base || (tokens && base == 0)) std::tie(token, length) = tokens->next(text, base);
      if (token == base) end = base + length;
      else regex.search(text.substr(0, token), base, begin, end);
      emit(base, end);
    }
  }
}

}  // namespace scalesweep
