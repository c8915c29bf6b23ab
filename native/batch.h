// Many texts at once, over several threads with a cache each.
#pragma once
#include <algorithm>
#include <atomic>
#include <exception>
#include <latch>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "encoder.h"
#include "raw_text.h"

namespace scalesweep {

/** Ids for which a thread keeps room from one batch to the next: 64 MB. */
inline constexpr size_t kMostKept = size_t{1} << 24;

/** Some of the texts. */
struct BatchPart {
  UnitPool::Units units;
  std::vector<RawText> texts;
  /** How many ids they become, and where these go in the result, once all parts before are encoded. */
  size_t count = 0, place = 0;
  bool isEncoded = false;
  /** Where they are when all parts are encoded. */
  const uint32_t* ids = nullptr;
  std::exception_ptr failure;

  template <class Body>
  void attempt(Body&& body) {
    try {
      if (!failure) body();
    } catch (...) {
      failure = std::current_exception();
    }
  }
};

/** Where the ids of a batch go: parts before `settled` have their places; `room` is 0 as long as there is no memory. */
struct BatchTarget {
  uint32_t* ids = nullptr;
  size_t room = 0, settled = 0, total = 0;
};

/** What one thread works with: kept from batch to batch, so that their memory is there already. */
struct BatchWorker {
  explicit BatchWorker(std::shared_ptr<const Tokenizer> tokenizer) : encoder(std::move(tokenizer)) {}
  Encoder encoder;
  TextReader reader;
  /** Parts whose ids wait for their place, and these ids. */
  std::vector<BatchPart*> waiting;
  IdBuffer ids;

  void encode(BatchPart& part, const EncodeOptions& options) {
    const size_t before = ids.size();
    part.attempt([&] {
      for (RawText& raw : part.texts) {
        const IdBuffer& some = encoder.encode(reader.text(raw), options);
        ids.append(some.data(), some.size());
        raw.count = static_cast<uint32_t>(some.size());
      }
      part.count = ids.size() - before;
    });
    ids.keep(0, before + part.count);
    waiting.push_back(&part);
  }

  /** Forgets the ids of a batch, and gives their memory back where it is much. */
  void clear() {
    waiting.clear();
    ids.release(kMostKept);
  }
  /** Copies what has its place in the target. */
  void copy(const BatchTarget& target, const std::vector<BatchPart>& parts) {
    size_t copied = 0, done = 0;
    for (; done < waiting.size(); ++done) {
      BatchPart& part = *waiting[done];
      if (&part >= parts.data() + target.settled || part.place + part.count > target.room) break;
      part.ids = target.ids + part.place;
      if (part.count > 0) std::memcpy(target.ids + part.place, ids.data() + copied, part.count * sizeof(uint32_t));
      copied += part.count;
    }
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(done));
    ids.keep(copied, ids.size() - copied);
  }
  /** Tells parts that wait where their ids are; none is encoded after that. */
  void end() {
    size_t begin = 0;
    for (BatchPart* part : waiting) {
      part->ids = ids.data() + begin;
      begin += part->count;
    }
  }
};

/** The ids of a batch in the order of its texts. Room is made early, so that threads copy ids while these are in a near cache. */
class BatchIds {
 public:
  explicit BatchIds(std::vector<BatchPart>& parts) : parts_(parts) {}

  /** Tells that a part is encoded. */
  BatchTarget settle(BatchPart& part) {
    const std::lock_guard lock(mutex_);
    part.isEncoded = true;
    for (; now_.settled < parts_.size() && parts_[now_.settled].isEncoded; ++now_.settled) {
      parts_[now_.settled].place = now_.total;
      now_.total += parts_[now_.settled].count;
    }
    return now_;
  }

  /** Makes room for as many ids as there are if the rest is like the first quarter, and some more; `allocate` says where. */
  template <class Allocate>
  void guess(Allocate&& allocate) {
    BatchTarget next = now();
    if (next.ids || next.settled * 4 < parts_.size() || next.total == 0) return;
    next.room = next.total * parts_.size() / next.settled * 5 / 4;
    next.ids = allocate(next.room);
    const std::lock_guard lock(mutex_);
    now_.ids = next.ids;
    now_.room = next.room;
  }

  /** Once all parts are encoded: the target, with room for all ids and not for many more. */
  template <class Allocate>
  BatchTarget finish(Allocate&& allocate) {
    BatchTarget last = now();
    if (last.ids && last.total <= last.room && last.room <= last.total * 3 / 2) return last;
    last.ids = allocate(last.total);
    last.room = last.total;
    return last;
  }

 private:
  BatchTarget now() {
    const std::lock_guard lock(mutex_);
    return now_;
  }

  std::vector<BatchPart>& parts_;
  std::mutex mutex_;
  BatchTarget now_;
};

/**
 * Encodes on `threads` threads, this one included, with a worker each; returns the number of ids. read(part, index) fills
 * parts on this thread while others encode already; allocate(room), also here, returns where ids go from then on, in the
 * order of the texts, so that the result does not depend on the number of threads. Throws what the first failing part threw.
 */
template <class Read, class Allocate>
size_t encodeBatch(std::vector<BatchPart>& parts, const EncodeOptions& options, const std::vector<std::unique_ptr<BatchWorker>>& workers,
                   size_t threads, UnitPool& pool, Read&& read, Allocate&& allocate) {
  std::atomic<size_t> ready{0}, next{0}, nextCopy{0};
  std::latch encoded(static_cast<std::ptrdiff_t>(threads)), allocated(1);
  BatchTarget target;
  BatchIds ids(parts);
  std::exception_ptr failure;
  const auto encodePart = [&](BatchWorker& worker, BatchPart& part) {
    worker.encode(part, options);
    worker.copy(ids.settle(part), parts);
    pool.give(std::move(part.units));
  };
  const auto encodeParts = [&](BatchWorker& worker) {
    for (size_t part; (part = next++) < parts.size();) {
      for (size_t now; (now = ready.load()) <= part;) ready.wait(now);
      encodePart(worker, parts[part]);
    }
    worker.end();
    encoded.count_down();
  };
  const auto copyParts = [&] {
    for (size_t i; target.ids && (i = nextCopy++) < parts.size();) {
      const BatchPart& part = parts[i];
      uint32_t* const place = target.ids + part.place;
      if (part.count > 0 && part.ids != place) std::memcpy(place, part.ids, part.count * sizeof(uint32_t));
    }
  };
  for (size_t i = 0; i < threads; ++i) workers[i]->clear();
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
    try {
      if (!failure) ids.guess(allocate);
    } catch (...) {
      failure = std::current_exception();
    }
  }
  encodeParts(*workers[0]);
  encoded.wait();
  for (const BatchPart& part : parts) failure = failure ? failure : part.failure;
  try {
    if (!failure) target = ids.finish(allocate);
  } catch (...) {
    failure = std::current_exception();
  }
  allocated.count_down();
  copyParts();
  for (std::thread& thread : others) thread.join();
  for (size_t i = 0; i < threads; ++i) workers[i]->clear();
  if (failure) std::rethrow_exception(failure);
  return target.total;
}

}  // namespace scalesweep
