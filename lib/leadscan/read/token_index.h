// The first stage of the general path: where the tokens of a document are.
#pragma once

#include <cstddef>
#include <cstdint>

namespace leadscan::internal {

struct TokenIndex {
  std::uint32_t* tokens;       // room for size + kTokenSlack entries
  std::uint64_t* backslashes;  // a bit a byte: room for size / 64 + 2 entries
  std::uint64_t* unicode;      // where a u is escaped: the same
  std::size_t count = 0;       // of tokens
  bool has_unicode = false;    // whether there is any; its digits are still to be validated
  // Blocks of 64 bytes with something else than ASCII are between these only, and are still to be
  // validated as UTF-8; the end is 0 if there are none.
  std::size_t non_ascii_begin = 0;
  std::size_t non_ascii_end = 0;
};

// Writes the position of each token of `document`: both quotes of a string, each of {}[]:, outside
// of strings, and the first byte of anything else that is not white space. False if a string is not
// closed, or holds a control character or an escape that JSON does not have. Reads nothing outside
// of [document, document + size).
using IndexFunction = bool (*)(const char* document, std::size_t size, TokenIndex& index) noexcept;

inline constexpr std::size_t kTokenSlack = 64;

IndexFunction token_index_avx512() noexcept;
IndexFunction token_index_avx2() noexcept;

}  // namespace leadscan::internal
