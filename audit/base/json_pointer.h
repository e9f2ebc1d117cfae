// JSON Pointer (RFC 6901), as far as it is written here; judge/envelope.h reads one.
#pragma once

#include <string>
#include <string_view>

namespace leadscan::audit {

// The pointer to a member of what `pointer` is for.
inline void append_token(std::string& pointer, std::string_view name) {
  pointer += '/';
  for (const char c : name) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
}

}  // namespace leadscan::audit
