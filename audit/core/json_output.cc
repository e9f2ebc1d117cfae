#include "audit/core/json_output.h"

#include "audit/core/utf8.h"

namespace leadscan::audit {
void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text[0]);
    std::size_t used = 1;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += text[0];
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c < 0x20 || c == 0x7F) {
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    } else if (c < 0x80) {
      out += text[0];
    } else if (const std::size_t size = utf8_sequence(text); size != 0) {
      out += text.substr(0, size);
      used = size;
    } else {
      out += kReplacement;
    }
    text.remove_prefix(used);
  }
  out += '"';
}

}  // namespace leadscan::audit
