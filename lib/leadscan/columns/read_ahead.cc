#include "leadscan/columns/read_ahead.h"

#include <algorithm>

namespace leadscan::internal {

bool ReadAhead::read(std::string_view text, Ticket& ticket) noexcept {
  if (!reader_.has_memory() && !take_memory()) return false;
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
  given_ = std::min(line.offset + line.size + std::size_t{1}, chunk_size_);
  records_ += line.verdict != ColumnVerdict::blank;
  left_ += line.verdict == ColumnVerdict::refused || line.verdict == ColumnVerdict::deep;
  return &line;
}

// Tried once.
bool ReadAhead::take_memory() noexcept {
  const bool may = may_allocate_;
  may_allocate_ = false;
  return may && reader_.allocate();
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
