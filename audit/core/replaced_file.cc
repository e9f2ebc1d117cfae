#include "audit/core/replaced_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace leadscan::audit {

ReplacedFile::~ReplacedFile() {
  if (!partial_.empty() && !keep_) ::unlink(partial_.c_str());
}

bool ReplacedFile::fail(const std::string& path) {
  error_ = path + ": " + std::strerror(errno);
  return false;
}

bool ReplacedFile::open(const std::string& path) {
  path_ = path;
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    error_ = path + ": not a regular file, which could be replaced";
    return false;
  }
  const std::string partial = path + ".partial";
  const int fd = ::open(partial.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return fail(partial);
  ::close(fd);
  partial_ = partial;
  return true;
}

bool ReplacedFile::commit() {
  const int fd = ::open(partial_.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return fail(partial_);
  const bool synced = ::fsync(fd) == 0;
  ::close(fd);
  if (!synced) return fail(partial_);
  if (std::rename(partial_.c_str(), path_.c_str()) != 0) return fail(path_);
  partial_.clear();
  return true;
}

}  // namespace leadscan::audit
