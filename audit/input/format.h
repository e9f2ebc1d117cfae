// What bytes are, told by their first ones, never by a file's name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leadscan::audit {

enum class Format : std::uint8_t {
  plain,
  gzip,
  zstd,
  xz,
  bzip2,
  lz4,
  tar,
  zip,
  unsupported,  // known, but not read: 7z, rar and so on
};

// How many bytes of the front detect() wants, if there are so many.
inline constexpr std::size_t kDetectBytes = 512;

Format detect(std::string_view front) noexcept;

constexpr bool is_compressed(Format format) {
  return format >= Format::gzip && format <= Format::lz4;
}
constexpr bool is_container(Format format) {
  return format == Format::tar || format == Format::zip;
}

// For messages: "gzip"; for unsupported ones what they are.
std::string_view name_of(Format format) noexcept;
std::string_view name_of_unsupported(std::string_view front) noexcept;

}  // namespace leadscan::audit
