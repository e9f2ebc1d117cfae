#include "audit/storage/replaced_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>

namespace leadscan::audit {
namespace {

// So often two runs may take it from each other's hands before it is called odd.
constexpr int kMostTries = 100;

constexpr std::chrono::seconds kMomentOfOthers{2};

constexpr const char* kBusy = ": another run of leadscan is writing it";
constexpr const char* kForeign =
    ": not left behind by leadscan, and so not replaced; move it away, or name another output";

}  // namespace

ReplacedFile::~ReplacedFile() {
  if (remove_ && !keep_ && is_there()) ::unlink(partial_.c_str());
}

bool ReplacedFile::fail(const std::string& why) {
  if (error_.empty()) error_ = why;
  return false;
}

bool ReplacedFile::open(const std::string& path, Stale stale) {
  path_ = path;
  partial_ = path + ".partial";
  if (!look_at_old() || !is_written_in_place()) return false;
  for (int tries = 0; tries < kMostTries; ++tries) {
    bool again = false;
    if (create(again)) return true;
    if (!again && error_.empty() && take_stale(stale, again)) return true;
    if (!again) return false;
  }
  return fail(path_ + kBusy);
}

bool ReplacedFile::look_at_old() {
  struct stat status = {};
  if (::stat(path_.c_str(), &status) != 0) return errno == ENOENT || fail_by_errno(path_);
  if (!S_ISREG(status.st_mode))
    return fail(path_ + ": not a regular file, which could be replaced");
  replaces_ = true;
  mode_ = status.st_mode & 0777;
  owner_ = status.st_uid;
  group_ = status.st_gid;
  return true;
}

// What other outputs of another run write has no FILE.partial; it is locked itself.
bool ReplacedFile::is_written_in_place() {
  const Descriptor old(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  return !old.is_open() || old.lock(true) || fail(path_ + kBusy);
}

// The same once all is written. A run that opened FILE.partial just before it was put in its place
// locks it for the moment that it takes to notice; that is waited for.
bool ReplacedFile::is_left_alone() {
  using namespace std::chrono_literals;
  const auto until = std::chrono::steady_clock::now() + kMomentOfOthers;
  while (!is_written_in_place()) {
    if (std::chrono::steady_clock::now() > until) return false;
    error_.clear();
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

// `again`: another run was faster. If there is one already, nothing happens.
bool ReplacedFile::create(bool& again) {
  Descriptor file(::open(partial_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                         replaces_ ? 0600 : 0666));
  if (!file.is_open()) return errno == EEXIST ? false : fail_by_errno(path_);
  // Empty and not locked yet, it may pass for a stale one.
  if (!file.lock()) return fail(path_ + kBusy);
  if (!file.is_at(partial_, false)) {
    again = true;
    return false;
  }
  remove_ = true;
  file_ = std::move(file);
  if (!replaces_) return true;
  // Users who could not read the old one must not read the new one: the rights are set before the
  // content is written. If the group cannot be kept, its new group gets no more than everybody has.
  const uid_t same_owner = static_cast<uid_t>(-1);
  if (::fchown(file_.get(), owner_, group_) != 0 &&
      ::fchown(file_.get(), same_owner, group_) != 0) {
    struct stat status = {};
    if (::fstat(file_.get(), &status) != 0 || status.st_gid != group_)
      mode_ = (mode_ & 0707) | ((mode_ & 07) << 3);
  }
  // While it is written, we have to read and write it ourselves.
  return ::fchmod(file_.get(), mode_ | 0600) == 0 || fail_by_errno(path_);
}

bool ReplacedFile::has_mark(const Descriptor& file) const {
  return file.read_at(0, mark_.front.size()) == mark_.front &&
         file.read_at(mark_.offset, mark_.unfinished.size()) == mark_.unfinished;
}

bool ReplacedFile::take_stale(Stale stale, bool& again) {
  // Not to wait for the other end of a pipe.
  Descriptor file(
      ::open(partial_.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status = {};
  if (!file.is_open()) {
    again = errno == ENOENT;
    if (again) return false;
    return errno == ELOOP || errno == EISDIR || errno == ENXIO ? fail(partial_ + kForeign)
                                                               : fail_by_errno(partial_);
  }
  if (::fstat(file.get(), &status) != 0) return fail_by_errno(partial_);
  // A run that was killed may have given it the old one's owner already.
  const bool is_owner = status.st_uid == ::geteuid() || (replaces_ && status.st_uid == owner_);
  if (!S_ISREG(status.st_mode) || status.st_nlink > 1 || !is_owner)
    return fail(partial_ + kForeign);
  if (!file.lock()) return fail(path_ + kBusy);
  if (!file.is_at(partial_, false)) {
    again = true;
    return false;
  }
  // The run may have been killed when it was about to put it in its place.
  const bool is_finished = file.read_at(mark_.offset, mark_.finished.size()) == mark_.finished;
  if (status.st_size != 0 && !has_mark(file) && !(stale == Stale::kept && is_finished))
    return fail(partial_ + kForeign);
  if (stale == Stale::kept) {
    file_ = std::move(file);
    return true;
  }
  // Not emptied: another process may have it open, and would read what is written next.
  if (::unlink(partial_.c_str()) != 0) return fail_by_errno(partial_);
  again = true;
  return false;
}

bool ReplacedFile::start_over() {
  if (remove_) return true;  // it is new
  if (!is_there()) return fail(partial_ + ": it was taken away");
  if (::unlink(partial_.c_str()) != 0) return fail_by_errno(partial_);
  file_.close();
  bool again = false;
  return create(again) || fail(path_ + kBusy);
}

bool ReplacedFile::take_back() {
  Descriptor file(::open(path_.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status = {};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return fail_by_errno(path_);
  if (!S_ISREG(status.st_mode) || status.st_nlink > 1)
    return fail(path_ + ": it has other names (hard links), so it cannot be gone on with");
  if (!file.lock()) return fail(path_ + kBusy);
  if (!file.is_at(path_, false) || !is_there())
    return fail(path_ + ": it was replaced at the same time");
  if (std::rename(path_.c_str(), partial_.c_str()) != 0) return fail_by_errno(path_);
  file_ = std::move(file);
  remove_ = false;
  return true;
}

bool ReplacedFile::write(std::string_view bytes) {
  return file_.write(bytes) || fail_by_errno(path_);
}

bool ReplacedFile::commit() {
  if (!is_left_alone()) return false;
  if (::fsync(file_.get()) != 0) return fail_by_errno(path_);
  if (!is_there()) return fail(partial_ + ": it was taken away while it was written");
  // Last of all: a kill between this and the new name leaves a file that is not taken for stale.
  if (!file_.write_at(mark_.offset, mark_.finished)) return fail_by_errno(path_);
  if (replaces_ && ::fchmod(file_.get(), mode_) != 0) return fail_by_errno(path_);
  if (std::rename(partial_.c_str(), path_.c_str()) != 0) return fail_by_errno(path_);
  remove_ = false;
  const bool synced = ::fsync(file_.get()) == 0;
  if (!synced) fail_by_errno(path_);
  file_.close();
  return synced;
}

}  // namespace leadscan::audit
