// ReplacedFile: a file that is written beside its place, as FILE.partial, and put there when it is
// whole. A reader of FILE sees what was there before or all of the new one.
//
// FILE.partial is locked while a run writes it, and marked as unfinished until it is put in its
// place. So what a killed run left can be told from an unrelated file, which is never written over,
// and from that of a run which goes on.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "audit/storage/descriptor.h"

namespace leadscan::audit {

// Bytes at a fixed place of the file; the finished ones are as many as the unfinished ones. The
// content is begun with the unfinished ones: an empty file counts as marked.
struct PartialMark {
  std::string_view front;  // what the file begins with, besides
  std::uint64_t offset = 0;
  std::string_view unfinished;
  std::string_view finished;
};

class ReplacedFile {
 public:
  explicit ReplacedFile(const PartialMark& mark) : mark_(mark) {}
  // Removes what was not put in its place.
  ~ReplacedFile();
  ReplacedFile(const ReplacedFile&) = delete;
  ReplacedFile& operator=(const ReplacedFile&) = delete;

  // What becomes of the one that an earlier run left.
  enum class Stale { replaced, kept };

  // Takes FILE.partial for this run; one that belongs to another is not touched. False: see
  // error().
  bool open(const std::string& path, Stale stale);
  // FILE.partial is empty afterwards, if an earlier run's was kept so far.
  bool start_over();
  // FILE is what an earlier run finished: it becomes FILE.partial again.
  bool take_back();
  // Behind what was written before.
  bool write(std::string_view bytes);
  // From now on FILE.partial outlives this object: an interrupted run goes on with it.
  void keep() { keep_ = true; }
  // Whether FILE.partial is still the file that open() took.
  bool is_there() const { return file_.is_at(partial_, false); }
  // Flushes it to the disk and puts it in its place, with the rights of the file that was there.
  bool commit();

  const std::string& path() const { return path_; }
  const std::string& partial() const { return partial_; }
  // Names FILE, and FILE.partial only where that itself is the matter.
  const std::string& error() const { return error_; }

 private:
  bool fail(const std::string& why);
  bool fail_by_errno(const std::string& path) { return fail(errno_text(path)); }
  bool look_at_old();
  bool is_written_in_place();
  bool is_left_alone();
  bool create(bool& again);
  bool take_stale(Stale stale, bool& again);
  bool has_mark(const Descriptor& file) const;

  PartialMark mark_;
  std::string path_;
  std::string partial_;
  std::string error_;
  Descriptor file_;
  // Of the file that is to be replaced, if there is one.
  bool replaces_ = false;
  mode_t mode_ = 0;
  uid_t owner_ = 0;
  gid_t group_ = 0;
  bool remove_ = false;  // it is of this run, and not in its place yet
  bool keep_ = false;
};

}  // namespace leadscan::audit
