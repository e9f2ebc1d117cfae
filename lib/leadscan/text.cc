#include "leadscan/text.h"

#include <cstring>

#include "leadscan/json/escapes.h"
#include "leadscan/json/utf8.h"

namespace leadscan {
namespace {

// The escape at the front of `raw`, which the parser has validated, to up to 4 bytes at `out`.
// Takes it off `raw` and returns how many bytes it made.
std::size_t decode_escape(std::string_view& raw, char* out) {
  const char kind = raw[1];
  if (kind != 'u') {
    raw.remove_prefix(2);
    *out = internal::escaped_character(kind);
    return 1;
  }
  auto code_point = static_cast<unsigned>(internal::code_unit(raw.data() + 2));
  raw.remove_prefix(6);
  if (code_point >= 0xD800 && code_point <= 0xDBFF) {
    code_point = 0x10000 + ((code_point - 0xD800) << 10) +
                 (static_cast<unsigned>(internal::code_unit(raw.data() + 2)) - 0xDC00);
    raw.remove_prefix(6);
  }
  return internal::encode_utf8(code_point, out);
}

// Hands the decoded text to `take` in pieces until it returns false; whether it never did.
template <typename Take>
bool decode_pieces(std::string_view raw, Take take) {
  while (!raw.empty()) {
    const std::string_view plain = raw.substr(0, raw.find('\\'));
    if (!plain.empty() && !take(plain)) return false;
    raw.remove_prefix(plain.size());
    if (raw.empty()) break;
    char piece[4];
    const std::size_t size = decode_escape(raw, piece);
    if (!take(std::string_view(piece, size))) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string_view> Text::decode(std::span<char> memory) const noexcept {
  if (!escaped_) return raw();
  std::size_t size = 0;
  const bool fits = decode_pieces(raw(), [&](std::string_view piece) {
    if (piece.size() > memory.size() - size) return false;
    std::memcpy(memory.data() + size, piece.data(), piece.size());
    size += piece.size();
    return true;
  });
  if (!fits) return std::nullopt;
  return std::string_view(memory.data(), size);
}

bool Text::equals(std::string_view utf8) const noexcept {
  if (!has_value()) return false;
  if (!escaped_) return raw() == utf8;
  return decode_pieces(raw(),
                       [&](std::string_view piece) {
                         if (!utf8.starts_with(piece)) return false;
                         utf8.remove_prefix(piece.size());
                         return true;
                       }) &&
         utf8.empty();
}

std::string_view name_of(Presence presence) noexcept {
  switch (presence) {
    case Presence::absent:
      return "absent";
    case Presence::null:
      return "null";
    case Presence::value:
      return "value";
    case Presence::other:
      return "other";
  }
  return "?";
}

}  // namespace leadscan
