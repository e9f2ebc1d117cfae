// Members: the texts that one input file holds, whatever it is wrapped in.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/input/byte_source.h"
#include "audit/input/follower.h"

namespace leadscan::audit {

// Something that kept an input from being read whole.
struct InputError {
  std::string file;
  std::optional<std::string> member;
  std::string why;

  template <typename Archive>
  void archive(Archive& a) {
    a(file, member, why);
  }
};

// The members of one file: of a tar or zip, also in compressed form, and of the archives in it
// (once); a file that is no archive is one member without a name. Companions (names.h) in archives
// are passed over. Of an archive only those are members that Watch::member_globs pick, by their
// names in it; all of those in an inner archive whose own name is picked. With Watch::follow the
// members are the texts that Follower gives, whatever they are. One thread at a time.
class Members {
 public:
  // `path`: "-" is standard input. An unreadable file has no members and an error.
  Members(std::string path, Watch watch);
  // The only member is `text`, a text of the file that was opened elsewhere. `plain_file`: as
  // below.
  Members(std::string path, Watch watch, std::unique_ptr<ByteSource> text, FdSource* plain_file);
  ~Members();

  // Goes to the next member; false behind the last.
  bool next();

  // Of the member that next() went to. The name of one inside an inner archive is
  // "inner.zip!name". Read it to its end or not at all.
  const std::optional<std::string>& name() const { return name_; }
  ByteSource& bytes() { return *bytes_; }
  // The file, if the member is a regular file itself; else null. bytes() reads from it, and
  // goes on where seek() leaves it.
  FdSource* plain_file() { return plain_file_; }
  // Whether it goes on behind what bytes() gave: it is followed, and no more of it is read now.
  bool is_left_open() const { return follower_ != nullptr && follower_->is_left_open(); }

  // Leaves the current member; next() does so too.
  void close_member();

  // Leaves the current member, and notes why it is not read to its end; the next may be.
  void give_up_member(std::string why);
  // Notes why there are no more members.
  void give_up(const char* why) { add_error(std::nullopt, why); }

  // What could not be read so far. A member's own error is here once it was closed.
  const std::vector<InputError>& errors() const { return errors_; }
  void forget_errors() { errors_.clear(); }

 private:
  struct Level;

  // What may be a text or an archive.
  struct Found {
    std::unique_ptr<ByteSource> bytes;
    FdSource* seekable;
    std::string prefix;  // of the names of its members
    bool wanted;         // by Watch::member_globs
    bool whole;          // and so are all of its members
  };

  bool next_followed();
  bool try_descend(Found found);
  bool descend(Found found);
  void add_error(std::optional<std::string> member, std::string why);

  std::string path_;
  std::vector<std::unique_ptr<Level>> levels_;
  std::unique_ptr<Follower> follower_;
  std::optional<std::string> name_;
  std::unique_ptr<ByteSource> bytes_;
  FdSource* plain_file_ = nullptr;
  std::unique_ptr<ByteSource> text_;
  FdSource* plain_text_ = nullptr;
  std::vector<InputError> errors_;
  Watch watch_;
  bool opened_ = false;
};

// Whether a file is an archive, compressed or not. Reads as little of it as tells.
bool is_archive(const std::string& path);

}  // namespace leadscan::audit
