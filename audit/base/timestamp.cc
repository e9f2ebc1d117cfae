#include "audit/base/timestamp.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <cstring>

#include "audit/base/short_text.h"

namespace leadscan::audit {
namespace {

// Days since 1970-01-01 in the Gregorian calendar (H. Hinnant's algorithm).
constexpr std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}
static_assert(days_of(1970, 1, 1) == 0 && days_of(2000, 3, 1) == 11017);

struct Date {
  std::int64_t year;
  unsigned month;
  unsigned day;
};
constexpr Date date_of(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned part = (5 * day_of_year + 2) / 153;
  const unsigned month = part + (part < 10 ? 3 : -9);
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2), month,
          day_of_year - (153 * part + 2) / 5 + 1};
}

unsigned digit(char c) { return static_cast<unsigned char>(c) - unsigned{'0'}; }

// `count` digits at `at`, or -1.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return -1;
  unsigned value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (digit(text[i]) > 9) return -1;
    value = value * 10 + digit(text[i]);
  }
  return static_cast<int>(value);
}

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

// The days before 1970-01-01 count negative. nullopt: no date.
std::optional<std::int64_t> read_date(std::string_view text) {
  static constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || text[4] != '-' || text[7] != '-')
    return std::nullopt;
  const int last = kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && is_leap(year));
  if (day > last) return std::nullopt;
  return days_of(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
}

// Of the 17 bytes "2025-06-30T12:36:"; nullopt: they are no such thing.
std::optional<std::int64_t> read_minute(std::string_view text) {
  if (text[10] != 'T' && text[10] != 't') return std::nullopt;
  const std::optional<std::int64_t> days = read_date(text);
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  if (!days || hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[13] != ':' ||
      text[16] != ':')
    return std::nullopt;
  return *days * 86400 + hour * 3600 + minute * 60;
}

// What is behind a minute that begins at `seconds`, as if in UTC: "46.5Z", "46+02:00".
std::optional<Timestamp> read_rest(std::string_view text, std::int64_t seconds) {
  const int second = digits(text, 0, 2);
  if (second < 0 || second > 60) return std::nullopt;
  seconds += second;
  std::size_t at = 2;
  std::uint32_t nanoseconds = 0;
  if (at < text.size() && text[at] == '.') {
    static constexpr std::array<std::uint32_t, 10> kUnits = {
        1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};
    const std::size_t first = ++at;
    const std::size_t last = std::min(text.size(), first + kUnits.size() - 1);
    for (; at < last && digit(text[at]) <= 9; ++at)
      nanoseconds = nanoseconds * 10 + digit(text[at]);
    if (at == first) return std::nullopt;
    nanoseconds *= kUnits[at - first];
    while (at < text.size() && digit(text[at]) <= 9) ++at;
  }
  if (at == text.size()) return std::nullopt;
  if (text[at] == 'Z' || text[at] == 'z') {
    ++at;
  } else if (text[at] == '+' || text[at] == '-') {
    const int hours = digits(text, at + 1, 2);
    const int minutes = digits(text, at + 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || text[at + 3] != ':')
      return std::nullopt;
    seconds -= (text[at] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    at += 6;
  }
  if (at != text.size()) return std::nullopt;
  return Timestamp{seconds, nanoseconds};
}

// "2025-06-30T12:36:46.123Z", as JavaScript writes it.
constexpr std::size_t kMilliseconds = 24;

// What is behind the minute of a text of that size; nullopt: it has to be looked at more closely.
std::optional<Timestamp> read_milliseconds(std::string_view text, std::int64_t seconds) {
  if constexpr (std::endian::native != std::endian::little) return std::nullopt;
  // ":46.123Z" less ":00.000Z": eight bytes, from 0 to 9 where there is a digit, else 0.
  const std::uint64_t digits = load_word<std::uint64_t>(text.data() + 16) ^ 0x5A3030302E30303A;
  constexpr std::uint64_t kDigits = 0x000F0F0F000F0F00;
  const std::uint64_t beyond_nine = digits + 0x0006060600060600;
  if (((digits | beyond_nine) & ~kDigits) != 0) return std::nullopt;
  const auto digit_at = [&](unsigned i) {
    return static_cast<std::uint32_t>(digits >> 8 * i & 0xF);
  };
  const std::uint32_t second = digit_at(1) * 10 + digit_at(2);
  if (second > 60) return std::nullopt;
  return Timestamp{seconds + second,
                   (digit_at(4) * 100 + digit_at(5) * 10 + digit_at(6)) * 1000000};
}

}  // namespace

std::optional<Timestamp> TimestampReader::read(std::string_view text) noexcept {
  if (text.size() <= kMinute) return std::nullopt;
  if (!equal_short(text.substr(0, kMinute), {minute_.data(), kMinute})) {
    const std::optional<std::int64_t> minute = read_minute(text);
    if (!minute) return std::nullopt;
    std::memcpy(minute_.data(), text.data(), kMinute);
    seconds_ = *minute;
  }
  if (text.size() == kMilliseconds)
    if (const std::optional<Timestamp> time = read_milliseconds(text, seconds_)) return time;
  return read_rest(text.substr(kMinute), seconds_);
}

std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept {
  return TimestampReader().read(text);
}

std::optional<Timestamp> parse_date(std::string_view text) noexcept {
  if (text.size() == 10) {
    const std::optional<std::int64_t> days = read_date(text);
    if (!days) return std::nullopt;
    return Timestamp{*days * 86400, 0};
  }
  return parse_timestamp(text);
}

std::string format_day(std::int64_t days) {
  const Date date = date_of(days);
  char text[40];
  const int size = std::snprintf(text, sizeof text, "%04lld-%02u-%02u",
                                 static_cast<long long>(date.year), date.month, date.day);
  return {text, static_cast<std::size_t>(size)};
}

std::string format_hour(std::int64_t hours) {
  char text[24];
  std::snprintf(text, sizeof text, " %02d:00",
                static_cast<int>(hours - floor_divide(hours, 24) * 24));
  return format_day(floor_divide(hours, 24)) + text;
}

std::string format_timestamp(std::int64_t seconds) {
  const std::int64_t days = floor_divide(seconds, 86400);
  const auto rest = static_cast<int>(seconds - days * 86400);
  char text[40];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02dZ", rest / 3600, rest / 60 % 60, rest % 60);
  return format_day(days) + text;
}

}  // namespace leadscan::audit
