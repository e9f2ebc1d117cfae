#include "audit/judge/kept_fields.h"

#include <array>

namespace leadscan::audit {
namespace {

std::string make_label(Field field) {
  const FieldInfo& info = info_of(field);
  if (info.parent == Field::document || info.parent == Field::info) return std::string(info.name);
  return std::string(info_of(info.parent).name) + "." + std::string(info.name);
}

}  // namespace

std::string_view label_of(Field field) {
  static const auto kLabels = [] {
    std::array<std::string, kFieldCount> labels;
    for (const FieldInfo& info : kFields)
      labels[static_cast<std::size_t>(info.field)] = make_label(info.field);
    return labels;
  }();
  return kLabels[static_cast<std::size_t>(field)];
}

}  // namespace leadscan::audit
