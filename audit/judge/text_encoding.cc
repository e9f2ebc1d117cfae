#include "audit/judge/text_encoding.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "audit/base/utf8.h"
#include "audit/judge/envelope_decoder.h"
#include "audit/records/xml_entity.h"
#include "leadscan/json/characters.h"
#include "leadscan/json/escapes.h"
#include "leadscan/json/utf8.h"
#include "leadscan/text.h"

namespace leadscan::audit {
namespace {

// What `\xHH` is: of Python's bytes and most others a byte, of Python's strings a character.
enum class Hex { byte, character };

// The number that these digits are; nullopt: not all of them are digits.
std::optional<std::uint32_t> read_hex(std::string_view digits, std::size_t count) {
  if (digits.size() < count) return std::nullopt;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const int value = internal::hex_value(static_cast<unsigned char>(digits[i]));
    if (value < 0) return std::nullopt;
    number = number << 4 | static_cast<std::uint32_t>(value);
  }
  return number;
}

void append_character(std::uint32_t c, std::string& decoded) {
  char memory[4];
  decoded.append(memory, internal::encode_utf8(c, memory));
}

std::size_t undo_backslash(std::string_view text, std::size_t at, Hex hex, std::string& decoded) {
  const char* const p = text.data() + at;
  const std::string_view here = text.substr(at);
  // JSON has no such escapes; Python, Go and databases do.
  if (here.starts_with("\\'")) {
    decoded += '\'';
    return 2;
  }
  if (here.starts_with("\\x")) {
    if (const auto number = read_hex(here.substr(2), 2)) {
      if (hex == Hex::byte)
        decoded += static_cast<char>(*number);
      else
        append_character(*number, decoded);
      return 4;
    }
  }
  if (here.starts_with("\\U")) {
    const auto number = read_hex(here.substr(2), 8);
    if (number && *number <= 0x10FFFF && (*number < 0xD800 || *number > 0xDFFF)) {
      append_character(*number, decoded);
      return 10;
    }
  }
  const std::size_t size = *p == '\\' ? internal::escape_length(p, text.data() + text.size()) : 0;
  if (size == 0) {
    decoded += *p;
    return 1;
  }
  char memory[12];
  decoded += Text::string({p, size}, true).decode(memory).value_or(std::string_view(p, size));
  return size;
}

// Characters that Python's strings have as \xHH are never valid as bytes of UTF-8, so that it can
// be told which of the two they were.
void undo_backslashes(std::string_view text, std::string& decoded) {
  for (const Hex hex : {Hex::byte, Hex::character}) {
    decoded.clear();
    for (std::size_t at = 0; at < text.size();) at += undo_backslash(text, at, hex, decoded);
    if (is_valid_utf8(decoded)) return;
  }
}

std::size_t undo_doubling(std::string_view text, std::size_t at, std::string& decoded) {
  decoded += text[at];
  return text.substr(at).starts_with("\"\"") ? 2 : 1;
}

// Little-endian. A surrogate without its other half is none in UTF-8 either.
void undo_utf16(std::string_view text, std::string& decoded) {
  const auto unit_at = [&](std::size_t at) {
    const std::uint32_t high = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0;
    return static_cast<unsigned char>(text[at]) | high << 8;
  };
  for (std::size_t at = 0; at < text.size(); at += 2) {
    const std::uint32_t unit = unit_at(at);
    const std::uint32_t next = at + 2 < text.size() ? unit_at(at + 2) : 0;
    if (unit >= 0xD800 && unit < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
      append_character(0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00), decoded);
      at += 2;
    } else {
      append_character(unit, decoded);
    }
  }
}

}  // namespace

void decode_text(std::string_view text, TextEncoding encoding, std::string& decoded) {
  decoded.clear();
  for (std::size_t at = 0; at < text.size();) {
    switch (encoding) {
      case TextEncoding::nginx:
        undo_nginx_escapes(text, decoded);
        return;
      case TextEncoding::backslashes:
        undo_backslashes(text, decoded);
        return;
      case TextEncoding::utf16:
        undo_utf16(text, decoded);
        return;
      case TextEncoding::doubled_quotes:
        at += undo_doubling(text, at, decoded);
        break;
      case TextEncoding::entities: {
        const XmlEntity entity = text[at] == '&' ? entity_at(text, at) : XmlEntity{};
        decoded += entity.size == 0 ? text[at] : entity.c;
        at += std::max<std::size_t>(entity.size, 1);
        break;
      }
      case TextEncoding::sql:
        if (text.substr(at).starts_with("''")) {
          decoded += '\'';
          at += 2;
        } else {
          at += undo_backslash(text, at, Hex::byte, decoded);
        }
        break;
      case TextEncoding::plain:
      case TextEncoding::quoted:
        decoded += text[at++];
        break;
    }
  }
}

}  // namespace leadscan::audit
