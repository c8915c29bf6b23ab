#include "added_tokens.h"

#include <algorithm>
#include <cstring>

#include "unicode.h"
#include "utf8.h"

namespace scalesweep {

namespace {
bool wordBefore(std::string_view text, size_t at) {
  return at > 0 && propertiesOf(decodeUtf8Before(text.data() + at).value) & kRustWord;
}

bool wordAfter(std::string_view text, size_t at) {
  return at < text.size() && propertiesOf(decodeUtf8(text.data() + at).value) & kRustWord;
}

size_t spaceBefore(std::string_view text, size_t at, size_t limit) {
  while (at > limit) {
    const CodePoint c = decodeUtf8Before(text.data() + at);
    if (!(propertiesOf(c.value) & kRustSpace)) break;
    at -= c.length;
  }
  return at;
}

size_t spaceAfter(std::string_view text, size_t at) {
  while (at < text.size()) {
    const CodePoint c = decodeUtf8(text.data() + at);
    if (!(propertiesOf(c.value) & kRustSpace)) break;
    at += c.length;
  }
  return at;
}
}  // namespace

void TokenMatcher::add(const AddedToken& token) {
  int32_t node = 0;
  for (const char c : token.pattern) {
    const auto byte = static_cast<unsigned char>(c);
    int32_t next = child(node, byte);
    if (next < 0) {
      next = static_cast<int32_t>(nodes_.size());
      nodes_.emplace_back();
      if (node == 0) {
        root_[byte] = next;
        ++distinctFirstBytes_;
        onlyFirstByte_ = byte;
      } else {
        edges_.push_back({byte, next, nodes_[static_cast<size_t>(node)].firstEdge});
        nodes_[static_cast<size_t>(node)].firstEdge = static_cast<int32_t>(edges_.size() - 1);
      }
    }
    node = next;
  }
  nodes_[static_cast<size_t>(node)].token = static_cast<int32_t>(tokens_.size());
  tokens_.push_back(token);
}

int32_t TokenMatcher::child(int32_t node, unsigned char byte) const {
  if (node == 0) return root_[byte];
  for (int32_t edge = nodes_[static_cast<size_t>(node)].firstEdge; edge >= 0;) {
    const Edge& e = edges_[static_cast<size_t>(edge)];
    if (e.byte == byte) return e.node;
    edge = e.nextEdge;
  }
  return -1;
}

int32_t TokenMatcher::longestAt(std::string_view text, size_t at, size_t& end) const {
  int32_t found = -1, node = 0;
  for (size_t i = at; i < text.size(); ++i) {
    node = child(node, static_cast<unsigned char>(text[i]));
    if (node < 0) break;
    if (nodes_[static_cast<size_t>(node)].token >= 0) {
      found = nodes_[static_cast<size_t>(node)].token;
      end = i + 1;
    }
  }
  return found;
}

size_t TokenMatcher::nextCandidate(std::string_view text, size_t at) const {
  if (at >= text.size()) return text.size();
  if (distinctFirstBytes_ == 1) {
    const void* found = std::memchr(text.data() + at, onlyFirstByte_, text.size() - at);
    return found ? static_cast<size_t>(static_cast<const char*>(found) - text.data()) : text.size();
  }
  while (at < text.size() && root_[static_cast<unsigned char>(text[at])] < 0) ++at;
  return at;
}

// A match that is refused (single_word, literal specials) is passed over whole, as the reference does.
void TokenMatcher::split(std::string_view text, bool literalSpecials, std::vector<Segment>& out) const {
  size_t done = 0;
  for (size_t at = nextCandidate(text, 0); at < text.size();) {
    size_t stop = at;
    const int32_t index = longestAt(text, at, stop);
    if (index < 0) {
      at = nextCandidate(text, at + 1);
      continue;
    }
    const size_t searchOn = stop;
    const AddedToken& token = tokens_[static_cast<size_t>(index)];
    const bool refused = (literalSpecials && token.special) ||
                         (token.singleWord && (wordBefore(text, at) || wordAfter(text, stop)));
    if (!refused) {
      size_t start = at;
      if (token.lstrip) start = done >= at ? std::min(done, stop) : spaceBefore(text, at, done);
      if (token.rstrip) stop = spaceAfter(text, stop);
      if (done < start) out.push_back({done, start, nullptr});
      out.push_back({start, stop, &token});
      done = stop;
    }
    at = nextCandidate(text, searchOn);
  }
  if (done < text.size()) out.push_back({done, text.size(), nullptr});
}

}  // namespace scalesweep
