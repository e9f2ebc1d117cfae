// From a member's name to the Field it is, at compile time from kFields.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

#include "leadscan/fields.h"
#include "leadscan/text.h"

namespace leadscan::internal {

inline constexpr std::size_t kLongestName = [] {
  std::size_t longest = 0;
  for (const FieldInfo& field : kFields) longest = std::max(longest, field.name.size());
  return longest;
}();

template <Field Parent, std::size_t I>
inline bool is_member(std::string_view name) noexcept {
  if constexpr (kFields[I].parent == Parent) {
    // Constant size and text: compiles to a few word compares.
    return name.size() == kFields[I].name.size() &&
           std::memcmp(name.data(), kFields[I].name.data(), kFields[I].name.size()) == 0;
  } else {
    return false;
  }
}

// A field as a type, so that what follows from it is decided at compile time.
template <Field F>
using FieldTag = std::integral_constant<Field, F>;

// Calls `take` with the tag of the member of `Parent` that has this decoded name, or with that of
// Field::document if leadscan reads none such. `take` returns a bool, which is passed on.
template <Field Parent, typename Take>
[[gnu::always_inline]] inline bool take_member(std::string_view name, Take&& take) noexcept {
  bool result = false;
  const bool found = [&]<std::size_t... I>(std::index_sequence<I...>) {
    return ((is_member<Parent, I>(name) &&
             ((result = take(FieldTag<static_cast<Field>(I)>())), true)) ||
            ...);
  }(std::make_index_sequence<kFieldCount>());
  return found ? result : take(FieldTag<Field::document>());
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

// The same for a name as it stands in the document, which may spell it with escapes.
template <Field Parent>
[[gnu::noinline]] inline Field find_escaped_member(std::string_view raw) noexcept {
  char memory[6 * kLongestName];  // "\uXXXX" throughout; a longer one is none of ours
  if (raw.size() > sizeof memory) return Field::document;
  return find_member<Parent>(*Text::string(raw, true).decode(memory));
}

}  // namespace leadscan::internal
