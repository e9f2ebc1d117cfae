// What every peer of leadscan shares: which member a name is, and which family a document belongs
// to (the rules of leadscan/response.h, written a second time, independently of the library).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "leadscan/fields.h"
#include "leadscan/read/equal_bytes.h"
#include "leadscan/response.h"

namespace leadscan::bench {

// A field as a type, so that what follows from it is decided at compile time.
template <Field F>
using Tag = std::integral_constant<Field, F>;

template <std::size_t N>
[[gnu::always_inline]] inline bool is(std::string_view name, const char (&text)[N]) {
  return internal::equal_bytes<N - 1>(name.data(), text);
}

// Calls `take` with the tag of the member of `Parent` that `name` is, or of Field::document if it
// is none: by length, then against constants, which compiles to a few word compares.
template <Field Parent, typename Take>
inline bool take_member(std::string_view name, Take take) {
  if constexpr (Parent == Field::document) {
    switch (name.size()) {
      case 4:
        if (is(name, "info")) return take(Tag<Field::info>());
        if (is(name, "data")) return take(Tag<Field::data>());
        break;
      case 5:
        if (is(name, "error")) return take(Tag<Field::error>());
        break;
      case 6:
        if (is(name, "action")) return take(Tag<Field::action>());
        if (is(name, "errors")) return take(Tag<Field::errors>());
        break;
      case 7:
        if (is(name, "message")) return take(Tag<Field::message>());
        break;
      case 19:
        if (is(name, "dsLeadOpportunityId")) return take(Tag<Field::ds_lead_opportunity_id>());
        break;
      case 24:
        if (is(name, "partnerLeadOpportunityId"))
          return take(Tag<Field::partner_lead_opportunity_id>());
        break;
    }
  } else if constexpr (Parent == Field::info) {
    switch (name.size()) {
      case 7:
        if (is(name, "success")) return take(Tag<Field::info_success>());
        if (is(name, "traceId")) return take(Tag<Field::info_trace_id>());
        break;
      case 9:
        if (is(name, "timestamp")) return take(Tag<Field::info_timestamp>());
        if (is(name, "timeStamp")) return take(Tag<Field::info_time_stamp>());
        break;
      case 10:
        if (is(name, "statusCode")) return take(Tag<Field::info_status_code>());
        break;
    }
  } else if constexpr (Parent == Field::data) {
    switch (name.size()) {
      case 6:
        if (is(name, "action")) return take(Tag<Field::data_action>());
        break;
      case 19:
        if (is(name, "dsLeadOpportunityId")) return take(Tag<Field::data_ds_lead_opportunity_id>());
        break;
      case 24:
        if (is(name, "partnerLeadOpportunityId"))
          return take(Tag<Field::data_partner_lead_opportunity_id>());
        break;
    }
  } else {
    static_assert(Parent == Field::error || Parent == Field::errors);
    constexpr bool kPlural = Parent == Field::errors;
    switch (name.size()) {
      case 4:
        if (is(name, "code")) return take(Tag<kPlural ? Field::errors_code : Field::error_code>());
        break;
      case 7:
        if (is(name, "message"))
          return take(Tag<kPlural ? Field::errors_message : Field::error_message>());
        break;
    }
  }
  return take(Tag<Field::document>());
}

// The same for a parser that tells a name and its value in separate calls, and so has to keep the
// field between them.
template <typename Take>
inline bool take_field(Field field, Take take) {
  switch (field) {
#define LEADSCAN_TAKE(name) \
  case Field::name:         \
    return take(Tag<Field::name>());
    LEADSCAN_TAKE(partner_lead_opportunity_id)
    LEADSCAN_TAKE(ds_lead_opportunity_id)
    LEADSCAN_TAKE(action)
    LEADSCAN_TAKE(info)
    LEADSCAN_TAKE(info_success)
    LEADSCAN_TAKE(info_status_code)
    LEADSCAN_TAKE(info_timestamp)
    LEADSCAN_TAKE(info_trace_id)
    LEADSCAN_TAKE(error)
    LEADSCAN_TAKE(error_code)
    LEADSCAN_TAKE(error_message)
    LEADSCAN_TAKE(info_time_stamp)
    LEADSCAN_TAKE(data)
    LEADSCAN_TAKE(data_partner_lead_opportunity_id)
    LEADSCAN_TAKE(data_ds_lead_opportunity_id)
    LEADSCAN_TAKE(data_action)
    LEADSCAN_TAKE(errors)
    LEADSCAN_TAKE(errors_code)
    LEADSCAN_TAKE(errors_message)
    LEADSCAN_TAKE(message)
#undef LEADSCAN_TAKE
    case Field::document:
      break;
  }
  return true;
}

// Gathers the members of one document.
class LeadBuilder {
 public:
  explicit LeadBuilder(LeadResponse& response) : response_(response) { response = kEmpty; }

