// U+2581, the mark that stands for a space in SentencePiece vocabularies.
#pragma once
#include <bitset>
#include <string_view>

namespace scalesweep {

inline constexpr std::string_view kMark = "\xE2\x96\x81";

/** Bytes behind which text may be cut before a mark without changing any id. */
using MarkCuts = std::bitset<256>;

/** Calls emit(begin, end) for the stretches of `text`, cut before every mark that follows another character it may follow. */
template <class Emit>
void splitBeforeMarks(const MarkCuts& cuts, std::string_view text, Emit&& emit) {
  size_t begin = 0;
  for (size_t at = 0; (at = text.find(kMark[0], at)) != std::string_view::npos;) {
    if (text.substr(at, kMark.size()) != kMark) {
      ++at;
      continue;
    }
    if (at > begin && cuts[static_cast<unsigned char>(text[at - 1])] && text.substr(at - kMark.size() * (at >= kMark.size()), kMark.size()) != kMark) {
      emit(begin, at);
      begin = at;
    }
    at += kMark.size();
  }
  if (begin < text.size()) emit(begin, text.size());
}

}  // namespace scalesweep
