#include "audit/input/members.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>

#include "audit/input/codecs.h"
#include "audit/input/container.h"
#include "audit/input/format.h"
#include "audit/input/names.h"
#include "audit/input/utf16.h"

namespace leadscan::audit {
namespace {

constexpr std::size_t kMostContainers = 2;  // "archives nest once"
constexpr int kMostCompressions = 3;        // one around the other; more is a trap
constexpr std::size_t kMostErrors = 1000;   // of one file; a hostile one could have millions

// A tar without members is its end mark alone: zeros, and as a rule 20 blocks of them. Only its
// name tells it from a text that never reached the disk.
bool is_empty_tar(PeekSource& source, std::string_view name) {
  if (!says_tar(name)) return false;
  constexpr std::size_t kMost = 10240;
  const std::string_view front = source.peek(kDetectBytes);
  if (front.size() < kDetectBytes || front.find_first_not_of('\0') != front.npos) return false;
  const std::string_view all = source.peek(kMost + 1);
  return all.size() <= kMost && all.size() >= 2 * kDetectBytes && all.size() % kDetectBytes == 0 &&
         all.find_first_not_of('\0') == all.npos;
}

// What comes before a zstd or lz4 frame, and is for neither. False: something else follows.
bool skip_frames(PeekSource& source) {
  for (;;) {
    const std::string_view front = source.peek(kDetectBytes);
    if (front.empty()) return true;
    const Format format = detect(front);
    if (format != Format::skippable) return format == Format::zstd || format == Format::lz4;
    if (front.size() < 8) return false;
    std::uint64_t size = 0;
    for (std::size_t at = 8; at-- > 4;) size = size << 8 | static_cast<unsigned char>(front[at]);
    if (!source.skip(8 + size)) return false;
  }
}

// For a pipe, open() would wait for a writer and not notice a request to stop. So it does not wait
// here: reading does, and notices.
int open_file(const std::string& path, const Watch& watch) {
  struct stat status = {};
  const bool waits = (watch.stop != nullptr || watch.given_up != nullptr) &&
                     ::stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | (waits ? O_NONBLOCK : 0));
  if (fd >= 0 && waits) ::fcntl(fd, F_SETFL, 0);
  return fd;
}

bool is_hole(std::string_view front) {
  return front.size() == kDetectBytes && front.find_first_not_of('\0') == front.npos;
}

// Of a text in UTF-16 that begins with a hole; else `format`, which is that of the hole.
Format format_behind_hole(PeekSource& source, Format format) {
  constexpr std::size_t kLongestHole = std::size_t{1} << 20;
  const std::string_view front = source.peek(kLongestHole + kDetectBytes);
  const std::size_t first = front.find_first_not_of('\0');
  if (first == front.npos) return format;
  // With enough of the hole to be known for one, and where a character may begin.
  const std::size_t begin = (first - kDetectBytes / 2) & ~std::size_t{1};
  const Format behind = detect(front.substr(begin, kDetectBytes));
  return is_utf16(behind) ? behind : format;
}

}  // namespace

struct Members::Level {
  Container container;
  std::string prefix;  // of its members' names
  std::optional<std::string> name;
  bool whole;  // all its members are wanted
};

Members::Members(std::string path, Watch watch) : path_(std::move(path)), watch_(watch) {}
Members::Members(std::string path, Watch watch, std::unique_ptr<ByteSource> text,
                 FdSource* plain_file)
    : path_(std::move(path)),
      text_(std::move(text)),
      plain_text_(plain_file),
      watch_(watch),
      opened_(true) {}
Members::~Members() {
  bytes_.reset();
  while (!levels_.empty()) levels_.pop_back();  // inner ones read from outer ones
}

bool Members::next() {
  close_member();
  if (watch_.follow) return next_followed();
  if (text_ != nullptr) {
    bytes_ = std::move(text_);
    plain_file_ = plain_text_;
    return true;
  }
  if (!opened_) {
    opened_ = true;
    int fd = STDIN_FILENO;
    if (path_ != "-") fd = open_file(path_, watch_);
    struct stat status = {};
    if (fd < 0 || ::fstat(fd, &status) != 0) {
      add_error(std::nullopt, std::strerror(errno));
      return false;
    }
    auto file = std::make_unique<FdSource>(fd, watch_);
    if (S_ISDIR(status.st_mode)) {
      add_error(std::nullopt, std::strerror(EISDIR));
      return false;
    }
    FdSource* seekable = S_ISREG(status.st_mode) ? file.get() : nullptr;
    name_.reset();
    const bool whole = watch_.member_globs == nullptr;
    if (try_descend({std::move(file), seekable, "", true, whole})) return true;
  }
  while (!levels_.empty()) {
    Level& level = *levels_.back();
    if (!level.container.next()) {
      const std::string& why = level.container.error();
      // The member that was being read when it happened has said so.
      const bool said = !errors_.empty() && errors_.back().why == why;
      if (!why.empty() && !said) add_error(level.name, why);
      levels_.pop_back();
      continue;
    }
    const std::string& name = level.container.name();
    const bool wanted = level.whole || matches_any(name, *watch_.member_globs);
    if (is_companion(name)) {
      if (wanted && watch_.passed_over != nullptr)
        watch_.passed_over->fetch_add(1, std::memory_order_relaxed);
      continue;
    }
    name_ = level.prefix + name;
    if (try_descend({level.container.member(), nullptr, *name_ + "!", wanted, wanted})) return true;
  }
  return false;
}

