#include "audit/report/html_page.h"

namespace leadscan::audit {

std::string code(std::string_view text, std::size_t most) {
  return "<code>" + escape_html(text, most) + "</code>";
}

std::string path_code(std::string_view path, std::string_view folder) {
  std::string html = "<code>";
  const auto add = [&](std::string_view part) {
    for (const char c : escape_html(part)) {
      html += c;
      if (c == '/') html += "<wbr>";
    }
  };
  if (!folder.empty() && path.starts_with(folder)) {
    html += "<span class=\"folder\">";
    add(folder);
    html += "</span>";
    path.remove_prefix(folder.size());
  }
  add(path);
  return html + "</code>";
}

std::string_view common_folder(const std::vector<std::string>& paths) {
  if (paths.empty()) return {};
  std::string_view common = paths.front();
  for (const std::string& path : paths) {
    const auto [end, _] = std::mismatch(common.begin(), common.end(), path.begin(), path.end());
    common = common.substr(0, static_cast<std::size_t>(end - common.begin()));
  }
  return common.substr(0, common.rfind('/') + 1);
}

}  // namespace leadscan::audit
