#include "json.h"

#include <cmath>
#include <cstring>

#include "utf8.h"

namespace scalesweep {

namespace {
constexpr int kMaxDepth = 100;

double powerOfTen(int exponent) {
  static const auto table = [] {
    std::vector<double> powers;
    for (int i = 0; i <= 308; ++i) powers.push_back(std::strtod(("1e" + std::to_string(i)).c_str(), nullptr));
    return powers;
  }();
  return table[static_cast<size_t>(exponent)];
}

bool plainInString(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }
}  // namespace

const Json* Json::find(std::string_view name) const {
  for (size_t i = names.size(); i-- > 0;) {
    if (names[i] == name) return items[i].isNull() ? nullptr : &items[i];
  }
  return nullptr;
}

Fields::Fields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
  if (!object.isObject()) throw LoadError("expected " + where_ + " to be an object");
}

const Json& Fields::required(std::string_view name) const {
  if (const Json* value = object_.find(name)) return *value;
  throw LoadError("expected " + where_ + " to have \"" + std::string(name) + "\", which is missing");
}

std::string Fields::text(std::string_view name) const {
  const Json& value = required(name);
  if (!value.isString()) throw LoadError("expected \"" + std::string(name) + "\" of " + where_ + " to be a string");
  return value.string;
}

std::string Fields::text(std::string_view name, std::string_view otherwise) const {
  return object_.find(name) ? text(name) : std::string(otherwise);
}

bool Fields::flag(std::string_view name) const {
  const Json& value = required(name);
  if (value.kind == Json::Kind::kBool) return value.boolean;
  throw LoadError("expected \"" + std::string(name) + "\" of " + where_ + " to be true or false");
}

bool Fields::flag(std::string_view name, bool otherwise) const {
  return object_.find(name) ? flag(name) : otherwise;
}

uint32_t Fields::count(std::string_view name) const {
  return asCount(required(name), "\"" + std::string(name) + "\" of " + where_);
}

uint32_t Fields::count(std::string_view name, uint32_t otherwise) const {
  return object_.find(name) ? count(name) : otherwise;
}

uint32_t Fields::character(std::string_view name) const {
  const std::string value = text(name);
  if (!value.empty() && decodeUtf8(value.data()).length == value.size()) return decodeUtf8(value.data()).value;
  throw LoadError("expected \"" + std::string(name) + "\" of " + where_ + " to be one character");
}

uint32_t asCount(const Json& value, const std::string& where) {
  if (value.kind == Json::Kind::kNumber && value.number >= 0 && value.number < 4294967296.0 &&
      value.number == std::floor(value.number)) {
    return static_cast<uint32_t>(value.number);
  }
  throw LoadError("expected " + where + " to be a whole number from 0 to 4294967295");
}

void JsonScanner::fail(const std::string& expected) const {
  size_t line = 1, column = 1;
  const size_t end = at_ < text_.size() ? at_ : text_.size();
  for (size_t i = 0; i < end; ++i) {
    column = text_[i] == '\n' ? 1 : column + 1;
    line += text_[i] == '\n';
  }
  const std::string got = at_ >= text_.size() ? "the end of the file" : "`" + std::string(1, text_[at_]) + "`";
  const bool printable = at_ >= text_.size() || (text_[at_] >= 0x20 && text_[at_] < 0x7F);
  throw LoadError("not JSON: expected " + expected + (printable ? ", got " + got : "") + " at line " +
                  std::to_string(line) + ", column " + std::to_string(column));
}

char JsonScanner::peek() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') return c;
    ++at_;
  }
  return '\0';
}

bool JsonScanner::accept(char c) {
  if (peek() != c || at_ >= text_.size()) return false;
  ++at_;
  return true;
}

void JsonScanner::expect(char c, const char* what) {
  if (!accept(c)) fail(what);
}

uint32_t JsonScanner::readHex4() {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (c >= '0' && c <= '9') value = value * 16 + static_cast<uint32_t>(c - '0');
    else if (c >= 'a' && c <= 'f') value = value * 16 + static_cast<uint32_t>(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F') value = value * 16 + static_cast<uint32_t>(c - 'A' + 10);
    else fail("four hexadecimal digits");
  }
  return value;
}

void JsonScanner::readEscape() {
  const char c = at_ < text_.size() ? text_[at_] : '\0';
  static constexpr char kFrom[] = "\"\\/bfnrt";
  static constexpr char kTo[] = "\"\\/\b\f\n\r\t";
  if (const char* simple = c ? std::strchr(kFrom, c) : nullptr) {
    buffer_.push_back(kTo[simple - kFrom]);
    ++at_;
    return;
  }
  if (c != 'u') fail("an escape sequence");
  ++at_;
  uint32_t value = readHex4();
  if (value >= 0xD800 && value < 0xDC00) {
    if (text_.substr(at_, 2) != "\\u") fail("the second half of a surrogate pair");
    at_ += 2;
    const uint32_t low = readHex4();
    if (low < 0xDC00 || low > 0xDFFF) fail("the second half of a surrogate pair");
    value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
  } else if (value >= 0xDC00 && value < 0xE000) {
    fail("a surrogate pair in order");
  }
  appendUtf8(buffer_, value);
}

