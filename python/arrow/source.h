// Source: what a data source of a cluster is told, and the parts in which its tasks read the input.
// It is planned once, where all of the input is seen; then each task reads its part of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "python/arrow/batch.h"
#include "python/arrow/settings.h"

namespace leadscan::arrow {

// By which it is seen that a file has changed, on one machine: what others know the same file by
// may be another inode, as copies are and what is mounted.
struct Stamp {
  std::uint64_t size = 0;
  std::int64_t modified = 0;  // nanoseconds since 1970
  std::uint64_t inode = 0;

  bool operator==(const Stamp&) const = default;
};

// A range of a file, as it was when that was planned; all of it if `end` is 0.
struct SourcePart {
  std::string path;
  std::uint64_t file = 0;  // its number in the input
  bool by_member = false;  // the globs pick from its members
  bool is_part = false;    // as Settings has it
  std::uint64_t size_of_file = 0;
  std::int64_t modified = 0;  // as in Stamp
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  std::uint64_t size() const { return end == 0 ? size_of_file : end - begin; }
};

struct Source {
  Source() { settings.threads = 1; }  // a task has a core

  Settings settings;
  std::uint64_t split = std::uint64_t{128} << 20;
  bool accounts = false;  // each task tells what it has read

  // An option by its name in any case, without the setting's underscores. What is wrong with it,
  // and nothing if all is well.
  std::string set_option(std::string_view name, const std::string& value);

  // The biggest first, so that no long one comes last. Throws std::runtime_error for what cannot be
  // listed, and for a file that is not there.
  std::vector<SourcePart> plan(const Projection& projection) const;
  // Those with which a Scan reads the part.
  Settings settings_of(const SourcePart& part) const;
};

// What the file is when its part begins to be read. Throws std::runtime_error if it is not what it
// was when that was planned, and
Stamp check_planned(const SourcePart& part);
// when the part is read, if it is not what it was then.
void check_unchanged(const SourcePart& part, const Stamp& stamp);

}  // namespace leadscan::arrow
