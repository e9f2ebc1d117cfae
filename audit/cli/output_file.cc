#include "audit/cli/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace leadscan::audit {

OutputFile::~OutputFile() {
  if (fd_ > 2) ::close(fd_);
}

bool OutputFile::open(const std::string& path) {
  path_ = path;
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd_ < 0) error_ = path_ + ": " + std::strerror(errno);
  return fd_ >= 0;
}

void OutputFile::write(std::string_view bytes) {
  while (!bytes.empty() && error_.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      error_ = path_ + ": " + std::strerror(errno);
      return;
    }
    size_ += static_cast<std::uint64_t>(n);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void OutputFile::write_at(std::uint64_t offset, std::string_view bytes) {
  if (!error_.empty()) return;
  if (::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset)) !=
      static_cast<ssize_t>(bytes.size()))
    error_ = path_ + ": " + std::strerror(errno);
}

void OutputFile::resume(std::uint64_t size) {
  size_ = size;
  // Pipes and devices cannot be cut, and need not be.
  if (::ftruncate(fd_, static_cast<off_t>(size)) == 0) ::lseek(fd_, 0, SEEK_END);
}

}  // namespace leadscan::audit
