#include "audit/cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace leadscan::audit {
namespace {

bool is_regular(int fd, std::uint64_t& size) {
  struct stat status = {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  size = static_cast<std::uint64_t>(status.st_size);
  return true;
}

}  // namespace

OutputFile::OutputFile() : file_(STDOUT_FILENO) {}

OutputFile::~OutputFile() {
  std::uint64_t size = 0;
  if (created_ && is_regular(file_.get(), size) && size == 0 && file_.is_at(path_, true))
    ::unlink(path_.c_str());
}

bool OutputFile::fail(const std::string& why) {
  if (error_.empty()) error_ = why;
  return false;
}

bool OutputFile::open(const std::string& path) {
  path_ = path;
  for (;;) {
    created_ = ::access(path.c_str(), F_OK) != 0;
    // Only to be written: who also has a pipe open to be read waits for ever when its reader goes.
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666));
    if (!file.is_open()) return fail(errno_text(path));
    std::uint64_t size = 0;
    const bool regular = is_regular(file.get(), size);
    if (regular && !file.lock()) {
      created_ = false;
      return fail(path + ": another run of leadscan is writing it");
    }
    // Another run may have put its file there before we had the lock.
    if (regular && !file.is_at(path, true)) continue;
    file_ = std::move(file);
    return true;
  }
}

void OutputFile::write(std::string_view bytes) {
  if (!error_.empty()) return;
  if (!file_.write(bytes)) {
    fail(errno_text(path_));
    return;
  }
  size_ += bytes.size();
}

void OutputFile::write_at(std::uint64_t offset, std::string_view bytes) {
  if (error_.empty() && !file_.write_at(offset, bytes)) fail(errno_text(path_));
}

void OutputFile::resume(std::uint64_t size) {
  created_ = false;
  size_ = size;
  std::uint64_t found = 0;
  // Pipes and devices cannot be cut, and need not be.
  if (!is_regular(file_.get(), found)) return;
  if (found < size) {
    fail("checkpoint: " + path_ +
         " is shorter than what it goes with; remove the checkpoint to start anew");
  } else if (::ftruncate(file_.get(), static_cast<off_t>(size)) != 0 ||
             ::lseek(file_.get(), 0, SEEK_END) < 0) {
    fail(errno_text(path_));
  }
}

}  // namespace leadscan::audit
