// From events to a LeadResponse, for the parsers that tell of a document's parts one by one.
#pragma once

#include <cstdint>
#include <string_view>

#include "bench/parsers/lead_builder.h"

namespace leadscan::bench {

// Each event returns true: go on.
class EventLead {
 public:
  explicit EventLead(LeadResponse& response) : lead_(response) {}

  bool finish() { return root_is_object_ && lead_.finish(); }

  // Whether the value that comes next is of a member that leadscan reads.
  bool wants() const { return field_ != Field::document; }

  bool null() {
    return take([&](auto tag) { return lead_.null<tag()>(); });
  }
  bool boolean(bool value) {
    return take([&](auto tag) { return lead_.boolean<tag()>(value); });
  }
  bool integer(std::int64_t value) {
    return take([&](auto tag) { return lead_.integer<tag()>(value); });
  }
  bool number(double value) {
    return take([&](auto tag) { return lead_.number<tag()>(value); });
  }
  // An integer that is too large.
  bool other() {
    return take([&](auto tag) { return lead_.other<tag()>(); });
  }
  bool string(std::string_view text) {
    return take([&](auto tag) { return lead_.string<tag()>(text, false); });
  }
  bool name(std::string_view text) {
    if (depth_ != known_depth_) return true;
    const auto keep = [this](auto tag) {
      field_ = tag();
      return true;
    };
    switch (parent_) {
      case Field::document:
        return take_member<Field::document>(text, keep);
      case Field::info:
        return take_member<Field::info>(text, keep);
      case Field::data:
        return take_member<Field::data>(text, keep);
      case Field::error:
        return take_member<Field::error>(text, keep);
      default:
        return take_member<Field::errors>(text, keep);
    }
  }
  bool begin_object() {
    if (depth_++ == 0) {
      root_is_object_ = true;
      known_depth_ = 1;
      return true;
    }
    const Field field = field_;
    take([&](auto tag) { return lead_.object<tag()>(); });
    if (field != Field::document && has_members(field)) {
      parent_ = field;
      known_depth_ = depth_;
    }
    return true;
  }
  bool end_object() {
    if (depth_-- == known_depth_) {
      known_depth_ = 1;
      parent_ = Field::document;
    }
    return true;
  }
  bool begin_array() {
    ++depth_;
    return other();
  }
  bool end_array() {
    --depth_;
    return true;
  }

 private:
  // Hands the value of the last name to the builder, if it is a member that leadscan reads.
  template <typename Take>
  bool take(Take take) {
    const Field field = field_;
    field_ = Field::document;
    return take_field(field, take);
  }

  LeadBuilder lead_;
  Field field_ = Field::document;   // of the last name; document: none that leadscan reads
  Field parent_ = Field::document;  // the object around it
  unsigned depth_ = 0;
  unsigned known_depth_ = 0;  // of parent_; deeper names are of no interest
  bool root_is_object_ = false;
};

}  // namespace leadscan::bench
