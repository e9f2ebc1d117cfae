#include "audit/judge/text_encoding.h"

#include <algorithm>

#include "audit/judge/envelope_decoder.h"
#include "audit/records/xml_entity.h"
#include "leadscan/json/characters.h"
#include "leadscan/json/escapes.h"
#include "leadscan/text.h"

namespace leadscan::audit {
namespace {

std::size_t undo_backslash(std::string_view text, std::size_t at, std::string& decoded) {
  const char* const p = text.data() + at;
  // JSON has no such escapes; Python, Go and databases do.
  if (text.substr(at).starts_with("\\'")) {
    decoded += '\'';
    return 2;
  }
  if (text.substr(at).starts_with("\\x") && text.size() - at >= 4) {
    const int high = internal::hex_value(static_cast<unsigned char>(p[2]));
    const int low = internal::hex_value(static_cast<unsigned char>(p[3]));
    if (high >= 0 && low >= 0) {
      decoded += static_cast<char>(high << 4 | low);
      return 4;
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

std::size_t undo_doubling(std::string_view text, std::size_t at, std::string& decoded) {
  decoded += text[at];
  return text.substr(at).starts_with("\"\"") ? 2 : 1;
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
        at += undo_backslash(text, at, decoded);
        break;
      case TextEncoding::doubled_quotes:
        at += undo_doubling(text, at, decoded);
        break;
      case TextEncoding::entities: {
        const XmlEntity entity = text[at] == '&' ? entity_at(text, at) : XmlEntity{};
        decoded += entity.size == 0 ? text[at] : entity.c;
        at += std::max<std::size_t>(entity.size, 1);
        break;
      }
      case TextEncoding::plain:
      case TextEncoding::quoted:
        decoded += text[at++];
        break;
    }
  }
}

}  // namespace leadscan::audit
