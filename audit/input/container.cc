#include "audit/input/container.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <functional>
#include <new>

namespace leadscan::audit {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
constexpr std::size_t kTarBlock = 512;

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
    if (format == Format::tar) {
      archive_read_support_format_tar(archive_);
      archive_read_set_options(archive_, "read_concatenated_archives");
    } else if (seekable != nullptr) {
      archive_read_support_format_zip(archive_);
      archive_read_set_seek_callback(archive_, seek_callback);
    } else {
      archive_read_support_format_zip_streamable(archive_);
    }
    archive_read_set_read_callback(archive_, read_callback);
    archive_read_set_callback_data(archive_, this);
    if (archive_read_open1(archive_) < ARCHIVE_WARN) stop_with_error();
  }
  ~Impl() { archive_read_free(archive_); }

  bool next() {
    while (!ended_) {
      archive_entry* entry = nullptr;
      const int result = archive_read_next_header(archive_, &entry);
      if (result == ARCHIVE_EOF) {
        finish();
        return false;
      }
      if (result < ARCHIVE_WARN) {
        // RETRY would mean that the next header may be readable; libarchive's tar and zip readers
        // give it for headers whose own checksum fails, and what follows is searched for.
        stop_with_error(result == ARCHIVE_RETRY && ++retries_ < 1000);
        continue;
      }
      if (archive_entry_filetype(entry) != AE_IFREG) continue;
      if (archive_entry_hardlink(entry) != nullptr) continue;
      set_name(entry);
      return true;
    }
    return false;
  }

  // Bytes of the current member; sets `why` where they end early.
  std::size_t read(char* out, std::size_t size, std::string& why) {
    for (;;) {
      const la_ssize_t n = archive_read_data(archive_, out, size);
      if (n >= 0) return static_cast<std::size_t>(n);
      why = reason();
      if (n == ARCHIVE_RETRY && ++retries_ < 1000) continue;
      // WARN: zip's checksum was wrong, and the member is at its end. FATAL: nothing follows.
      if (n == ARCHIVE_FATAL) stop_with_error();
      return 0;
    }
  }

  const std::string& name() const { return name_; }
  const std::string& error() const { return error_; }

 private:
  static la_ssize_t read_callback(archive*, void* self, const void** block) {
    auto& me = *static_cast<Impl*>(self);
    *block = me.block_.get();
    const std::size_t got = me.pull(me.block_.get(), kBlockBytes);
    me.note_tail(me.block_.get(), got);
    return static_cast<la_ssize_t>(got);
  }

  static la_int64_t seek_callback(archive*, void* self, la_int64_t offset, int whence) {
    auto& me = *static_cast<Impl*>(self);
    const std::int64_t at = me.seekable_->seek(offset, whence);
    // Once the position has been moved, what was peeked at is to be read from the file again.
    me.moved_ = true;
    return at < 0 ? ARCHIVE_FATAL : at;
  }

  std::size_t pull(char* out, std::size_t size) {
    return moved_ ? seekable_->read(out, size) : bytes_->read(out, size);
  }

  // A tar ends with blocks of zeros. One cut between two members would otherwise look whole.
  void note_tail(const char* data, std::size_t size) {
    const std::size_t n = std::min(size, kTarBlock);
    if (n == 0) return;
    tail_.append(data + size - n, n);
    if (tail_.size() > kTarBlock) tail_.erase(0, tail_.size() - kTarBlock);
  }

  void finish() {
    ended_ = true;
    // What libarchive left unread, so that the checksums of a compression around it are checked.
    if (!moved_) {
      while (const std::size_t got = pull(block_.get(), kBlockBytes)) note_tail(block_.get(), got);
    }
    if (!bytes_->error().empty()) {
      error_ = bytes_->error();
    } else if (format_ == Format::tar && tail_.find_first_not_of('\0') != tail_.npos) {
      error_ = "tar: cut off: the end mark is missing";
    }
  }

  void stop_with_error(bool go_on = false) {
    if (error_.empty()) error_ = reason();
    ended_ = !go_on;
  }

  std::string reason() const {
    if (!bytes_->error().empty()) return bytes_->error();
    const char* text = archive_error_string(archive_);
    return std::string(name_of(format_)) + ": " + (text == nullptr ? "damaged" : text);
  }

  void set_name(archive_entry* entry) {
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr) name = archive_entry_pathname_utf8(entry);
    name_ = name == nullptr ? "?" : name;
  }

  Format format_;
  std::unique_ptr<ByteSource> bytes_;
  FdSource* seekable_;
  std::unique_ptr<char[]> block_;
  archive* archive_;
  std::string name_;
  std::string error_;
  std::string tail_;
  int retries_ = 0;
  bool moved_ = false;
  bool ended_ = false;
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
