// TokenReader: the general path where the CPU has AVX2 or better.
//
// A walk over the token index that validates everything it passes. Leaner than the On-Demand front
// end because both quotes of a string are indexed (no search for a string's end), strict because
// nothing is skipped unseen. Like OnDemandReader it accepts or not; StrictReader says why not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "leadscan/arena.h"
#include "leadscan/read/reading.h"
#include "leadscan/read/token_index.h"

namespace leadscan::internal {

class TokenReader {
 public:
  explicit TokenReader(IndexFunction index) noexcept : index_(index) {}

  // Room for documents of up to `bytes`. False if there is no memory for that.
  bool reserve(std::size_t bytes) noexcept;
  // The same for good, instead of reserve().
  bool take_from(Arena& arena, std::size_t bytes) noexcept;
  std::size_t capacity() const noexcept { return capacity_; }

  // Reads a document of at most capacity() bytes. False if it is not valid JSON without duplicate
  // members, or of no family; `reading` is unfinished then.
  bool read(std::string_view json, Reading& reading, LeadResponse& response) noexcept;

 private:
  IndexFunction index_;
  Held<std::uint32_t[]> tokens_;
  Held<std::uint64_t[]> bits_;  // backslashes, then unicode
  std::size_t capacity_ = 0;
};

}  // namespace leadscan::internal
