// What stands for one character in a regular expression: escapes, properties and classes in brackets.
#pragma once
#include <cctype>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "char_set.h"
#include "errors.h"
#include "named_properties.h"
#include "utf8.h"

namespace scalesweep {

class RegexReader {
 public:
  explicit RegexReader(std::string_view pattern) : pattern_(pattern) {}

 protected:
  static constexpr int kDeepest = 50;

  [[noreturn]] void refuse(const std::string& what) const {
    throw LoadError("the pattern `" + std::string(pattern_) + "` has " + what + ", which is not supported (at byte " +
                    std::to_string(at_) + ")");
  }
  bool more() const { return at_ < pattern_.size(); }
  char peek(size_t ahead = 0) const { return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0'; }
  bool accept(std::string_view text) {
    if (pattern_.substr(at_, text.size()) != text) return false;
    at_ += text.size();
    return true;
  }
  uint32_t next() {
    if (!more()) refuse("an early end");
    const CodePoint c = decodeUtf8(pattern_.data() + at_);
    at_ += c.length;
    return c.value;
  }
  /** Passes over `(?#...)`. */
  void skipComments() {
    while (accept("(?#")) {
      while (more() && peek() != ')') at_ += peek() == '\\' ? 2 : 1;
      if (!accept(")")) refuse("a comment without `)`");
    }
  }
  /** After `(?`: letters that turn options on, or behind a minus off. Nothing is read when there are none. */
  bool readOptions() {
    const size_t begin = at_;
    bool on = true;
    for (; more() && (std::strchr("im-", peek()) || (peek() == 'x' && !on)); ++at_) {
      if (peek() == '-') on = false;
      else if (peek() != 'x') (peek() == 'i' ? folded_ : dotAll_) = on;
    }
    return at_ > begin && (peek() == ':' || peek() == ')');
  }
  /** After `(?<` or `(?'`: the name of a group, which nothing refers to. */
  bool readName(char end) {
    const size_t begin = at_;
    while (std::isalnum(static_cast<unsigned char>(peek())) || peek() == '_') ++at_;
    return at_ > begin && !std::isdigit(static_cast<unsigned char>(pattern_[begin])) && accept({&end, 1});
  }

  /** After a backslash: a single character. */
  uint32_t characterEscape() {
    const uint32_t c = next();
    static constexpr char kFrom[] = "tnrfvae";
    static constexpr char kTo[] = "\t\n\r\f\v\a\x1B";
    if (c < 128 && c > 0) {
      if (const char* simple = std::strchr(kFrom, static_cast<int>(c))) return static_cast<uint32_t>(kTo[simple - kFrom]);
    }
    if (c == '0') return octal();
    if (c == 'x' && accept("{")) {
      const uint32_t value = hex(8);
      if (!accept("}")) refuse("`\\x{` without `}`");
      return value;
    }
    if (c == 'x') return hex(2);
    if (c == 'u') return hex(4);
    if (c < 128 && std::isalnum(static_cast<int>(c))) refuse("`\\" + std::string(1, static_cast<char>(c)) + "`");
    return c;
  }

  /** After `\\0`: two more digits at most. */
  uint32_t octal() {
    uint32_t value = 0;
    for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; ++i) value = value * 8 + static_cast<uint32_t>(pattern_[at_++] - '0');
    return value;
  }

  uint32_t hex(int most) {
    uint32_t value = 0;
    int digits = 0;
    for (; digits < most && hexDigit(peek()) >= 0; ++digits, ++at_) value = value * 16 + static_cast<uint32_t>(hexDigit(peek()));
    if (digits == 0 || value > 0x10FFFF || (most == 2 && value > 0x7F)) refuse("an escape by number that names no character");
    return value;
  }

  /** After a backslash: a class such as \s or \p{L}. False, and nothing read, when it is none. */
  bool classEscape(CharSet& set, bool inClass) {
    static constexpr uint32_t kDigits = 1u << 8;
    const char c = peek();
    const bool negated = c >= 'A' && c <= 'Z';
    switch (std::tolower(c)) {
      case 's': set.addProperty(0, kOnigSpace, 0, negated); break;
      case 'w': set.addProperty(0, inClass ? kOnigWord : kOnigWordAlone, 0, negated); break;
      case 'd': set.addProperty(kDigits, 0, 0, negated); break;
      case 'h':
        set.addRange('0', '9');
        set.addRange('a', 'f');
        set.addRange('A', 'F');
        if (negated) set.negate();
        break;
      case 'p':
        ++at_;
        property(set, negated, inClass);
        return true;
      default: return false;
    }
    // A class that has letters also matches pairs that fold to a ligature, unless it is negated.
    const bool hasLetters = c == 'w' || c == 'S' || c == 'D' || c == 'H';
    if (folded_ && inClass && hasLetters && !mayHaveLetters_) refuse(std::string("`\\") + c + "` in brackets under (?i)");
    ++at_;
    return true;
  }

