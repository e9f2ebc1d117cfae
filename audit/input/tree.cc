#include "audit/input/tree.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace leadscan::audit {
namespace {

namespace fs = std::filesystem;

bool is_wanted(const fs::path& below, const std::vector<std::string>& globs) {
  return globs.empty() || std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
           const bool whole = glob.find('/') != glob.npos;
           const std::string text = whole ? below.string() : below.filename().string();
           return ::fnmatch(glob.c_str(), text.c_str(), 0) == 0;
         });
}

using IsLeftOut = std::function<bool(const std::string& file)>;

void list_directory(const fs::path& top, const fs::path& folder,
                    const std::vector<std::string>& globs, const IsLeftOut& is_left_out,
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
      list_directory(top, entry.path(), globs, is_left_out, tree);
    } else if (is_wanted(entry.path().lexically_relative(top), globs)) {
      // Pipes and devices would be waited for; a file that has gone is named when it is opened.
      if (entry.exists(ignored) && !entry.is_regular_file(ignored)) continue;
      std::string file = entry.path().string();
      if (!is_left_out || !is_left_out(file)) tree.files.push_back(std::move(file));
    }
  }
}

}  // namespace

Tree list_files(const std::vector<std::string>& paths, const std::vector<std::string>& globs,
                const IsLeftOut& is_left_out) {
  Tree tree;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (path != "-" && fs::is_directory(path, ignored)) {
      const std::size_t listed = tree.files.size() + tree.errors.size();
      list_directory(path, path, globs, is_left_out, tree);
      if (tree.files.size() + tree.errors.size() != listed) continue;
      // A pattern that is mistyped must not pass for an audit without complaints.
      if (globs.empty()) {
        tree.empty.push_back(path);
      } else {
        tree.errors.push_back({path, std::nullopt, "no file in it matches --glob"});
      }
    } else {
      tree.files.push_back(path);
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
