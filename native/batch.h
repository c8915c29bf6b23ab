// Many texts at once, over several threads with a cache each.
#pragma once
#include <algorithm>
#include <atomic>
#include <exception>
#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "encoder.h"

namespace scalesweep {

/** Ids for which a thread keeps room from one batch to the next: 64 MB. */
inline constexpr size_t kMostKept = size_t{1} << 24;

/** A text as its caller has it: UTF-16, or bytes of any kind. */
struct RawText {
  const char16_t* units = nullptr;
  const char* bytes = nullptr;
  size_t size = 0;
  uint32_t count = 0;  // of its ids, once it is encoded
};

/** Memory for the units of parts, which goes from the thread that encoded one to the one that reads the next. */
class UnitPool {
 public:
  struct Units {
    std::unique_ptr<char16_t[]> memory;
    size_t room = 0;
  };

  Units take(size_t size) {
    if (size <= kRoom) {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        Units units = std::move(free_.back());
        free_.pop_back();
        return units;
      }
    }
    size = std::max(size, kRoom);
    return {std::make_unique_for_overwrite<char16_t[]>(size), size};
  }
  void give(Units units) {
    if (units.room != kRoom) return;
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(units));
  }

 private:
  static constexpr size_t kRoom = size_t{1} << 15;
  std::mutex mutex_;
  std::vector<Units> free_;
};

/** Valid UTF-8 of raw texts; what text() returned is valid until the next call. */
class TextReader {
 public:
  std::string_view text(const RawText& raw) {
    if (!raw.units) {
      const std::string_view bytes(raw.bytes, raw.size);
      if (isValidUtf8(bytes)) return bytes;
      sanitized_.clear();
      appendSanitizedUtf8(sanitized_, bytes);
      return sanitized_;
    }
    if (raw.size * 3 + 64 > room_) {
      room_ = raw.size * 3 + 64;
      memory_ = std::make_unique_for_overwrite<char[]>(room_);
    }
    return {memory_.get(), utf8FromUtf16({raw.units, raw.size}, memory_.get())};
  }

 private:
  std::unique_ptr<char[]> memory_;
  size_t room_ = 0;
  std::string sanitized_;
};

/** Some of the texts, and the ids that they become. */
struct BatchPart {
  UnitPool::Units units;
  std::vector<RawText> texts;
  /** The ids lie in the buffer of the thread that made them, from `begin` on. */
  const IdBuffer* ids = nullptr;
  size_t begin = 0, count = 0;
  std::exception_ptr failure;

  template <class Body>
  void attempt(Body&& body) {
    try {
      if (!failure) body();
    } catch (...) {
      failure = std::current_exception();
    }
  }

  void encode(Encoder& encoder, TextReader& reader, IdBuffer& out, const EncodeOptions& options) {
    ids = &out;
    begin = out.size();
    for (RawText& raw : texts) {
      const IdBuffer& some = encoder.encode(reader.text(raw), options);
      out.append(some.data(), some.size());
      raw.count = static_cast<uint32_t>(some.size());
    }
    count = out.size() - begin;
  }
};

/** What one thread works with: kept from batch to batch, so that their memory is there already. */
struct BatchWorker {
  explicit BatchWorker(std::shared_ptr<const Tokenizer> tokenizer) : encoder(std::move(tokenizer)) {}
  Encoder encoder;
  TextReader reader;
  IdBuffer ids;
};

/**
 * Encodes on `threads` threads, this one included, with a worker each. read(part, index) fills parts on this thread
 * while others encode already; allocate(count), also here, returns where all ids go in the order of the texts, so that
 * the result does not depend on the number of threads. Throws what the first failing part threw.
 */
template <class Read, class Allocate>
void encodeBatch(std::vector<BatchPart>& parts, const EncodeOptions& options, const std::vector<std::unique_ptr<BatchWorker>>& workers,
                 size_t threads, UnitPool& pool, Read&& read, Allocate&& allocate) {
  std::atomic<size_t> ready{0}, next{0}, nextCopy{0};
  std::latch encoded(static_cast<std::ptrdiff_t>(threads)), allocated(1);
  uint32_t* target = nullptr;
  std::vector<size_t> begins;
  const auto encodePart = [&](BatchWorker& worker, BatchPart& part) {
    part.attempt([&] { part.encode(worker.encoder, worker.reader, worker.ids, options); });
    pool.give(std::move(part.units));
  };
  const auto encodeParts = [&](BatchWorker& worker) {
    for (size_t part; (part = next++) < parts.size();) {
      for (size_t now; (now = ready.load()) <= part;) ready.wait(now);
      encodePart(worker, parts[part]);
    }
    encoded.count_down();
  };
  const auto copyParts = [&] {
    for (size_t part; target && (part = nextCopy++) < parts.size();) {
      const BatchPart& from = parts[part];
      if (from.count > 0) std::memcpy(target + begins[part], from.ids->data() + from.begin, from.count * sizeof(uint32_t));
    }
  };
  for (size_t i = 0; i < threads; ++i) workers[i]->ids.clear();
  std::vector<std::thread> others;
  for (size_t i = 1; i < threads; ++i) {
    try {
      others.emplace_back([&, i] {
        encodeParts(*workers[i]);
        // It is a matter of microseconds as a rule, and sleeping takes longer.
        for (int turn = 0; turn < 500 && !allocated.try_wait(); ++turn) std::this_thread::yield();
        allocated.wait();
        copyParts();
      });
    } catch (const std::system_error&) {
      encoded.count_down();  // fewer threads do as well
    }
  }
  // Reads so far ahead that no thread waits, even if this one must for a while, and encodes in between while the texts are
  // in a near cache.
  const size_t ahead = threads * 12;
  for (size_t part = 0; part < parts.size();) {
    size_t mine = next.load();
    if (part < mine + ahead) {
      parts[part].attempt([&] { read(parts[part], part); });
      ready = ++part;
      ready.notify_all();
    } else if (next.compare_exchange_strong(mine, mine + 1)) {
      encodePart(*workers[0], parts[mine]);
    }
  }
  encodeParts(*workers[0]);
  encoded.wait();
  std::exception_ptr failure;
  size_t total = 0;
  for (const BatchPart& part : parts) {
    begins.push_back(total);
    total += part.count;
    if (!failure) failure = part.failure;
  }
  try {
    if (!failure) target = allocate(total);
  } catch (...) {
    failure = std::current_exception();
  }
  allocated.count_down();
  copyParts();
  for (std::thread& thread : others) thread.join();
  for (size_t i = 0; i < threads; ++i) workers[i]->ids.release(kMostKept);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace scalesweep
