// Tokens that are looked for in the text before any model sees it.
#pragma once
#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "json.h"
#include "vocabulary.h"

namespace scalesweep {

struct AddedToken {
  std::string content;
  uint32_t id = 0;
  bool singleWord = false, lstrip = false, rstrip = false, normalized = true, special = false;
  /** What the text is searched for: the normalized content when `normalized`. */
  std::string pattern;
};

/** A stretch of text: an added token, or text between such (token is null). */
struct Segment {
  size_t begin, end;
  const AddedToken* token;
};

/** Finds the leftmost of a set of tokens, the longest where several start. */
class TokenMatcher {
 public:
  void add(const AddedToken& token);
  bool empty() const { return tokens_.empty(); }
  /** Segments that cover `text`. `literalSpecials` leaves special tokens to the model, as text. */
  void split(std::string_view text, bool literalSpecials, std::vector<Segment>& out) const;

 private:
  struct Node {
    int32_t token = -1;
    int32_t firstEdge = -1;
  };
  struct Edge {
    unsigned char byte;
    int32_t node, nextEdge;
  };
  int32_t child(int32_t node, unsigned char byte) const;
  int32_t longestAt(std::string_view text, size_t at, size_t& end) const;
  size_t nextCandidate(std::string_view text, size_t at) const;

  std::vector<AddedToken> tokens_;
  std::vector<Node> nodes_{1};
  std::vector<Edge> edges_;
  std::array<int32_t, 256> root_ = [] {
    std::array<int32_t, 256> none{};
    none.fill(-1);
    return none;
  }();
  int distinctFirstBytes_ = 0;
  unsigned char onlyFirstByte_ = 0;
};

}  // namespace scalesweep
