// From a member's name to the Field it is, at compile time from kFields.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "leadscan/fields.h"
#include "leadscan/internal/equal_bytes.h"
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

// Among the members of `Parent` whose name has `Size` bytes.
template <Field Parent, std::size_t Size, typename Take>
[[gnu::always_inline]] inline bool take_sized_member(const char* name, Take& take) noexcept {
  bool result = false;
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
  const bool found = [&]<std::size_t... I>(std::index_sequence<I...>)
                         __attribute__((always_inline)) {
                           return (is_it(std::integral_constant<std::size_t, I>()) || ...);
                         }(std::make_index_sequence<kFieldCount>());
  return found ? result : take(FieldTag<Field::document>());
}

// Calls `take` with the tag of the member of `Parent` that has this decoded name, or with that of
// Field::document if leadscan reads none such. `take` returns a bool, which is passed on. One jump
// by the size, so that an order of members never seen before costs one misprediction a name.
template <Field Parent, typename Take>
[[gnu::always_inline]] inline bool take_member(std::string_view name, Take&& take) noexcept {
  switch (name.size()) {
    case 4:
      return take_sized_member<Parent, 4>(name.data(), take);
    case 5:
      return take_sized_member<Parent, 5>(name.data(), take);
    case 6:
      return take_sized_member<Parent, 6>(name.data(), take);
    case 7:
      return take_sized_member<Parent, 7>(name.data(), take);
    case 9:
      return take_sized_member<Parent, 9>(name.data(), take);
    case 10:
      return take_sized_member<Parent, 10>(name.data(), take);
    case 19:
      return take_sized_member<Parent, 19>(name.data(), take);
    case 24:
      return take_sized_member<Parent, 24>(name.data(), take);
    default:
      return take(FieldTag<Field::document>());
  }
}
static_assert(
    [] {
      for (const FieldInfo& field : kFields) {
        bool has_case = false;
        for (const std::size_t size : {4, 5, 6, 7, 9, 10, 19, 24})
          has_case |= field.name.size() == size;
        if (!has_case) return false;
      }
      return true;
    }(),
    "take_member has a case for the size of every name");

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

// The same for a name as it stands in the document, which may spell it with escapes.
template <Field Parent>
[[gnu::noinline]] inline Field find_escaped_member(std::string_view raw) noexcept {
  char memory[6 * kLongestName];  // "\uXXXX" throughout; a longer one is none of ours
  if (raw.size() > sizeof memory) return Field::document;
  // Nor is one with another escape: those stand for no letter.
  if (raw[raw.find('\\') + 1] != 'u') return Field::document;
  return find_member<Parent>(*Text::string(raw, true).decode(memory));
}

}  // namespace leadscan::internal
