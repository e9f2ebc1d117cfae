// LeadResponse: one response of "POST leads-opportunities", or of a sibling beside it in the log.
#pragma once

#include <cstdint>

#include "leadscan/text.h"

namespace leadscan {

// Which response it is; docs/families.md has the rules.
enum class Family : std::uint8_t {
  none,     // no response of the API: see the Error
  created,  // conforms to schema "201 Post Leads Opportunities"
  update,   // {"info":{"success":true,...},"data":...}: the PATCH operation's success
  failure,  // {"info":{"success":false,...},"data":...}: 400, 406, 503
  message,  // {"message":"..."}: 401, 403, 429, written by a gateway in front of the API
};

// All texts are views into the parsed bytes and live as long as they do.
// The C interface has the same struct: members keep their places, and new ones are at the end.
//
// Where a member may be in several places, the field holds:
// - the three ids of `update` and `failure`: the members of `data`; else those at the top;
// - timestamp: `timestamp`, or `timeStamp` where there is no `timestamp`;
// - error, error_code, error_message: `error`, or `errors` where there is no `error`.
struct LeadResponse {
  Text partner_lead_opportunity_id;  // string, or object: then its raw JSON
  Text ds_lead_opportunity_id;
  Text action;
  Text timestamp;
  Text trace_id;
  Text error_code;
  Text error_message;
  Text message;  // family `message` only

  std::int64_t status_code = 0;  // info.statusCode; 0 unless has_status_code
  bool has_status_code = false;
  bool has_success = false;
  bool success = false;  // info.success; false unless has_success
  Presence error = Presence::absent;
  Family family = Family::none;

  friend bool operator==(const LeadResponse&, const LeadResponse&) = default;
};

std::string_view name_of(Family family) noexcept;

}  // namespace leadscan
