// RotatedFiles: which of the inputs are one log that was rotated, and in which order.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace leadscan::audit {

// As Docker names what it rotates (x.log.2.gz, x.log.1, x.log, the last one being the newest) and
// Kubernetes does (0.log.20261101-101112.gz, 0.log). Files are neighbours where nothing can be
// between them: their numbers follow each other, or no other file of the folder has a time between
// theirs. Where two files may have one place, neither has neighbours.
class RotatedFiles {
 public:
  RotatedFiles() = default;
  explicit RotatedFiles(const std::vector<std::string>& files);

  // What was written in front of the file, or behind it; null: none is known.
  const std::string* before(const std::string& file) const { return find(before_, file); }
  const std::string* behind(const std::string& file) const { return find(behind_, file); }

 private:
  using Neighbours = std::unordered_map<std::string, std::string>;
  static const std::string* find(const Neighbours& in, const std::string& file) {
    const auto found = in.find(file);
    return found == in.end() ? nullptr : &found->second;
  }

  Neighbours before_;
  Neighbours behind_;
};

// What the name of a file says about rotation.
struct RotatedName {
  enum class Kind { none, number, time };
  Kind kind = Kind::none;
  std::string_view base;   // the name of the newest
  std::string_view place;  // the number, or the time
};
RotatedName parse_rotated(std::string_view name);

}  // namespace leadscan::audit
