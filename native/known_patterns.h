// The regular expressions that splitters.h has rules for, as tokenizer files spell them.
#pragma once
#include <string_view>

namespace scalesweep {

/** What tells the known patterns apart. */
struct SplitRule {
  /** Most digits in a piece, 0 for any number. */
  int digits;
  /** Any one character, not only a blank, goes with the letters after it, and line ends with the others before them. */
  bool joinsAny;
  /** Words end where the case rises, and take a contraction with them. */
  bool cased;
};

inline constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

inline constexpr struct {
  std::string_view pattern;
  SplitRule rule;
} kKnownPatterns[] = {
    {kGpt2Pattern, {0, false, false}},
    {R"('(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", {0, false, false}},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     {3, true, false}},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     {1, true, false}},
    {R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     {3, true, true}},
};

/** The rule of a pattern, or null when it has none. */
inline const SplitRule* ruleOf(std::string_view pattern) {
  for (const auto& known : kKnownPatterns) {
    if (known.pattern == pattern) return &known.rule;
  }
  return nullptr;
}

}  // namespace scalesweep
