// UTF-8 for output: bytes from outside (names of files and members) may be anything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "leadscan/json/utf8.h"

namespace leadscan::audit {

inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

using leadscan::internal::is_utf8_continuation;
using leadscan::internal::utf8_sequence;
bool is_valid_utf8(std::string_view text) noexcept;
// Of such a sequence.
char32_t code_point(std::string_view sequence) noexcept;

// Whether a character does something other than appear: controls (a terminal obeys U+009B as it
// does ESC [), characters that change the direction of text or have no width, blanks other than
// the space, noncharacters.
bool is_deceptive(char32_t c) noexcept;

// Whether all of it is printable ASCII.
bool is_plain_ascii(std::string_view text) noexcept;

// Bytes that are no UTF-8 become U+FFFD.
std::string to_utf8(std::string_view text);

// The same, for people: what is_deceptive() shows by its number, as in "⟨U+202E⟩". Behind `most`
// characters it is cut, with "…".
std::string to_visible(std::string_view text, std::size_t most = ~std::size_t{0});

// The same, for data that people may look at: blanks, TAB, LF and CR LF stay as they are.
std::string to_printable(std::string_view text);

}  // namespace leadscan::audit
