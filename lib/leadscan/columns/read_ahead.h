// ReadAhead: the lines of a stream, by columns, a chunk at a time; documents, each by itself; and
// when that is worth a try.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "leadscan/columns/column_reader.h"
#include "leadscan/isa.h"
#include "leadscan/known_lines.h"

namespace leadscan::internal {

// Whether documents repeat what was learned: "rarely" means fewer than one in five, lately. It is
// told of each document that does not; the number of those that do is passed in, as it is counted
// elsewhere anyway.
class Repetition {
 public:
  void miss(std::uint64_t hits) noexcept {
    take(hits);
    score_ += score_ < kMost;
  }
  // Of a document that has just been told as a miss.
  bool was_rare() const noexcept { return score_ >= kRare; }
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

// The reader of a stream keeps a ticket and gets its lines with it. A chunk belongs to one ticket,
// so that bytes that have changed since, at the same address, are read anew.
//
// Chunks are read ahead only while that pays: where many lines are left to other readers, or a
// stream is not read to the chunk's end, it pauses, twice as long each time.
class ReadAhead {
 public:
  explicit ReadAhead(Isa isa) noexcept : reader_(isa) {}
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // To be called once, before the rest; or nothing is read by columns, as where there is no memory.
  void allocate() noexcept { (void)reader_.allocate(); }
  bool can_read() const noexcept { return reader_.has_memory(); }

  // `text` is what is left of a stream. Reads a chunk of it, unless it pauses or the line is too
  // long for one; `ticket` is for its lines then. To be called once a line.
  bool read(std::string_view text, Ticket& ticket) noexcept;

  // Reads a document that is not part of a stream. `deep`: it was not read; what has line ends in
  // it is not. Not while lines of a chunk are still to be fetched, unless they have not been asked
  // for in a long time.
  ColumnVerdict read_one(std::string_view json, LeadResponse& response) noexcept;

  // Behind a chunk: whether the next one is to be read at once, and no line by other means first.
  bool goes_on() noexcept { return ++chunks_ % kChunksInARow != 0; }

  // The line that `text`, the rest of the ticket's stream, begins with; null if there are
  // no more. Valid until the next call.
  const ColumnLine* next(std::string_view text, const Ticket& ticket) noexcept;

 private:
  static constexpr std::uint32_t kShortestPause = 256;  // lines
  static constexpr std::uint32_t kLongestPause = 16 * 1024;

  static constexpr std::uint32_t kChunksInARow = 4;
  static constexpr std::uint32_t kLongestWait = 64;  // documents
  static constexpr std::uint32_t kOnesJudged = 64;

  void judge() noexcept;
  void pause_ones() noexcept;

  ColumnReader reader_;
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

  // Of documents by themselves.
  std::uint32_t waits_ = 0;
  std::uint32_t ones_ = 0;
  std::uint32_t refused_ones_ = 0;
  std::uint32_t pause_of_ones_ = 0;
  std::uint32_t next_pause_of_ones_ = kShortestPause;
};

}  // namespace leadscan::internal
