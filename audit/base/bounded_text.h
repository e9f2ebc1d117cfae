// Texts from outside, cut to a length for tables and lists. Memory must not be theirs to choose.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace leadscan::audit {

// The longest name of an archive's member that is kept unchanged.
inline constexpr std::size_t kMostNameBytes = 1024;
// The longest value or id.
inline constexpr std::size_t kMostValueBytes = 1024;
// What the mark of a cut text may take behind the beginning.
inline constexpr std::size_t kMostMarkBytes = 72;

// `text`, if it has no more than `most` bytes. Else its first `most` bytes, less those of a
// character that would be cut, and a mark with its length and a hash of 128 bits of all of it, as
// in "aaaa… (1000000 bytes, 0123456789abcdef0123456789abcdef)": different texts stay different, and
// the same text gets the same mark in every run.
std::string bounded_text(std::string_view text, std::size_t most);

}  // namespace leadscan::audit
