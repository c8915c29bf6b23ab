// What programs of regular expressions are put together from. Every part knows how many characters it matches.
#pragma once
#include <algorithm>
#include <optional>
#include <utility>

#include "regex_program.h"
#include "regex_reader.h"

namespace scalesweep {

class RegexParts : protected RegexReader {
 protected:
  using Op = RegexOp;
  using Instruction = RegexInstruction;
  using Code = std::vector<Instruction>;
  using RegexReader::RegexReader;
  static constexpr uint32_t kEndless = ~0u;
  static constexpr uint32_t kMostCopies = 256;
  static constexpr size_t kMostSteps = 20000;

  /** The program of a part, and how many characters it matches; `single` is the set of a part that is one character. */
  struct Part {
    uint32_t least = 0, most = 0;
    std::optional<uint32_t> single;
    Code code;
  };
  struct Count {
    uint32_t least, most;
    enum class Mood { kGreedy, kLazy, kOnly } mood;
    /** All or nothing. */
    bool isOptional = false;
  };

  static uint32_t sizeOf(const Code& code) { return static_cast<uint32_t>(code.size()); }
  static uint32_t plus(uint32_t a, uint32_t b) { return static_cast<uint32_t>(std::min(uint64_t{a} + b, uint64_t{kEndless})); }
  static uint32_t times(uint32_t a, uint32_t b) { return static_cast<uint32_t>(std::min(uint64_t{a} * b, uint64_t{kEndless})); }
  void limit(size_t steps) const {
    if (steps > kMostSteps) refuse("more than 20000 steps");
  }
  void append(Code& code, const Code& more) const {
    limit(code.size() + more.size());
    code.insert(code.end(), more.begin(), more.end());
  }

  /** Any of the branches, the first that does. */
  Part join(std::vector<Part> branches) const {
    if (branches.size() == 1) return std::move(branches[0]);
    size_t rest = 0;
    for (const Part& branch : branches) limit(rest += branch.code.size() + 2);
    Part whole{branches[0].least, branches[0].most, std::nullopt, {}};
    for (const Part& branch : branches) {
      const uint32_t size = sizeOf(branch.code);
      const bool isLast = &branch == &branches.back();
      whole.least = std::min(whole.least, branch.least);
      whole.most = std::max(whole.most, branch.most);
      if (!isLast) whole.code.push_back({Op::kFork, 1, size + 2});
      append(whole.code, branch.code);
      rest -= size + 2;
      if (!isLast) whole.code.push_back({Op::kJump, static_cast<uint32_t>(rest - 1)});
    }
    return whole;
  }

  Part repeat(const Part& part, Count count) {
    Part result{times(part.least, count.least), times(part.most, count.most), std::nullopt, {}};
    if (part.single && part.code.size() == 1) {
      const Op op = count.mood == Count::Mood::kGreedy ? Op::kRun : count.mood == Count::Mood::kLazy ? Op::kRunLazy : Op::kRunOnly;
      result.code = {{op, *part.single, count.least, count.most}};
      return result;
    }
    if (count.least > kMostCopies || (count.most != kEndless && count.most > kMostCopies)) refuse("a group counted above 256");
    result.code = copies(part.code, count, part.least == 0);
    if (count.mood == Count::Mood::kOnly) result.code = enclose({Op::kAtomic}, result.code);
    return result;
  }

  /** The least that must match, then optional ones, each behind a fork that leads past the rest, or a loop. */
  Code copies(const Code& once, Count count, bool canBeEmpty) {
    Code code, body = once;
    // A turn that matched nothing ends the loop: the jump back and what stands before it are passed over.
    if (canBeEmpty && count.most == kEndless) {
      body.insert(body.begin(), {Op::kMark, loops_});
      body.push_back({Op::kMoved, loops_++, 2});
    }
    const uint32_t size = sizeOf(body);
    const auto optional = [&](uint32_t past) {
      const bool lazy = count.mood == Count::Mood::kLazy;
      code.push_back({Op::kFork, lazy ? past : 1, lazy ? 1 : past});
      append(code, body);
    };
    for (uint32_t i = 0; i < count.least; ++i) append(code, once);
    if (count.most == kEndless) {
      optional(size + 2);
      code.push_back({Op::kJump, 0 - (size + 1)});
    } else {
      for (uint32_t left = count.most - count.least; left > 0; --left) optional(left * (size + 1));
    }
    return code;
  }

  Part one(CharSet set) {
    if (folded_) set.foldAscii();
    limit(sets_.size());
    sets_.push_back(std::move(set));
    const uint32_t index = static_cast<uint32_t>(sets_.size() - 1);
    return {1, 1, index, {{Op::kSet, index}}};
  }

  static Part assertion(Op op) { return {0, 0, std::nullopt, {{op}}}; }

  /** A program that is matched on its own ends by itself. */
  Code enclose(Instruction open, const Code& body) const {
    open.a = sizeOf(body) + 2;
    Code code{open};
    append(code, body);
    code.push_back({Op::kDone});
    return code;
  }

  std::vector<CharSet> sets_;
  uint32_t loops_ = 0;
};

}  // namespace scalesweep
