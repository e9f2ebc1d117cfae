#include "audit/base/bounded_text.h"

#include <cinttypes>
#include <cstdint>
#include <cstdio>

#include "audit/base/keyed_hash.h"
#include "audit/base/utf8.h"

namespace leadscan::audit {

std::string bounded_text(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::size_t size = most;
  while (size > 0 && most - size < 3 && is_utf8_continuation(text[size])) --size;
  // Fixed keys: reports of two runs are compared.
  const std::uint64_t first = keyed_hash({0x6C65616473636164, 1}, text);
  const std::uint64_t second = keyed_hash({0x6C65616473636164, 2}, text);
  char mark[kMostMarkBytes + 1];
  std::snprintf(mark, sizeof mark, "… (%zu bytes, %016" PRIx64 "%016" PRIx64 ")", text.size(),
                first, second);
  return std::string(text.substr(0, size)) + mark;
}

}  // namespace leadscan::audit
