// libFuzzer target: any bytes as text, for every tokenizer of the directory in FUZZ_TOKENIZERS. The first byte chooses
// the tokenizer and the options; ids must not depend on what the caches hold.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "../sources.h"

namespace {
using scalesweep::Encoder;
using scalesweep::Tokenizer;

std::vector<std::shared_ptr<const Tokenizer>> readTokenizers() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(std::getenv("FUZZ_TOKENIZERS"))) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::shared_ptr<const Tokenizer>> all;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    all.push_back(std::make_shared<const Tokenizer>(text));
  }
  return all;
}

std::vector<uint32_t> encode(Encoder& encoder, std::string_view text, const scalesweep::EncodeOptions& options) {
  try {
    const auto& ids = encoder.encode(text, options);
    return {ids.data(), ids.data() + ids.size()};
  } catch (const scalesweep::EncodeError&) {
    return {~0u};
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto tokenizers = readTokenizers();
  static std::vector<std::unique_ptr<Encoder>> warm = [] {
    std::vector<std::unique_ptr<Encoder>> encoders;
    for (const auto& tokenizer : tokenizers) encoders.push_back(std::make_unique<Encoder>(tokenizer));
    return encoders;
  }();
  if (size < 2) return 0;
  const size_t which = data[0] % tokenizers.size();
  const scalesweep::EncodeOptions options{(data[1] & 1) != 0, (data[1] & 2) != 0, (data[1] & 4) != 0, (data[1] & 8) != 0};
  std::string text;
  scalesweep::appendSanitizedUtf8(text, {reinterpret_cast<const char*>(data) + 2, size - 2});
  const auto ids = encode(*warm[which], text, options);
  Encoder cold(tokenizers[which], 2);
  if (ids != encode(cold, text, options)) std::abort();
  if (ids != std::vector<uint32_t>{~0u}) tokenizers[which]->decode(ids.data(), ids.size(), (data[1] & 16) != 0);
  return 0;
}
