// What a response's members are called in tables, and their values in one form for all.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "leadscan/fields.h"
#include "leadscan/response.h"

namespace leadscan::audit {

// What people call a member that is kept: "statusCode", "error.code". The object that holds it is
// named unless it is `info`.
std::string_view label_of(Field field);

// In which state a member that is kept was seen.
constexpr Presence presence_of(const LeadResponse& response, const Slot& slot) {
  switch (slot.kind) {
    case Slot::Kind::text:
      return (response.*slot.text).presence();
    case Slot::Kind::integer:
    case Slot::Kind::boolean:
      return response.*slot.has ? Presence::value : Presence::absent;
    case Slot::Kind::presence:
      return response.*slot.presence;
    case Slot::Kind::none:
      break;
  }
  return Presence::absent;
}

// The value of a slot of this kind, if there is one.
constexpr std::optional<std::int64_t> integer_of(const LeadResponse& response, const Slot& slot) {
  return response.*slot.has ? std::optional(response.*slot.integer) : std::nullopt;
}
constexpr std::optional<bool> boolean_of(const LeadResponse& response, const Slot& slot) {
  return response.*slot.has ? std::optional(response.*slot.boolean) : std::nullopt;
}

// Whether a text may be an object's JSON instead.
constexpr bool may_be_object(Field field) {
  return info_of(field).types.contains(JsonType::object);
}

// Whether a member that is kept may be there with a null, or something else that is no value, so
// that its presence tells more than its value does: what only siblings have is kept only where it
// has a value.
constexpr bool may_be_null(Field field) {
  const Slot::Kind kind = info_of(field).slot.kind;
  return kind == Slot::Kind::presence || (kind == Slot::Kind::text && info_of(field).in_schema);
}

}  // namespace leadscan::audit
