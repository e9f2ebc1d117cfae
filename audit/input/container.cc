#include "audit/input/container.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <new>
#include <string_view>

#include "audit/base/bounded_text.h"

namespace leadscan::audit {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
constexpr std::size_t kTarBlock = 512;
constexpr int kMostRetries = 1000;
constexpr const char* kCutZip = "zip: cut off: the table of contents is missing";

// A zip ends with a record that tells where its table of contents is, and a comment.
constexpr std::string_view kZipMember = "PK\3\4";
constexpr std::string_view kZipEnd = "PK\5\6";
constexpr std::size_t kZipEndBytes = 22;
constexpr std::size_t kMostZipTail = kZipEndBytes + 65535;

// Holes of sparse files, of all members together: more than any log has. They are zeros only, and a
// small archive could claim enough of them to be read for years.
constexpr std::uint64_t kMostHoles = std::uint64_t{256} << 30;

enum class ZipEnd { none, good, doubtful };

// libarchive takes the last end record there is. `doubtful`: it is inside the comment of another
// one, and so may have been made to hide members; or it says that there are no members, though the
// zip begins with one.
ZipEnd zip_end(std::string_view tail, std::string_view front) {
  const auto number = [tail](std::size_t at) {
    return static_cast<unsigned char>(tail[at]) | static_cast<unsigned char>(tail[at + 1]) << 8;
  };
  ZipEnd last = ZipEnd::none;
  for (std::size_t at = tail.rfind(kZipEnd); at != tail.npos; at = tail.rfind(kZipEnd, at - 1)) {
    if (tail.size() - at >= kZipEndBytes) {
      const std::size_t end = at + kZipEndBytes + static_cast<std::size_t>(number(at + 20));
      if (last == ZipEnd::none && end <= tail.size()) {
        last =
            number(at + 10) == 0 && front.starts_with(kZipMember) ? ZipEnd::doubtful : ZipEnd::good;
      } else if (end == tail.size()) {
        return ZipEnd::doubtful;
      }
    }
    if (at == 0) break;
  }
  return last;
}

}  // namespace

class Container::Impl {
 public:
  Impl(Format format, std::unique_ptr<ByteSource> bytes, FdSource* seekable)
      : format_(format),
        bytes_(std::move(bytes)),
        seekable_(seekable),
        block_(new char[kBlockBytes]),
        archive_(archive_read_new()) {
    if (archive_ == nullptr) throw std::bad_alloc();
    look_for_zip_end();
    int supported = ARCHIVE_OK;
    if (format == Format::tar) {
      supported = archive_read_support_format_tar(archive_);
      // Without it, what follows the first archive would be passed over without a word.
      supported =
          std::min(supported, archive_read_set_options(archive_, "read_concatenated_archives"));
    } else if (seekable_ != nullptr) {
      supported = archive_read_support_format_zip(archive_);
      archive_read_set_seek_callback(archive_, seek_callback);
    } else {
      supported = archive_read_support_format_zip_streamable(archive_);
    }
    archive_read_set_read_callback(archive_, read_callback);
    // libarchive goes to what it keeps of this without looking whether there is any.
    supported = std::min(supported, archive_read_set_callback_data(archive_, this));
    // Its own one libarchive would use without looking, too.
    entry_.reset(archive_entry_new2(archive_));
    if (supported == ARCHIVE_FATAL || entry_ == nullptr) {
      archive_read_free(archive_);
      throw std::bad_alloc();
    }
    if (archive_read_open1(archive_) < ARCHIVE_WARN) stop_with_error();
  }
  ~Impl() { archive_read_free(archive_); }

  bool next() {
    while (!ended_) {
      archive_entry* const entry = entry_.get();
      const int result = archive_read_next_header2(archive_, entry);
      if (result == ARCHIVE_EOF) {
        finish();
        return false;
      }
      // RETRY (-10, while WARN is -20): a header whose own checksum fails. The next one is searched
      // for a block of the archive at a time.
      if (result == ARCHIVE_RETRY || result < ARCHIVE_WARN) {
        stop_with_error(result == ARCHIVE_RETRY);
        continue;
      }
      // Warnings about names are of no interest here; those about sizes and checksums are.
      const char* warning = result == ARCHIVE_WARN ? archive_error_string(archive_) : nullptr;
      if (warning != nullptr && std::string_view(warning).starts_with("Inconsistent"))
        stop_with_error(true);
      if (archive_entry_filetype(entry) != AE_IFREG) continue;
      if (archive_entry_hardlink(entry) != nullptr) continue;
      set_name(entry);
      data_ = {};
      hole_ = 0;
      position_ = 0;
      member_ended_ = false;
      return true;
    }
    return false;
  }

