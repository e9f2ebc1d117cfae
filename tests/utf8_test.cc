// json/utf8.h beside a decoder that knows nothing of tables: it takes a sequence apart, and asks
// whether what it stands for is a character, in its shortest form.
#include "leadscan/json/utf8.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace leadscan::internal {
namespace {

bool is_sequence(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() == 1) return byte(0) < 0x80;
  // As many bits are set in front of a 0 as it has bytes.
  unsigned bits_in_front = 0;
  while (bits_in_front < 8 && (byte(0) >> (7 - bits_in_front) & 1) != 0) ++bits_in_front;
  if (bits_in_front != bytes.size()) return false;
  unsigned long value = byte(0) & ((1UL << (7 - bits_in_front)) - 1);
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    if (byte(i) >> 6 != 2) return false;
    value = value * 64 + byte(i) % 64;
  }
  const bool is_shortest = bytes.size() == 2   ? value >= 0x80
                           : bytes.size() == 3 ? value >= 0x800
                                               : value >= 0x10000;
  return is_shortest && value <= 0x10FFFF && !(value >= 0xD800 && value <= 0xDFFF);
}

// Whether more bytes make it one. Every limit of what may follow is between two of these.
bool may_become_sequence(const std::string& bytes) {
  if (bytes.size() == 4) return false;
  for (const char next : {'\x80', '\x8F', '\x90', '\x9F', '\xA0', '\xBF'}) {
    const std::string more = bytes + next;
    if (is_sequence(more) || may_become_sequence(more)) return true;
  }
  return false;
}

void check(const std::string& bytes) {
  std::size_t size = 0;
  for (std::size_t i = 1; i <= bytes.size() && size == 0; ++i)
    if (is_sequence(bytes.substr(0, i))) size = i;
  const Utf8Sequence found = scan_utf8(bytes);
  ASSERT_EQ(utf8_sequence(bytes), size) << testing::PrintToString(bytes);
  ASSERT_EQ(found.complete, size != 0) << testing::PrintToString(bytes);
  if (size == 0)
    ASSERT_EQ(found.size, may_become_sequence(bytes) ? bytes.size() : 0)
        << testing::PrintToString(bytes);
  else
    ASSERT_EQ(found.size, size) << testing::PrintToString(bytes);
}

constexpr unsigned kLimits[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};

std::string bytes_of(std::initializer_list<unsigned> values) {
  std::string bytes;
  for (const unsigned value : values) bytes += static_cast<char>(value);
  return bytes;
}

TEST(Utf8, EverySequenceOfUpToThreeBytes) {
  for (unsigned a = 0; a < 0x100; ++a) {
    check(bytes_of({a}));
    for (unsigned b = 0; b < 0x100; ++b) {
      check(bytes_of({a, b}));
      if (a < 0x80) continue;
      for (const unsigned c : kLimits) check(bytes_of({a, b, c}));
    }
  }
  for (unsigned a = 0xE0; a < 0xF0; ++a)
    for (unsigned b = 0x70; b < 0xD0; ++b)
      for (unsigned c = 0x70; c < 0xD0; ++c) check(bytes_of({a, b, c}));
}

TEST(Utf8, FourBytesAtEveryLimit) {
  for (unsigned a = 0xC0; a < 0x100; ++a)
    for (unsigned b = 0x70; b < 0x100; ++b)
      for (const unsigned c : kLimits)
        for (const unsigned d : kLimits) check(bytes_of({a, b, c, d}));
}

TEST(Utf8, WhatIsBehindASequenceDoesNotMatter) {
  for (const std::string_view sequence : {"a", "\xC2\x80", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"})
    for (unsigned next = 0; next < 0x100; ++next)
      ASSERT_EQ(utf8_sequence(std::string(sequence) + static_cast<char>(next)), sequence.size());
}

TEST(Utf8, OnlyContinuationsAreContinuations) {
  for (int c = 0; c < 0x100; ++c)
    ASSERT_EQ(is_utf8_continuation(static_cast<char>(c)), c >= 0x80 && c < 0xC0) << c;
}

TEST(Utf8, WhatIsEncodedIsASequence) {
  for (unsigned c = 0; c < 0x110000; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    char memory[4];
    const std::string_view bytes(memory, encode_utf8(c, memory));
    ASSERT_TRUE(is_sequence(bytes)) << c;
    ASSERT_EQ(utf8_sequence(bytes), bytes.size()) << c;
  }
}

}  // namespace
}  // namespace leadscan::internal
