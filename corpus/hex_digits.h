// Hexadecimal digits as responses have them. The library's are its own: what is made here is to
// test it.
#pragma once

#include <string_view>

namespace leadscan::corpus {

inline constexpr std::string_view kHexDigits = "0123456789abcdef";

}  // namespace leadscan::corpus
