#include "audit/cli/same_files.h"

#include <sys/stat.h>

#include <map>
#include <utility>

namespace leadscan::audit {

std::vector<std::string> told_twice(const Tree& tree) {
  constexpr std::size_t kMostMessages = 10;
  std::vector<std::string> messages;
  std::size_t more = 0;
  std::map<std::pair<dev_t, ino_t>, const std::string*> seen;
  for (const std::string& file : tree.files) {
    struct stat status = {};
    if (tree.files.size() < 2 || ::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
      continue;
    const auto [first, is_new] = seen.try_emplace({status.st_dev, status.st_ino}, &file);
    if (is_new) continue;
    if (messages.size() == kMostMessages) {
      ++more;
    } else if (*first->second == file) {
      messages.push_back(file + ": given twice, and so its records count twice");
    } else {
      messages.push_back(file + ": the same file as " + *first->second +
                         ", and so its records count twice");
    }
  }
  if (more > 0)
    messages.push_back(std::to_string(more) + (more == 1 ? " more file is" : " more files are") +
                       " read twice");
  return messages;
}

}  // namespace leadscan::audit
