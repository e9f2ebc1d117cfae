#include "audit/input/names.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>

namespace leadscan::audit {
namespace {

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

bool is_companion(std::string_view path) {
  const std::string_view name = last_part(path);
  constexpr std::string_view kApple = "__MACOSX/";
  const std::size_t apple = path.find(kApple);
  return name.starts_with("._") || name == ".DS_Store" ||
         (name.size() > 5 && name.front() == '.' && name.ends_with(".crc")) ||
         (apple != path.npos && (apple == 0 || path[apple - 1] == '/'));
}

bool matches_any(const std::string& path, const std::vector<std::string>& globs) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
    const std::string text = glob.find('/') != glob.npos ? path : std::string(last_part(path));
    return ::fnmatch(glob.c_str(), text.c_str(), 0) == 0;
  });
}

bool says_tar(std::string_view path) {
  std::string name(last_part(path));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  constexpr std::array<std::string_view, 8> kEnds = {".tar", ".tgz",  ".tbz",  ".tbz2",
                                                     ".txz", ".tzst", ".tlz4", ".taz"};
  return name.find(".tar.") != name.npos ||
         std::any_of(kEnds.begin(), kEnds.end(),
                     [&](std::string_view end) { return name.ends_with(end); });
}

}  // namespace leadscan::audit
