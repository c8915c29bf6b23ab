// A small JSON reader: a scanner for the large parts (vocabularies, merges) and a tree for the small ones.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "errors.h"

namespace scalesweep {

struct Json {
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  bool boolean = false;
  double number = 0;
  std::string string;
  /** Of an array, or of an object in the order of `names`. */
  std::vector<Json> items;
  std::vector<std::string> names;

  bool isNull() const { return kind == Kind::kNull; }
  bool isString() const { return kind == Kind::kString; }
  bool isArray() const { return kind == Kind::kArray; }
  bool isObject() const { return kind == Kind::kObject; }

  void addMember(std::string name, Json value) {
    names.push_back(std::move(name));
    items.push_back(std::move(value));
  }
  /** The last member of that name, or null when there is none or its value is null. */
  const Json* find(std::string_view name) const;
};

/** Reads members of a part of the file; `where` names the part in messages. */
class Fields {
 public:
  Fields(const Json& object, std::string where);
  std::string text(std::string_view name) const;
  std::string text(std::string_view name, std::string_view otherwise) const;
  bool flag(std::string_view name) const;
  bool flag(std::string_view name, bool otherwise) const;
  uint32_t count(std::string_view name) const;
  uint32_t count(std::string_view name, uint32_t otherwise) const;
  /** A string of exactly one character. */
  uint32_t character(std::string_view name) const;
  const Json* find(std::string_view name) const { return object_.find(name); }
  const Json& required(std::string_view name) const;
  const std::string& where() const { return where_; }

 private:
  const Json& object_;
  std::string where_;
};

/** A non-negative whole number below 2^32, or a LoadError naming `where`. */
uint32_t asCount(const Json& value, const std::string& where);

class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text, size_t position = 0) : text_(text), at_(position) {}

  size_t position() const { return at_; }
  char peek();
  /** Consumes `c` if it is the next character that is not white space. */
  bool accept(char c);
  void expect(char c, const char* what);
  /** Reads a string; the result is valid until the next call. */
  std::string_view readString();
  double readNumber();
  uint32_t readId();
  Json readValue(int depth = 0);
  void skipValue(int depth = 0);
  void expectEnd();
  [[noreturn]] void fail(const std::string& expected) const;

 private:
  void readEscape();
  uint32_t readHex4();
  bool acceptWord(std::string_view word);

  std::string_view text_;
  size_t at_;
  std::string buffer_;
};

}  // namespace scalesweep
