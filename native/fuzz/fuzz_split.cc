// libFuzzer target: the rules of splitters.h must cut any text as their expressions do. The first byte chooses the rule
// and how often the text is repeated, so that windows end in all places.
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
  std::vector<size_t> ends, expected;
  scalesweep::splitByRule(scalesweep::kKnownPatterns[which].rule, regexes[which], text, [&](size_t, size_t end) { ends.push_back(end); });
  for (size_t begin = 0, end = 0; end < text.size();) {
    regexes[which].search(text, end, begin, end);
    expected.push_back(end);
  }
  if (ends != expected) std::abort();
  return 0;
}
