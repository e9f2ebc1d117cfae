#include "audit/input/tree.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "audit/input/names.h"

namespace leadscan::audit {
namespace {

namespace fs = std::filesystem;

using IsLeftOut = std::function<bool(const std::string& file)>;

void list_directory(const fs::path& top, const fs::path& folder, const IsLeftOut& is_left_out,
                    Tree& tree) {
  std::error_code error;
  std::vector<fs::directory_entry> entries;
  fs::directory_iterator at(folder, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) entries.push_back(*at);
  if (error) tree.errors.push_back({folder.string(), std::nullopt, error.message()});
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.path().native() < b.path().native(); });
  for (const fs::directory_entry& entry : entries) {
    std::error_code ignored;
    if (entry.is_directory(ignored) && !entry.is_symlink(ignored)) {
      list_directory(top, entry.path(), is_left_out, tree);
      continue;
    }
    // Pipes and devices would be waited for; a file that has gone is named when it is opened.
    if (entry.exists(ignored) && !entry.is_regular_file(ignored)) continue;
    const std::string below = entry.path().lexically_relative(top).string();
    const bool is_picked = tree.globs.empty() || matches_any(below, tree.globs);
    std::string file = entry.path().string();
    if (is_left_out && is_left_out(file)) continue;
    if (is_companion(below)) {
      if (is_picked) ++tree.passed_over;
    } else if (is_picked || is_archive(file)) {
      tree.files.push_back(std::move(file));
      tree.by_member.push_back(!is_picked);
    }
  }
}

}  // namespace

Tree list_files(const std::vector<std::string>& paths, const std::vector<std::string>& globs,
                const IsLeftOut& is_left_out) {
  Tree tree;
  tree.globs = globs;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (path != "-" && fs::is_directory(path, ignored)) {
      const std::size_t begin = tree.files.size();
      const std::size_t errors = tree.errors.size();
      list_directory(path, path, is_left_out, tree);
      const std::size_t end = tree.files.size();
      if (begin != end && std::find(tree.by_member.begin() + static_cast<std::ptrdiff_t>(begin),
                                    tree.by_member.end(), false) == tree.by_member.end())
        tree.searches.push_back({path, begin, end});
      if (end + tree.errors.size() != begin + errors) continue;
      // A pattern that is mistyped must not pass for an audit without complaints.
      if (globs.empty()) {
        tree.empty.push_back(path);
      } else {
        tree.errors.push_back({path, std::nullopt, "no file in it matches --glob"});
      }
    } else {
      const std::size_t file = tree.files.size();
      tree.files.push_back(path);
      tree.by_member.push_back(!globs.empty() && !matches_any(path, globs));
      if (tree.by_member.back()) tree.searches.push_back({path, file, file + 1});
    }
  }
  for (const std::string& file : tree.files) {
    std::error_code error;
    if (file == "-" || !fs::is_regular_file(file, error)) continue;
    const auto size = fs::file_size(file, error);
    if (!error) tree.bytes += size;
  }
  return tree;
}

}  // namespace leadscan::audit
