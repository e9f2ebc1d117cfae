// simdjson On-Demand, members picked by a perfect hash that is made at compile time: 5.x's
// object::for_each() with a key_selector (simdjson.h, at both; doc/basics.md). It reports the first
// member of a name only, so that a second one stays unseen.
#include <array>

#include "bench/parsers/adapter.h"
#include "bench/parsers/parsers.h"
#include "bench/parsers/simdjson_lead.h"

namespace leadscan::bench {
namespace {

// The names of an object's members, and the fields that these are, in the same order.
template <Field Parent>
struct Names;

template <>
struct Names<Field::document> {
  using Selector =
      simdjson::ondemand::key_selector<"partnerLeadOpportunityId", "dsLeadOpportunityId", "action",
                                       "info", "error", "message", "data", "errors">;
  static constexpr std::array kFields = {Field::partner_lead_opportunity_id,
                                         Field::ds_lead_opportunity_id,
                                         Field::action,
                                         Field::info,
                                         Field::error,
                                         Field::message,
                                         Field::data,
                                         Field::errors};
};
template <>
struct Names<Field::info> {
  using Selector = simdjson::ondemand::key_selector<"success", "statusCode", "timestamp", "traceId",
                                                    "timeStamp">;
  static constexpr std::array kFields = {Field::info_success, Field::info_status_code,
                                         Field::info_timestamp, Field::info_trace_id,
                                         Field::info_time_stamp};
};
template <>
struct Names<Field::data> {
  using Selector =
      simdjson::ondemand::key_selector<"partnerLeadOpportunityId", "dsLeadOpportunityId", "action">;
  static constexpr std::array kFields = {Field::data_partner_lead_opportunity_id,
                                         Field::data_ds_lead_opportunity_id, Field::data_action};
};
template <>
struct Names<Field::error> {
  using Selector = simdjson::ondemand::key_selector<"code", "message">;
  static constexpr std::array kFields = {Field::error_code, Field::error_message};
};
template <>
struct Names<Field::errors> {
  using Selector = simdjson::ondemand::key_selector<"code", "message">;
  static constexpr std::array kFields = {Field::errors_code, Field::errors_message};
};

class ForEachLead {
 public:
  template <Field Parent>
  static bool members(simdjson::ondemand::object& object, LeadBuilder& lead) {
    return walk<Parent>(object, lead).error == simdjson::SUCCESS;
  }

  template <Field Parent>
  static simdjson::ondemand::for_each_result walk(simdjson::ondemand::object& object,
                                                  LeadBuilder& lead) {
    return object.for_each<typename Names<Parent>::Selector>(
        // By reference: a copy is loaded before its parts have been stored, and waits for them.
        [&](std::size_t index, auto&& value) {
          return take<Parent>(index, value, lead) ? simdjson::SUCCESS : simdjson::INCORRECT_TYPE;
        });
  }

 private:
  template <Field Parent, std::size_t I = 0>
  static bool take(std::size_t index, simdjson::ondemand::value& value, LeadBuilder& lead) {
    if (index == I)
      return OnDemandValues<ForEachLead>::value<Names<Parent>::kFields[I]>(value, lead);
    if constexpr (I + 1 < Names<Parent>::kFields.size())
      return take<Parent, I + 1>(index, value, lead);
    return false;
  }
};

class SimdjsonForEach {
 public:
  static constexpr std::string_view kName = "simdjson_for_each";
  static constexpr Origin kOrigin = {"simdjson", SIMDJSON_VERSION, LEADSCAN_FLAGS};

  LEADSCAN_FLATTEN bool parse(const Document& json, LeadResponse& response) {
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (parser_.iterate(simdjson::padded_string_view(json.data, json.size, json.capacity))
                .get(document) != simdjson::SUCCESS ||
        document.get_object().get(object) != simdjson::SUCCESS)
      return false;
    if (may_have_escaped_names(json)) {
      bool valid = false;
      return OnDemandLead::read(object, response, valid) && document.at_end();
    }
    LeadBuilder lead(response);
    const auto [error, matched] = ForEachLead::walk<Field::document>(object, lead);
    if (error != simdjson::SUCCESS) return false;
    // It stops when all names have been seen, wherever that is.
    const bool whole = matched == Names<Field::document>::kFields.size() || document.at_end();
    return whole && lead.finish();
  }

 private:
  simdjson::ondemand::parser parser_;
};

}  // namespace

std::unique_ptr<Adapter> make_simdjson_for_each() {
  return std::make_unique<AdapterOf<SimdjsonForEach>>();
}

}  // namespace leadscan::bench
