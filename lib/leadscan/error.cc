#include "leadscan/error.h"

namespace leadscan {

std::string_view rule_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::missing_member:
      return "missing";
    case ErrorCode::duplicate_member:
      return "duplicate";
    case ErrorCode::number_out_of_range:
      return "range";
    case ErrorCode::not_an_object:
    case ErrorCode::wrong_type:
      return "type";
    default:
      return "";
  }
}

std::optional<Verdict> verdict_of(const Error& error, Family family) noexcept {
  if (is_violation(error.code)) return Verdict::violation;
  switch (error.code) {
    case ErrorCode::ok:
      break;
    case ErrorCode::truncated:
      return Verdict::truncated;
    case ErrorCode::too_large:
      return Verdict::too_large;
    case ErrorCode::out_of_memory:
      return std::nullopt;
    default:
      return Verdict::malformed;
  }
  return internal::verdict_of(family);
}

std::string_view name_of(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::created:
      return "created";
    case Verdict::update:
      return "update";
    case Verdict::failure:
      return "failure";
    case Verdict::message:
      return "message";
    case Verdict::violation:
      return "violation";
    case Verdict::malformed:
      return "malformed";
    case Verdict::truncated:
      return "truncated";
    case Verdict::too_large:
      return "too_large";
  }
  return "?";
}

std::string_view name_of(Family family) noexcept {
  switch (family) {
    case Family::none:
      return "none";
    case Family::created:
      return "created";
    case Family::update:
      return "update";
    case Family::failure:
      return "failure";
    case Family::message:
      return "message";
  }
  return "?";
}

}  // namespace leadscan
