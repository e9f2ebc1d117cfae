#include "audit/report/html_page.h"

namespace leadscan::audit {

std::string code(std::string_view text, std::size_t most) {
  return "<code>" + escape_html(text, most) + "</code>";
}

std::string path_code(std::string_view path) {
  std::string html;
  for (const char c : escape_html(path)) {
    html += c;
    if (c == '/') html += "<wbr>";
  }
  return "<code>" + html + "</code>";
}

}  // namespace leadscan::audit
