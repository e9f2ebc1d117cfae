#include "audit/judge/text_encoding.h"

#include "audit/judge/envelope_decoder.h"
#include "leadscan/json/characters.h"
#include "leadscan/json/escapes.h"

namespace leadscan::audit {
namespace {

std::size_t undo_backslash(std::string_view text, std::size_t at, std::string& decoded) {
  if (text[at] != '\\' || at + 1 == text.size() ||
      !internal::kIsSimpleEscape.contains(static_cast<unsigned char>(text[at + 1]))) {
    decoded += text[at];
    return 1;
  }
  decoded += internal::escaped_character(text[at + 1]);
  return 2;
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
      case TextEncoding::plain:
        decoded += text[at++];
        break;
    }
  }
}

}  // namespace leadscan::audit
