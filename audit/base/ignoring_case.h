// Texts as HTTP compares them: an ASCII letter is the same in either case.
#pragma once

#include <algorithm>
#include <string_view>

namespace leadscan::audit {

// Of both functions the second text has no capital letters.
constexpr bool is_same_letter(char c, char lower) {
  return (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) == lower;
}

constexpr bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), is_same_letter);
}

constexpr bool contains_ignoring_case(std::string_view text, std::string_view lower) {
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(), is_same_letter) !=
         text.end();
}

}  // namespace leadscan::audit
