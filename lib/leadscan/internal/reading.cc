#include "leadscan/internal/reading.h"

namespace leadscan::internal {

void Reading::finish(Family family) noexcept {
  response_->family = family;
  const auto take_aside = [this](Field field) {
    const Slot slot = slot_of(field);
    response_->*slot.text = seen(field) ? aside_.*slot.text : Text();
  };
  if (family == Family::update || family == Family::failure) {
    take_aside(Field::data_partner_lead_opportunity_id);
    take_aside(Field::data_ds_lead_opportunity_id);
    take_aside(Field::data_action);
  }
  if (!seen(Field::info_timestamp)) take_aside(Field::info_time_stamp);
  if (!seen(Field::error) && seen(Field::errors)) {
    response_->error = aside_.error;
    take_aside(Field::errors_code);
    take_aside(Field::errors_message);
  }
}

}  // namespace leadscan::internal
