// ReadAhead: the lines of a stream, by columns, a chunk at a time; and when that is worth a try.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "leadscan/columns/column_reader.h"
#include "leadscan/isa.h"
#include "leadscan/line.h"

namespace leadscan::internal {

// Whether documents repeat what was learned: rarely is fewer than one in five, lately. Told of
// those that do not; how many do, whoever counts them anyway says.
class Repetition {
 public:
  void miss(std::uint64_t hits) noexcept {
    take(hits);
    score_ += score_ < kMost;
  }
  bool is_rare(std::uint64_t hits) noexcept {
    if (score_ < kRare) [[likely]]
      return false;
    take(hits);
    return score_ >= kRare;
  }

 private:
  static constexpr std::uint64_t kOfHit = 4;  // as many misses make up for one
  static constexpr std::uint64_t kRare = 32;
  static constexpr std::uint64_t kMost = 64;

  void take(std::uint64_t hits) noexcept {
    score_ -= std::min(score_, (hits - hits_) * kOfHit);
    hits_ = hits;
  }

  std::uint64_t score_ = 0;
  std::uint64_t hits_ = 0;
};

// Whoever reads a stream keeps a ticket, and gets its lines with it: a chunk serves one, so that
// bytes that have changed since, at the same address, are read anew.
//
// Chunks are read ahead only while that pays: where many lines are left to other readers, or a
// stream is not read to the chunk's end, it pauses, twice as long each time.
class ReadAhead {
 public:
  explicit ReadAhead(Isa isa) noexcept : reader_(isa) {}
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // Memory is taken when a chunk is to be read for the first time; if there is none, or it is
  // forbidden to take any, nothing is read ahead.
  void forbid_memory() noexcept { may_allocate_ = false; }

  // `text` is what is left of a stream. Reads a chunk of it, unless it pauses or the line is too
  // long for one; `ticket` is for its lines then. To be called once a line.
  bool read(std::string_view text, Ticket& ticket) noexcept;

  // Behind a chunk: whether the next one is to be read at once, and no line by other means first.
  bool goes_on() noexcept { return ++chunks_ % kChunksInARow != 0; }

  // The line that `text`, the rest of the ticket's stream, begins with; null if there is none
  // more. Valid until the next call.
  const ColumnLine* next(std::string_view text, const Ticket& ticket) noexcept;

 private:
  static constexpr std::uint32_t kShortestPause = 256;  // lines
  static constexpr std::uint32_t kLongestPause = 16 * 1024;

  static constexpr std::uint32_t kChunksInARow = 4;

  void judge() noexcept;

  bool take_memory() noexcept;

  ColumnReader reader_;
  bool may_allocate_ = true;
  std::array<ColumnLine, 16> lines_;
  std::size_t count_ = 0;
  std::size_t next_ = 0;
  const char* chunk_ = nullptr;
  std::size_t given_ = 0;  // bytes of the chunk
  std::size_t chunk_size_ = 0;
  std::uint64_t ticket_number_ = 0;

  std::uint32_t chunks_ = 0;
  // Of the chunk: records, and those of them that others have to read.
  std::uint32_t records_ = 0;
  std::uint32_t left_ = 0;
  std::uint32_t pause_ = 0;  // lines until the next chunk
  std::uint32_t next_pause_ = kShortestPause;
};

}  // namespace leadscan::internal
