// UTF-8 (RFC 3629), one sequence at a time.
#pragma once

#include <cstddef>
#include <string_view>

namespace leadscan::internal {

// Whether the byte can only be inside a sequence that began in front of it.
constexpr bool is_utf8_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// A sequence as far as a text has it.
struct Utf8Sequence {
  std::size_t size;  // 0: no sequence begins so
  bool complete;     // else the text ends where more of it was needed
};

// What is in front of `text`, which is not empty, by the table of RFC 3629, section 4.
constexpr Utf8Sequence scan_utf8(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {0, false};
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // Of the second byte some leads allow a part only: the rest would be too long a form, a
  // surrogate, or beyond U+10FFFF.
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (text.size() < 2) return {1, false};
  if (byte(1) < low || byte(1) > high) return {0, false};
  for (std::size_t i = 2; i < size; ++i) {
    if (i == text.size()) return {i, false};
    if (!is_utf8_continuation(text[i])) return {0, false};
  }
  return {size, true};
}

// The length of the whole sequence in front of `text`, which is not empty; 0 if there is none.
constexpr std::size_t utf8_sequence(std::string_view text) noexcept {
  const Utf8Sequence sequence = scan_utf8(text);
  return sequence.complete ? sequence.size : 0;
}

// Up to 4 bytes at `out`; how many.
constexpr std::size_t encode_utf8(unsigned code_point, char* out) noexcept {
  const auto byte = [](unsigned value) { return static_cast<char>(value); };
  if (code_point < 0x80) {
    out[0] = byte(code_point);
    return 1;
  }
  if (code_point < 0x800) {
    out[0] = byte(0xC0 | code_point >> 6);
    out[1] = byte(0x80 | (code_point & 0x3F));
    return 2;
  }
  if (code_point < 0x10000) {
    out[0] = byte(0xE0 | code_point >> 12);
    out[1] = byte(0x80 | (code_point >> 6 & 0x3F));
    out[2] = byte(0x80 | (code_point & 0x3F));
    return 3;
  }
  out[0] = byte(0xF0 | code_point >> 18);
  out[1] = byte(0x80 | (code_point >> 12 & 0x3F));
  out[2] = byte(0x80 | (code_point >> 6 & 0x3F));
  out[3] = byte(0x80 | (code_point & 0x3F));
  return 4;
}

}  // namespace leadscan::internal
