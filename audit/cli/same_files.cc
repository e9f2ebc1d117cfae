#include "audit/cli/same_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace leadscan::audit {

std::vector<std::string> told_twice(const Tree& tree) {
  constexpr std::size_t kMostMessages = 10;
  using Id = std::tuple<dev_t, ino_t, std::size_t>;  // and which file of the list it is
  std::vector<Id> ids;
  for (std::size_t i = 0; tree.files.size() > 1 && i < tree.files.size(); ++i) {
    struct stat status = {};
    if (::stat(tree.files[i].c_str(), &status) == 0 && S_ISREG(status.st_mode))
      ids.emplace_back(status.st_dev, status.st_ino, i);
  }
  std::sort(ids.begin(), ids.end());
  std::vector<std::pair<std::size_t, std::size_t>> again;  // and the first time
  for (std::size_t i = 1, first = 0; i < ids.size(); ++i) {
    const auto same = [&](std::size_t k) {
      return std::get<0>(ids[i]) == std::get<0>(ids[k]) &&
             std::get<1>(ids[i]) == std::get<1>(ids[k]);
    };
    if (!same(first)) {
      first = i;
    } else {
      again.emplace_back(std::get<2>(ids[i]), std::get<2>(ids[first]));
    }
  }
  std::sort(again.begin(), again.end());
  std::vector<std::string> messages;
  for (const auto& [file, first] : again) {
    if (messages.size() == kMostMessages) break;
    const std::string& name = tree.files[file];
    messages.push_back(name +
                       (name == tree.files[first] ? std::string(": given twice")
                                                  : ": the same file as " + tree.files[first]) +
                       ", and so its records count twice");
  }
  const std::size_t more = again.size() - messages.size();
  if (more > 0)
    messages.push_back(std::to_string(more) + (more == 1 ? " more file is" : " more files are") +
                       " read twice");
  return messages;
}

}  // namespace leadscan::audit
