// Reading: what a reader has gathered of one document, and what follows from it.
//
// The readers (TokenReader, OnDemandReader, StrictReader) report members here, which decides what
// family the document is of, and from which places the response's values come. (columns/ knows by
// itself a created lead without anything unusual, and leaves all others to these.)
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "leadscan/fields.h"
#include "leadscan/json/number.h"
#include "leadscan/read/member_names.h"
#include "leadscan/response.h"

namespace leadscan::internal {

class FieldSet {
 public:
  constexpr FieldSet() = default;
  constexpr bool contains(Field field) const { return (bits_ & bit(field)) != 0; }
  constexpr bool contains_all(FieldSet other) const { return (other.bits_ & ~bits_) == 0; }
  constexpr bool intersects(FieldSet other) const { return (bits_ & other.bits_) != 0; }
  constexpr FieldSet without(FieldSet other) const { return FieldSet(bits_ & ~other.bits_); }
  constexpr std::size_t size() const { return static_cast<std::size_t>(std::popcount(bits_)); }
  constexpr void add(Field field, bool condition = true) {
    bits_ |= static_cast<std::uint32_t>(condition) << static_cast<unsigned>(field);
  }
  template <typename Predicate>
  static constexpr FieldSet where(Predicate predicate) {
    FieldSet set;
    for (const FieldInfo& field : kFields) set.add(field.field, predicate(field));
    return set;
  }

 private:
  static_assert(kFieldCount <= 32);
  constexpr explicit FieldSet(std::uint32_t bits) : bits_(bits) {}
  static constexpr std::uint32_t bit(Field field) {
    return std::uint32_t{1} << static_cast<unsigned>(field);
  }
  std::uint32_t bits_ = 0;
};

inline constexpr FieldSet kSchemaFields = FieldSet::where([](auto& f) { return f.in_schema; });
inline constexpr FieldSet kRequiredFields = FieldSet::where([](auto& f) { return f.required; });
inline constexpr FieldSet kRequiredAtTop =
    FieldSet::where([](auto& f) { return f.required && f.parent == Field::document; });

// Calls `take` with the tag (FieldTag) of each field.
template <typename Take>
[[gnu::always_inline]] inline constexpr void for_each_field(Take&& take) {
  [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
    (take(FieldTag<kFields[I].field>()), ...);
  }(std::make_index_sequence<kFieldCount>());
}

constexpr std::size_t index_of(Field field) { return static_cast<std::size_t>(field); }
inline constexpr auto kSlots = [] {
  std::array<Slot, kFieldCount> slots;
  for (const FieldInfo& field : kFields) slots[index_of(field.field)] = slot_of(field.field);
  return slots;
}();

class Reading {
 public:
  // Starts a new document, whose values go to `response`.
  void start(LeadResponse& response) noexcept {
    // Copied: gcc would build a new one with `rep stos`, which takes longer to start than this.
    static constexpr LeadResponse kEmpty;
    response = kEmpty;
    response_ = &response;
    seen_ = conforming_ = FieldSet();
  }

  bool seen(Field field) const noexcept { return seen_.contains(field); }

  // A member of this field is in the document; each is to be reported once.
  [[gnu::always_inline]] inline void see_string(Field field, std::string_view raw,
                                                bool escaped) noexcept {
    see(field, JsonType::string, Text::string(raw, escaped));
  }
  // `raw`: from brace to brace. Not needed unless the field is a text.
  [[gnu::always_inline]] inline void see_object(Field field, std::string_view raw = {}) noexcept {
    see(field, JsonType::object, Text::object(raw));
  }
  // Anything else than a string or an object.
  [[gnu::always_inline]] inline void see(Field field, JsonType type) noexcept {
    see(field, type, Text::other());
  }
  [[gnu::always_inline]] inline void see_boolean(Field field, bool value) noexcept {
    see(field, JsonType::boolean);
    const Slot& slot = kSlots[index_of(field)];
    if (slot.kind != Slot::Kind::boolean) return;
    LeadResponse& target = target_of(field);
    target.*slot.has = true;
    target.*slot.boolean = value;
  }
  [[gnu::always_inline]] inline void see_integer(Field field, std::int64_t value) noexcept {
    see(field, JsonType::integer);
    const Slot& slot = kSlots[index_of(field)];
    if (slot.kind != Slot::Kind::integer) return;
    LeadResponse& target = target_of(field);
    target.*slot.has = true;
    target.*slot.integer = value;
  }
  // What to_integer() says of a number.
  void see_number(Field field, IntegerKind kind, std::int64_t value) noexcept {
    switch (kind) {
      case IntegerKind::integer:
        see_integer(field, value);
        break;
      case IntegerKind::out_of_range:  // an integer, but none that 64 bits hold
        if (kSlots[index_of(field)].kind == Slot::Kind::integer) {
          seen_.add(field);
        } else {
          see(field, JsonType::integer);
        }
        break;
      case IntegerKind::fraction:
        see(field, JsonType::number);
    }
  }

  bool conforms(Field field) const noexcept { return conforming_.contains(field); }

  // The family of a complete document, of each member the first one; Family::none: a violation.
  Family family() const noexcept {
    if (conforming_.contains_all(kRequiredFields) &&
        conforming_.contains_all(both(seen_, kSchemaFields)))
      return Family::created;
    if (conforms(Field::info_success) && conforms(Field::data))
      return response_->success ? Family::update : Family::failure;
    if (conforms(Field::message) && !seen_.intersects(kRequiredAtTop)) return Family::message;
    return Family::none;
  }

  // Completes the response: its family, and the values of which there are several candidates.
  void finish(Family family) noexcept;

 private:
  static constexpr FieldSet both(FieldSet a, FieldSet b) { return a.without(a.without(b)); }

  // A stand-in's value is kept aside until it is known whose the response's is.
  static constexpr FieldSet kAside =
      FieldSet::where([](auto& f) { return f.stand_in != StandIn::never; });
  LeadResponse& target_of(Field field) noexcept {
    return kAside.contains(field) ? aside_ : *response_;
  }

  // Inlined where the field is a constant, so that its slot and types are, too.
  [[gnu::always_inline]] inline void see(Field field, JsonType type, Text text) noexcept {
    const bool conforms = info_of(field).types.contains(type);
    seen_.add(field);
    conforming_.add(field, conforms);
    if (type == JsonType::null) text = Text::null();
    if (!conforms && text.has_value()) text = Text::other();
    const Slot& slot = kSlots[index_of(field)];
    LeadResponse& target = target_of(field);
    if (slot.kind == Slot::Kind::text) target.*slot.text = text;
    if (slot.kind == Slot::Kind::presence) target.*slot.presence = text.presence();
  }

  template <Field F>
  [[gnu::always_inline]] inline void take_aside() noexcept;

  LeadResponse* response_ = nullptr;
  LeadResponse aside_;  // left from an earlier document where not seen in this one
  FieldSet seen_;
  FieldSet conforming_;  // seen, and with a type that the field takes
};

}  // namespace leadscan::internal
