// Reading: what a reader has gathered of one document, and what follows from it.
//
// The readers (TokenReader, OnDemandReader, StrictReader) report members here; which family the
// document belongs to, and which places the response's values come from, is decided here alone.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "leadscan/fields.h"
#include "leadscan/internal/number.h"
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

// Where a field's text is kept: in the response, or aside, because it fills the response's field
// only in some families (see LeadResponse).
struct Slot {
  Text LeadResponse::* text = nullptr;  // null: the field is no text
  bool aside = false;
};
constexpr Slot slot_of(Field field) {
  switch (field) {
    case Field::partner_lead_opportunity_id:
      return {&LeadResponse::partner_lead_opportunity_id};
    case Field::ds_lead_opportunity_id:
      return {&LeadResponse::ds_lead_opportunity_id};
    case Field::action:
      return {&LeadResponse::action};
    case Field::info_timestamp:
      return {&LeadResponse::timestamp};
    case Field::info_trace_id:
      return {&LeadResponse::trace_id};
    case Field::error_code:
      return {&LeadResponse::error_code};
    case Field::error_message:
      return {&LeadResponse::error_message};
    case Field::message:
      return {&LeadResponse::message};
    case Field::data_partner_lead_opportunity_id:
      return {&LeadResponse::partner_lead_opportunity_id, true};
    case Field::data_ds_lead_opportunity_id:
      return {&LeadResponse::ds_lead_opportunity_id, true};
    case Field::data_action:
      return {&LeadResponse::action, true};
    case Field::info_time_stamp:
      return {&LeadResponse::timestamp, true};
    case Field::errors_code:
      return {&LeadResponse::error_code, true};
    case Field::errors_message:
      return {&LeadResponse::error_message, true};
    case Field::info:
    case Field::info_success:
    case Field::info_status_code:
    case Field::error:
    case Field::data:
    case Field::errors:
    case Field::document:
      break;
  }
  return {};
}
inline constexpr auto kSlots = [] {
  std::array<Slot, kFieldCount> slots;
  for (const FieldInfo& field : kFields)
    slots[static_cast<std::size_t>(field.field)] = slot_of(field.field);
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

  // A member of this field stands in the document; each is to be reported once.
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
  [[gnu::always_inline]] inline void see_success(bool success) noexcept {
    see(Field::info_success, JsonType::boolean);
    response_->has_success = true;
    response_->success = success;
  }
  void see_status_code(std::int64_t code) noexcept {
    see(Field::info_status_code, JsonType::integer);
    response_->has_status_code = true;
    response_->status_code = code;
  }
  // What to_integer() says of a number.
  void see_status_code(IntegerKind kind, std::int64_t code) noexcept {
    switch (kind) {
      case IntegerKind::integer:
        see_status_code(code);
        break;
      case IntegerKind::out_of_range:  // an integer, but not one that status_code can hold
        seen_.add(Field::info_status_code);
        break;
      case IntegerKind::fraction:
        see(Field::info_status_code, JsonType::number);
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

  // Inlined where the field is a constant, so that its slot and types are, too.
  [[gnu::always_inline]] inline void see(Field field, JsonType type, Text text) noexcept {
    const bool conforms = info_of(field).types.contains(type);
    seen_.add(field);
    conforming_.add(field, conforms);
    if (type == JsonType::null) text = Text::null();
    if (!conforms && text.has_value()) text = Text::other();
    const Slot slot = kSlots[static_cast<std::size_t>(field)];
    if (slot.text != nullptr) {
      // Named, because gcc 12 assigns to a copy in (a ? b : c).*member = value.
      LeadResponse& target = slot.aside ? aside_ : *response_;
      target.*slot.text = text;
    }
    if (field == Field::error) response_->error = text.presence();
    if (field == Field::errors) aside_.error = text.presence();
  }

  LeadResponse* response_ = nullptr;
  LeadResponse aside_;  // left from an earlier document where not seen in this one
  FieldSet seen_;
  FieldSet conforming_;  // seen, and with a type that the field takes
};

}  // namespace leadscan::internal
