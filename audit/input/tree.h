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
};

// Directories are read through and through, links to directories not followed. `globs`, if any,
// pick from the files in directories: by their name, or, if the pattern has a slash, by their path
// below the directory named; what `is_left_out` says yes to is not taken. Files named themselves
// are always taken.
Tree list_files(const std::vector<std::string>& paths, const std::vector<std::string>& globs,
                const std::function<bool(const std::string& file)>& is_left_out = {});

}  // namespace leadscan::audit
