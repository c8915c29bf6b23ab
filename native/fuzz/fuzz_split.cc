// libFuzzer target: the rules of splitters.h must cut any text as their expressions do, between added tokens too. The
// first byte chooses the rule and how often the text is repeated, so that windows end in all places; the second byte
// chooses the tokens.
#include <cstdlib>

#include "../sources.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto regexes = [] {
    std::vector<scalesweep::Regex> all;
    for (const auto& known : scalesweep::kKnownPatterns) all.emplace_back(known.pattern);
    return all;
  }();
  if (size < 2) return 0;
  const size_t which = data[0] % regexes.size(), repeats = 1 + data[0] / 16 * data[1];
  std::string text;
  for (size_t i = 0; i < repeats && text.size() < 20000; ++i) {
    scalesweep::appendSanitizedUtf8(text, {reinterpret_cast<const char*>(data) + 1, size - 1});
  }
  scalesweep::BlankRuns runs;
  std::vector<scalesweep::AddedToken> tokens;
  for (size_t n = 2 + data[1] / 4 % 8; data[1] % 2 && n < 40; n += 1 + data[1] / 32) {
    tokens.emplace_back().content = std::string(n, ' ');
    runs.add(tokens.back().content, 0);
  }
  std::vector<size_t> ends, expected;
  scalesweep::splitByRule(scalesweep::kKnownPatterns[which].rule, regexes[which], text, tokens.empty() ? nullptr : &runs, [&](size_t, size_t end) { ends.push_back(end); });
  std::vector<scalesweep::Segment> segments;
  scalesweep::TokenMatcher(tokens).split(text, false, segments);
  for (const auto& segment : segments) {
    const std::string_view stretch(text.data() + segment.begin, segment.end - segment.begin);
    if (segment.token) expected.push_back(segment.end);
    for (size_t begin = 0, end = 0; !segment.token && end < stretch.size();) {
      regexes[which].search(stretch, end, begin, end);
      expected.push_back(segment.begin + end);
    }
  }
  if (ends != expected) std::abort();
  return 0;
}
