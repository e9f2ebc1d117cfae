#include "audit/input/format.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "audit/input/text.h"
#include "leadscan/json/characters.h"

namespace leadscan::audit {
namespace {

using namespace std::literals;

struct Magic {
  std::string_view bytes;
  std::string_view name;
};
constexpr std::array kUnsupported = {
    Magic{"7z\xBC\xAF\x27\x1C"sv, "7z"},
    Magic{"Rar!\x1A\x07"sv, "rar"},
    Magic{"LZIP\0"sv, "lzip"},
    Magic{"LZIP\1"sv, "lzip"},
    Magic{"\x1F\x9D"sv, "compress"},
    Magic{"\x1F\xA0"sv, "compress"},
    Magic{"\x89LZO\0\r\n\x1A\n"sv, "lzop"},
    Magic{"\x02\x21\x4C\x18"sv, "old lz4"},
    Magic{"\xEE\xA6\x3D"sv, "lrzip"},
};

// A block is a tar header if its checksum holds; older variants have no magic.
bool is_tar(std::string_view front) {
  if (front.size() < 512) return false;
  if (front[0] == '\0') return false;
  unsigned sum = 0;
  for (std::size_t i = 0; i < 512; ++i)
    sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(front[i]);
  unsigned stored = 0;
  bool digits = false;
  for (std::size_t i = 148; i < 156; ++i) {
    const char c = front[i];
    if (c == ' ' && !digits) continue;
    if (c < '0' || c > '7') break;
    stored = stored * 8 + static_cast<unsigned>(c - '0');
    digits = true;
  }
  return digits && stored == sum;
}

// Those with marks that a text may begin with, told by what follows.
bool is_cpio(std::string_view front) {
  const auto begins = [front](std::string_view magic, std::size_t size, int base) {
    return front.starts_with(magic) && front.size() >= size &&
           std::all_of(front.begin(), front.begin() + size, [base](unsigned char c) {
             const int digit = internal::hex_value(c);
             return digit >= 0 && digit < base;
           });
  };
  return begins("070701"sv, 110, 16) || begins("070702"sv, 110, 16) || begins("070707"sv, 76, 8);
}
bool is_ar(std::string_view front) {
  return front.starts_with("!<arch>\n"sv) && front.size() >= 68 && front.substr(66, 2) == "`\n"sv;
}
// Sizes of dictionaries are powers of two, or one and a half of them; that of the text may be
// unknown.
bool is_lzma(std::string_view front) {
  if (front.size() < 13 || front[0] != ']') return false;
  const auto number = [front](std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;)
      value = value << 8 | static_cast<unsigned char>(front[at + i]);
    return value;
  };
  const std::uint64_t dictionary = number(1, 4);
  const std::uint64_t size = number(5, 8);
  const int bits = std::popcount(dictionary);
  return dictionary >= 4096 && (bits == 1 || (bits == 2 && (dictionary & dictionary << 1) != 0)) &&
         (size == UINT64_MAX || size >> 40 == 0);
}

std::string_view name_of_unsupported(std::string_view front) {
  if (is_cpio(front)) return "cpio";
  if (is_ar(front)) return "ar";
  if (is_lzma(front)) return "lzma";
  const auto* found = std::find_if(kUnsupported.begin(), kUnsupported.end(),
                                   [&](const Magic& m) { return front.starts_with(m.bytes); });
  return found == kUnsupported.end() ? std::string_view() : found->name;
}

}  // namespace

Format detect(std::string_view front) {
  const auto begins = [front](std::string_view magic) { return front.starts_with(magic); };
  if (begins("\x1F\x8B\x08"sv)) return Format::gzip;
  if (begins("\x28\xB5\x2F\xFD"sv)) return Format::zstd;
  if (front.size() >= 4 && (front[0] & 0xF0) == 0x50 && front.substr(1, 3) == "\x2A\x4D\x18"sv)
    return Format::skippable;
  if (begins("\xFD"
             "7zXZ\0"sv))
    return Format::xz;
  if (front.size() >= 10 && begins("BZh"sv) && front[3] >= '1' && front[3] <= '9' &&
      (front.substr(4, 6) == "1AY&SY"sv || front.substr(4, 6) == "\x17\x72\x45\x38\x50\x90"sv))
    return Format::bzip2;
  if (begins("\x04\x22\x4D\x18"sv)) return Format::lz4;
  if (begins("PK\3\4"sv) || begins("PK\5\6"sv) || begins("PK\7\10"sv)) return Format::zip;
  if (!name_of_unsupported(front).empty()) return Format::unsupported;
  if (is_tar(front)) return Format::tar;
  switch (text_kind(front)) {
    case TextKind::utf16le:
      return Format::utf16le;
    case TextKind::utf16be:
      return Format::utf16be;
    case TextKind::none:
      return Format::binary;
    case TextKind::utf8:
      break;
  }
  return Format::plain;
}

std::string_view name_of(Format format) noexcept {
  switch (format) {
    case Format::plain:
      return "plain";
    case Format::gzip:
      return "gzip";
    case Format::zstd:
      return "zstd";
    case Format::xz:
      return "xz";
    case Format::bzip2:
      return "bzip2";
    case Format::lz4:
      return "lz4";
    case Format::tar:
      return "tar";
    case Format::zip:
      return "zip";
    case Format::utf16le:
    case Format::utf16be:
      return "UTF-16";
    case Format::skippable:
      return "skippable frame";
    case Format::unsupported:
      return "unsupported";
    case Format::binary:
      return "binary";
  }
  return "?";
}

std::string why_not_read(std::string_view front) {
  if (const std::string_view name = name_of_unsupported(front); !name.empty())
    return std::string(name) + ": not supported";
  const std::string name = name_of_binary(front);
  return name.empty() ? "no text (binary)" : "no text: " + name + ", by its first bytes";
}

}  // namespace leadscan::audit
