// Tokens that are looked for in the text before any model sees it.
#pragma once
#include <algorithm>
#include <array>
#include <utility>
#include <string>
#include <vector>

#include "unicode.h"
#include "utf8.h"

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
  TokenMatcher() { root_.fill(-1); }

  void add(const AddedToken& token) {
    int32_t node = 0;
    for (const char c : token.pattern) {
      const auto byte = static_cast<unsigned char>(c);
      int32_t next = child(node, byte);
      if (next < 0) {
        next = static_cast<int32_t>(nodes_.size());
        nodes_.emplace_back();
        if (node == 0) root_[byte] = next;
        else edges_.push_back({byte, next, std::exchange(nodes_[static_cast<size_t>(node)].firstEdge, static_cast<int32_t>(edges_.size()))});
      }
      node = next;
    }
    nodes_[static_cast<size_t>(node)].token = static_cast<int32_t>(tokens_.size());
    size_t common = 0;
    while (common < token.pattern.size() && common < prefix_.size() && prefix_[common] == token.pattern[common]) ++common;
    prefix_ = tokens_.empty() ? token.pattern : prefix_.substr(0, common);
    tokens_.push_back(token);
  }
  bool empty() const { return tokens_.empty(); }

  // A match that is refused (single_word, literal specials) is passed over whole, as the reference does.
  /** Segments that cover `text`. `literalSpecials` leaves special tokens to the model, as text. */
  void split(std::string_view text, bool literalSpecials, std::vector<Segment>& out) const {
    size_t done = 0;
    for (size_t at = nextCandidate(text, 0); at < text.size();) {
      size_t stop = at;
      const AddedToken* token = longestAt(text, at, stop);
      const size_t searchOn = token ? stop : at + 1;
      const auto isWord = [](CodePoint c) { return (propertiesOf(c.value) & kRustWord) != 0; };
      const bool refused = !token || (literalSpecials && token->special) ||
                           (token->singleWord && ((at > 0 && isWord(decodeUtf8Before(text.data() + at))) ||
                                                  (stop < text.size() && isWord(decodeUtf8(text.data() + stop)))));
      if (!refused) {
        size_t start = at;
        if (token->lstrip) start = done >= at ? std::min(done, stop) : spaceBefore(text, at, done);
        if (token->rstrip) stop = spaceAfter(text, stop);
        if (done < start) out.push_back({done, start, nullptr});
        out.push_back({start, stop, token});
        done = stop;
      }
      at = nextCandidate(text, searchOn);
    }
    if (done < text.size()) out.push_back({done, text.size(), nullptr});
  }

 private:
  struct Node {
    int32_t token = -1, firstEdge = -1;
  };
  struct Edge {
    unsigned char byte;
    int32_t node, nextEdge;
  };

  int32_t child(int32_t node, unsigned char byte) const {
    if (node == 0) return root_[byte];
    for (int32_t edge = nodes_[static_cast<size_t>(node)].firstEdge; edge >= 0; edge = edges_[static_cast<size_t>(edge)].nextEdge) {
      if (edges_[static_cast<size_t>(edge)].byte == byte) return edges_[static_cast<size_t>(edge)].node;
    }
    return -1;
  }

  const AddedToken* longestAt(std::string_view text, size_t at, size_t& end) const {
    int32_t found = -1, node = 0;
    for (size_t i = at; i < text.size(); ++i) {
      node = child(node, static_cast<unsigned char>(text[i]));
      if (node < 0) break;
      if (nodes_[static_cast<size_t>(node)].token < 0) continue;
      found = nodes_[static_cast<size_t>(node)].token;
      end = i + 1;
    }
    return found < 0 ? nullptr : &tokens_[static_cast<size_t>(found)];
  }

  /** The next place where a token may start. */
  size_t nextCandidate(std::string_view text, size_t at) const {
    if (prefix_.size() >= 2) {
      // All start with the same two bytes: blocks without them are passed over by vector instructions.
      constexpr size_t kBlock = 64;
      const char first = prefix_[0], second = prefix_[1];
      for (; at + kBlock < text.size(); at += kBlock) {
        unsigned char any = 0;
        for (size_t i = 0; i < kBlock; ++i) any |= static_cast<unsigned char>((text[at + i] == first) & (text[at + i + 1] == second));
        if (any) break;
      }
      return std::min(text.find(std::string_view(prefix_).substr(0, 2), at), text.size());
    }
    if (prefix_.size() == 1) return std::min(text.find(prefix_[0], at), text.size());
    while (at < text.size() && root_[static_cast<unsigned char>(text[at])] < 0) ++at;
    return std::min(at, text.size());
  }

  static bool isSpace(CodePoint c) { return (propertiesOf(c.value) & kRustSpace) != 0; }
  static size_t spaceBefore(std::string_view text, size_t at, size_t limit) {
    while (at > limit && isSpace(decodeUtf8Before(text.data() + at))) at -= decodeUtf8Before(text.data() + at).length;
    return at;
  }
  static size_t spaceAfter(std::string_view text, size_t at) {
    while (at < text.size() && isSpace(decodeUtf8(text.data() + at))) at += decodeUtf8(text.data() + at).length;
    return at;
  }

  std::vector<AddedToken> tokens_;
  std::vector<Node> nodes_{1};
  std::vector<Edge> edges_;
  std::array<int32_t, 256> root_;
  std::string prefix_;  // what all tokens start with
};

}  // namespace scalesweep
