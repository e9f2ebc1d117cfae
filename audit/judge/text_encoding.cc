#include "audit/judge/text_encoding.h"

#include "leadscan/json/characters.h"
#include "leadscan/json/escapes.h"

namespace leadscan::audit {
namespace {

using internal::hex_value;

// \xHH, as nginx writes whatever is not plain (ngx_http_log_module, escape=default).
std::size_t undo_nginx(std::string_view text, std::size_t at, std::string& decoded) {
  if (text[at] == '\\' && at + 3 < text.size() && text[at + 1] == 'x') {
    const int high = hex_value(static_cast<unsigned char>(text[at + 2]));
    const int low = hex_value(static_cast<unsigned char>(text[at + 3]));
    if (high >= 0 && low >= 0) {
      decoded += static_cast<char>(high * 16 + low);
      return 4;
    }
  }
  decoded += text[at];
  return 1;
}

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
        at += undo_nginx(text, at, decoded);
        break;
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
