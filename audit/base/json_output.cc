#include "audit/base/json_output.h"

#include "audit/base/utf8.h"
#include "leadscan/json/characters.h"

namespace leadscan::audit {
namespace {

// \uXXXX; two of them, a surrogate pair, beyond the first plane.
void append_escape(std::string& out, char32_t c) {
  if (c > 0xFFFF) {
    append_escape(out, 0xD7C0 + (c >> 10));
    append_escape(out, 0xDC00 + (c & 0x3FF));
    return;
  }
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += internal::kHexDigits[(c >> shift) & 15];
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (;;) {
    std::size_t plain = 0;
    while (plain < text.size() && text[plain] >= ' ' && text[plain] <= '~' && text[plain] != '"' &&
           text[plain] != '\\')
      ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const char c = text[0];
    const std::size_t size = utf8_sequence(text);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (size == 0) {
      out += kReplacement;
    } else if (const char32_t point = code_point(text.substr(0, size)); is_deceptive(point)) {
      append_escape(out, point);
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  out += '"';
}

}  // namespace leadscan::audit
