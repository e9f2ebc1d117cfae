#include "audit/report/html_text.h"

#include "audit/base/utf8.h"

namespace leadscan::audit {

std::string escape_html(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : to_visible(text, most)) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace leadscan::audit