std::string_view JsonScanner::readString() {
  expect('"', "a string");
  size_t begin = at_;
  buffer_.clear();
  bool copied = false;
  for (;;) {
    while (at_ < text_.size() && plainInString(text_[at_])) ++at_;
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (c == '"') break;
    if (c == '\\') {
      buffer_.append(text_, begin, at_ - begin);
      copied = true;
      ++at_;
      readEscape();
      begin = at_;
    } else {
      fail("a string without control characters");
    }
  }
  const std::string_view rest = text_.substr(begin, at_ - begin);
  ++at_;
  if (!copied) return rest;
  buffer_.append(rest);
  return buffer_;
}

// The arithmetic of serde_json without its float_roundtrip feature: scores must round as they do there.
double JsonScanner::readNumber() {
  const bool negative = accept('-');
  const auto isDigit = [&] { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; };
  if (!isDigit()) fail("a number");
  uint64_t significand = 0;
  int exponent = 0;
  bool full = false;
  const auto take = [&](bool fraction) {
    const uint64_t digit = static_cast<uint64_t>(text_[at_++] - '0');
    if (!full && (significand > UINT64_MAX / 10 || (significand == UINT64_MAX / 10 && digit > UINT64_MAX % 10))) full = true;
    if (!full) significand = significand * 10 + digit;
    if (full != fraction) exponent += full ? 1 : -1;
  };
  if (text_[at_] == '0') ++at_;
  else while (isDigit()) take(false);
  if (at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    if (!isDigit()) fail("a digit");
    while (isDigit()) take(true);
  }
  if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
    ++at_;
    const bool below = at_ < text_.size() && text_[at_] == '-';
    if (at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '+')) ++at_;
    if (!isDigit()) fail("a digit");
    int written = 0;
    while (isDigit()) written = std::min(written * 10 + (text_[at_++] - '0'), 100000);
    exponent += below ? -written : written;
  }
  double value = static_cast<double>(significand);
  while (exponent < -308 && value != 0) {
    value /= 1e308;
    exponent += 308;
  }
  if (exponent > 308 && value != 0) fail("a number below 1e308");
  if (value != 0) value = exponent >= 0 ? value * powerOfTen(exponent) : value / powerOfTen(-exponent);
  return negative ? -value : value;
}

uint32_t JsonScanner::readId() {
  peek();
  const size_t begin = at_;
  const double value = readNumber();
  if (value < 0 || value > 4294967295.0 || value != std::floor(value)) {
    at_ = begin;
    fail("an id from 0 to 4294967295");
  }
  return static_cast<uint32_t>(value);
}

bool JsonScanner::acceptWord(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) return false;
  at_ += word.size();
  return true;
}

Json JsonScanner::readValue(int depth) {
  if (depth > kMaxDepth) fail("less than 100 levels of nesting");
  Json value;
  const char c = peek();
  if (c == '"') {
    value.kind = Json::Kind::kString;
    value.string = readString();
  } else if (accept('[')) {
    value.kind = Json::Kind::kArray;
    if (accept(']')) return value;
    do value.items.push_back(readValue(depth + 1));
    while (accept(','));
    expect(']', "`,` or `]`");
  } else if (accept('{')) {
    value.kind = Json::Kind::kObject;
    if (accept('}')) return value;
    do {
      std::string name(readString());
      expect(':', "`:`");
      value.addMember(std::move(name), readValue(depth + 1));
    } while (accept(','));
    expect('}', "`,` or `}`");
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

void JsonScanner::skipValue(int depth) {
  if (depth > kMaxDepth) fail("less than 100 levels of nesting");
  const char c = peek();
  if (c == '"') {
    readString();
  } else if (accept('[')) {
    if (accept(']')) return;
    do skipValue(depth + 1);
    while (accept(','));
    expect(']', "`,` or `]`");
  } else if (accept('{')) {
    if (accept('}')) return;
    do {
      readString();
      expect(':', "`:`");
      skipValue(depth + 1);
    } while (accept(','));
    expect('}', "`,` or `}`");
  } else if (c == '-' || (c >= '0' && c <= '9')) {
    readNumber();
  } else if (!acceptWord("true") && !acceptWord("false") && !acceptWord("null")) {
    fail("a value");
  }
}

void JsonScanner::expectEnd() {
  peek();
  if (at_ < text_.size()) fail("the end of the file");
}

}  // namespace scalesweep
