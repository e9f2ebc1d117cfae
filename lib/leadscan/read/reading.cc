#include "leadscan/read/reading.h"

namespace leadscan::internal {

// Gives the response the value of a stand-in, or none if it is absent.
template <Field F>
void Reading::take_aside() noexcept {
  constexpr Slot kSlot = slot_of(F);
  const bool is_seen = seen(F);
  LeadResponse& response = *response_;
  if constexpr (kSlot.kind == Slot::Kind::text) {
    response.*kSlot.text = is_seen ? aside_.*kSlot.text : Text();
  } else if constexpr (kSlot.kind == Slot::Kind::presence) {
    response.*kSlot.presence = is_seen ? aside_.*kSlot.presence : Presence::absent;
  } else if constexpr (kSlot.kind == Slot::Kind::integer) {
    response.*kSlot.has = is_seen && conforms(F);
    response.*kSlot.integer = is_seen && conforms(F) ? aside_.*kSlot.integer : 0;
  } else if constexpr (kSlot.kind == Slot::Kind::boolean) {
    response.*kSlot.has = is_seen && conforms(F);
    response.*kSlot.boolean = is_seen && conforms(F) && aside_.*kSlot.boolean;
  }
}

void Reading::finish(Family family) noexcept {
  response_->family = family;
  if (family == Family::update || family == Family::failure)
    for_each_field([this](auto field) {
      if constexpr (info_of(field()).stand_in == StandIn::in_siblings) take_aside<field()>();
    });
  for_each_field([this](auto field) {
    constexpr const FieldInfo& kInfo = info_of(field());
    if constexpr (kInfo.stand_in == StandIn::where_absent) {
      // Members of an object that stands in for another one go with it.
      constexpr bool kWithParent = kInfo.parent != Field::document &&
                                   info_of(kInfo.parent).stand_in == StandIn::where_absent;
      constexpr Field kWhere = kWithParent ? kInfo.parent : field();
      if (!seen(info_of(kWhere).stands_in_for) && seen(kWhere)) take_aside<field()>();
    }
  });
}

}  // namespace leadscan::internal
