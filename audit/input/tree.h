// The files that the command line names: themselves, and those in directories.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "audit/input/members.h"

namespace leadscan::audit {

struct Tree {
  std::vector<std::string> files;  // in the order given; those of a directory by name
  std::vector<InputError> errors;  // what could not be listed; where no file is picked
  std::vector<std::string> empty;  // directories with no files to read, if there are no globs
  std::uint64_t bytes = 0;         // of the regular ones, for progress
  std::uint64_t passed_over = 0;   // companions (names.h) in directories

  // Where globs did not pick a file by its name, they pick from its members, if it is an archive.
  std::vector<std::string> globs;
  std::vector<bool> by_member;  // by file; no for those behind its end
  bool is_by_member(std::size_t file) const { return file < by_member.size() && by_member[file]; }
  // A path that was named, and its files, which are all by member: nothing picked is an error.
  struct Search {
    std::string path;
    std::size_t begin, end;
  };
  std::vector<Search> searches;
};

// Directories are read through and through, links to directories not followed. `globs`, if any,
// pick from the files in directories and the members of archives: by their name, or, if the pattern
// has a slash, by their path below the directory named or in the archive. An archive whose own name
// is picked is read whole. What `is_left_out` says yes to, and companions, are not taken. Files
// named themselves always are, of archives among them what the globs pick.
Tree list_files(const std::vector<std::string>& paths, const std::vector<std::string>& globs,
                const std::function<bool(const std::string& file)>& is_left_out = {});

}  // namespace leadscan::audit
