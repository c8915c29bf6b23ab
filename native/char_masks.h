// Classes of characters as bit masks, 64 bytes of text to a word: what splitters.h computes with.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "unicode.h"
#include "utf8.h"
#include "vectors.h"

namespace scalesweep {

/** Every byte of a character has the bit of exactly one of these. */
enum CharClass : uint8_t {
  kOthers,     // none of the others
  kUppers,     // Lu Lt
  kLowers,     // Ll
  kCaseless,  // Lm Lo
  kMarks,      // M
  kNumbers,    // N
  kSpaces,     // \s without line ends
  kNewlines,   // \r \n
  kClasses,
};

inline CharClass classOf(uint32_t properties) {
  static constexpr CharClass kByCategory[] = {kUppers, kLowers, kUppers, kCaseless, kCaseless, kMarks, kMarks, kMarks, kNumbers, kNumbers, kNumbers};
  const uint32_t category = categoryOf(properties);
  if (category < std::size(kByCategory)) return kByCategory[category];
  return properties & kOnigSpace ? kSpaces : kOthers;
}

/** Bits of one property over a window of text; bit i of the window is bit i % 64 of word i / 64. */
struct BitRow {
  static constexpr size_t kWindow = 4096;
  static constexpr size_t kWords = kWindow / 64 + 2;  // one word to look ahead, one that stays empty

  uint64_t words[kWords];

  uint64_t& operator[](size_t word) { return words[word]; }
  uint64_t operator[](size_t word) const { return words[word]; }
  bool has(size_t at) const { return words[at / 64] >> at % 64 & 1; }
  void set(size_t at) { words[at / 64] |= uint64_t{1} << at % 64; }
  void clear(size_t at) { words[at / 64] &= ~(uint64_t{1} << at % 64); }
  void clear(size_t begin, size_t end) {
    for (size_t count; begin < end; begin += count) {
      count = std::min(64 - begin % 64, end - begin);
      words[begin / 64] &= ~(~uint64_t{0} >> (64 - count) << begin % 64);
    }
  }
  /** Bits moved to the next byte, so that each says something about the byte before. */
  uint64_t before(size_t word) const { return words[word] << 1 | (word > 0 ? words[word - 1] >> 63 : 0); }
  /** Bits moved to the byte before. */
  uint64_t after(size_t word) const { return words[word] >> 1 | words[word + 1] << 63; }
  /** First place from `at` on without the bit. */
  size_t endOfRun(size_t at) const {
    size_t word = at / 64;
    uint64_t rest = ~words[word] >> at % 64;
    if (rest) return at + static_cast<size_t>(__builtin_ctzll(rest));
    while (words[++word] == ~uint64_t{0}) {}
    return word * 64 + static_cast<size_t>(__builtin_ctzll(~words[word]));
  }
  /** One past the last place before `at` that has the bit (or lacks it, with `flip` all ones); 0 if there is none. */
  size_t afterLast(size_t at, uint64_t flip = 0) const {
    size_t word = at / 64;
    uint64_t rest = at % 64 ? (words[word] ^ flip) & (~uint64_t{0} >> (64 - at % 64)) : 0;
    while (rest == 0 && word > 0) rest = words[--word] ^ flip;
    return rest ? word * 64 + 64 - static_cast<size_t>(__builtin_clzll(rest)) : 0;
  }
  /** Where the run that ends at `at` (not included) starts. */
  size_t startOfRun(size_t at) const { return afterLast(at, ~uint64_t{0}); }
};

/** The classes of up to kWindow bytes and 64 more. */
struct CharMasks {
  std::array<BitRow, kClasses> classes;
  BitRow starts;  // where characters start
  BitRow blanks, apostrophes;
  size_t words;
  bool ascii;

  void read(std::string_view text) {
    words = (text.size() + 63) / 64;
    ascii = true;
    const bool avx2 = hasAvx2();
    for (size_t word = 0; word < words; ++word) {
      char block[64];
      const size_t count = std::min<size_t>(64, text.size() - word * 64);
      const char* bytes = text.data() + word * 64;
      if (count < 64) {
        std::memset(block, 0, 64);
        bytes = static_cast<const char*>(std::memcpy(block, bytes, count));
      }
      uint64_t high = 0;
#ifdef SCALESWEEP_AVX2
      if (avx2) high = readBlockAvx2(bytes, word);
#endif
      if (!avx2) high = readBlock(bytes, word);
      const uint64_t valid = count < 64 ? (uint64_t{1} << count) - 1 : ~uint64_t{0};
      classes[kOthers][word] &= valid;
      starts[word] &= valid;
      ascii = ascii && high == 0;
    }
    for (BitRow& row : classes) row[words] = 0;
    starts[words] = blanks[words] = apostrophes[words] = 0;
    if (!ascii) readLonger(text);
  }

