// Whether JSON that is no good response is one of the API's all the same: a bad one.
#pragma once

#include <string_view>

#include "leadscan/json/type.h"

namespace leadscan::audit {

// By the names of an object's members. `info` counts with a success or statusCode in it, as others
// have an info, too; partnerLeadOpportunityId beside action, as requests have the first.
class ResponseSigns {
 public:
  void see(std::string_view name);
  void see_in_info(std::string_view name);
  bool are_there() const { return ds_id_ || info_ || (partner_id_ && action_); }
  // Of what is cut behind them.
  bool may_be_there() const { return are_there() || partner_id_; }

 private:
  bool ds_id_ = false;
  bool partner_id_ = false;
  bool action_ = false;
  bool info_ = false;
};

// An object, whole or not, with something behind it or not.
bool looks_like_response(std::string_view json);

// False if there is nothing in a text that looks_like_response(), whatever it is escaped by; of
// bytes in base64 it is not known. Cheap.
bool may_hold_response(std::string_view text);

}  // namespace leadscan::audit