  // A member is in the document, with a value of this kind. Each returns true, for take().
  template <Field F>
  bool string(std::string_view text, bool escaped) {
    return add<F, JsonType::string>(Text::string(text, escaped));
  }
  template <Field F>
  bool null() {
    return add<F, JsonType::null>(Text::null());
  }
  // `raw` from brace to brace, or empty where the parser keeps no source text.
  template <Field F>
  bool object(std::string_view raw = {}) {
    return add<F, JsonType::object>(Text::object(raw));
  }
  template <Field F>
  bool boolean(bool value) {
    if constexpr (F == Field::info_success) {
      response_.has_success = true;
      response_.success = value;
    }
    return add<F, JsonType::boolean>(Text::other());
  }
  template <Field F>
  bool integer(std::int64_t value) {
    if constexpr (F == Field::info_status_code) {
      response_.has_status_code = true;
      response_.status_code = value;
    }
    return add<F, JsonType::integer>(Text::other());
  }
  // A number whose value may be an integer although it is written or kept as a fraction (201.0).
  template <Field F>
  bool number(double value) {
    constexpr double kLimit = 9223372036854775808.0;
    if (value >= -kLimit && value < kLimit) {
      const auto integral = static_cast<std::int64_t>(value);
      if (static_cast<double>(integral) == value) return integer<F>(integral);
    }
    return other<F>();
  }
  // An array, a fraction, or an integer that is too large.
  template <Field F>
  bool other() {
    return add<F, JsonType::array>(Text::other());
  }

  // Whether the document is a response of some family; completes the response if so.
  bool finish() {
    const Family family = this->family();
    if (family == Family::none) return false;
    response_.family = family;
    if (family == Family::update || family == Family::failure) {
      take_aside<Field::data_partner_lead_opportunity_id>();
      take_aside<Field::data_ds_lead_opportunity_id>();
      take_aside<Field::data_action>();
    }
    if (!has(bit(Field::info_timestamp))) take_aside<Field::info_time_stamp>();
    if (!has(bit(Field::error)) && has(bit(Field::errors))) {
      response_.error = errors_;
      take_aside<Field::errors_code>();
      take_aside<Field::errors_message>();
    }
    return true;
  }

 private:
  // To be copied: without -march gcc would make new ones with `rep stos`, which starts slowly.
  static constexpr LeadResponse kEmpty = {};
  static constexpr std::array<Text, 6> kNoTexts = {};

  static constexpr std::uint32_t bit(Field field) {
    return std::uint32_t{1} << static_cast<unsigned>(field);
  }
  template <typename Predicate>
  static constexpr std::uint32_t bits_where(Predicate predicate) {
    std::uint32_t bits = 0;
    for (const FieldInfo& field : kFields)
      if (predicate(field)) bits |= bit(field.field);
    return bits;
  }

  bool has(std::uint32_t bits) const { return (seen_ & bits) == bits; }
  bool conforms(std::uint32_t bits) const { return has(bits) && (wrong_ & bits) == 0; }

  Family family() const {
    constexpr std::uint32_t kSchema = bits_where([](const FieldInfo& f) { return f.in_schema; });
    constexpr std::uint32_t kRequired = bits_where([](const FieldInfo& f) { return f.required; });
    constexpr std::uint32_t kRequiredAtTop =
        bits_where([](const FieldInfo& f) { return f.required && f.parent == Field::document; });
    if (duplicate_ != 0) return Family::none;
    if (has(kRequired) && (wrong_ & kSchema) == 0) return Family::created;
    if (conforms(bit(Field::info_success) | bit(Field::data)))
      return response_.success ? Family::update : Family::failure;
    if (conforms(bit(Field::message)) && (seen_ & kRequiredAtTop) == 0) return Family::message;
    return Family::none;
  }

  template <Field F, JsonType Type>
  bool add(Text text) {
    duplicate_ |= seen_ & bit(F);
    seen_ |= bit(F);
    if constexpr (!info_of(F).types.contains(Type)) {
      wrong_ |= bit(F);
      if (text.has_value()) text = Text::other();
    }
    if constexpr (F == Field::error) {
      response_.error = text.presence();
    } else if constexpr (F == Field::errors) {
      errors_ = text.presence();
    } else if constexpr (is_text(F)) {
      target<F>() = text;
    }
    return true;
  }

  static constexpr bool is_text(Field field) {
    return field != Field::info && field != Field::data && field != Field::info_success &&
           field != Field::info_status_code;
  }

  // Where a text is kept: in the response, or aside until the family is known.
  template <Field F>
  Text& target() {
    if constexpr (info_of(F).slot.text != nullptr) {
      return response_.*info_of(F).slot.text;
    } else if constexpr (F == Field::data_partner_lead_opportunity_id) {
      return aside_[0];
    } else if constexpr (F == Field::data_ds_lead_opportunity_id) {
      return aside_[1];
    } else if constexpr (F == Field::data_action) {
      return aside_[2];
    } else if constexpr (F == Field::info_time_stamp) {
      return aside_[3];
    } else if constexpr (F == Field::errors_code) {
      return aside_[4];
    } else {
      static_assert(F == Field::errors_message);
      return aside_[5];
    }
  }

  template <Field F>
  void take_aside() {
    Text& aside = target<F>();
    Text& place = F == Field::data_partner_lead_opportunity_id
                      ? response_.partner_lead_opportunity_id
                  : F == Field::data_ds_lead_opportunity_id ? response_.ds_lead_opportunity_id
                  : F == Field::data_action                 ? response_.action
                  : F == Field::info_time_stamp             ? response_.timestamp
                  : F == Field::errors_code                 ? response_.error_code
                                                            : response_.error_message;
    place = has(bit(F)) ? aside : Text();
  }

  LeadResponse& response_;
  std::uint32_t seen_ = 0;
  std::uint32_t wrong_ = 0;  // seen, with a type that the field does not take
  std::uint32_t duplicate_ = 0;
  Presence errors_ = Presence::absent;
  std::array<Text, 6> aside_ = kNoTexts;
};

}  // namespace leadscan::bench
