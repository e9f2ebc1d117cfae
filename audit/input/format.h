// What bytes are, told by their first ones, never by a file's name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace leadscan::audit {

enum class Format : std::uint8_t {
  plain,  // UTF-8 text, as far as it is one
  gzip,
  zstd,
  xz,
  bzip2,
  lz4,
  tar,
  zip,
  utf16le,
  utf16be,
  skippable,    // a frame that zstd and lz4 pass over: what follows it tells which it is
  unsupported,  // known, but not read: 7z, rar and so on
  binary,       // no text, whatever else it may be
};

// How many bytes of the front detect() wants, if there are that many.
inline constexpr std::size_t kDetectBytes = 512;

Format detect(std::string_view front);

constexpr bool is_compressed(Format format) {
  return format >= Format::gzip && format <= Format::lz4;
}
constexpr bool is_utf16(Format format) {
  return format == Format::utf16le || format == Format::utf16be;
}
constexpr bool is_container(Format format) {
  return format == Format::tar || format == Format::zip;
}

// For messages: "gzip".
std::string_view name_of(Format format) noexcept;
// What an input is that is not read, for messages: "7z: not supported".
std::string why_not_read(std::string_view front);

}  // namespace leadscan::audit
