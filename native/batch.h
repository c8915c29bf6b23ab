// Many texts at once, over several threads with a cache each.
#pragma once
#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "encoder.h"

namespace scalesweep {

/** Texts laid end to end: text i is bytes from offsets[i] to offsets[i + 1]. */
struct TextBatch {
  std::string bytes;
  std::vector<size_t> offsets{0};

  size_t size() const { return offsets.size() - 1; }
  std::string_view text(size_t i) const {
    return std::string_view(bytes).substr(offsets[i], offsets[i + 1] - offsets[i]);
  }
};

/** The ids of one stretch of texts, and how many each text has. */
struct BatchPart {
  IdBuffer ids;
  std::vector<uint32_t> counts;
};

/**
 * Encodes all texts on `encoders.size()` threads (this one included). Parts are in text order, so the result does not
 * depend on the number of threads. Throws what the first failing text threw.
 */
inline std::vector<BatchPart> encodeBatch(const TextBatch& batch, const EncodeOptions& options,
                                          const std::vector<std::unique_ptr<Encoder>>& encoders) {
  constexpr size_t kTextsPerPart = 64;
  std::vector<BatchPart> parts((batch.size() + kTextsPerPart - 1) / kTextsPerPart);
  std::vector<std::exception_ptr> failures(parts.size());
  std::atomic<size_t> next{0};
  const auto work = [&](Encoder& encoder) {
    for (size_t part; (part = next++) < parts.size();) {
      try {
        const size_t end = std::min(batch.size(), (part + 1) * kTextsPerPart);
        for (size_t i = part * kTextsPerPart; i < end; ++i) {
          const IdBuffer& ids = encoder.encode(batch.text(i), options);
          parts[part].ids.append(ids.data(), ids.size());
          parts[part].counts.push_back(static_cast<uint32_t>(ids.size()));
        }
      } catch (...) {
        failures[part] = std::current_exception();
      }
    }
  };
  std::vector<std::thread> threads;
  for (size_t i = 1; i < encoders.size(); ++i) threads.emplace_back([&, i] { work(*encoders[i]); });
  work(*encoders[0]);
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  return parts;
}

}  // namespace scalesweep
