// RFC 3339 timestamps, as seconds since 1970 in UTC.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leadscan::audit {

struct Timestamp {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;  // digits beyond are dropped

  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

// A date-time of RFC 3339, section 5.6; a leap second counts as the second behind it.
std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept;

// The same for timestamps most of which share their minute with the one before.
class TimestampReader {
 public:
  std::optional<Timestamp> read(std::string_view text) noexcept;

 private:
  static constexpr std::size_t kMinute = 17;  // "2025-06-30T12:36:"
  std::array<char, kMinute> minute_{};
  std::int64_t seconds_ = 0;  // where it begins, as if in UTC
};

// For options: a date-time, or a date, which means its midnight in UTC.
std::optional<Timestamp> parse_date(std::string_view text) noexcept;

// "2025-06-30T12:36:46Z"; "2025-06-30 12:00", "2025-06-30".
std::string format_timestamp(std::int64_t seconds);
std::string format_hour(std::int64_t hours);
std::string format_day(std::int64_t days);

constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace leadscan::audit
