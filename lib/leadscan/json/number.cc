#include "leadscan/json/number.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace leadscan::internal {
namespace {

constexpr std::int64_t kHugeExponent = std::int64_t{1} << 40;  // beyond any document's length

std::int64_t exponent_of(std::string_view text) {
  const bool negative = text.front() == '-';
  if (text.front() == '-' || text.front() == '+') text.remove_prefix(1);
  std::int64_t exponent = 0;
  for (const char c : text) exponent = std::min(exponent * 10 + (c - '0'), kHugeExponent);
  return negative ? -exponent : exponent;
}

}  // namespace

IntegerKind to_integer_exactly(std::string_view number, std::int64_t& value) noexcept {
  value = 0;
  const bool negative = number.front() == '-';
  if (negative) number.remove_prefix(1);

  std::int64_t exponent = 0;  // of the last digit
  if (const std::size_t e = number.find_first_of("eE"); e != number.npos) {
    exponent = exponent_of(number.substr(e + 1));
    number = number.substr(0, e);
  }
  std::string_view fraction;
  if (const std::size_t point = number.find('.'); point != number.npos) {
    fraction = number.substr(point + 1);
    number = number.substr(0, point);
    exponent -= static_cast<std::int64_t>(fraction.size());
  }

  // value = digits * 10^exponent; zeros at either end carry no information.
  std::size_t size = number.size() + fraction.size();
  const auto digit = [&](std::size_t i) {
    return i < number.size() ? number[i] : fraction[i - number.size()];
  };
  while (size > 0 && digit(size - 1) == '0') {
    --size;
    ++exponent;
  }
  std::size_t first = 0;
  while (first < size && digit(first) == '0') ++first;
  if (first == size) return IntegerKind::integer;  // zero, whatever the exponent
  if (exponent < 0) return IntegerKind::fraction;
  if (static_cast<std::int64_t>(size - first) + exponent > 19) return IntegerKind::out_of_range;

  std::uint64_t magnitude = 0;  // below 10^19, which 64 bits hold
  for (std::size_t i = first; i < size; ++i)
    magnitude = magnitude * 10 + static_cast<std::uint64_t>(digit(i) - '0');
  for (; exponent > 0; --exponent) magnitude *= 10;

  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (magnitude > kMax + (negative ? 1 : 0)) return IntegerKind::out_of_range;
  value = static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
  return IntegerKind::integer;
}

}  // namespace leadscan::internal
