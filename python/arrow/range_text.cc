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
    std::uint64_t blocks = 0;
    const std::uint64_t text = number(size_bytes) + (size_bytes == 2 ? 256 : 0);
    at_ += size_bytes;
    for (bool is_last = false; !is_last;) {
      const std::uint64_t block = number(3);
      const std::uint64_t type = block >> 1 & 3;
      if (type == kReserved || !is_within()) return std::nullopt;
      is_last = (block & 1) != 0;
      ++blocks;
      at_ += 3 + (type == kRepeated ? 1 : block >> 3);
    }
    // What would be asked for according to a header that lies might be terabytes.
    if (text > blocks * kMostOfBlock) return std::nullopt;
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
  static constexpr std::uint64_t kMostOfBlock = std::uint64_t{128} << 10;  // section 3.1.1.2.4

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
    const std::size_t got = go_to(offset, error) ? read(out, size) : 0;
    check_end(error);
    return got;
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
};

// A plain file, which may be sought meanwhile, up to where a range ends.
class PlainSource final : public audit::ByteSource {
 public:
  PlainSource(std::unique_ptr<audit::FdSource> file, std::uint64_t end)
      : file_(std::move(file)), end_(end) {}

  std::size_t read(char* out, std::size_t size) override {
    if (!error().empty()) return 0;
    const std::int64_t at = file_->seek(0, SEEK_CUR);
    if (at < 0) {
      fail(std::strerror(errno));
      return 0;
    }
    const std::uint64_t left = end_ - std::min(end_, static_cast<std::uint64_t>(at));
    size = std::min<std::uint64_t>(size, left);
    const std::size_t got = file_->read(out, size);
    if (got < size) fail(file_->error().empty() ? audit::cut_while_read(end_) : file_->error());
    return got;
  }

 private:
  std::unique_ptr<audit::FdSource> file_;
  const std::uint64_t end_;
};

// A range of what frames hold.
class FramesSource final : public audit::ByteSource {
 public:
  FramesSource(std::unique_ptr<RangeText> text, std::uint64_t begin, std::uint64_t end)
      : text_(std::move(text)), at_(begin), end_(end) {}

  std::size_t read(char* out, std::size_t size) override {
    if (at_ == end_ || !error().empty()) return 0;
    size = std::min<std::uint64_t>(size, end_ - at_);
    std::string why;
    const std::size_t got = text_->read_at(at_, out, size, why);
    at_ += got;
    if (got < size && why.empty()) why = audit::cut_while_read(end_);
    if (!why.empty()) fail(std::move(why));
    return got;
  }

 private:
  std::unique_ptr<RangeText> text_;
  std::uint64_t at_;
  const std::uint64_t end_;
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

bool open_section(const std::string& path, std::size_t memory, audit::FileFacts* facts,
                  audit::Section& section, std::string& error) {
  std::unique_ptr<RangeText> text = open_range_text(path, memory, facts);
  if (text == nullptr) {
    error = errno != 0 ? std::strerror(errno) : "its frames do not say any more how long they are";
    return false;
  }
  if (text->plain_file() == nullptr) {
    section.bytes = std::make_unique<FramesSource>(std::move(text), section.begin, section.end);
    return true;
  }
  std::unique_ptr<audit::FdSource> file = open_file(path, facts);
  const auto place = static_cast<std::int64_t>(section.begin);
  if (file == nullptr || file->seek(place, SEEK_SET) != place) {
    error = std::strerror(errno);
    return false;
  }
  section.plain_file = file.get();
  section.bytes = std::make_unique<PlainSource>(std::move(file), section.end);
  return true;
}

}  // namespace leadscan::arrow