bool Members::next_followed() {
  if (follower_ == nullptr) follower_ = std::make_unique<Follower>(path_, watch_);
  if (follower_->next()) {
    opened_ = true;
    bytes_ = std::make_unique<FollowedText>(*follower_);
    return true;
  }
  if (!opened_ && !follower_->error().empty()) add_error(std::nullopt, follower_->error());
  return false;
}

bool Members::try_descend(Found found) {
  try {
    return descend(std::move(found));
  } catch (const std::bad_alloc&) {
    give_up_member(kNoMemory);
    return false;
  }
}

// Unwraps compressions. A text: true, and it is the current member. An archive: false, and its
// members are next. Of what is not wanted only archives matter, for what is in them.
bool Members::descend(Found found) {
  auto& [bytes, seekable, prefix, wanted, whole] = found;
  const auto refuse = [this, &wanted = wanted](std::string why) {
    if (wanted) add_error(name_, std::move(why));
    return false;
  };
  for (int compressions = 0;; ++compressions) {
    auto peeked = std::make_unique<PeekSource>(std::move(bytes));
    if (is_empty_tar(*peeked, name_.value_or(path_))) return false;
    std::string_view front = peeked->peek(kDetectBytes);
    Format format = detect(front);
    if (format == Format::skippable) {
      if (!skip_frames(*peeked)) {
        return refuse("a frame to be skipped, and neither zstd nor lz4 behind it");
      }
      seekable = nullptr;
      front = peeked->peek(kDetectBytes);
      format = detect(front);
    }
    if (is_hole(front)) format = format_behind_hole(*peeked, format);
    if (format == Format::unsupported || format == Format::binary) {
      // Finding a name takes a while; beyond kMostErrors it would not be shown.
      return wanted && errors_.size() < kMostErrors && refuse(why_not_read(front));
    }
    if (is_container(format)) {
      if (levels_.size() >= kMostContainers) {
        add_error(name_, "archives nest deeper than once");
        return false;
      }
      FdSource* file = compressions == 0 ? seekable : nullptr;
      levels_.reserve(kMostContainers);
      levels_.emplace_back(
          new Level{Container(format, std::move(peeked), file), std::move(prefix), name_, whole});
      return false;
    }
    if (!is_compressed(format)) {
      if (!wanted) return false;
      bytes_ = std::move(peeked);
      if (is_utf16(format)) {
        bytes_ = make_utf16_source(format, std::move(bytes_));
      } else if (compressions == 0) {
        plain_file_ = seekable;
      }
      return true;
    }
    if (compressions == kMostCompressions) {
      return refuse("compressed more than three times over");
    }
    bytes = make_decoder(format, std::move(peeked), watch_.memory);
  }
}

bool is_archive(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return false;
  std::unique_ptr<ByteSource> bytes = std::make_unique<FdSource>(fd);
  for (int compressions = 0; compressions <= kMostCompressions; ++compressions) {
    auto peeked = std::make_unique<PeekSource>(std::move(bytes));
    Format format = detect(peeked->peek(kDetectBytes));
    if (format == Format::skippable && skip_frames(*peeked))
      format = detect(peeked->peek(kDetectBytes));
    if (is_container(format)) return true;
    if (!is_compressed(format)) return false;
    bytes = make_decoder(format, std::move(peeked));
  }
  return false;
}

void Members::close_member() {
  if (bytes_ != nullptr && !bytes_->error().empty()) add_error(name_, bytes_->error());
  bytes_.reset();
  plain_file_ = nullptr;
}

void Members::give_up_member(std::string why) {
  bytes_.reset();
  plain_file_ = nullptr;
  add_error(name_, std::move(why));
}

void Members::add_error(std::optional<std::string> member, std::string why) {
  // An input that was left in the middle of it looks cut.
  if (watch_.has_stopped()) return;
  if (errors_.size() < kMostErrors) errors_.push_back({path_, std::move(member), std::move(why)});
}

}  // namespace leadscan::audit
