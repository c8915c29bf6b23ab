// JSON that has been read.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

  bool isString() const { return kind == Kind::kString; }
  bool isArray() const { return kind == Kind::kArray; }
  bool isObject() const { return kind == Kind::kObject; }

  void addMember(std::string name, Json value) {
    names.push_back(std::move(name));
    items.push_back(std::move(value));
  }
  /** The last member of that name, or null when there is none or its value is null. */
  const Json* find(std::string_view name) const {
    for (size_t i = names.size(); i-- > 0;) {
      if (names[i] == name) return items[i].kind == Kind::kNull ? nullptr : &items[i];
    }
    return nullptr;
  }
};

}  // namespace scalesweep
