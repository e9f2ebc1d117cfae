// What a kernel is: a struct with static functions for one family of CPUs, each on blocks of kBlock
// bytes. learn/ and read/ are templates over one. Intrinsics are here, and in columns/.
//
//            bytes   {"action":"create"}
//   equal('"')       .#......#.#......#.
//   classify()       quotes, backslashes, operators {}[]:, white space, control characters, ...
//   positions()      1 8 10 17
//
//   static std::uint64_t equal(block, c);          // bit i: block[i] is c
//   static std::uint64_t digits(block);            // 0 to 9
//   static std::uint64_t unusual(block);           // a backslash, control or non-ASCII character
//   static unsigned positions(mask, first, out);   // writes first + i for each bit i; how many
//                                                  // (up to kBlock entries behind are clobbered);
//                                                  // 16 bits wide, or 32 for the token index
//   static void relocate<Layout>(words, pointers, base, out);  // see Relocation below
//   class Comparison, which accumulates over blocks
//     void pattern(block, pattern);    // constants as in the pattern; in strings (0 in the
//                                      // pattern) no quote, backslash, control, non-ASCII
//     struct Wanted;                   // a pattern's block in registers, to compare many with it:
//     static Wanted wanted(pattern);   // instead of its address
//     void constants(block, pattern);  // constants as in the pattern; the rest is not looked at
//     void text(block);                // no backslash, control or non-ASCII anywhere
//     bool holds();                    // so it was, everywhere
//
// For the token index:
//   static Classes classify(block);
//   static void classify_escapes(block, repeated, classes);  // the last two, if not done yet
//   static std::uint64_t prefix_xor(bits);  // bit i: the parity of bits 0 to i
//
// avx512-inl.h, avx2-inl.h and portable-inl.h have them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace leadscan::internal {

// A struct kept as an even number of words, some of them addresses relative to a base: a
// kernel copies it out with the base added to those whose bit is set.
template <std::size_t Words, std::uint64_t MayPoint>
struct Relocation {
  static_assert(Words % 2 == 0 && Words <= 64);
  static constexpr std::size_t kWords = Words;
  static constexpr std::uint64_t kMayPoint = MayPoint;  // bit w: word w is an address sometimes
};

}  // namespace leadscan::internal
