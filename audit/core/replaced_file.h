// ReplacedFile: a file that is written beside its place, as FILE.partial, and put there when it is
// whole. Whoever looks at FILE sees what was there before or all of the new one.
#pragma once

#include <string>

namespace leadscan::audit {

class ReplacedFile {
 public:
  ReplacedFile() = default;
  // Removes what was not put in its place.
  ~ReplacedFile();
  ReplacedFile(const ReplacedFile&) = delete;
  ReplacedFile& operator=(const ReplacedFile&) = delete;

  // Whether FILE.partial can be written, and put in the place of `path`. What an earlier run left
  // there stays for now.
  bool open(const std::string& path);
  // From now on FILE.partial outlives this object: an interrupted run goes on with it.
  void keep() { keep_ = true; }
  // Flushes it to the disk and puts it in its place.
  bool commit();

  const std::string& path() const { return path_; }
  const std::string& partial() const { return partial_; }
  const std::string& error() const { return error_; }

 private:
  bool fail(const std::string& path);

  std::string path_;
  std::string partial_;  // empty once there is none to remove
  std::string error_;
  bool keep_ = false;
};

}  // namespace leadscan::audit