  void property(CharSet& set, bool negated, bool inClass) {
    if (!accept("{")) refuse("`\\p` without a name in braces");
    if (accept("^")) negated = !negated;
    const size_t close = pattern_.find('}', at_);
    if (close == std::string_view::npos) refuse("`\\p{` without `}`");
    const std::string_view name = pattern_.substr(at_, close - at_);
    std::string plain;
    for (const char c : name) {
      if (c != ' ' && c != '_' && c != '-') plain.push_back(static_cast<char>(std::tolower(c)));
    }
    at_ = close + 1;
    const uint32_t categories = categoriesNamed(plain);
    if (folded_ && inClass) foldCategories(set, categories, negated);
    if (categories) return set.addProperty(categories, 0, 0, negated);
    for (uint32_t i = 0; i < std::size(kScriptNames); ++i) {
      std::string script;
      for (const char* c = kScriptNames[i]; *c; ++c) script.push_back(static_cast<char>(std::tolower(*c)));
      if (script == plain) return set.addProperty(0, 0, i + 1, negated);
    }
    if (const std::span<const uint32_t> bounds = propertyBounds(plain); !bounds.empty()) return set.addTable(bounds, negated);
    refuse("the property `" + std::string(name) + "`");
  }

  // Outside brackets properties do not fold. Inside, all letters bring one mark that folds to a letter; those categories
  // that have no letters and no marks stay as they are.
  void foldCategories(CharSet& set, uint32_t categories, bool negated) const {
    static constexpr uint32_t kLetters = 0x1F, kLettersAndMarks = 0xFF, kMarkOfLetter = 0x345;
    if (categories && !negated && !(categories & kLettersAndMarks)) return;
    if (categories != kLetters || negated || !mayHaveLetters_) refuse("such a property in brackets under (?i)");
    set.add(kMarkOfLetter);
  }

  static uint32_t categoriesNamed(const std::string& name) {
    uint32_t categories = 0;
    for (uint32_t i = 0; i < std::size(kCategoryNames); ++i) {
      const char* category = kCategoryNames[i];
      const char first = static_cast<char>(std::tolower(category[0]));
      if (!name.empty() && name[0] == first && (name.size() == 1 || (name.size() == 2 && name[1] == category[1]))) {
        categories |= 1u << i;
      }
    }
    static constexpr struct { const char* name; uint32_t categories; } kLong[] = {
        {"letter", 0x1F}, {"mark", 0xE0}, {"number", 0x700}, {"punctuation", 0x7Fu << 11}, {"symbol", 0xFu << 18},
        {"separator", 7u << 22}, {"uppercaseletter", 1}, {"lowercaseletter", 2}, {"decimalnumber", 1u << 8},
    };
    for (const auto& entry : kLong) {
      if (name == entry.name) categories = entry.categories;
    }
    return categories;
  }

  /** After `[`. */
  CharSet readClass() {
    if (++depth_ > kDeepest) refuse("more than 50 classes in each other");
    CharSet set;
    const bool negated = accept("^"), isOuter = classDepth_++ == 0;
    if (folded_ && negated && !isOuter) refuse("a negated class in a class under (?i)");
    const bool outerMay = std::exchange(mayHaveLetters_, negated && isOuter);
    std::vector<CharSet> sides;
    bool first = true, empty = true;
    while (!(peek() == ']' && !first)) {
      if (!more()) refuse("a class without `]`");
      first = false;
      if (accept("&&")) {
        if (empty || peek() == ']') refuse("`&&` without both sides");
        if (folded_ && negated) refuse("`&&` in a negated class under (?i)");
        sides.push_back(std::move(set));
        set = CharSet();
        empty = true;
        continue;
      }
      empty = false;
      if (accept("[:")) {
        posixBracket(set);
        continue;
      }
      if (accept("[")) {
        set.addSet(readClass());
        continue;
      }
      classItem(set);
    }
    ++at_;
    --depth_;
    --classDepth_;
    mayHaveLetters_ = outerMay;
    for (CharSet& side : sides) {
      CharSet both;
      both.addSet(std::move(set));
      both.intersect(std::move(side));
      set = std::move(both);
    }
    if (negated && folded_) set.foldAscii();
    if (negated) set.negate();
    return set;
  }

  /** After `[:`. */
  void posixBracket(CharSet& set) {
    if (folded_) refuse("a POSIX bracket under (?i)");
    const bool negated = accept("^");
    const std::string_view rest = pattern_.substr(at_), name = rest.substr(0, rest.find(":]"));
    const std::span<const uint32_t> bounds = propertyBounds(":" + std::string(name));
    if (name.size() == rest.size() || bounds.empty()) refuse("an unknown POSIX bracket");
    at_ += name.size() + 2;
    set.addTable(bounds, negated);
  }

  void classItem(CharSet& set) {
    const auto character = [&](CharSet& into, bool& isClass) -> uint32_t {
      isClass = false;
      if (!accept("\\")) return next();
      if (peek() == 'b') {
        ++at_;
        return '\b';
      }
      isClass = classEscape(into, true);
      return isClass ? 0 : characterEscape();
    };
    bool isClass = false;
    CharSet escaped;
    const uint32_t first = character(escaped, isClass);
    if (isClass) return set.addSet(std::move(escaped));
    if (folded_ && first >= 128) refuse("a letter beyond ASCII under (?i)");
    if (peek() == '-' && peek(1) != ']' && peek(1) != '[' && peek(1) != '&' && peek(1) != '\0') {
      ++at_;
      const uint32_t last = character(escaped, isClass);
      if (isClass) refuse("a range that ends in a class");
      if (last < first) refuse("a range that is the wrong way round");
      if (folded_ && last >= 128) refuse("a letter beyond ASCII under (?i)");
      return set.addRange(first, last);
    }
    set.add(first);
  }

  std::string_view pattern_;
  size_t at_ = 0;
  int depth_ = 0;
  /** The options i and m. */
  bool folded_ = false, dotAll_ = false;
  int classDepth_ = 0;
  /** In a class that is negated, and in no other. */
  bool mayHaveLetters_ = false;
};

}  // namespace scalesweep