 private:
  /** ASCII in plain C++; returns the bytes that are not. */
  uint64_t readBlock(const char* bytes, size_t word) {
    static const auto table = [] {
      std::array<uint8_t, 256> byByte{};
      for (uint32_t c = 0; c < 128; ++c) byByte[c] = c == '\n' || c == '\r' ? kNewlines : classOf(propertiesOf(c));
      for (uint32_t c = 128; c < 256; ++c) byByte[c] = kClasses + (c < 0xC0);
      return byByte;
    }();
    uint64_t found[kClasses + 2] = {}, blank = 0, apostrophe = 0;
    for (size_t i = 0; i < 64; ++i) {
      found[table[static_cast<unsigned char>(bytes[i])]] |= uint64_t{1} << i;
      blank |= static_cast<uint64_t>(bytes[i] == ' ') << i;
      apostrophe |= static_cast<uint64_t>(bytes[i] == '\'') << i;
    }
    for (size_t i = 0; i < kClasses; ++i) classes[i][word] = found[i];
    starts[word] = ~found[kClasses + 1];
    blanks[word] = blank;
    apostrophes[word] = apostrophe;
    return found[kClasses] | found[kClasses + 1];
  }

#ifdef SCALESWEEP_AVX2
  __attribute__((target("avx2"))) uint64_t readBlockAvx2(const char* bytes, size_t word) {
    const auto* halves = reinterpret_cast<const __m256i*>(bytes);
    const __m256i low = _mm256_loadu_si256(halves), high = _mm256_loadu_si256(halves + 1);
    const auto join = [](__m256i a, __m256i b) __attribute__((target("avx2"))) {
      return static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(b))) << 32 |
             static_cast<uint32_t>(_mm256_movemask_epi8(a));
    };
    const auto equal = [&](char c) __attribute__((target("avx2"))) {
      const __m256i all = _mm256_set1_epi8(c);
      return join(_mm256_cmpeq_epi8(low, all), _mm256_cmpeq_epi8(high, all));
    };
    // first <= byte <= last, by moving the range to the top of the signed bytes
    const auto within = [&](char first, char last) __attribute__((target("avx2"))) {
      const __m256i shift = _mm256_set1_epi8(static_cast<char>(127 - last)), floor = _mm256_set1_epi8(static_cast<char>(126 - last + first));
      return join(_mm256_cmpgt_epi8(_mm256_add_epi8(low, shift), floor), _mm256_cmpgt_epi8(_mm256_add_epi8(high, shift), floor));
    };
    const uint64_t beyond = join(low, high), newline = equal('\n') | equal('\r');
    const uint64_t upper = within('A', 'Z'), lower = within('a', 'z'), number = within('0', '9');
    const uint64_t blank = equal(' '), space = (within('\t', '\r') & ~newline) | blank;
    const __m256i lead = _mm256_set1_epi8(static_cast<char>(0xBF));
    classes[kUppers][word] = upper;
    classes[kLowers][word] = lower;
    classes[kCaseless][word] = classes[kMarks][word] = 0;
    classes[kNumbers][word] = number;
    classes[kSpaces][word] = space;
    classes[kNewlines][word] = newline;
    classes[kOthers][word] = ~(upper | lower | number | space | newline | beyond);
    starts[word] = join(_mm256_cmpgt_epi8(low, lead), _mm256_cmpgt_epi8(high, lead));
    blanks[word] = blank;
    apostrophes[word] = equal('\'');
    return beyond;
  }
#endif

  /** Longer characters, one by one. */
  void readLonger(std::string_view text) {
    static const auto byKind = [] {
      std::array<CharClass, std::size(kPropertyKinds)> table{};
      for (size_t i = 0; i < table.size(); ++i) table[i] = classOf(kPropertyKinds[i]);
      return table;
    }();
    for (size_t word = 0; word < words; ++word) {
      uint64_t ascii = 0;
      for (const CharClass kind : {kOthers, kUppers, kLowers, kNumbers, kSpaces, kNewlines}) ascii |= classes[kind][word];
      const uint64_t valid = word + 1 < words || text.size() % 64 == 0 ? ~uint64_t{0} : (uint64_t{1} << text.size() % 64) - 1;
      for (uint64_t rest = starts[word] & ~ascii & valid; rest; rest &= rest - 1) {
        const unsigned bit = static_cast<unsigned>(__builtin_ctzll(rest));
        const CodePoint c = decodeUtf8(text.data() + word * 64 + bit);
        BitRow& row = classes[byKind[kindOf(c.value)]];
        const uint64_t bytes = (uint64_t{1} << c.length) - 1;
        row[word] |= bytes << bit;
        if (bit + c.length > 64) row[word + 1] |= bytes >> (64 - bit);
      }
    }
  }
};

}  // namespace scalesweep
