// Texts of few bytes, compared and copied in place: calling the C library takes longer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace leadscan::audit {

// A word's bytes, wherever they are.
template <typename Word>
inline Word load_word(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

inline bool equal_short(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const char* x = a.data();
  const char* y = b.data();
  std::size_t left = a.size();
  if (left < 8) {
    if (left >= 4)
      return load_word<std::uint32_t>(x) == load_word<std::uint32_t>(y) &&
             load_word<std::uint32_t>(x + left - 4) == load_word<std::uint32_t>(y + left - 4);
    for (; left != 0; --left)
      if (*x++ != *y++) return false;
    return true;
  }
  // The last word overlaps the one in front of it.
  for (; left > 8; left -= 8, x += 8, y += 8)
    if (load_word<std::uint64_t>(x) != load_word<std::uint64_t>(y)) return false;
  return load_word<std::uint64_t>(x + left - 8) == load_word<std::uint64_t>(y + left - 8);
}

// Returns where the copy ends.
inline char* copy_short(std::string_view text, char* out) {
  struct Words {
    std::uint64_t words[2];
  };
  const std::size_t size = text.size();
  const char* at = text.data();
  char* const end = out + size;
  if (size < 8) {
    for (std::size_t i = 0; i < size; ++i) out[i] = at[i];
    return end;
  }
  const auto copy = [](const char* from, char* to, auto words) {
    std::memcpy(&words, from, sizeof words);
    std::memcpy(to, &words, sizeof words);
  };
  // The last words overlap those in front of them.
  const char* const end_of_text = at + size;
  if (size < sizeof(Words)) {
    copy(at, out, std::uint64_t{});
    copy(end_of_text - 8, end - 8, std::uint64_t{});
    return end;
  }
  for (; at + sizeof(Words) < end_of_text; at += sizeof(Words), out += sizeof(Words))
    copy(at, out, Words{});
  copy(end_of_text - sizeof(Words), end - sizeof(Words), Words{});
  return end;
}

}  // namespace leadscan::audit
