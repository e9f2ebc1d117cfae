#include "python/arrow/range_text.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "audit/input/codecs.h"

namespace leadscan::arrow {
namespace {

std::unique_ptr<audit::FdSource> open_file(const std::string& path, audit::FileFacts* facts) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return nullptr;
  audit::Watch watch;
  watch.facts = facts;
  return std::make_unique<audit::FdSource>(fd, watch);
}

std::uint64_t size_of(const audit::File& file) {
  struct stat status = {};
  return ::fstat(file.fd(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

class PlainText final : public RangeText {
 public:
  explicit PlainText(std::shared_ptr<const audit::File> file) : file_(std::move(file)) {
    size_ = size_of(*file_);
  }
  std::size_t read_at(std::uint64_t offset, char* out, std::size_t size,
                      std::string& error) override {
    return file_->read_at(offset, out, size, error);
  }
  std::shared_ptr<const audit::File> plain_file() const override { return file_; }

 private:
  std::shared_ptr<const audit::File> file_;
};

// What RFC 8878 says of frames, as far as it takes to go from one to the next.
class FrameWalk {
 public:
  explicit FrameWalk(const audit::File& file) : file_(file), file_size_(size_of(file)) {}

  // Of the frame that begins at at(): how long its text is; at() is behind it then. Nothing: it is
  // no frame that tells, and is whole.
  std::optional<std::uint64_t> next() {
    if (number(4) >> 4 == kSkippable >> 4) {
      at_ += std::uint64_t{8} + number(4, 4);
      return is_within() ? std::optional<std::uint64_t>(0) : std::nullopt;
    }
    if (number(4) != kMagic) return std::nullopt;
    const std::uint64_t descriptor = number(1, 4);
    const bool is_single = (descriptor >> 5 & 1) != 0;
    const bool has_checksum = (descriptor >> 2 & 1) != 0;
    constexpr std::array<std::uint64_t, 4> kSizes = {0, 2, 4, 8};
    const bool has_byte = descriptor >> 6 == 0 && is_single;
    const std::uint64_t size_bytes = has_byte ? 1 : kSizes[descriptor >> 6];
    // A dictionary is none of ours.
    if (size_bytes == 0 || (descriptor & 3) != 0) return std::nullopt;
    at_ += is_single ? 5 : 6;
    const std::uint64_t text = number(size_bytes) + (size_bytes == 2 ? 256 : 0);
    at_ += size_bytes;
    for (bool is_last = false; !is_last;) {
      const std::uint64_t block = number(3);
      const std::uint64_t type = block >> 1 & 3;
      if (type == kReserved || !is_within()) return std::nullopt;
      is_last = (block & 1) != 0;
      at_ += 3 + (type == kRepeated ? 1 : block >> 3);
    }
    if (has_checksum) at_ += 4;
    return is_within() ? std::optional(text) : std::nullopt;
  }

  std::uint64_t at() const { return at_; }
  bool is_at_end() const { return at_ == file_size_; }

 private:
  static constexpr std::uint64_t kMagic = 0xFD2F'B528;
  static constexpr std::uint64_t kSkippable = 0x184D'2A50;  // to ...5F
  static constexpr std::uint64_t kRepeated = 1;
  static constexpr std::uint64_t kReserved = 3;

  bool is_within() const { return at_ <= file_size_; }

  // Of `size` bytes, the lowest first.
  std::uint64_t number(std::uint64_t size, std::uint64_t behind = 0) const {
    std::array<unsigned char, 8> bytes = {};
    std::string error;  // zeros are no frame
    file_.read_at(at_ + behind, reinterpret_cast<char*>(bytes.data()), size, error);
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < size; ++i) all |= std::uint64_t{bytes[i]} << 8 * i;
    return all;
  }

  const audit::File& file_;
  const std::uint64_t file_size_;
  std::uint64_t at_ = 0;
};

class FramesText final : public RangeText {
 public:
  FramesText(std::string path, std::size_t memory) : path_(std::move(path)), memory_(memory) {}

  // False if its frames do not tell how long they are.
  bool find_frames(const audit::File& file) {
    for (FrameWalk walk(file); !walk.is_at_end();) {
      const std::uint64_t at = walk.at();
      const std::optional<std::uint64_t> text = walk.next();
      if (!text || *text > kMost - size_) return false;
      if (*text == 0) continue;
      if (size_ != 0) frames_.push_back(size_);
      begins_.push_back(at);
      size_ += *text;
    }
    return size_ != 0;
  }

  std::size_t read_at(std::uint64_t offset, char* out, std::size_t size,
                      std::string& error) override {
    if (offset >= size_) return 0;
    size = std::min<std::uint64_t>(size, size_ - offset);
    if (!keeps_) {
      const std::size_t got = go_to(offset, error) ? read(out, size) : 0;
      check_end(error);
      return got;
    }
    const std::size_t front = offset - kept_begin_;
    const std::size_t old = kept_.size();
    if (old < front + size) {
      kept_.resize(front + size);
      const bool is_there = go_to(kept_begin_ + old, error);
      kept_.resize(old + (is_there ? read(kept_.data() + old, kept_.size() - old) : 0));
      check_end(error);
    }
    if (kept_.size() <= front) return 0;
    return kept_.copy(out, size, front);
  }

  void forget(std::uint64_t offset) override {
    if (keeps_) kept_.erase(0, offset - kept_begin_);
    keeps_ = true;
    kept_begin_ = offset;
  }

 private:
  static constexpr std::uint64_t kMost = std::uint64_t{1} << 62;

  std::size_t read(char* out, std::size_t size) {
    std::size_t got = 0;
    while (got < size) {
      const std::size_t more = bytes_->read(out + got, size - got);
      if (more == 0) break;
      got += more;
    }
    at_ += got;
    return got;
  }

  // The last frame's checksum is behind its text.
  void check_end(std::string& error) {
    if (bytes_ == nullptr) return;
    char behind = 0;
    if (at_ == size_ && bytes_->read(&behind, 1) != 0) error = "more than its frames say";
    if (error.empty()) error = bytes_->error();
  }

  // From where it is, or from the beginning of the frame.
  bool go_to(std::uint64_t offset, std::string& error) {
    const auto behind = std::upper_bound(frames_.begin(), frames_.end(), offset);
    const auto frame = static_cast<std::size_t>(behind - frames_.begin());
    const std::uint64_t begin = frame == 0 ? 0 : frames_[frame - 1];
    if (bytes_ == nullptr || at_ > offset || at_ < begin) {
      std::unique_ptr<audit::FdSource> file = open_file(path_, nullptr);
      const auto place = static_cast<std::int64_t>(begins_[frame]);
      if (file == nullptr || file->seek(place, SEEK_SET) != place) {
        error = std::strerror(errno);
        return false;
      }
      bytes_ = audit::make_decoder(audit::Format::zstd, std::move(file), memory_);
      at_ = begin;
    }
    std::array<char, 16384> passed;
    while (at_ < offset) {
      const auto most = std::min<std::uint64_t>(passed.size(), offset - at_);
      if (read(passed.data(), static_cast<std::size_t>(most)) == 0) break;
    }
    error = bytes_->error();
    return at_ == offset;
  }

  const std::string path_;
  const std::size_t memory_;
  std::vector<std::uint64_t> begins_;  // of the frames, in the file
  std::unique_ptr<audit::ByteSource> bytes_;
  std::uint64_t at_ = 0;  // in the text, what bytes_ gives next
  bool keeps_ = false;
  std::uint64_t kept_begin_ = 0;
  std::string kept_;
};

}  // namespace

std::unique_ptr<RangeText> open_range_text(const std::string& path, std::size_t memory,
                                           audit::FileFacts* facts) {
  const std::unique_ptr<audit::FdSource> source = open_file(path, facts);
  if (source == nullptr) return nullptr;
  std::array<char, audit::kDetectBytes> front;
  std::string error;
  const std::size_t got = source->file()->read_at(0, front.data(), front.size(), error);
  const audit::Format format = audit::detect({front.data(), got});
  if (format != audit::Format::zstd && format != audit::Format::skippable)
    return std::make_unique<PlainText>(source->file());
  auto text = std::make_unique<FramesText>(path, memory);
  errno = 0;
  return text->find_frames(*source->file()) ? std::move(text) : nullptr;
}

}  // namespace leadscan::arrow
