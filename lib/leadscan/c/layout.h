// What leadscan.h's structs are in C++.
#pragma once

#include <cstddef>
#include <cstdint>

#include "leadscan/c/leadscan.h"
#include "leadscan/response.h"
#include "leadscan/text.h"

namespace leadscan::c {

// leadscan_result, with the members as C++ writes them: parsed into in place.
struct Result {
  std::size_t size;
  std::uint64_t error_offset;
  std::int32_t status;
  std::uint16_t error_field;
  std::uint8_t verdict;
  std::uint8_t reserved0;
  LeadResponse response;
};
static_assert(sizeof(Result) == sizeof(leadscan_result));
static_assert(alignof(Result) == alignof(leadscan_result));
static_assert(offsetof(Result, error_offset) == offsetof(leadscan_result, error_offset));
static_assert(offsetof(Result, status) == offsetof(leadscan_result, status));
static_assert(offsetof(Result, error_field) == offsetof(leadscan_result, error_field));
static_assert(offsetof(Result, verdict) == offsetof(leadscan_result, verdict));

// Of a member of leadscan_result: its place in LeadResponse.
constexpr std::size_t place_of(std::size_t offset) { return offset - offsetof(Result, response); }

struct TextLayout {
  static_assert(sizeof(Text) == sizeof(leadscan_text));
  static_assert(alignof(Text) == alignof(leadscan_text));
  static_assert(offsetof(Text, data_) == offsetof(leadscan_text, data));
  static_assert(offsetof(Text, size_) == offsetof(leadscan_text, size));
  static_assert(offsetof(Text, presence_) == offsetof(leadscan_text, presence));
  static_assert(offsetof(Text, escaped_) == offsetof(leadscan_text, escaped));
  static_assert(offsetof(Text, is_object_) == offsetof(leadscan_text, is_object));
};

// The first version's: results may grow at their end, but never shrink.
inline constexpr std::size_t kFirstResultSize = sizeof(void*) == 8 ? 168 : 0;
static_assert(sizeof(leadscan_result) >= kFirstResultSize);

}  // namespace leadscan::c
