// Checksum: tells bytes that come back from a disk from those that were written.
//
// CRC-64 (ECMA-182, as xz has it): every single damaged bit shows, and every burst of up to 64.
#pragma once

#include <isa-l/crc64.h>

#include <concepts>
#include <cstdint>
#include <string_view>

namespace leadscan::audit {

class Checksum {
 public:
  void add(std::string_view bytes) {
    add(std::uint64_t{bytes.size()});
    add_bytes(bytes.data(), bytes.size());
  }
  template <std::integral T>
  void add(T number) {
    const auto wide = static_cast<std::uint64_t>(number);
    add_bytes(&wide, sizeof wide);
  }
  // As SQLite has integers.
  std::int64_t value() const { return static_cast<std::int64_t>(value_); }

 private:
  void add_bytes(const void* bytes, std::uint64_t size) {
    if (size != 0)
      value_ = ::crc64_ecma_refl(value_, static_cast<const unsigned char*>(bytes), size);
  }
  std::uint64_t value_ = 0;
};

template <typename... T>
std::int64_t checksum_of(const T&... parts) {
  Checksum checksum;
  (checksum.add(parts), ...);
  return checksum.value();
}

}  // namespace leadscan::audit
