#include "audit/input/follower.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "audit/input/format.h"

namespace leadscan::audit {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenLooks(100);
// A writer of single lines must not cause a wake-up for each of them.
constexpr milliseconds kBetweenReads(50);
constexpr std::size_t kLittle = std::size_t{32} << 10;
// A daemon's processes do not turn to the new file at the same moment.
constexpr milliseconds kGrace(500);
// This many bytes tell whether what was read is still there.
constexpr std::size_t kLastBytes = 256;
// How far behind a reader may be that still reads on to the end when it is asked to stop.
constexpr std::uint64_t kMostAfterStop = std::uint64_t{4} << 20;

}  // namespace

Follower::Follower(std::string path, const Watch& watch) : path_(std::move(path)), watch_(watch) {}

void Follower::tell(const std::string& what) const {
  if (watch_.tell != nullptr && *watch_.tell) (*watch_.tell)(path_ + ": " + what);
}

bool Follower::is_given_up() const {
  return watch_.given_up != nullptr && watch_.given_up->load(std::memory_order_relaxed);
}

bool Follower::is_stopped() const {
  return is_given_up() || (watch_.stop != nullptr && watch_.stop->load(std::memory_order_relaxed));
}

void Follower::begin(std::shared_ptr<const File> file) {
  file_ = std::move(file);
  position_ = 0;
  last_bytes_.clear();
  limit_.reset();
  is_cut_ = has_ended_ = is_left_open_ = false;
  tell_facts();
}

void Follower::end(bool is_left_open) {
  has_ended_ = true;
  is_left_open_ = is_left_open;
  tell_facts();
}

void Follower::tell_facts() {
  struct stat status = {};
  if (watch_.facts == nullptr || rotations_ == nullptr || ::fstat(file_->fd(), &status) != 0)
    return;
  watch_.facts->is_file = true;
  watch_.facts->size = static_cast<std::uint64_t>(status.st_size);
  watch_.facts->modified = status.st_mtim.tv_sec;
}

void Follower::look() {
  if (rotations_ == nullptr) return;
  for (auto& file : rotations_->look()) found_.push_back({std::move(file), Clock::now()});
  if (const unsigned missed = rotations_->take_missed())
    tell("rotated so quickly that " + std::to_string(missed) +
         (missed == 1 ? " file was" : " files were") + " gone before it could be read");
}

// False: asked to stop before there was one.
bool Follower::open_first() {
  struct stat status = {};
  const bool is_stdin = path_ == "-";
  const int found = is_stdin ? ::fstat(STDIN_FILENO, &status) : ::stat(path_.c_str(), &status);
  if (is_stdin || (found == 0 && !S_ISREG(status.st_mode))) {
    const int fd = is_stdin ? STDIN_FILENO : ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (found != 0 || fd < 0) {
      error_ = std::strerror(errno);
      return false;
    }
    begin(std::make_shared<const File>(fd));
    // It may have been read from before.
    const off_t at = ::lseek(fd, 0, SEEK_CUR);
    position_ = at < 0 ? 0 : static_cast<std::uint64_t>(at);
    return true;
  }
  rotations_ = std::make_unique<Rotations>(path_);
  for (bool is_told = false;; is_told = true) {
    const int why = ::access(path_.c_str(), R_OK) == 0 ? 0 : errno;
    look();
    if (!found_.empty()) break;
    if (is_stopped()) {
      error_ = std::strerror(why == 0 ? ENOENT : why);
      return false;
    }
    if (!is_told) tell(std::string(std::strerror(why == 0 ? ENOENT : why)) + "; waiting for it");
    std::this_thread::sleep_for(kBetweenLooks);
  }
  begin(std::move(found_.front().file));
  found_.pop_front();
  return true;
}

bool Follower::next() {
  if (is_over_) return false;
  if (file_ == nullptr) {
    is_over_ = !open_first();
  } else if (is_cut_) {
    begin(std::move(file_));
  } else if (!found_.empty()) {
    tell("another file has this name now: reading on from its beginning");
    begin(std::move(found_.front().file));
    found_.pop_front();
  } else {
    is_over_ = true;
  }
  return !is_over_;
}

// Where the end of what is to be read is from now on. Where that was far behind, because it never
// came to the end of what there was, it was not read whole.
void Follower::note_stop() {
  if (limit_ || !is_stopped()) return;
  limit_ = position_;
  struct stat status = {};
  std::uint64_t waiting = 0;
  if (::fstat(file_->fd(), &status) == 0 && S_ISREG(status.st_mode)) {
    const auto size = static_cast<std::uint64_t>(status.st_size);
    waiting = size - std::min(size, position_);
  } else if (int bytes = 0; ::ioctl(file_->fd(), FIONREAD, &bytes) == 0 && bytes > 0) {
    waiting = static_cast<std::uint64_t>(bytes);
  }
  if (is_given_up() || (!has_caught_up_ && waiting > kMostAfterStop)) {
    if (watch_.stopped != nullptr) watch_.stopped->store(true, std::memory_order_relaxed);
    is_over_ = true;
  } else {
    limit_ = position_ + waiting;
  }
}

