#include "audit/judge/response_signs.h"

#include <algorithm>

#include "leadscan/fields.h"
#include "leadscan/json/scanner.h"

namespace leadscan::audit {
namespace {

using leadscan::internal::JsonScanner;
using leadscan::internal::Token;

constexpr std::string_view kDsId = info_of(Field::ds_lead_opportunity_id).name;
constexpr std::string_view kPartnerId = info_of(Field::partner_lead_opportunity_id).name;
constexpr std::string_view kAction = info_of(Field::action).name;
constexpr std::string_view kInfo = info_of(Field::info).name;
constexpr std::string_view kSuccess = info_of(Field::info_success).name;
constexpr std::string_view kStatusCode = info_of(Field::info_status_code).name;

bool contains(std::string_view text, std::string_view word) { return text.find(word) != text.npos; }

// As a name: with a quote behind it, which may be escaped.
bool has_name(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at)) {
    at = std::min(text.find_first_not_of('\\', at + name.size()), text.size());
    if (at < text.size() && text[at] == '"') return true;
  }
  return false;
}

}  // namespace

void ResponseSigns::see(std::string_view name) {
  ds_id_ |= name == kDsId;
  partner_id_ |= name == kPartnerId;
  action_ |= name == kAction;
}

void ResponseSigns::see_in_info(std::string_view name) {
  info_ |= name == kSuccess || name == kStatusCode;
}

bool looks_like_response(std::string_view json) {
  ResponseSigns signs;
  JsonScanner scanner(json.data(), json.size());
  std::size_t depth = 0;
  std::string_view top;
  for (;;) {
    switch (scanner.next()) {
      case Token::error:
        // Of what is broken more is not known.
        return signs.may_be_there() || has_name(json, kDsId) || has_name(json, kPartnerId) ||
               (has_name(json, kInfo) && (has_name(json, kSuccess) || has_name(json, kStatusCode)));
      case Token::end:
        return signs.are_there();
      case Token::name:
        if (depth == 1) signs.see(top = scanner.text());
        if (depth == 2 && top == kInfo) signs.see_in_info(scanner.text());
        break;
      case Token::begin_object:
      case Token::begin_array:
        ++depth;
        break;
      case Token::end_object:
      case Token::end_array:
        --depth;
        break;
      default:
        break;
    }
    if (signs.are_there()) return true;
  }
}

bool may_hold_response(std::string_view text) {
  return contains(text, kDsId) || contains(text, kPartnerId) ||
         (contains(text, kInfo) && (contains(text, kSuccess) || contains(text, kStatusCode)));
}

}  // namespace leadscan::audit
