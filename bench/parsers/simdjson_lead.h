// simdjson On-Demand: what every way to walk over an object does with the values, taken where they
// are; and the way that its documentation would have for all members of any order: one pass over
// them, none looked up by name (doc/basics.md, "Using the parsed JSON").
#pragma once

#include <simdjson.h>

#include <cstring>
#include <string_view>
#include <utility>

#include "bench/parsers/lead_builder.h"

namespace leadscan::bench {

// `Walk` has members<Field>(object, lead), for the object that is that field.
template <typename Walk>
class OnDemandValues {
 public:
  template <Field F>
  static bool value(simdjson::ondemand::value& value, LeadBuilder& lead) {
    constexpr TypeSet kTypes = info_of(F).types;
    if constexpr (has_members(F)) {
      simdjson::ondemand::object object;
      if (value.get_object().get(object) == simdjson::SUCCESS) {
        lead.object<F>();
        return Walk::template members<F>(object, lead);
      }
    }
    if constexpr (kTypes.contains(JsonType::string)) {
      const std::string_view token = value.raw_json_token();
      if (token.front() == '"') [[likely]] {
        // The view of the source that get_raw_json_string() lacks the end of; no copy, as
        // get_string() would make. Taking the value spares simdjson to skip it.
        simdjson::ondemand::raw_json_string ignored;
        if (value.get_raw_json_string().get(ignored) != simdjson::SUCCESS) return false;
        std::size_t end = token.size() - 1;
        while (token[end] != '"') --end;
        const std::string_view text = token.substr(1, end - 1);
        return lead.string<F>(text, text.find('\\') != text.npos);
      }
    }
    if constexpr (F == Field::info_success) {
      bool success = false;
      if (value.get_bool().get(success) == simdjson::SUCCESS) return lead.boolean<F>(success);
    }
    if constexpr (F == Field::info_status_code) {
      std::int64_t code = 0;
      if (value.get_int64().get(code) == simdjson::SUCCESS) return lead.integer<F>(code);
      double number = 0;
      if (value.get_double().get(number) == simdjson::SUCCESS) return lead.number<F>(number);
    }
    return unusual<F>(value, lead);
  }

 private:
  // Everything but the first type of each field, and null.
  template <Field F>
  static bool unusual(simdjson::ondemand::value& value, LeadBuilder& lead) {
    simdjson::ondemand::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    switch (type) {
      case simdjson::ondemand::json_type::null: {
        bool is_null = false;
        return value.is_null().get(is_null) == simdjson::SUCCESS && is_null && lead.null<F>();
      }
      case simdjson::ondemand::json_type::object: {
        std::string_view raw;
        if (value.raw_json().get(raw) != simdjson::SUCCESS) return false;
        raw.remove_suffix(raw.size() - raw.rfind('}') - 1);
        return lead.object<F>(raw);
      }
      case simdjson::ondemand::json_type::string: {
        std::string_view text;
        return value.get_string().get(text) == simdjson::SUCCESS && lead.string<F>(text, false);
      }
      case simdjson::ondemand::json_type::boolean: {
        bool ignored = false;
        return value.get_bool().get(ignored) == simdjson::SUCCESS && lead.boolean<F>(ignored);
      }
      default:
        return lead.other<F>();
    }
  }
};

class OnDemandLead {
 public:
  // Whether `object` is a response; `valid` tells whether simdjson found it to be JSON.
  static bool read(simdjson::ondemand::object& object, LeadResponse& response, bool& valid) {
    LeadBuilder lead(response);
    valid = members<Field::document>(object, lead);
    return valid && lead.finish();
  }

  template <Field Parent>
  static bool members(simdjson::ondemand::object& object, LeadBuilder& lead) {
    for (auto result : object) {
      if (result.error() != simdjson::SUCCESS) return false;
      // By reference: a copy, as get(field) makes it, is loaded before its parts have been stored,
      // and waits for them. That would cost half as much again for every member.
      simdjson::ondemand::field&& field = std::move(result).value_unsafe();
      if (!member<Parent>(field, field.escaped_key(), lead)) return false;
    }
    return true;
  }

 private:
  template <Field Parent>
  static bool member(simdjson::ondemand::field& field, std::string_view name, LeadBuilder& lead) {
    return take_member<Parent>(name, [&](auto tag) {
      if constexpr (tag() != Field::document) {
        return OnDemandValues<OnDemandLead>::value<tag()>(
            static_cast<simdjson::ondemand::field&>(field).value(), lead);
      } else {
        return name.find('\\') == name.npos || escaped_member<Parent>(field, lead);
      }
    });
  }

  template <Field Parent>
  [[gnu::noinline]] static bool escaped_member(simdjson::ondemand::field& field,
                                               LeadBuilder& lead) {
    std::string_view name;
    if (field.unescaped_key(false).get(name) != simdjson::SUCCESS) return false;
    return take_member<Parent>(name, [&](auto tag) {
      if constexpr (tag() != Field::document) {
        return OnDemandValues<OnDemandLead>::value<tag()>(
            static_cast<simdjson::ondemand::field&>(field).value(), lead);
      } else {
        return true;
      }
    });
  }
};

// Two ways to select members by name compare the bytes of names as they are written, without
// decoding escapes: a document that may have escapes in names is read in one pass instead.
inline bool may_have_escaped_names(const PaddedBytes& json) {
  return std::memchr(json.data, '\\', json.size) != nullptr;
}

}  // namespace leadscan::bench
