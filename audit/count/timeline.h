// Timeline: how many records are in each hour, by verdict, in bounded memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "audit/base/timestamp.h"
#include "audit/judge/judge.h"

namespace leadscan::audit {

using VerdictCounts = std::array<std::uint64_t, kVerdictCount>;

// By hours since 1970; if more than kMost of them differ, by days, and then by periods of 50 days,
// of which there are fewer than that from year 0 to 9999. Which it is depends on the timestamps
// alone, not on their order.
class Timeline {
 public:
  static constexpr std::size_t kMost = 100000;
  static constexpr std::array<std::int64_t, 3> kUnits = {3600, 86400, std::int64_t{50} * 86400};

  void add(std::int64_t seconds, Verdict verdict) {
    const auto behind =
        static_cast<std::uint64_t>(seconds) - static_cast<std::uint64_t>(last_.begin);
    if (last_.counts == nullptr || behind >= static_cast<std::uint64_t>(unit()))
      find_row(floor_divide(seconds, unit()));
    ++(*last_.counts)[index_of(verdict)];
  }
  void merge(const Timeline& later);

  // In seconds: that of the rows.
  std::int64_t unit() const { return kUnits[unit_]; }
  // By their beginning, in units since 1970.
  const std::map<std::int64_t, VerdictCounts>& rows() const { return rows_; }
  std::size_t memory() const { return rows_.size() * (sizeof *rows_.begin() + 40); }

  // Seconds since 1970; an earlier timestamp is far before nearly all others. Let q1 and q3
  // be the beginnings of the rows that the timestamps of ranks n/4 and n-1-n/4 are in (n of them,
  // in ascending order, ranks from 0, n/4 rounded down); it is q1 - 3 (q3 - q1) less a day, or less
  // a row if that is longer. Where a row begins, so that before() is exact. None for fewer than 20.
  std::optional<std::int64_t> range_start() const;
  // How many are before `seconds`, where a row begins.
  std::uint64_t before(std::int64_t seconds) const;

  template <typename Archive>
  void archive(Archive& a) {
    a(unit_, rows_);
    if constexpr (Archive::kReads) {
      last_ = {};
      if (unit_ >= kUnits.size()) unit_ = kUnits.size() - 1;
    }
  }

 private:
  // The row that was counted in last, as most of the time the next record's is the same. Points
  // into rows_, so it is not for copies.
  struct Last {
    Last() = default;
    Last(const Last&) {}
    Last(Last&& other) noexcept { other.counts = nullptr; }
    Last& operator=(const Last&) {
      counts = nullptr;
      return *this;
    }
    Last& operator=(Last&& other) noexcept {
      counts = other.counts = nullptr;
      return *this;
    }
    std::int64_t begin = 0;  // in seconds
    VerdictCounts* counts = nullptr;
  };

  // Makes it the last one.
  void find_row(std::int64_t row);
  void use_longer_unit();

  std::map<std::int64_t, VerdictCounts> rows_;
  std::uint64_t unit_ = 0;  // in kUnits
  Last last_;
};

}  // namespace leadscan::audit
