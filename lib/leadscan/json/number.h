// JSON numbers (RFC 8259, section 6): grammar, and exact conversion to an integer.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "leadscan/json/characters.h"

namespace leadscan::internal {

struct NumberEnd {
  const unsigned char* at;  // the first byte that does not belong to the number
  bool complete;            // else more was needed there
};

inline const unsigned char* skip_digits(const unsigned char* p, const unsigned char* end) {
  // Eight at a time where there are eight bytes: a loop's end is hard to predict.
  while (end - p >= 8) {
    std::uint64_t bytes;
    std::memcpy(&bytes, p, sizeof bytes);
    // 0x3? that stays 0x3? with 6 added is a digit.
    const std::uint64_t high = bytes & 0xF0F0F0F0F0F0F0F0;
    const std::uint64_t carried = (bytes + 0x0606060606060606) & 0xF0F0F0F0F0F0F0F0;
    const std::uint64_t other = (high ^ 0x3030303030303030) | (carried ^ 0x3030303030303030);
    if (other != 0) return p + std::countr_zero(other) / 8;
    p += 8;
  }
  while (p != end && is_digit(*p)) ++p;
  return p;
}

// The longest number, or beginning of one, at [p, end).
inline NumberEnd scan_number(const unsigned char* p, const unsigned char* end) {
  if (p != end && *p == '-') ++p;
  if (p == end || !is_digit(*p)) return {p, false};
  p = *p == '0' ? p + 1 : skip_digits(p, end);  // a leading zero is alone
  if (p != end && *p == '.') {
    ++p;
    if (p == end || !is_digit(*p)) return {p, false};
    p = skip_digits(p, end);
  }
  if (p != end && (*p == 'e' || *p == 'E')) {
    ++p;
    if (p != end && (*p == '+' || *p == '-')) ++p;
    if (p == end || !is_digit(*p)) return {p, false};
    p = skip_digits(p, end);
  }
  return {p, true};
}

// The number at p, where something must end it; empty if there is none.
inline std::string_view ended_number(const char* p, const char* end) noexcept {
  const NumberEnd number = scan_number(reinterpret_cast<const unsigned char*>(p),
                                       reinterpret_cast<const unsigned char*>(end));
  const char* const behind = reinterpret_cast<const char*>(number.at);
  if (!number.complete || behind == end || !kEndsScalar.contains(*number.at)) return {};
  return {p, static_cast<std::size_t>(behind - p)};
}

enum class IntegerKind : std::uint8_t { integer, fraction, out_of_range };

// The mathematical value of `number`, which must be a JSON number, as 64-bit two's complement.
// Exact for any number of digits: 2.01e2 is 201, and 1e-400 is a fraction, not zero.
IntegerKind to_integer_exactly(std::string_view number, std::int64_t& value) noexcept;

// The same for what can be had in one pass: up to 18 digits, exponents below 100.
inline IntegerKind to_integer(std::string_view number, std::int64_t& value) noexcept {
  // 10^18 is the greatest power below 2^63.
  static constexpr auto kPowers = [] {
    std::array<std::int64_t, 19> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
  }();
  const char* p = number.data();
  const char* const end = p + number.size();
  const bool negative = *p == '-';
  p += negative;
  if (end - p > 18) return to_integer_exactly(number, value);
  value = 0;
  std::int64_t digits = 0;
  const auto more_digits = [&] {
    for (; p != end && is_digit(static_cast<unsigned char>(*p)); ++p)
      digits = digits * 10 + (*p - '0');
  };
  more_digits();
  if (p != end) {
    std::int64_t exponent = 0;  // of the last digit
    if (*p == '.') {
      const char* const fraction = ++p;
      more_digits();
      exponent = fraction - p;
    }
    if (p != end) {  // at an e
      ++p;
      const bool down = *p == '-';
      p += down || *p == '+';
      if (end - p > 2) return to_integer_exactly(number, value);
      std::int64_t power = *p - '0';
      if (end - p == 2) power = power * 10 + (p[1] - '0');
      exponent += down ? -power : power;
    }
    if (exponent < 0) {
      if (exponent < -18) return to_integer_exactly(number, value);
      if (digits % kPowers[-exponent] != 0) return IntegerKind::fraction;
      digits /= kPowers[-exponent];
    } else if (exponent > 0) {
      if (exponent > 18 || digits >= kPowers[18 - exponent])
        return to_integer_exactly(number, value);
      digits *= kPowers[exponent];
    }
  }
  value = negative ? -digits : digits;
  return IntegerKind::integer;
}

}  // namespace leadscan::internal