// Whether what was read is no longer there: it was cut, and may have grown again since.
bool Follower::was_cut(std::uint64_t size) {
  if (size < position_) return true;
  char bytes[kLastBytes];
  std::string error;
  const std::size_t had = last_bytes_.size();
  const std::size_t got = file_->read_at(position_ - had, bytes, had, error);
  return got != had || std::memcmp(bytes, last_bytes_.data(), had) != 0;
}

void Follower::begin_anew() {
  tell("cut after " + std::to_string(position_) +
       " bytes were read; reading it from its beginning again, without what may have been written "
       "in between");
  is_cut_ = true;
  end(true);
}

// What there is, up to `size` bytes. 0: there is nothing now, or the text has ended.
std::size_t Follower::take(char* out, std::size_t size) {
  struct stat status = {};
  if (::fstat(file_->fd(), &status) != 0) {
    error_ = std::strerror(errno);
    end(false);
    return 0;
  }
  if (!S_ISREG(status.st_mode)) return take_from_pipe(out, size);
  if (static_cast<std::uint64_t>(status.st_size) < position_) {
    begin_anew();
    return 0;
  }
  if (limit_) size = std::min<std::uint64_t>(size, *limit_ - std::min(*limit_, position_));
  const std::size_t got = file_->read_at(position_, out, size, error_);
  if (got == 0) {
    if (!error_.empty()) end(false);
    return 0;
  }
  // After it was read, or it might be cut in between.
  if (::fstat(file_->fd(), &status) != 0 || was_cut(static_cast<std::uint64_t>(status.st_size))) {
    begin_anew();
    return 0;
  }
  position_ += got;
  last_bytes_.append(out + got - std::min(got, kLastBytes), std::min(got, kLastBytes));
  last_bytes_.erase(0, last_bytes_.size() - std::min(last_bytes_.size(), kLastBytes));
  return got;
}

std::size_t Follower::take_from_pipe(char* out, std::size_t size) {
  if (limit_) size = std::min<std::uint64_t>(size, *limit_ - std::min(*limit_, position_));
  std::size_t got = 0;
  while (got < size) {
    pollfd want = {file_->fd(), POLLIN, 0};
    if (::poll(&want, 1, 0) <= 0) break;
    const ssize_t n = ::read(file_->fd(), out + got, size - got);
    if (n > 0) {
      got += static_cast<std::size_t>(n);
    } else if (n == 0 || errno != EINTR) {
      // What came before is given first: then this is found out again.
      if (got != 0) break;
      if (n < 0) error_ = std::strerror(errno);
      end(false);
      is_over_ = true;
      return 0;
    }
  }
  position_ += got;
  return got;
}

// Whether those who write the log have turned to another file for good.
bool Follower::is_rotated() const {
  if (found_.empty() || Clock::now() - found_.front().when < kGrace) return false;
  return std::any_of(found_.begin(), found_.end(), [](const Found& found) {
    struct stat status = {};
    return ::fstat(found.file->fd(), &status) == 0 && status.st_size > 0;
  });
}

std::size_t Follower::read(char* out, std::size_t size) {
  if (has_ended_ || size == 0) return 0;
  if (was_little_ && found_.empty() && !is_stopped()) std::this_thread::sleep_for(kBetweenReads);
  std::size_t got = 0;
  for (;;) {
    note_stop();
    const bool is_rotated_for_good = is_rotated();
    got = take(out, size);
    if (got != 0 || has_ended_) break;
    has_caught_up_ |= !limit_;
    if (is_rotated_for_good) {
      end(false);
      break;
    }
    look();
    if (limit_) {
      // What is behind it, is complete; nothing is known of the last one.
      is_over_ |= found_.empty();
      end(is_over_);
      break;
    }
    if (rotations_ == nullptr) {
      pollfd want = {file_->fd(), POLLIN, 0};
      ::poll(&want, 1, static_cast<int>(kBetweenLooks.count()));
    } else {
      std::this_thread::sleep_for(kBetweenLooks);
    }
  }
  was_little_ = got < kLittle;
  if (watch_.bytes != nullptr) watch_.bytes->fetch_add(got, std::memory_order_relaxed);
  return got;
}

std::string why_not_followed(const std::string& path) {
  struct stat status = {};
  if (path == "-" || ::stat(path.c_str(), &status) != 0) return {};
  if (S_ISDIR(status.st_mode)) return "a folder: name the logs in it that grow";
  if (!S_ISREG(status.st_mode)) return {};
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return std::strerror(errno);
  char front[kDetectBytes];
  std::string error;
  const std::size_t got = File(fd).read_at(0, front, sizeof front, error);
  const Format format = detect({front, got});
  if (!error.empty() || got == 0 || format == Format::plain) return error;
  const bool is_text = is_compressed(format) || is_container(format) || is_utf16(format);
  return (is_text ? std::string(name_of(format)) : why_not_read({front, got})) +
         ": only plain text in UTF-8 can be followed as it grows";
}

}  // namespace leadscan::audit
