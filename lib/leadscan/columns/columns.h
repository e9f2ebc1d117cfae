// Columns: what the stages of the columnar reader hand to one another about a chunk of lines.
//
// The general path walks a document token by token, and each step jumps by what the token is; where
// no document is like another one, most of the time goes into jumps that were mispredicted. Here a
// chunk of whole lines is read column by column instead, by stages that do the same for every token
// and have no jump that depends on one:
//
//   chunk      {"action":"create","info":{"success":true}} LF
//   positions  0  1      8 9  ...
//   classes    { " "' : " "' , " "' : { " "' : t } } LF        "' closes a string
//   levels     1 1 1  1 1 1  1 1 1  1 2 2 2  2 2 2 1 0
//   names        ^             ^        ^
//
// 1. index-inl.h      bytes to tokens: positions and classes
// 2. structure-inl.h  levels, the grammar between tokens, lists of names, numbers and literals
// 3. scalars-inl.h    numbers and literals
//    encoding-inl.h   UTF-8 and \u, where there are any
// 4. names-inl.h      which of kFields' names each name is
// 5. responses-inl.h  the response of each line
//
// A stage that finds something wrong marks a byte of the line it is in. The structure begins anew
// behind each LF, so that what is wrong with one line is never held against another. Lines with a
// mark are left to the parser, which says what is wrong.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "leadscan/columns/token_class.h"
#include "leadscan/simd/block.h"

namespace leadscan::internal {

struct Columns {
  static constexpr std::size_t kMostBytes = std::size_t{16} << 10;  // of a chunk
  // A token a byte at most, and an LF behind a last line that lacks it. Stages read and write
  // whole vectors, so that there is room for two more of them behind each column.
  static constexpr std::size_t kMostTokens = kMostBytes + 1;
  static constexpr std::size_t kRoom = kMostTokens + 2 * kBlock;
  static constexpr std::size_t kHalfRoom = kMostTokens / 2 + 1 + 2 * kBlock;
  // A token that no stage writes: what a member that is absent has for its value.
  static constexpr std::size_t kAbsent = kRoom;
  static constexpr std::size_t kBlocks = kMostBytes / kBlock + 2;

  // By token. What is behind the last one is of class line_end.
  alignas(64) std::array<std::uint8_t, kRoom + 2> classes;
  alignas(64) std::array<std::uint8_t, kRoom> levels;
  alignas(64) std::array<std::uint16_t, kRoom + 2> positions;  // in the chunk
  std::size_t tokens;

  // Lists. Two names, or two scalars, are never beside one another in what is listed.
  alignas(64) std::array<std::uint16_t, kRoom> line_ends;     // tokens
  alignas(64) std::array<std::uint16_t, kHalfRoom> names;     // tokens: those at levels 1 and 2
  alignas(64) std::array<std::uint16_t, kHalfRoom> numbers;   // positions
  alignas(64) std::array<std::uint16_t, kHalfRoom> literals;  // positions
  std::size_t line_end_count;
  std::size_t name_count;
  std::size_t number_count;
  std::size_t literal_count;

  std::array<std::uint8_t, kHalfRoom> name_ids;  // of each of `names`; see name_table.h

  // A bit a byte of the chunk.
  std::array<std::uint64_t, kBlocks> backslashes;
  std::array<std::uint64_t, kBlocks> wrong;  // marks of lines that are left
  bool any_wrong;

  // Blocks with something else than ASCII, and those behind such a block's end; and with \u, of
  // which `unicode` has the places of the u.
  std::array<std::uint16_t, kBlocks> non_ascii_blocks;
  std::array<std::uint16_t, kBlocks> unicode_blocks;
  std::array<std::uint64_t, kBlocks> unicode;
  std::size_t non_ascii_count;
  std::size_t unicode_count;

  void mark(std::size_t position) noexcept {
    wrong[position / kBlock] |= std::uint64_t{1} << position % kBlock;
    any_wrong = true;
  }
  // Whether a byte of [begin, end] is marked.
  bool is_marked(std::size_t begin, std::size_t end) const noexcept {
    const std::uint64_t first = ~std::uint64_t{0} << begin % kBlock;
    const std::uint64_t last = ~std::uint64_t{0} >> (kBlock - 1 - end % kBlock);
    if (begin / kBlock == end / kBlock) return (wrong[begin / kBlock] & first & last) != 0;
    std::uint64_t marks = (wrong[begin / kBlock] & first) | (wrong[end / kBlock] & last);
    for (std::size_t block = begin / kBlock + 1; block < end / kBlock; ++block)
      marks |= wrong[block];
    return marks != 0;
  }
};

}  // namespace leadscan::internal
