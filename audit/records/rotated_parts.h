// Lines that a log's writer has cut in parts (log_parts.h), where rotation has put the parts in
// several files.
//
// The reader of the file with the first part reads on in the next file for the rest; and the reader
// of that one finds out by itself which of its lines are such a rest, and passes them over. So
// files are read independently of each other, in any order, and both readers agree, because the
// answer depends on nothing but the contents of the files. Each byte is counted where it is.
//
// Order must be certain: by the names (rotated_files.h), and by the time stamps of the lines. And
// what comes first of a stream must look like a rest (LogParts::may_be_rest): of most files that
// can be told without the file in front, which may have to be decompressed for it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "audit/input/byte_source.h"
#include "audit/input/members.h"
#include "audit/records/log_parts.h"

namespace leadscan::audit {

// What is open at the end of a file.
struct OpenEnd {
  std::string lines;               // with its parts
  LogParts::Streams given_up = 0;  // of these streams it is too long
  LogParts::Streams too_long = 0;  // so it is of these, if it goes on at all
  std::string last_line;           // of the file, or enough of it to have its time
};

// What goes on with it at the beginning of a file.
struct RestOfParts {
  std::vector<Range> lines;        // in the file
  std::string bytes;               // of them
  LogParts::Streams given_up = 0;  // of these streams the rest is too long as well
  bool is_open = false;            // all of the file is not enough
};
RestOfParts find_rest(const OpenEnd& end, const std::string& path, bool joins_docker,
                      std::size_t max_record, const Watch& watch);

// A record must not be called cut because memory was short: throws std::bad_alloc then.
void throw_if_starved(const std::vector<InputError>& errors);

// Whether the file begins with what may be a rest, so that find_rest() is worth it.
bool may_begin_with_rest(const std::string& path, bool joins_docker, const Watch& watch);

}  // namespace leadscan::audit
