// Tokenizers by the content of their file, so that every thread of the process shares one copy of the tables.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "tokenizer.h"

namespace scalesweep {

inline std::shared_ptr<const Tokenizer> sharedTokenizer(std::string_view file) {
  using Digest = std::pair<uint64_t, uint64_t>;
  static std::mutex mutex;
  static std::map<Digest, std::weak_ptr<const Tokenizer>> known;
  const Digest digest{hashBytes(file), hashBytes(file, 0x9FB21C651E98DF25ull)};
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
