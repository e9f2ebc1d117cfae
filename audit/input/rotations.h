// Rotations: the files that a path has named, one after the other, as logs are rotated.
//
// inotify tells of each, however quickly they follow each other and whatever they are called by
// now. Where it knows nothing (network file systems, links that were turned), looking at the path
// again and again does: then one that comes and goes between two looks is not seen.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/input/byte_source.h"

struct inotify_event;

namespace leadscan::audit {

// One thread at a time.
class Rotations {
 public:
  explicit Rotations(const std::string& path);
  ~Rotations();
  Rotations(const Rotations&) = delete;
  Rotations& operator=(const Rotations&) = delete;

  // The regular files that the path names, or has named since it was asked last, in that order; of
  // those that are still held none again.
  std::vector<std::shared_ptr<const File>> look();

  // How many were gone before they could be opened, since it was asked last.
  unsigned take_missed();

 private:
  // A file that was seen to be put there, and is not opened yet.
  struct Named {
    std::string name;          // now, in the folder; empty: it is being renamed
    std::uint32_t cookie = 0;  // of that
    int looks = 0;             // since then
  };
  struct Held {
    std::weak_ptr<const File> file;
    dev_t device;
    ino_t inode;
  };
  using Files = std::vector<std::shared_ptr<const File>>;

  void take_events();
  void take(const inotify_event& event, const std::string& name);
  void lose(std::vector<Named>::iterator named);
  std::vector<Named>::iterator find(std::string_view name);
  bool is_new(dev_t device, ino_t inode, const std::vector<Held>& opened) const;
  void open(const std::string& path, Files& files, std::vector<Held>& opened) const;

  std::string path_;
  std::string folder_;  // what is watched
  std::string name_;
  int events_ = -1;  // inotify's; -1: there is none
  bool changed_ = false;
  std::vector<Named> named_;
  std::vector<Held> held_;
  unsigned missed_ = 0;
};

}  // namespace leadscan::audit
