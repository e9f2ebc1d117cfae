// OutputFile: a file, or standard output, that is written in order and in its place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "audit/storage/descriptor.h"

namespace leadscan::audit {

class OutputFile {
 public:
  // Standard output.
  OutputFile();
  // Removes what open() has created, if nothing came of it.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Opens `path`, creating it if need be, and keeps other runs from it. What is in it stays until
  // resume().
  bool open(const std::string& path);

  void write(std::string_view bytes);
  // Writes over what is there.
  void write_at(std::uint64_t offset, std::string_view bytes);
  std::uint64_t size() const { return size_; }
  // Cuts the file to `size` and goes on behind that.
  void resume(std::uint64_t size);

  // Why nothing more can be written; empty if all is well.
  const std::string& error() const { return error_; }

 private:
  bool fail(const std::string& why);

  Descriptor file_;
  std::uint64_t size_ = 0;
  std::string path_ = "standard output";
  std::string error_;
  bool created_ = false;
};

}  // namespace leadscan::audit
