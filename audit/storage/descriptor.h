// Descriptor: a file that is open to be written, locked against other runs of this program.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace leadscan::audit {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  // Lets go of the lock, too. Standard streams stay open.
  void close();

  // Until close(). False: another run has it. Where the file system knows no locks, all get it.
  // `shared`: only to see that there is no exclusive lock.
  bool lock(bool shared = false) const;
  // Whether `path` still names this file. `follow`: through a link.
  bool is_at(const std::string& path, bool follow) const;

  // All of it, whatever a call takes at a time. False: errno tells why.
  bool write(std::string_view bytes) const;
  bool write_at(std::uint64_t offset, std::string_view bytes) const;
  // Up to `size` bytes of a regular file.
  std::string read_at(std::uint64_t offset, std::size_t size) const;

 private:
  int fd_ = -1;
};

// "PATH: what errno says".
std::string errno_text(const std::string& path);

}  // namespace leadscan::audit
