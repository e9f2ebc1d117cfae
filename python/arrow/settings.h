// Settings: what may be said of the inputs, as the command's options of the same names say it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/base/keyed_hash.h"
#include "audit/engine/pipeline.h"
#include "audit/input/tree.h"

namespace leadscan::arrow {

// Of decimal digits, and nothing else; nothing if there are more than 64 bits.
std::optional<std::uint64_t> parse_number(std::string_view text);

struct Settings {
  std::vector<std::string> paths;
  std::vector<std::string> globs;
  audit::RecordMode records = audit::RecordMode::automatic;
  std::optional<std::string> at;
  std::optional<std::string> status_at;
  audit::Decoding decoding = audit::Decoding::automatic;
  const audit::LogPreset* log = nullptr;
  std::string match;
  std::string column;
  std::size_t max_record = std::size_t{16} << 20;
  std::size_t memory = std::size_t{512} << 20;
  unsigned threads = 0;  // 0: one for each CPU
  // Of an audit only.
  std::optional<std::int64_t> since;
  std::optional<std::int64_t> now;
  std::size_t limit_findings = 100;
  bool hash = false;
  // The paths are archives out of a directory, from whose members `globs` pick: of one of them
  // nothing need be picked.
  bool is_part = false;
  // The path is the file of this number in the input, and of it there is only a range, from line
  // `line` on, that find_ranges() gave; `end` is 0 if it is all of it.
  std::uint64_t file = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t line = 1;
  audit::HashKey hash_key;  // of ids that are compared with those of other parts

  // Each stores a value; what it returns is why not, and nothing if all is well.
  std::string set_text(std::string_view name, const std::string& value);
  std::string set_number(std::string_view name, std::uint64_t value);
  // Either of them, of a value as it is written.
  std::string set(std::string_view name, const std::string& value);
  // What settings have to agree on; empty if they do.
  std::string conflict() const;

  bool looks_inside() const;
  audit::PipelineOptions pipeline() const;
  // The inputs and how they are read, in a sentence, for the advice of a report.
  std::string taken_for() const;
};

}  // namespace leadscan::arrow
