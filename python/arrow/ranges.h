// Ranges of a file's text, which tasks read apart: together they give what the file gives.
//
// They end where the engine cuts a text for its threads: at the end of a line behind which no
// document goes on (is_hard_break), and never between lines that a container's runtime has cut
// (LogParts). A file in which there is no such place near where one is wanted is not cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/records/log_parts.h"
#include "python/arrow/range_text.h"
#include "python/arrow/settings.h"

namespace leadscan::arrow {

// Where one range ends and the next one begins, in one file.
class Cuts {
 public:
  // `text` lives at least as long.
  Cuts(const Settings& settings, RangeText& text);

  // The first one behind `from`, which may be any place, or the end of the text. Nothing: there is
  // none within `most` bytes, of which no more are in memory.
  std::optional<std::uint64_t> behind(std::uint64_t from, std::uint64_t most);

 private:
  std::size_t first_in(std::string_view text) const;

  RangeText& text_;
  bool is_text_;
  audit::LogParts parts_;
  std::string window_;
};

// The file's text in ranges of about `split` bytes, by their ends; the last one is where it ended.
// With `by_frames` zstd is cut, too, where frames begin, or behind that, as a record may go on
// there. Empty if it is to be read as a whole: it is compressed otherwise, an archive, no regular
// file, short, or not cut into lines.
std::vector<std::uint64_t> find_ranges(const Settings& settings, const std::string& path,
                                       std::uint64_t split, bool by_frames);

// How many lines of a plain file end in [begin, end). Throws std::runtime_error if it cannot be
// read.
std::uint64_t count_lines(const std::string& path, std::uint64_t begin, std::uint64_t end);

}  // namespace leadscan::arrow
