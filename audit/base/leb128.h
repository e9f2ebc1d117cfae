// Numbers of 64 bits as LEB128: seven bits a byte, the low ones first; the last byte is below 0x80.
#pragma once

#include <cstddef>
#include <cstdint>

namespace leadscan::audit {

inline constexpr std::size_t kMostLeb128Bytes = 10;

// Behind what was written.
inline char* write_leb128(char* out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) *out++ = static_cast<char>(number | 0x80);
  *out++ = static_cast<char>(number);
  return out;
}

// Of bytes that write_leb128() wrote; `at` is behind them then.
inline std::uint64_t read_leb128(const char*& at) {
  std::uint64_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    number |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return number;
  }
}

}  // namespace leadscan::audit
