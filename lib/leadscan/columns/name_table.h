// The names of kFields' members as a table to look one up in without a jump, at compile time.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "leadscan/fields.h"

namespace leadscan::internal {

class NameTable {
 public:
  // Names are looked up in vectors of this many bytes, and are shorter.
  static constexpr std::size_t kWidth = 32;
  static constexpr std::size_t kIds = 32;
  static constexpr std::uint8_t kTop = 0;       // as a parent: the document
  static constexpr std::uint8_t kFirst = 1;     // the ids of names from here on
  static constexpr std::uint8_t kNone = 31;     // the id of all other names: all bits of an id
  static constexpr std::uint8_t kNoField = 31;  // see FieldSet

  consteval NameTable() {
    for (const FieldInfo& field : kFields) {
      if (find(field.name) != kNone) continue;
      // Not a constant expression if there are too many, or one is too long: does not compile then.
      if (end == kNone || field.name.size() >= kWidth) __builtin_abort();
      std::copy(field.name.begin(), field.name.end(), names[end].begin());
      sizes[end++] = static_cast<std::uint8_t>(field.name.size());
    }
    // Perfect: no two names in one place.
    for (multiplier = kFirstMultiplier; !spread(); multiplier += 2 * kFirstMultiplier)
      if (multiplier == kFirstMultiplier * 20001) __builtin_abort();
    for (auto& members : field_of) members.fill(kNoField);
    for (const FieldInfo& field : kFields) {
      const std::uint8_t parent =
          field.parent == Field::document ? kTop : find(info_of(field.parent).name);
      field_of[parent][find(field.name)] = static_cast<std::uint8_t>(field.field);
    }
  }

  // The place of the name that begins with these eight bytes; a shorter one has zeros behind it.
  constexpr std::size_t place(std::uint64_t first_bytes, std::uint64_t size) const {
    return (first_bytes + size) * multiplier >> kShift;
  }

  // The id that a name has if it has one.
  constexpr std::uint8_t find(std::string_view name) const {
    for (std::uint8_t id = kFirst; id < end; ++id)
      if (name == std::string_view(names[id].data(), sizes[id])) return id;
    return kNone;
  }

  // By id, with zeros behind them; none is empty but those of kTop and kNone.
  alignas(64) std::array<std::array<char, kWidth>, kIds> names{};
  std::array<std::uint8_t, kIds> sizes{};
  // The id, by place.
  alignas(64) std::array<std::uint8_t, 64> id_at{};
  // Of the member `name` of an object that is the value of the member `parent`, by ids; kNoField if
  // leadscan reads none such.
  std::array<std::array<std::uint8_t, kIds>, kIds> field_of{};
  std::uint64_t multiplier = 0;
  std::uint8_t end = kFirst;  // of the ids of names

 private:
  static constexpr int kShift = 58;
  // Odd, and with bits everywhere.
  static constexpr std::uint64_t kFirstMultiplier = 0x9E3779B97F4A7C15;

  consteval bool spread() {
    id_at.fill(kNone);
    for (std::uint8_t id = kFirst; id < end; ++id) {
      std::uint64_t first_bytes = 0;
      for (std::size_t i = 8; i-- > 0;)
        first_bytes = first_bytes << 8 | static_cast<unsigned char>(names[id][i]);
      std::uint8_t& entry = id_at[place(first_bytes, sizes[id])];
      if (entry != kNone) return false;
      entry = id;
    }
    return true;
  }
};
inline constexpr NameTable kNameTable;
static_assert(kFieldCount <= NameTable::kNoField);

}  // namespace leadscan::internal
