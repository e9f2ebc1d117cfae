// ByteSource: bytes that are pulled, from a file, a decoder, or a member of an archive.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/input/sha256.h"

namespace leadscan::audit {

// Why an input was not read to its end where memory was short, and what to do.
inline constexpr const char* kNoMemory =
    "not enough memory to read on: give it more, or fewer --jobs";

// One thread at a time. Nothing here throws but std::bad_alloc; then nothing more can be read.
class ByteSource {
 public:
  ByteSource() = default;
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  // Puts up to `size` bytes at `out`; 0 is the end, and stays so. After damage come first all the
  // bytes in front of it, then the end, and error() tells why it came early.
  virtual std::size_t read(char* out, std::size_t size) = 0;

  // Why not everything could be read; empty as long as nothing is wrong.
  const std::string& error() const { return error_; }

 protected:
  void fail(std::string why) {
    if (error_.empty()) error_ = std::move(why);
  }

 private:
  std::string error_;
};

// What an input is outside of the audit, so that a report can be checked against its archive.
struct FileFacts {
  bool is_file = false;       // a regular one: it has a size and a time
  std::uint64_t size = 0;     // in bytes; if it is not a regular file, as many as were hashed
  std::int64_t modified = 0;  // seconds since 1970
  bool is_hashed = false;     // all of it was
  Sha256Digest sha256{};

  template <typename Archive>
  void archive(Archive& a) {
    a(is_file, size, modified, is_hashed, sha256);
  }
};

// What readers of files share with the code that starts and watches them. Each may be null.
struct Watch {
  std::atomic<std::uint64_t>* bytes = nullptr;        // counts the bytes read from files
  const std::atomic<bool>* stop = nullptr;            // set: inputs that may wait end here
  const std::atomic<bool>* given_up = nullptr;        // the same, by other threads of the run
  std::atomic<bool>* stopped = nullptr;               // told when one did: its end is not its own
  std::atomic<std::uint64_t>* passed_over = nullptr;  // counts companions (names.h) in archives
  const std::vector<std::string>* member_globs = nullptr;  // pick from the members of an archive
  FileFacts* facts = nullptr;  // told when the file is opened, and its hash when it is closed
  bool hash = false;           // it is wanted
  bool follow = false;         // texts are read on as they grow, until `stop` (follower.h)
  const std::function<void(const std::string&)>* tell = nullptr;  // of what happens to them
  std::size_t memory = 0;  // what a zstd window may take, if that is more than it may as a rule

  bool has_stopped() const {
    return stopped != nullptr && stopped->load(std::memory_order_relaxed);
  }
};

// An open file, closed when the last one who has it lets go. All of it may be called by any thread.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int fd() const { return fd_; }
  // Fewer than `size` bytes: the file ends there, or `error` says why there are no more.
  std::size_t read_at(std::uint64_t offset, char* out, std::size_t size, std::string& error) const;

 private:
  int fd_;
};

// A file descriptor, which it closes. read(2), not mmap: a file that is cut while it is read ends
// early, it does not raise SIGBUS. That it ended where it once had more is an error; what is
// appended while it is read is read, too.
class FdSource final : public ByteSource {
 public:
  explicit FdSource(int fd, Watch watch = {});
  ~FdSource() override;

  std::size_t read(char* out, std::size_t size) override;

  // For formats whose table of contents is at the end; -1 if this is no regular file.
  std::int64_t seek(std::int64_t offset, int whence);

  // For who reads ranges of it at other times, or on other threads.
  const std::shared_ptr<const File>& file() const { return file_; }

 private:
  bool wait();
  bool is_asked_to_stop() const;
  void check_end();
  void hash(const char* data, std::size_t size) noexcept;
  bool hash_rest() noexcept;

  std::shared_ptr<const File> file_;
  Watch watch_;
  std::uint64_t position_ = 0;
  std::uint64_t known_size_ = 0;  // it had at least this many bytes; 0 if it is not a regular file
  bool may_wait_ = false;         // a pipe or the like
  bool ended_ = false;
  // Of the first `hashed_` bytes, as they were read; null if it is not wanted.
  std::unique_ptr<Sha256> hash_;
  std::uint64_t hashed_ = 0;
};

// What to say of a file that had `size` bytes, and has fewer now.
std::string cut_while_read(std::uint64_t size);

// Another source, whose first bytes can be looked at before they are read.
class PeekSource final : public ByteSource {
 public:
  explicit PeekSource(std::unique_ptr<ByteSource> inner) : inner_(std::move(inner)) {}

  // The first `size` bytes, fewer if there are no more. Before the first read() only.
  std::string_view peek(std::size_t size);
  // Skips `size` bytes, so that peek() begins behind them; false if there are fewer.
  bool skip(std::uint64_t size);
  std::size_t read(char* out, std::size_t size) override;

 private:
  std::unique_ptr<ByteSource> inner_;
  std::string front_;
  std::size_t given_ = 0;
};

// A text in memory; for tests.
class StringSource final : public ByteSource {
 public:
  // Gives at most `most` bytes at a time.
  explicit StringSource(std::string text, std::size_t most = SIZE_MAX)
      : text_(std::move(text)), most_(most) {}
  std::size_t read(char* out, std::size_t size) override;

 private:
  std::string text_;
  std::size_t most_;
  std::size_t given_ = 0;
};

}  // namespace leadscan::audit
