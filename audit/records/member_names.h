// Names of the API's members in text that is no document: what has one may be a response that is
// not read.
#pragma once

#include <cstddef>
#include <string_view>

namespace leadscan::audit {

// The longest name that is looked for.
std::size_t longest_member_name();

// Whether one is in the text. Names that other texts hardly have, of ten letters or more, count:
// not code, message or timestamp.
bool has_member_name(std::string_view text);

}  // namespace leadscan::audit
