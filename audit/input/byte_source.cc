#include "audit/input/byte_source.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace leadscan::audit {

File::~File() {
  if (fd_ > STDIN_FILENO) ::close(fd_);
}

std::size_t File::read_at(std::uint64_t offset, char* out, std::size_t size,
                          std::string& error) const {
  std::size_t got = 0;
  while (got < size) {
    const ssize_t n = ::pread(fd_, out + got, size - got, static_cast<off_t>(offset + got));
    if (n > 0) {
      got += static_cast<std::size_t>(n);
    } else if (n == 0) {
      break;
    } else if (errno != EINTR) {
      error = std::strerror(errno);
      break;
    }
  }
  return got;
}

FdSource::FdSource(int fd, Watch watch) : file_(std::make_shared<File>(fd)), watch_(watch) {
  if (watch.hash && watch.facts != nullptr) hash_ = std::make_unique<Sha256>();
  struct stat status = {};
  if (::fstat(fd, &status) != 0) return;
  may_wait_ = (watch.stop != nullptr || watch.given_up != nullptr) && !S_ISREG(status.st_mode);
  if (!S_ISREG(status.st_mode)) return;
  known_size_ = static_cast<std::uint64_t>(status.st_size);
  if (watch.facts != nullptr) {
    watch.facts->is_file = true;
    watch.facts->size = known_size_;
    watch.facts->modified = status.st_mtim.tv_sec;
  }
  // Standard input may have been read from before.
  const off_t at = ::lseek(fd, 0, SEEK_CUR);
  position_ = at < 0 ? 0 : static_cast<std::uint64_t>(at);
}

FdSource::~FdSource() {
  if (hash_ == nullptr || !hash_rest()) return;
  hash_->finish(watch_.facts->sha256);
  watch_.facts->is_hashed = true;
  watch_.facts->size = hashed_;
}

// What is read is hashed at once, if it follows on what was hashed before. Archives are read here
// and there, too.
void FdSource::hash(const char* data, std::size_t size) noexcept {
  if (position_ > hashed_ || position_ + size <= hashed_) return;
  const std::uint64_t known = hashed_ - position_;
  hash_->add(data + known, size - known);
  hashed_ += size - known;
}

// What was not read, such as the bytes behind the end of an archive. False if not all of the file
// was hashed.
bool FdSource::hash_rest() noexcept {
  if (known_size_ == 0) return ended_ && error().empty() && !is_asked_to_stop();
  char block[std::size_t{16} << 10];
  for (;;) {
    if (is_asked_to_stop()) return false;
    const ssize_t got = ::pread(file_->fd(), block, sizeof block, static_cast<off_t>(hashed_));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got == 0;
    hash_->add(block, static_cast<std::size_t>(got));
    hashed_ += static_cast<std::uint64_t>(got);
  }
}

// Until there is something to read; false if there will be no need to.
bool FdSource::wait() {
  constexpr int kMilliseconds = 100;
  pollfd want = {file_->fd(), POLLIN, 0};
  while (!is_asked_to_stop())
    if (::poll(&want, 1, kMilliseconds) > 0) return true;
  return false;
}

bool FdSource::is_asked_to_stop() const {
  const auto is_set = [](const std::atomic<bool>* flag) {
    return flag != nullptr && flag->load(std::memory_order_relaxed);
  };
  if (!is_set(watch_.stop) && !is_set(watch_.given_up)) return false;
  if (watch_.stopped != nullptr) watch_.stopped->store(true, std::memory_order_relaxed);
  return true;
}

std::size_t FdSource::read(char* out, std::size_t size) {
  // A pipe gives little at a time; full buffers are what the stages above work best with.
  std::size_t got = 0;
  while (got < size && !ended_) {
    if (may_wait_ && !wait()) {
      ended_ = true;
      break;
    }
    const ssize_t n = ::read(file_->fd(), out + got, size - got);
    if (n > 0) {
      if (hash_ != nullptr) hash(out + got, static_cast<std::size_t>(n));
      got += static_cast<std::size_t>(n);
      position_ += static_cast<std::uint64_t>(n);
      if (known_size_ != 0) known_size_ = std::max(known_size_, position_);
    } else if (n == 0) {
      ended_ = true;
      check_end();
      // Ctrl-C may have ended the writer of the pipe, too.
      if (may_wait_) static_cast<void>(is_asked_to_stop());
    } else if (errno != EINTR) {
      fail(std::strerror(errno));
      ended_ = true;
    }
  }
  if (watch_.bytes != nullptr) watch_.bytes->fetch_add(got, std::memory_order_relaxed);
  return got;
}

// A log is cut while it is read when it is rotated by copying (logrotate's copytruncate), say.
void FdSource::check_end() {
  if (known_size_ == 0) return;
  struct stat status = {};
  if (::fstat(file_->fd(), &status) != 0) return fail(std::strerror(errno));
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (position_ < known_size_ || size < known_size_) fail(cut_while_read(known_size_));
}

std::string cut_while_read(std::uint64_t size) {
  return "it was cut while it was read, when it had " + std::to_string(size) +
         " bytes; read it again, or a copy of it";
}

std::int64_t FdSource::seek(std::int64_t offset, int whence) {
  const off_t at = ::lseek(file_->fd(), offset, whence);
  if (at < 0) return at;
  ended_ = false;
  position_ = static_cast<std::uint64_t>(at);
  return at;
}

std::string_view PeekSource::peek(std::size_t size) {
  while (front_.size() < size) {
    const std::size_t had = front_.size();
    front_.resize(size);
    const std::size_t got = inner_->read(front_.data() + had, size - had);
    front_.resize(had + got);
    if (got == 0) break;
  }
  return std::string_view(front_).substr(0, size);
}

bool PeekSource::skip(std::uint64_t size) {
  const std::size_t first = std::min<std::uint64_t>(size, front_.size());
  front_.erase(0, first);
  size -= first;
  char block[4096];
  while (size != 0) {
    const std::size_t got = inner_->read(block, std::min<std::uint64_t>(size, sizeof block));
    if (got == 0) return false;
    size -= got;
  }
  return true;
}

std::size_t PeekSource::read(char* out, std::size_t size) {
  const std::size_t first = std::min(size, front_.size() - given_);
  std::memcpy(out, front_.data() + given_, first);
  given_ += first;
  std::size_t got = first;
  if (got < size) got += inner_->read(out + got, size - got);
  if (got == 0 && !inner_->error().empty()) fail(inner_->error());
  return got;
}

std::size_t StringSource::read(char* out, std::size_t size) {
  const std::size_t n = std::min({size, most_, text_.size() - given_});
  std::memcpy(out, text_.data() + given_, n);
  given_ += n;
  return n;
}

}  // namespace leadscan::audit
