// libFuzzer target: any bytes as a tokenizer.json. A file that loads also encodes and decodes a little.
#include "../sources.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  try {
    const auto tokenizer = std::make_shared<const scalesweep::Tokenizer>(file);
    scalesweep::Encoder encoder(tokenizer);
    for (const std::string_view text : {"", "a", " Hello, it's 2026! \n\n<s>", "na\xC3\xAFve \xE6\xBC\xA2\xE5\xAD\x97 \xF0\x9F\x99\x82"}) {
      const auto& ids = encoder.encode(text, {true, false, true, size < 4096});
      tokenizer->decode(ids.data(), std::min<size_t>(ids.size(), 64), false);
    }
  } catch (const scalesweep::LoadError&) {
  } catch (const scalesweep::EncodeError&) {
  }
  return 0;
}
