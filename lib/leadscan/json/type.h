// The types that JSON values have, and sets of them.
#pragma once

#include <cstdint>
#include <string_view>

namespace leadscan {

// RFC 8259 types, with `integer` for numbers whose mathematical value is one (JSON Schema 2020-12,
// section 6.1.1: 201.0 and 2.01e2 are integers). Values are bits, so that they form sets.
enum class JsonType : std::uint8_t {
  none = 0,
  null = 1 << 0,
  boolean = 1 << 1,
  integer = 1 << 2,
  number = 1 << 3,  // a number that is no integer
  string = 1 << 4,
  array = 1 << 5,
  object = 1 << 6,
};

// A set of JSON types.
class TypeSet {
 public:
  constexpr TypeSet() = default;
  constexpr TypeSet(JsonType type) : bits_(static_cast<std::uint8_t>(type)) {}  // NOLINT
  constexpr TypeSet operator|(TypeSet other) const { return TypeSet(bits_ | other.bits_); }
  constexpr bool contains(JsonType type) const {
    return (bits_ & static_cast<std::uint8_t>(type)) != 0;
  }
  constexpr bool operator==(const TypeSet&) const = default;

 private:
  constexpr explicit TypeSet(int bits) : bits_(static_cast<std::uint8_t>(bits)) {}
  std::uint8_t bits_ = 0;
};
constexpr TypeSet operator|(JsonType a, JsonType b) { return TypeSet(a) | TypeSet(b); }

// A constant text; never null, never allocated.
std::string_view name_of(JsonType type) noexcept;

}  // namespace leadscan
