// Added tokens that are runs of blanks, as NeoX's files have them for indentation. The splitter finds these in its masks.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace scalesweep {

class BlankRuns {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  /** The longest run that may be a token: the splitter looks so far ahead. */
  static constexpr size_t kMost = 64;

  /** Takes a token; false when it is no run of 2 to kMost blanks. */
  bool add(std::string_view token, uint32_t id) {
    if (token.size() < 2 || token.size() > kMost || !isBlank(token)) return false;
    if (token.size() >= ids_.size()) ids_.resize(token.size() + 1, kNone);
    ids_[token.size()] = id;
    return true;
  }

  /** Calls visit(token, id) for all tokens. */
  template <class Visit>
  void forEach(Visit&& visit) const {
    static constexpr std::string_view kBlanks = "                                                                ";
    static_assert(kBlanks.size() == kMost);
    for (size_t n = 0; n < ids_.size(); ++n) {
      if (ids_[n] != kNone) visit(kBlanks.substr(0, n), ids_[n]);
    }
  }

  /** The id of a token, kNone for other text. */
  uint32_t idOf(std::string_view text) const { return text.size() < ids_.size() && isBlank(text) ? ids_[text.size()] : kNone; }

  /** The longest token that a run of `blanks` begins with; 0 when there is none. */
  size_t longest(size_t blanks) const {
    size_t length = std::min(blanks, ids_.size() - 1);
    while (length > 0 && ids_[length] == kNone) --length;
    return length;
  }

  /** The first token from `at` on: where it begins and its length. At the end of `text` when there is none. */
  std::pair<size_t, size_t> next(std::string_view text, size_t at) const {
    for (size_t end = at; (at = text.find("  ", end)) != std::string_view::npos;) {
      end = std::min(text.find_first_not_of(' ', at), text.size());
      if (const size_t length = longest(end - at)) return {at, length};
    }
    return {text.size(), 0};
  }

 private:
  static bool isBlank(std::string_view text) { return text.find_first_not_of(' ') == std::string_view::npos; }

  std::vector<uint32_t> ids_;  // by length
};

}  // namespace scalesweep
