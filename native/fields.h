#pragma once
#include <cmath>
#include <string>
#include <string_view>

#include "json.h"

namespace scalesweep {

/** A non-negative whole number below 2^32, or a LoadError naming `where`. */
inline uint32_t asCount(const Json& value, const std::string& where) {
  const double n = value.number;
  if (value.kind == Json::Kind::kNumber && n >= 0 && n < 4294967296.0 && n == std::floor(n)) return static_cast<uint32_t>(n);
  throw LoadError("expected " + where + " to be a whole number from 0 to 4294967295");
}

/** Reads members of a part of the file; `where` names the part in messages. */
class Fields {
 public:
  Fields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object.isObject()) throw LoadError("expected " + where_ + " to be an object");
  }
  const std::string& where() const { return where_; }
  const Json* find(std::string_view name) const { return object_.find(name); }

  const Json& required(std::string_view name) const {
    if (const Json* value = object_.find(name)) return *value;
    throw LoadError("expected " + where_ + " to have \"" + std::string(name) + "\", which is missing");
  }
  std::string text(std::string_view name) const {
    const Json& value = required(name);
    if (!value.isString()) throw LoadError("expected " + quoted(name) + " to be a string");
    return value.string;
  }
  bool flag(std::string_view name) const {
    const Json& value = required(name);
    if (value.kind != Json::Kind::kBool) throw LoadError("expected " + quoted(name) + " to be true or false");
    return value.boolean;
  }
  bool isFlag(std::string_view name) const {
    const Json* value = object_.find(name);
    return value && value->kind == Json::Kind::kBool;
  }
  uint32_t count(std::string_view name) const { return asCount(required(name), quoted(name)); }
  /** A string of exactly one character. */
  uint32_t character(std::string_view name) const {
    const std::string value = text(name);
    if (!value.empty() && decodeUtf8(value.data()).length == value.size()) return decodeUtf8(value.data()).value;
    throw LoadError("expected " + quoted(name) + " to be one character");
  }
  std::string text(std::string_view name, std::string_view otherwise) const { return find(name) ? text(name) : std::string(otherwise); }
  bool flag(std::string_view name, bool otherwise) const { return find(name) ? flag(name) : otherwise; }
  uint32_t count(std::string_view name, uint32_t otherwise) const { return find(name) ? count(name) : otherwise; }

 private:
  std::string quoted(std::string_view name) const { return "\"" + std::string(name) + "\" of " + where_; }

  const Json& object_;
  std::string where_;
};

/** How a part of one type is read. */
template <class Part, class... More>
struct Reader {
  const char* type;
  Part (*read)(const Fields& fields, More... more);
};

/** Reads a part by its "type"; `what` names its kind in messages. */
template <class Part, size_t N, class... More>
Part readByType(const Reader<Part, More...> (&readers)[N], const Fields& fields, const std::string& what, More... more) {
  const std::string type = fields.text("type");
  std::string known;
  for (size_t i = 0; i < N; ++i) {
    if (type == readers[i].type) return readers[i].read(fields, more...);
    known.append(i == 0 ? "" : i + 1 < N ? ", " : " and ").append(readers[i].type);
  }
  throw LoadError("unknown " + what + " type `" + type + "`; known are " + known);
}

}  // namespace scalesweep
