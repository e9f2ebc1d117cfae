#include "audit/storage/descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace leadscan::audit {

void Descriptor::close() {
  if (fd_ > STDERR_FILENO) ::close(fd_);
  fd_ = -1;
}

bool Descriptor::lock(bool shared) const {
  return ::flock(fd_, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

bool Descriptor::is_at(const std::string& path, bool follow) const {
  struct stat mine = {};
  struct stat named = {};
  return ::fstat(fd_, &mine) == 0 &&
         ::fstatat(AT_FDCWD, path.c_str(), &named, follow ? 0 : AT_SYMLINK_NOFOLLOW) == 0 &&
         mine.st_dev == named.st_dev && mine.st_ino == named.st_ino;
}

bool Descriptor::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (n < 0 && errno == EAGAIN) {
      // The stream was handed over in non-blocking mode; here it is waited for.
      pollfd room = {fd_, POLLOUT, 0};
      ::poll(&room, 1, -1);
    } else if (n == 0 || errno != EINTR) {
      if (n == 0) errno = EIO;
      return false;
    }
  }
  return true;
}

bool Descriptor::write_at(std::uint64_t offset, std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
      offset += static_cast<std::uint64_t>(n);
    } else if (n == 0 || errno != EINTR) {
      if (n == 0) errno = EIO;
      return false;
    }
  }
  return true;
}

std::string Descriptor::read_at(std::uint64_t offset, std::size_t size) const {
  std::string bytes(size, '\0');
  ssize_t n = 0;
  do {
    n = ::pread(fd_, bytes.data(), size, static_cast<off_t>(offset));
  } while (n < 0 && errno == EINTR);
  bytes.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
  return bytes;
}

std::string errno_text(const std::string& path) { return path + ": " + std::strerror(errno); }

}  // namespace leadscan::audit
