#include "audit/input/rotations.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <utility>

namespace leadscan::audit {
namespace {

constexpr std::uint32_t kEvents = IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE;
// Rotated without a pause, it would never hold still.
constexpr int kMostTries = 100;

}  // namespace

Rotations::Rotations(const std::string& path) : path_(path) {
  // A link stays where it is; rotated is what it names.
  char* const real = ::realpath(path.c_str(), nullptr);
  const std::string target = real == nullptr ? path : std::string(real);
  std::free(real);
  const std::size_t slash = target.rfind('/');
  folder_ = slash == target.npos ? "." : slash == 0 ? "/" : target.substr(0, slash);
  name_ = target.substr(slash + 1);
  events_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (events_ < 0 || ::inotify_add_watch(events_, folder_.c_str(), kEvents | IN_ONLYDIR) >= 0)
    return;
  ::close(events_);
  events_ = -1;
}

Rotations::~Rotations() {
  if (events_ >= 0) ::close(events_);
}

unsigned Rotations::take_missed() { return std::exchange(missed_, 0); }

std::vector<Rotations::Named>::iterator Rotations::find(std::string_view name) {
  return std::find_if(named_.begin(), named_.end(),
                      [&](const Named& named) { return named.name == name; });
}

void Rotations::lose(std::vector<Named>::iterator named) {
  if (named == named_.end()) return;
  named_.erase(named);
  ++missed_;
}

void Rotations::take(const inotify_event& event, const std::string& name) {
  const auto named = find(name);
  changed_ |= name == name_ || named != named_.end();
  if ((event.mask & IN_DELETE) != 0) {
    lose(named);
  } else if ((event.mask & IN_MOVED_FROM) != 0) {
    if (named != named_.end()) *named = {"", event.cookie, 0};
  } else if ((event.mask & IN_MOVED_TO) != 0) {
    lose(named);  // what had that name before
    const auto moved = std::find_if(named_.begin(), named_.end(), [&](const Named& each) {
      return each.name.empty() && each.cookie == event.cookie;
    });
    if (moved != named_.end()) {
      moved->name = name;
      changed_ = true;
    } else if (name == name_) {
      named_.push_back({name});
    }
  } else if (name == name_ && named == named_.end()) {
    named_.push_back({name});
  }
}

void Rotations::take_events() {
  alignas(inotify_event) char events[4096];
  for (;;) {
    const ssize_t size = events_ < 0 ? 0 : ::read(events_, events, sizeof events);
    if (size <= 0) return;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event = {};
      std::memcpy(&event, events + at, sizeof event);
      const std::size_t name = at + sizeof event;
      at = name + event.len;
      if ((event.mask & IN_Q_OVERFLOW) != 0) ++missed_;
      if (event.len != 0) take(event, events + name);
    }
  }
}

bool Rotations::is_new(dev_t device, ino_t inode, const std::vector<Held>& opened) const {
  const auto is_it = [&](const Held& held) {
    return held.device == device && held.inode == inode && !held.file.expired();
  };
  return std::none_of(held_.begin(), held_.end(), is_it) &&
         std::none_of(opened.begin(), opened.end(), is_it);
}

void Rotations::open(const std::string& path, Files& files, std::vector<Held>& opened) const {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
      !is_new(status.st_dev, status.st_ino, opened))
    return;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return;
  auto file = std::make_shared<const File>(fd);
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) ||
      !is_new(status.st_dev, status.st_ino, opened))
    return;
  opened.push_back({file, status.st_dev, status.st_ino});
  files.push_back(std::move(file));
}

// What was opened counts only if nothing was renamed meanwhile: else it may be another file.
std::vector<std::shared_ptr<const File>> Rotations::look() {
  Files files;
  std::vector<Held> opened;
  std::erase_if(held_, [](const Held& held) { return held.file.expired(); });
  take_events();
  for (int tries = 0; tries < kMostTries; ++tries) {
    files.clear();
    opened.clear();
    changed_ = false;
    for (const Named& named : named_)
      if (!named.name.empty()) open(folder_ + '/' + named.name, files, opened);
    open(path_, files, opened);
    take_events();
    if (!changed_) break;
  }
  std::erase_if(named_, [](const Named& named) { return !named.name.empty(); });
  // Moved to another folder.
  for (Named& named : named_) ++named.looks;
  missed_ += static_cast<unsigned>(
      std::erase_if(named_, [](const Named& named) { return named.looks > 1; }));
  held_.insert(held_.end(), std::make_move_iterator(opened.begin()),
               std::make_move_iterator(opened.end()));
  return files;
}

}  // namespace leadscan::audit
