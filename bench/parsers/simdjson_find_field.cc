// simdjson On-Demand as most programs have it: members looked up by name, in the order that the
// API's documentation has them, by object["name"] (doc/basics.md, "Using the parsed JSON"). That
// goes on behind the last member found, as find_field() does, and so costs the same where members
// come in that order; else it searches the rest and then the beginning. What a response of the
// usual kind does not have is looked up only where it is none. A second member of a name stays
// unseen.
#include "bench/parsers/adapter.h"
#include "bench/parsers/parsers.h"
#include "bench/parsers/simdjson_lead.h"

namespace leadscan::bench {
namespace {

class FindFieldLead {
 public:
  static bool read(simdjson::ondemand::object& object, LeadResponse& response) {
    LeadBuilder lead(response);
    bool has_error = false;
    if (!find<Field::partner_lead_opportunity_id>(object, lead) ||
        !find<Field::ds_lead_opportunity_id>(object, lead) || !find<Field::action>(object, lead) ||
        !find<Field::info>(object, lead) || !find<Field::error>(object, lead, &has_error) ||
        (!has_error && !find<Field::errors>(object, lead)))
      return false;
    if (lead.finish()) return true;
    return find<Field::data>(object, lead) && find<Field::message>(object, lead) && lead.finish();
  }

  template <Field Parent>
  static bool members(simdjson::ondemand::object& object, LeadBuilder& lead) {
    if constexpr (Parent == Field::info) {
      bool has_timestamp = false;
      return find<Field::info_success>(object, lead) &&
             find<Field::info_status_code>(object, lead) &&
             find<Field::info_timestamp>(object, lead, &has_timestamp) &&
             find<Field::info_trace_id>(object, lead) &&
             (has_timestamp || find<Field::info_time_stamp>(object, lead));
    } else if constexpr (Parent == Field::data) {
      return find<Field::data_partner_lead_opportunity_id>(object, lead) &&
             find<Field::data_ds_lead_opportunity_id>(object, lead) &&
             find<Field::data_action>(object, lead);
    } else if constexpr (Parent == Field::error) {
      return find<Field::error_code>(object, lead) && find<Field::error_message>(object, lead);
    } else {
      static_assert(Parent == Field::errors);
      return find<Field::errors_code>(object, lead) && find<Field::errors_message>(object, lead);
    }
  }

 private:
  // False if the object is broken.
  template <Field F>
  static bool find(simdjson::ondemand::object& object, LeadBuilder& lead, bool* found = nullptr) {
    simdjson::ondemand::value value;
    const simdjson::error_code error = object[info_of(F).name].get(value);
    if (error == simdjson::NO_SUCH_FIELD) return true;
    if (found != nullptr) *found = true;
    return error == simdjson::SUCCESS && OnDemandValues<FindFieldLead>::value<F>(value, lead);
  }
};

class SimdjsonFindField {
 public:
  static constexpr std::string_view kName = "simdjson_find_field";
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
    if (!FindFieldLead::read(object, response)) return false;
    // To the end, wherever the last lookup has left it: a document that is cut there is none.
    std::string_view rest;
    return object.raw_json().get(rest) == simdjson::SUCCESS && document.at_end();
  }

 private:
  simdjson::ondemand::parser parser_;
};

}  // namespace

std::unique_ptr<Adapter> make_simdjson_find_field() {
  return std::make_unique<AdapterOf<SimdjsonFindField>>();
}

}  // namespace leadscan::bench
