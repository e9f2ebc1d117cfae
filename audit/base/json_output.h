// JSON to be written: strings with their quotes and escapes.
#pragma once

#include <string>
#include <string_view>

namespace leadscan::audit {

// Appends `text` as a JSON string. Bytes that are no UTF-8 (file names may hold any) become U+FFFD;
// what is_deceptive() is escaped, so that a terminal can show it.
void append_json_string(std::string& out, std::string_view text);

}  // namespace leadscan::audit
