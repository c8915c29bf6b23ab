// Tokenizers by the content of their file, so that every thread of the process shares one copy of the tables.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "tokenizer.h"

namespace scalesweep {

using Digest = std::pair<uint64_t, uint64_t>;

/** Of four lanes side by side: files are long, and one lane would wait for itself. */
inline Digest digestOf(std::string_view file) {
  uint64_t lanes[4] = {1, 2, 3, 4}, words[4];
  size_t at = 0;
  for (; at + sizeof words <= file.size(); at += sizeof words) {
    std::memcpy(words, file.data() + at, sizeof words);
    for (int i = 0; i < 4; ++i) {
      lanes[i] = (lanes[i] ^ words[i]) * 0xD6E8FEB86659FD93ull;
      lanes[i] ^= lanes[i] >> 32;
    }
  }
  const std::string_view all(reinterpret_cast<const char*>(lanes), sizeof lanes);
  const uint64_t rest = hashBytes(file.substr(at), file.size());
  return {hashBytes(all, rest), hashBytes(all, ~rest)};
}

inline std::shared_ptr<const Tokenizer> sharedTokenizer(std::string_view file) {
  static std::mutex mutex;
  static std::map<Digest, std::weak_ptr<const Tokenizer>> known;
  const Digest digest = digestOf(file);
  const std::lock_guard lock(mutex);
  auto shared = known[digest].lock();
  if (!shared) {
    std::erase_if(known, [](const auto& entry) { return entry.second.expired(); });
    shared = std::make_shared<const Tokenizer>(file);
    known[digest] = shared;
  }
  return shared;
}

}  // namespace scalesweep
