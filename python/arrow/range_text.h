// The text of a file of which ranges are read: a plain file's bytes, or what the frames of a zstd
// file hold, where their headers say how much that is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "audit/input/byte_source.h"
#include "audit/records/chunk_reader.h"

namespace leadscan::arrow {

class RangeText {
 public:
  virtual ~RangeText() = default;

  // Fewer than `size` bytes: the text ends there, or `error` says why there are no more. What is
  // read behind what was read last is not decoded anew.
  virtual std::size_t read_at(std::uint64_t offset, char* out, std::size_t size,
                              std::string& error) = 0;
  // The file, if the text is its bytes; else null.
  virtual std::shared_ptr<const audit::File> plain_file() const { return nullptr; }
  std::uint64_t size() const { return size_; }
  // Where frames begin, apart from the first one; of a plain file none.
  const std::vector<std::uint64_t>& frames() const { return frames_; }

 protected:
  std::uint64_t size_ = 0;
  std::vector<std::uint64_t> frames_;
};

// Null, with errno, if it cannot be opened; with errno 0, if it is zstd, but there is nothing to
// cut it by: its frames do not say how long they are, or it is damaged or cut.
// `memory`: what a window may take.
std::unique_ptr<RangeText> open_range_text(const std::string& path, std::size_t memory,
                                           audit::FileFacts* facts);

// [begin, end) of it, to be read one byte behind the other. False, and why, if it cannot be opened.
bool open_section(const std::string& path, std::size_t memory, audit::FileFacts* facts,
                  audit::Section& section, std::string& error);

}  // namespace leadscan::arrow