  // Bytes of the current member; sets `why` where they end early.
  std::size_t read(char* out, std::size_t size, std::string& why) {
    // By blocks: archive_read_data() keeps what is in front of an error to itself.
    while (data_.empty() && hole_ == 0 && !member_ended_) next_block(why);
    if (hole_ != 0) {
      const std::size_t n = std::min<std::uint64_t>(hole_, size);
      std::memset(out, 0, n);
      hole_ -= n;
      return n;
    }
    const std::size_t n = std::min(size, data_.size());
    if (n != 0) std::memcpy(out, data_.data(), n);
    data_.remove_prefix(n);
    return n;
  }

  const std::string& name() const { return name_; }
  const std::string& error() const { return error_; }

 private:
  static la_ssize_t read_callback(archive*, void* self, const void** block) {
    auto& me = *static_cast<Impl*>(self);
    *block = me.block_.get();
    try {
      const std::size_t got = me.pull(me.block_.get(), kBlockBytes);
      me.note_tail(me.block_.get(), got);
      return static_cast<la_ssize_t>(got);
    } catch (const std::bad_alloc&) {
      // Not through the frames of a library in C.
      me.starved_ = true;
      return ARCHIVE_FATAL;
    }
  }

  static la_int64_t seek_callback(archive*, void* self, la_int64_t offset, int whence) {
    auto& me = *static_cast<Impl*>(self);
    const std::int64_t at = me.seekable_->seek(offset, whence);
    // Once the position has been moved, what was peeked at is to be read from the file again.
    me.moved_ = true;
    return at < 0 ? ARCHIVE_FATAL : at;
  }

