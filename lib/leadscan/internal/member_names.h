// From a member's name to the Field it is, at compile time from kFields.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>
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

// The member of `Parent` with this decoded name, or Field::document if leadscan reads none such.
template <Field Parent>
inline Field find_member(std::string_view name) noexcept {
  std::size_t found = kFieldCount;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (void)((is_member<Parent, I>(name) && ((found = I), true)) || ...);
  }(std::make_index_sequence<kFieldCount>());
  return static_cast<Field>(found);
}

// The same for a name as it stands in the document, which may spell it with escapes.
template <Field Parent>
inline Field find_member(std::string_view raw, bool escaped) noexcept {
  if (!escaped) return find_member<Parent>(raw);
  char memory[6 * kLongestName];  // "\uXXXX" throughout; a longer one is none of ours
  if (raw.size() > sizeof memory) return Field::document;
  return find_member<Parent>(*Text::string(raw, true).decode(memory));
}

}  // namespace leadscan::internal
