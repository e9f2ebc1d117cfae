// ColumnReader: reads a chunk of lines at once, for streams in which no line is like another.
//
// A tier like the others: it accepts a line with the response that every path gives, or leaves it.
// columns.h says how it works.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "leadscan/isa.h"
#include "leadscan/lifetime.h"
#include "leadscan/response.h"

namespace leadscan::internal {

enum class ColumnVerdict : std::uint8_t {
  accepted,  // a valid response
  blank,     // nothing but white space: no record
  refused,   // not valid, or of no family: the strict reader says why
  deep,  // not read to its end, because containers are in more containers than there are columns
};

struct ColumnLine {
  std::uint32_t offset = 0;  // in the chunk
  std::uint32_t size = 0;    // up to its LF, or the end of the text
  ColumnVerdict verdict = ColumnVerdict::blank;
  LeadResponse response;  // if accepted; else to be ignored
};

struct ColumnState;

// What one instruction set has.
struct ColumnFunctions {
  std::size_t (*load)(ColumnState&, std::string_view text) noexcept;
  std::size_t (*next)(ColumnState&, std::span<ColumnLine> lines) noexcept;
};
const ColumnFunctions& columns_avx512() noexcept;

// Memory: kMemory, taken once. One thread at a time.
class ColumnReader {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{16} << 10;  // of a chunk
  static constexpr std::size_t kMemory = std::size_t{168} << 10;

  // Whether there is any of it for an instruction set: elsewhere allocate() fails.
  static bool exists_for(Isa isa) noexcept;

  explicit ColumnReader(Isa isa) noexcept;
  ~ColumnReader();
  ColumnReader(ColumnReader&&) noexcept;
  ColumnReader& operator=(ColumnReader&&) noexcept;

  // To be called once, before the rest. False if there is no memory, or no such reader.
  bool allocate() noexcept;
  bool has_memory() const noexcept { return state_ != nullptr; }

  // Takes the next chunk: as many whole lines from the beginning of `text` as kMostBytes hold.
  // Returns their bytes, LFs included; 0 if the first line is longer, or the text is empty. Reads
  // nothing outside of `text`; what next() gives points into it. A last line may lack its LF.
  std::size_t load(std::string_view text LEADSCAN_LIFETIMEBOUND) noexcept {
    return functions_->load(*state_, text);
  }
  // The next lines of the chunk, all of them in order, as many as there is room for; 0 at its end.
  std::size_t next(std::span<ColumnLine> lines) noexcept {
    return functions_->next(*state_, lines);
  }

 private:
  const ColumnFunctions* functions_ = nullptr;
  std::unique_ptr<ColumnState> state_;
};

}  // namespace leadscan::internal
