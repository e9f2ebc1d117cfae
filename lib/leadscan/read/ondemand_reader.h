// OnDemandReader: the general path, simdjson On-Demand made strict.
//
// simdjson's first stage proves UTF-8, closed strings and the absence of control characters in
// them for the whole document; its On-Demand front end checks what it walks over. What it leaves
// open is checked here: escapes, names, numbers and literals, the inside of skipped values, the
// end of the document, duplicates. Answers are accept or not; StrictReader says why not.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "leadscan/lifetime.h"
#include "leadscan/read/reading.h"

namespace leadscan::internal {

class OnDemandReader {
 public:
  OnDemandReader() noexcept;  // allocates nothing
  ~OnDemandReader();

  // Grows the buffers for documents of `bytes`. False if there is no memory for that.
  bool reserve(std::size_t bytes) noexcept;
  std::size_t capacity() const noexcept { return capacity_; }

  // Reads a document of at most capacity() bytes, behind which kPadding bytes may be read, and
  // whose texts are to point into `home`, which holds the same bytes. False if it is not valid
  // JSON without duplicate members, or of no family; `reading` is unfinished then.
  bool read(const char* padded, std::string_view home, Reading& reading,
            LeadResponse& response) noexcept;

  // A buffer of capacity() + kPadding bytes to copy a document to that has no padding.
  char* buffer() noexcept LEADSCAN_LIFETIMEBOUND { return buffer_.get(); }

 private:
  struct Simdjson;
  std::unique_ptr<Simdjson> simdjson_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
};

}  // namespace leadscan::internal
