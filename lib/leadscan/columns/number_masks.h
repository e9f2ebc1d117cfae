// The grammar of JSON's numbers (RFC 8259, section 6) on four of them at a time, as masks of what
// their bytes are. Words only: no kernel is needed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace leadscan::internal {

// Bits 16 n to 16 n + 15: the 16 bytes from where number n begins.
struct NumberMasks {
  std::uint64_t digits;
  std::uint64_t zeros;
  std::uint64_t points;
  std::uint64_t exponents;  // e, E
  std::uint64_t minuses;
  std::uint64_t pluses;
  std::uint64_t terminators;  // what may be behind a number
};

struct NumberVerdicts {
  std::uint64_t wrong;  // a bit among the 16 of each that is not a number
  std::uint64_t long_;  // a bit among the 16 of each whose end is not among them: to be looked at
};

// That of one of the numbers, as a bit for each.
constexpr unsigned by_number(std::uint64_t bits) {
  unsigned numbers = 0;
  for (unsigned n = 0; n < 4; ++n) numbers |= ((bits >> 16 * n & 0xFFFF) != 0 ? 1u : 0u) << n;
  return numbers;
}

//   bytes        - 1 2 . 5 0 e + 7 ,
//   digits       . 1 1 . 1 1 . . 1 .
//   inside       1 1 1 1 1 1 1 1 1 .      up to the first terminator
//   points << 1  . . . . 1 . . . . .      where a fraction's digits begin
//   + digits     . 1 1 . . . 1 . 1 .      the carry is behind the last one of them
constexpr NumberVerdicts look_at_numbers(const NumberMasks& is) {
  constexpr std::uint64_t kFirst = 0x0001000100010001;
  constexpr std::uint64_t kLast = kFirst << 15;
  // At least the last byte ends it, so that no borrow or carry goes from one number to the next.
  const std::uint64_t ends = is.terminators | kLast;
  const std::uint64_t less = ends - kFirst;
  const std::uint64_t inside = less & ~ends;
  const std::uint64_t end = ends & ~less;

  const std::uint64_t digits = is.digits & inside;
  const std::uint64_t points = is.points & inside;
  const std::uint64_t exponents = is.exponents & inside;
  const std::uint64_t minuses = is.minuses & inside;
  const std::uint64_t signs = (is.minuses | is.pluses) & inside;
  const std::uint64_t behind_digit = digits << 1;
  const std::uint64_t behind_exponent = exponents << 1;
  const auto behind_digits = [digits](std::uint64_t first) { return (first + digits) & ~digits; };

  // Digits in front of the end, of a point and of an e; and behind a point, and behind signs.
  std::uint64_t wrong = (end | points | exponents) & ~behind_digit;
  wrong |= ((points | signs) << 1) & ~digits;
  wrong |= behind_exponent & ~(digits | signs);
  // A minus in front of all, or a sign behind an e.
  wrong |= signs & ~((minuses & kFirst) | behind_exponent);
  // A zero that leads is alone.
  const std::uint64_t first_digit = kFirst | (minuses & kFirst) << 1;
  wrong |= (first_digit & is.zeros) << 1 & digits;
  // Behind a fraction comes no other one, and behind an exponent nothing.
  wrong |= behind_digits(points << 1 & digits) & points;
  const std::uint64_t exponent_digits = (behind_exponent | (behind_exponent & signs) << 1) & digits;
  wrong |= behind_digits(exponent_digits) & (points | exponents);
  wrong |= inside & ~(digits | points | exponents | signs);
  return {wrong, end & ~is.terminators};
}

}  // namespace leadscan::internal
