// A small JSON reader: it scans the large parts (vocabularies, merges), and makes trees of the small ones.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "errors.h"
#include "json_tree.h"
#include "utf8.h"

namespace scalesweep {

class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) : text_(text) {}

  [[noreturn]] void fail(const std::string& expected) const {
    checkAll();
    const std::string_view before = text_.substr(0, at_);
    size_t line = 1;
    for (const char c : before) line += c == '\n';
    const size_t column = before.size() - (before.rfind('\n') + 1) + 1;
    const bool ended = at_ >= text_.size(), printable = ended || (text_[at_] >= 0x20 && text_[at_] < 0x7F);
    const std::string got = ended ? "the end of the file" : "`" + std::string(1, text_[at_]) + "`";
    throw LoadError("not JSON: expected " + expected + (printable ? ", got " + got : "") + " at line " + std::to_string(line) +
                    ", column " + std::to_string(column));
  }

  /** The next character that is not white space, or 0. */
  char peek() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (static_cast<unsigned char>(c) > ' ' || (c != ' ' && c != '\n' && c != '\t' && c != '\r')) return c;
      ++at_;
      passSpaces();
    }
    return '\0';
  }
  /** Consumes `c` if it comes next. */
  bool accept(char c) {
    if (peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  void expect(char c, const char* what) {
    if (!accept(c)) fail(what);
  }
  void expectEnd() {
    peek();
    if (at_ < text_.size()) fail("the end of the file");
  }

  /** Reads `[`, then body() at every item, then `]`. */
  template <class Body>
  void forEachItem(const char* what, Body&& body) {
    expect('[', what);
    if (accept(']')) return;
    do body();
    while (accept(','));
    expect(']', "`,` or `]`");
  }
  /** Reads `{`, then body(name) at every value, then `}`; a name is valid until the next string is read. */
  template <class Body>
  void forEachMember(const char* what, Body&& body) {
    expect('{', what);
    if (accept('}')) return;
    do {
      const std::string_view name = readString();
      expect(':', "`:`");
      body(name);
    } while (accept(','));
    expect('}', "`,` or `}`");
  }

  /** Reads a string; the result is valid until the next call. */
  std::string_view readString() {
    seen_ = 0;
    const std::string_view string = readBytes();
    if (seen_ & kTops) checkUtf8(string);
    return string;
  }
  /** The same, not checked to be UTF-8, and valid as long as the text and `store`, which takes what has escapes. */
  std::string_view readUnchecked(std::deque<std::string>& store) {
    const std::string_view string = readBytes();
    return string.data() == buffer_.data() ? std::string_view(store.emplace_back(string)) : string;
  }
  /** How much text is left. */
  size_t left() const { return text_.size() - at_; }
  void checkUtf8(std::string_view part) const {
    if (!isValidUtf8(part)) throw LoadError("not JSON: the file is not UTF-8");
  }
  void checkAll() const { checkUtf8(text_); }

  // The arithmetic of serde_json without its float_roundtrip feature: scores must round as they do there.
  double readNumber() {
    const bool negative = accept('-');
    if (!isDigit()) fail("a number");
    uint64_t significand = 0;
    int exponent = 0;
    bool full = false;
    const auto take = [&](bool fraction) {
      const uint64_t digit = static_cast<uint64_t>(text_[at_++] - '0');
      full = full || significand > UINT64_MAX / 10 || (significand == UINT64_MAX / 10 && digit > UINT64_MAX % 10);
      if (!full) significand = significand * 10 + digit;
      if (full != fraction) exponent += full ? 1 : -1;
    };
    if (text_[at_] == '0') ++at_;
    else while (isDigit()) take(false);
    if (byte() == '.') {
      ++at_;
      if (!isDigit()) fail("a digit");
      while (isDigit()) take(true);
    }
    if (byte() == 'e' || byte() == 'E') {
      ++at_;
      const bool below = byte() == '-';
      if (below || byte() == '+') ++at_;
      if (!isDigit()) fail("a digit");
      int written = 0;
      while (isDigit()) written = std::min(written * 10 + (text_[at_++] - '0'), 100000);
      exponent += below ? -written : written;
    }
    double value = static_cast<double>(significand);
    for (; exponent < -308 && value != 0; exponent += 308) value /= 1e308;
    if (exponent > 308 && value != 0) fail("a number below 1e308");
    if (value != 0) value = exponent >= 0 ? value * powerOfTen(exponent) : value / powerOfTen(-exponent);
    return negative ? -value : value;
  }

  uint32_t readId() {
    peek();
    const size_t begin = at_;
    uint32_t id = 0;
    for (; at_ - begin < 9 && isDigit(); ++at_) id = id * 10 + static_cast<uint32_t>(text_[at_] - '0');
    if (at_ > begin && (byte() == ',' || byte() == '}') && text_[begin] != '0') return id;
    at_ = begin;
    const double value = readNumber();
    if (value >= 0 && value <= 4294967295.0 && value == std::floor(value)) return static_cast<uint32_t>(value);
    at_ = begin;
    fail("an id from 0 to 4294967295");
  }

  Json readValue(int depth = 0) {
    if (depth > kMaxDepth) fail("less than 100 levels of nesting");
    Json value;
    const char c = peek();
    if (c == '"') {
      value.kind = Json::Kind::kString;
      value.string = readString();
    } else if (c == '[') {
      value.kind = Json::Kind::kArray;
      forEachItem("a list", [&] { value.items.push_back(readValue(depth + 1)); });
    } else if (c == '{') {
      value.kind = Json::Kind::kObject;
      forEachMember("an object", [&](std::string_view name) {
        value.names.emplace_back(name);
        value.items.push_back(readValue(depth + 1));
      });
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      value.kind = Json::Kind::kNumber;
      value.number = readNumber();
    } else if (acceptWord("true") || acceptWord("false")) {
      value.kind = Json::Kind::kBool;
      value.boolean = c == 't';
    } else if (!acceptWord("null")) {
      fail("a value");
    }
    return value;
  }

 private:
  static constexpr int kMaxDepth = 100;
  static constexpr uint64_t kTops = 0x8080808080808080;

  std::string_view readBytes() {
    expect('"', "a string");
    size_t begin = at_;
    buffer_.clear();
    for (;;) {
      passPlain();
      const char c = byte();
      if (c != '"' && c != '\\') fail("a string without control characters");
      const std::string_view rest = text_.substr(begin, at_++ - begin);
      if (c == '"' && buffer_.empty()) return rest;
      buffer_.append(rest);
      if (c == '"') return buffer_;
      readEscape();
      begin = at_;
    }
  }

  /** Passes over what a string holds as it is, eight bytes at a time while there are as many. */
  void passPlain() {
    constexpr uint64_t kOnes = 0x0101010101010101;
    for (uint64_t word; at_ + 8 <= text_.size(); at_ += 8) {
      std::memcpy(&word, text_.data() + at_, 8);
      seen_ |= word;
      // The top bit of each byte that is a quote, a backslash or below 0x20, and perhaps of some that follow such a one.
      const uint64_t quote = word ^ kOnes * '"', slash = word ^ kOnes * '\\';
      const uint64_t special = (((quote - kOnes) & ~quote) | ((slash - kOnes) & ~slash) | ((word - kOnes * 0x20) & ~word)) & kTops;
      if (special) {
        at_ += static_cast<size_t>(std::countr_zero(special)) / 8;
        return;
      }
    }
    seen_ = kTops;
    while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) >= 0x20 && text_[at_] != '"' && text_[at_] != '\\') ++at_;
  }

  /** Passes over spaces, of which indented files have many, while there are eight characters left. */
  void passSpaces() {
    constexpr uint64_t kSpaces = 0x2020202020202020;
    for (uint64_t word; at_ + 8 <= text_.size();) {
      std::memcpy(&word, text_.data() + at_, 8);
      if (word != kSpaces) {
        at_ += static_cast<size_t>(std::countr_zero(word ^ kSpaces)) / 8;
        return;
      }
      at_ += 8;
    }
  }

  char byte() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool isDigit() const { return byte() >= '0' && byte() <= '9'; }
  bool acceptWord(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  static double powerOfTen(int exponent) {
    static const auto table = [] {
      std::vector<double> powers;
      for (int i = 0; i <= 308; ++i) powers.push_back(std::strtod(("1e" + std::to_string(i)).c_str(), nullptr));
      return powers;
    }();
    return table[static_cast<size_t>(exponent)];
  }

  uint32_t readHex4() {
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const int digit = hexDigit(byte());
      if (digit < 0) fail("four hexadecimal digits");
      value = value * 16 + static_cast<uint32_t>(digit);
    }
    return value;
  }

  void readEscape() {
    static constexpr char kFrom[] = "\"\\/bfnrt", kTo[] = "\"\\/\b\f\n\r\t";
    const char c = byte();
    if (const char* simple = c ? std::strchr(kFrom, c) : nullptr) {
      buffer_.push_back(kTo[simple - kFrom]);
      ++at_;
      return;
    }
    if (c != 'u') fail("an escape sequence");
    ++at_;
    uint32_t value = readHex4();
    if (value - 0xD800 < 0x400) {
      if (!acceptWord("\\u")) fail("the second half of a surrogate pair");
      const uint32_t low = readHex4() - 0xDC00;
      if (low >= 0x400) fail("the second half of a surrogate pair");
      value = 0x10000 + ((value - 0xD800) << 10) + low;
    } else if (value - 0xDC00 < 0x400) {
      fail("a surrogate pair in order");
    }
    appendUtf8(buffer_, value);
  }

  std::string_view text_;
  size_t at_ = 0;
  /** Bits of the last string, and perhaps of what follows it: ASCII if no top bit is among them. */
  uint64_t seen_ = 0;
  std::string buffer_;
};

}  // namespace scalesweep
