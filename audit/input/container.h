// Container: the members of a tar or zip, one after the other, through libarchive.
//
// Members are streamed; nothing is ever written to disk, and a member's name is text only.
#pragma once

#include <memory>
#include <string>

#include "audit/input/byte_source.h"
#include "audit/input/format.h"

namespace leadscan::audit {

class Container {
 public:
  // `seekable`, if not null, is the very file that `bytes` gives, for zip's table of contents at
  // the end; without it zip members are found as they come.
  Container(Format format, std::unique_ptr<ByteSource> bytes, FdSource* seekable);
  ~Container();

  // The next member that is a regular file; false at the end. The one before is gone then.
  bool next();

  const std::string& name() const;
  // The bytes of the member that next() found. Lives until the next call of next().
  std::unique_ptr<ByteSource> member();

  // Why members may be missing; empty if the container was read to its end.
  const std::string& error() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leadscan::audit
