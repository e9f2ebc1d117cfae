#include "leadscan/columns/read_ahead.h"

#include <algorithm>

namespace leadscan::internal {

bool ReadAhead::read(std::string_view text, Ticket& ticket) noexcept {
  if (!reader_.has_memory()) return false;
  if (pause_ != 0) {
    --pause_;
    return false;
  }
  if (chunk_size_ != 0) judge();
  if (pause_ != 0) return false;
  chunk_size_ = reader_.load(text);
  if (chunk_size_ == 0) return false;
  chunk_ = text.data();
  given_ = count_ = next_ = 0;
  records_ = left_ = 0;
  ticket = {this, ++ticket_number_};
  return true;
}

const ColumnLine* ReadAhead::next(std::string_view text, const Ticket& ticket) noexcept {
  if (ticket.reader != this || ticket.number != ticket_number_ || text.data() != chunk_ + given_)
    return nullptr;
  if (next_ == count_) {
    next_ = 0;
    count_ = reader_.next(lines_);
    if (count_ == 0) return nullptr;
  }
  const ColumnLine& line = lines_[next_++];
  waits_ = 0;
  given_ = std::min(line.offset + line.size + std::size_t{1}, chunk_size_);
  records_ += line.verdict != ColumnVerdict::blank;
  left_ += line.verdict == ColumnVerdict::refused || line.verdict == ColumnVerdict::deep;
  return &line;
}

ColumnVerdict ReadAhead::read_one(std::string_view json, LeadResponse& response) noexcept {
  if (!reader_.has_memory() || json.size() > ColumnReader::kMostBytes) return ColumnVerdict::deep;
  if (given_ != chunk_size_ && ++waits_ < kLongestWait) return ColumnVerdict::deep;
  if (pause_of_ones_ != 0) {
    --pause_of_ones_;
    return ColumnVerdict::deep;
  }
  // Tickets that are out no longer match: with them, another chunk is asked for.
  ++ticket_number_;
  given_ = chunk_size_ = 0;
  records_ = left_ = 0;
  if (reader_.load(json) == 0) return ColumnVerdict::deep;
  ColumnLine& line = lines_[0];
  reader_.next({&line, 1});
  const bool is_whole = line.size + std::size_t{1} >= json.size();
  if (!is_whole || line.verdict == ColumnVerdict::deep || line.verdict == ColumnVerdict::blank) {
    pause_ones();
    return ColumnVerdict::deep;
  }
  // A walk ends at the first fault, the stages go through all of the document.
  refused_ones_ += line.verdict == ColumnVerdict::refused;
  if (++ones_ == kOnesJudged) {
    if (refused_ones_ * 4 > ones_)
      pause_ones();
    else
      next_pause_of_ones_ = kShortestPause;
    ones_ = refused_ones_ = 0;
  }
  if (line.verdict == ColumnVerdict::accepted) response = line.response;
  return line.verdict;
}

void ReadAhead::pause_ones() noexcept {
  pause_of_ones_ = next_pause_of_ones_;
  next_pause_of_ones_ = std::min(next_pause_of_ones_ * 2, kLongestPause);
}

// Of the chunk before: a quarter of its lines left, or some of them not asked for, is too much.
void ReadAhead::judge() noexcept {
  const bool pays = given_ == chunk_size_ && left_ * 4 <= records_;
  given_ = chunk_size_ = 0;
  records_ = left_ = 0;
  if (pays) {
    next_pause_ = kShortestPause;
    return;
  }
  pause_ = next_pause_;
  next_pause_ = std::min(next_pause_ * 2, kLongestPause);
}

}  // namespace leadscan::internal