  void next_block(std::string& why) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = position_;
    const int result = archive_read_data_block(archive_, &block, &size, &offset);
    if (result == ARCHIVE_RETRY && ++retries_ < kMostRetries) return;
    // WARN: zip's checksum was wrong; the member's last block comes with it. FATAL: nothing
    // follows.
    member_ended_ = result != ARCHIVE_OK;
    if (result < ARCHIVE_OK) why = reason();
    if (result == ARCHIVE_FATAL) stop_with_error();
    if (result < ARCHIVE_WARN) return;
    // Sparse files have holes, also at their end.
    if (offset > position_) hole_ = static_cast<std::uint64_t>(offset - position_);
    if (hole_ > holes_left_) {
      why = std::string(name_of(format_)) + ": a hole of " + std::to_string(hole_) +
            " bytes, which is more than a log can have";
      hole_ = 0;
      member_ended_ = true;
      return;
    }
    holes_left_ -= hole_;
    if (result == ARCHIVE_EOF) size = 0;
    data_ = {static_cast<const char*>(block), size};
    position_ = std::max(position_, offset) + static_cast<la_int64_t>(size);
  }

  // libarchive reads on without a word when it has to do without the table of contents. Where that
  // is not to be trusted, members are read as they come.
  void look_for_zip_end() {
    if (seekable_ == nullptr || format_ != Format::zip) return;
    const std::int64_t here = seekable_->seek(0, SEEK_CUR);
    char front[kZipMember.size()] = {};
    seekable_->seek(0, SEEK_SET);
    const std::size_t got = seekable_->read(front, sizeof front);
    const std::string tail = tail_of(*seekable_);
    seekable_->seek(here, SEEK_SET);
    const ZipEnd end = zip_end(tail, {front, got});
    if (end == ZipEnd::none) error_ = kCutZip;
    if (end == ZipEnd::doubtful) seekable_ = nullptr;
  }

  static std::string tail_of(FdSource& file) {
    const std::int64_t end = file.seek(0, SEEK_END);
    std::string tail(kMostZipTail, '\0');
    file.seek(std::max<std::int64_t>(0, end - static_cast<std::int64_t>(kMostZipTail)), SEEK_SET);
    tail.resize(file.read(tail.data(), tail.size()));
    return tail;
  }

  std::size_t pull(char* out, std::size_t size) {
    return moved_ ? seekable_->read(out, size) : bytes_->read(out, size);
  }

  // A tar ends with blocks of zeros, a zip with its table of contents. One cut between two members
  // would otherwise look whole.
  void note_tail(const char* data, std::size_t size) {
    const std::size_t most = format_ == Format::tar ? kTarBlock : kMostZipTail;
    const std::size_t n = std::min(size, most);
    if (n == 0) return;
    tail_.append(data + size - n, n);
    if (tail_.size() > most) tail_.erase(0, tail_.size() - most);
  }

  void finish() {
    ended_ = true;
    // What libarchive left unread, so that the checksums of a compression around it are checked.
    if (!moved_) {
      while (const std::size_t got = pull(block_.get(), kBlockBytes)) note_tail(block_.get(), got);
    }
    if (!source_error().empty()) {
      error_ = source_error();
    } else if (format_ == Format::tar && tail_.find_first_not_of('\0') != tail_.npos) {
      error_ = "tar: cut off: the end mark is missing";
    } else if (format_ == Format::zip && seekable_ == nullptr &&
               zip_end(tail_, {}) == ZipEnd::none) {
      error_ = kCutZip;
    }
  }

  void stop_with_error(bool go_on = false) {
    if (error_.empty()) error_ = reason();
    ended_ = !go_on;
  }

  const std::string& source_error() const {
    return moved_ && bytes_->error().empty() ? seekable_->error() : bytes_->error();
  }

  std::string reason() const {
    if (!source_error().empty()) return source_error();
    if (starved_ || archive_errno(archive_) == ENOMEM)
      return std::string(name_of(format_)) + ": " + kNoMemory;
    const char* text = archive_error_string(archive_);
    return std::string(name_of(format_)) + ": " +
           bounded_text(text == nullptr ? "damaged" : text, kMostValueBytes);
  }

  void set_name(archive_entry* entry) {
    errno = 0;
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr) name = archive_entry_pathname_utf8(entry);
    if (name == nullptr && errno == ENOMEM) throw std::bad_alloc();
    name_ = bounded_text(name == nullptr ? "?" : name, kMostNameBytes);
  }

  Format format_;
  std::unique_ptr<ByteSource> bytes_;
  FdSource* seekable_;
  std::unique_ptr<char[]> block_;
  archive* archive_;
  struct FreeEntry {
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
  };
  std::unique_ptr<archive_entry, FreeEntry> entry_;
  std::string name_;
  std::string error_;
  std::string tail_;
  // Of the current member:
  std::string_view data_;    // a block, what is left of it
  std::uint64_t hole_ = 0;   // zeros in front of it
  la_int64_t position_ = 0;  // behind it
  bool member_ended_ = false;
  std::uint64_t holes_left_ = kMostHoles;
  int retries_ = 0;
  bool moved_ = false;
  bool ended_ = false;
  bool starved_ = false;  // memory was short in a callback
};

namespace {

class MemberSource final : public ByteSource {
 public:
  template <typename Read>
  explicit MemberSource(Read read) : read_(read) {}
  std::size_t read(char* out, std::size_t size) override {
    if (ended_) return 0;
    std::string why;
    const std::size_t got = read_(out, size, why);
    if (!why.empty()) fail(std::move(why));
    ended_ = got == 0;
    return got;
  }

 private:
  std::function<std::size_t(char*, std::size_t, std::string&)> read_;
  bool ended_ = false;
};

}  // namespace

Container::Container(Format format, std::unique_ptr<ByteSource> bytes, FdSource* seekable)
    : impl_(std::make_unique<Impl>(format, std::move(bytes), seekable)) {}
Container::~Container() = default;

bool Container::next() { return impl_->next(); }
const std::string& Container::name() const { return impl_->name(); }
const std::string& Container::error() const { return impl_->error(); }

std::unique_ptr<ByteSource> Container::member() {
  return std::make_unique<MemberSource>(
      [impl = impl_.get()](char* out, std::size_t size, std::string& why) {
        return impl->read(out, size, why);
      });
}

}  // namespace leadscan::audit
