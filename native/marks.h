// U+2581, the mark that stands for a space in SentencePiece vocabularies.
#pragma once
#include <string_view>

namespace scalesweep {

inline constexpr std::string_view kMark = "\xE2\x96\x81";

/** Calls emit(begin, end) for the stretches of `text`, cut before every mark that follows another character. */
template <class Emit>
void splitBeforeMarks(std::string_view text, Emit&& emit) {
  size_t begin = 0;
  for (size_t at = 0; (at = text.find(kMark[0], at)) != std::string_view::npos;) {
    if (text.substr(at, kMark.size()) != kMark) {
      ++at;
      continue;
    }
    if (at > begin && text.substr(at - kMark.size() * (at >= kMark.size()), kMark.size()) != kMark) {
      emit(begin, at);
      begin = at;
    }
    at += kMark.size();
  }
  if (begin < text.size()) emit(begin, text.size());
}

}  // namespace scalesweep
