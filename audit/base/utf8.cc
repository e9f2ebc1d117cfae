#include "audit/base/utf8.h"

#include <cstdint>
#include <cstdio>

namespace leadscan::audit {
namespace {

// Spaces of other widths than the common one.
bool is_blank(char32_t c) {
  return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

void append_number(std::string& out, char32_t c) {
  char number[24];
  std::snprintf(number, sizeof number, "⟨U+%04X⟩", static_cast<unsigned>(c));
  out += number;
}

// How many characters at the front are of printable ASCII.
std::size_t plain_ascii(std::string_view text) noexcept {
  std::size_t size = 0;
  while (size < text.size() && text[size] >= ' ' && text[size] <= '~') ++size;
  return size;
}

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t size = utf8_sequence(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

char32_t code_point(std::string_view sequence) noexcept {
  constexpr unsigned char kLeadBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t value = static_cast<unsigned char>(sequence[0]) & kLeadBits[sequence.size()];
  for (std::size_t i = 1; i < sequence.size(); ++i)
    value = value << 6 | (static_cast<unsigned char>(sequence[i]) & 0x3F);
  return value;
}

// Unicode's control, format and separator characters (except the Arabic ones that are visible),
// what it calls default ignorable, and noncharacters.
bool is_deceptive(char32_t c) noexcept {
  if (c < 0xA0) return c < 0x20 || c >= 0x7F;
  return is_blank(c) || c == 0xAD || c == 0x034F || c == 0x061C || c == 0x070F || c == 0x115F ||
         c == 0x1160 || c == 0x17B4 || c == 0x17B5 || (c >= 0x180B && c <= 0x180F) ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0x2800 || c == 0x3164 || c == 0xFEFF || c == 0xFFA0 ||
         (c >= 0xFDD0 && c <= 0xFDEF) || (c >= 0xFE00 && c <= 0xFE0F) ||
         (c >= 0xFFF0 && c <= 0xFFFB) || (c & 0xFFFE) == 0xFFFE || (c >= 0x13430 && c <= 0x1343F) ||
         (c >= 0x1BCA0 && c <= 0x1BCA3) || c == 0x1D159 || (c >= 0x1D173 && c <= 0x1D17A) ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

bool is_plain_ascii(std::string_view text) noexcept { return plain_ascii(text) == text.size(); }

std::string to_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = utf8_sequence(text);
    valid += size == 0 ? kReplacement : text.substr(0, size);
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return valid;
}

std::string to_visible(std::string_view text, std::size_t most) {
  std::string out;
  for (std::size_t shown = 0; !text.empty(); ++shown) {
    if (shown == most) return out + "…";
    const std::size_t size = utf8_sequence(text);
    const std::string_view sequence = size == 0 ? kReplacement : text.substr(0, size);
    text.remove_prefix(size == 0 ? 1 : size);
    const char32_t c = code_point(sequence);
    if (is_deceptive(c)) {
      append_number(out, c);
    } else {
      out += sequence;
    }
  }
  return out;
}

std::string to_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (;;) {
    const std::size_t plain = plain_ascii(text);
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return out;
    const std::size_t size = utf8_sequence(text);
    const std::string_view sequence = size == 0 ? kReplacement : text.substr(0, size);
    const char32_t c = code_point(sequence);
    // A CR alone takes a terminal back to the line's beginning, to write over what is there.
    const bool stays = c == '\t' || c == '\n' || text.starts_with("\r\n") || is_blank(c);
    if (is_deceptive(c) && !stays) {
      append_number(out, c);
    } else {
      out += sequence;
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
}

}  // namespace leadscan::audit
