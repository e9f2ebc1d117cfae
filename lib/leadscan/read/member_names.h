// From a member's name to the Field it is, at compile time from kFields.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "leadscan/fields.h"
#include "leadscan/read/equal_bytes.h"
#include "leadscan/text.h"

namespace leadscan::internal {

inline constexpr std::size_t kLongestName = [] {
  std::size_t longest = 0;
  for (const FieldInfo& field : kFields) longest = std::max(longest, field.name.size());
  return longest;
}();

// A field as a type, so that what follows from it is decided at compile time.
template <Field F>
using FieldTag = std::integral_constant<Field, F>;

template <Field Parent, std::size_t Size>
inline constexpr bool kHasNameOfSize = [] {
  for (const FieldInfo& field : kFields)
    if (field.parent == Parent && field.name.size() == Size) return true;
  return false;
}();

// Among the members of `Parent` whose name has `Size` bytes: whether it is one, and what `take`
// says.
template <Field Parent, std::size_t Size, typename Take>
[[gnu::always_inline]] inline bool take_sized_member(const char* name, Take& take,
                                                     bool& result) noexcept {
  const auto is_it =
      [&]<std::size_t I>(std::integral_constant<std::size_t, I>) __attribute__((always_inline)) {
        if constexpr (kFields[I].parent == Parent && kFields[I].name.size() == Size) {
          if (!equal_bytes<Size>(name, kFields[I].name.data())) return false;
          result = take(FieldTag<kFields[I].field>());
          return true;
        } else {
          return false;
        }
      };
  return [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
    return (is_it(std::integral_constant<std::size_t, I>()) || ...);
  }(std::make_index_sequence<kFieldCount>());
}

// Calls `take` with the tag of the member of `Parent` that has this decoded name, or with that of
// Field::document if leadscan reads none such. `take` returns a bool, which is passed on. One jump
// by the size, so that an order of members never seen before costs one misprediction a name.
template <Field Parent, typename Take>
[[gnu::always_inline]] inline bool take_member(std::string_view name, Take&& take) noexcept {
  static_assert(kLongestName < 40, "a case for the size of every name");
  bool result = false;
#define LEADSCAN_CASE(size)                                                          \
  case size:                                                                         \
    if constexpr (kHasNameOfSize<Parent, size>)                                      \
      if (take_sized_member<Parent, size>(name.data(), take, result)) return result; \
    break;
#define LEADSCAN_TEN_CASES(tens) \
  LEADSCAN_CASE(tens##0)         \
  LEADSCAN_CASE(tens##1)         \
  LEADSCAN_CASE(tens##2)         \
  LEADSCAN_CASE(tens##3)         \
  LEADSCAN_CASE(tens##4)         \
  LEADSCAN_CASE(tens##5)         \
  LEADSCAN_CASE(tens##6)         \
  LEADSCAN_CASE(tens##7)         \
  LEADSCAN_CASE(tens##8)         \
  LEADSCAN_CASE(tens##9)
  switch (name.size()) {
    LEADSCAN_TEN_CASES()
    LEADSCAN_TEN_CASES(1)
    LEADSCAN_TEN_CASES(2)
    LEADSCAN_TEN_CASES(3)
  }
#undef LEADSCAN_TEN_CASES
#undef LEADSCAN_CASE
  return take(FieldTag<Field::document>());
}

// The same as a value.
template <Field Parent>
inline Field find_member(std::string_view name) noexcept {
  Field found = Field::document;
  take_member<Parent>(name, [&](auto field) {
    found = field();
    return true;
  });
  return found;
}

// The same for a name as it is in the document, which may spell it with escapes.
template <Field Parent>
[[gnu::noinline]] inline Field find_escaped_member(std::string_view raw) noexcept {
  char memory[6 * kLongestName];  // "\uXXXX" throughout; a longer name is not one of ours
  if (raw.size() > sizeof memory) return Field::document;
  // Nor is one with another escape: those stand for no letter.
  if (raw[raw.find('\\') + 1] != 'u') return Field::document;
  return find_member<Parent>(*Text::string(raw, true).decode(memory));
}

}  // namespace leadscan::internal
