#include "audit/count/timeline.h"

#include <algorithm>
#include <utility>

namespace leadscan::audit {
namespace {

// Fewer timestamps tell nothing about a range.
constexpr std::uint64_t kLeastForRange = 20;
constexpr std::int64_t kSecondsADay = 86400;

std::uint64_t sum(const VerdictCounts& counts) {
  std::uint64_t total = 0;
  for (const std::uint64_t count : counts) total += count;
  return total;
}

void add_to(VerdictCounts& mine, const VerdictCounts& more) {
  for (std::size_t i = 0; i < kVerdictCount; ++i) mine[i] += more[i];
}

}  // namespace

void Timeline::find_row(std::int64_t row) {
  const std::int64_t seconds = row * unit();
  last_.counts = &rows_[row];
  while (rows_.size() > kMost) {
    use_longer_unit();
    row = floor_divide(seconds, unit());
    last_.counts = &rows_[row];
  }
  last_.begin = row * unit();
}

void Timeline::use_longer_unit() {
  const std::int64_t longer = kUnits[unit_ + 1];
  std::map<std::int64_t, VerdictCounts> rows;
  for (const auto& [row, counts] : rows_) add_to(rows[floor_divide(row * unit(), longer)], counts);
  rows_ = std::move(rows);
  ++unit_;
  last_.counts = nullptr;
}

void Timeline::merge(const Timeline& later) {
  while (unit_ < later.unit_) use_longer_unit();
  for (const auto& [row, counts] : later.rows_) {
    find_row(floor_divide(row * later.unit(), unit()));
    add_to(*last_.counts, counts);
  }
}

std::optional<std::int64_t> Timeline::range_start() const {
  std::uint64_t count = 0;
  for (const auto& [row, counts] : rows_) count += sum(counts);
  if (count < kLeastForRange) return std::nullopt;
  const auto row_of_rank = [&](std::uint64_t rank) {
    for (const auto& [row, counts] : rows_) {
      const std::uint64_t here = sum(counts);
      if (rank < here) return row;
      rank -= here;
    }
    return rows_.rbegin()->first;
  };
  const std::int64_t first = row_of_rank(count / 4);
  const std::int64_t third = row_of_rank(count - 1 - count / 4);
  return (first - 3 * (third - first)) * unit() - std::max(kSecondsADay, unit());
}

std::uint64_t Timeline::before(std::int64_t seconds) const {
  std::uint64_t count = 0;
  for (const auto& [row, counts] : rows_)
    if (row * unit() < seconds) count += sum(counts);
  return count;
}

}  // namespace leadscan::audit
