// Follower: a log that is read on as it grows, and over its rotations.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "audit/input/byte_source.h"
#include "audit/input/rotations.h"

namespace leadscan::audit {

// The texts that a path names over time, each read to its end, which for the last one is when
// Watch::stop is set. One is at its end when the path names another file, has had time to be
// written to by those who have it open, and that other one is written to; or when it was cut, and
// begins anew. Pipes end with their writers. Files are looked at ten times a second, which every
// file system can do. One thread at a time.
class Follower {
 public:
  // `path`: "-" is standard input. A file that is not there is waited for.
  Follower(std::string path, const Watch& watch);

  // Waits for the first text, or goes to the next; false: there will be none.
  bool next();
  // Waits until there is something, but not until there is so much; 0 at the text's end.
  std::size_t read(char* out, std::size_t size);
  // Whether the text would have gone on behind that end.
  bool is_left_open() const { return is_left_open_; }
  // Why a text ended early, or could not be read at all.
  const std::string& error() const { return error_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Found {
    std::shared_ptr<const File> file;
    Clock::time_point when;
  };

  bool open_first();
  void begin(std::shared_ptr<const File> file);
  void end(bool is_left_open);
  std::size_t take(char* out, std::size_t size);
  std::size_t take_from_pipe(char* out, std::size_t size);
  bool was_cut(std::uint64_t size);
  void begin_anew();
  void note_stop();
  void look();
  bool is_rotated() const;
  void tell_facts();
  void tell(const std::string& what) const;
  bool is_given_up() const;
  bool is_stopped() const;

  std::string path_;
  Watch watch_;
  std::unique_ptr<Rotations> rotations_;  // null: the path is no file
  std::deque<Found> found_;               // behind the current one
  std::string error_;
  bool is_over_ = false;
  bool has_caught_up_ = false;  // was at the end of all there was
  bool was_little_ = false;     // the last read()

  // Of the text.
  std::shared_ptr<const File> file_;
  std::uint64_t position_ = 0;
  std::string last_bytes_;              // in front of it
  std::optional<std::uint64_t> limit_;  // after the stop: where it ended then
  bool is_cut_ = false;
  bool has_ended_ = false;
  bool is_left_open_ = false;
};

// The current text of one that lives at least as long.
class FollowedText final : public ByteSource {
 public:
  explicit FollowedText(Follower& follower) : follower_(follower) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t got = follower_.read(out, size);
    if (got == 0 && !follower_.error().empty()) fail(follower_.error());
    return got;
  }

 private:
  Follower& follower_;
};

// Why `path` cannot be followed; empty if it can, or is not there yet. Reads as little as tells.
std::string why_not_followed(const std::string& path);

}  // namespace leadscan::audit
