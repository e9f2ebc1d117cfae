// The rules of docs/families.md once more, written over nlohmann/json's SAX events and sharing
// nothing with lib/leadscan but the types of its answers: what leadscan is compared with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leadscan/leadscan.h"

namespace leadscan::testing {

// A text of the response as the reference sees it.
struct ReferenceText {
  Presence presence = Presence::absent;
  bool is_object = false;
  std::string raw;      // as it is in the document
  std::string decoded;  // for an object: raw
  bool operator==(const ReferenceText&) const = default;
};

struct Reference {
  Verdict verdict = Verdict::malformed;
  bool too_deep = false;
  std::vector<Violation> violations;

  // The rest is only set where the document is JSON.
  Presence error = Presence::absent;
  std::optional<std::int64_t> status_code;
  std::optional<bool> success;
  ReferenceText partner_lead_opportunity_id;
  ReferenceText ds_lead_opportunity_id;
  ReferenceText action;
  ReferenceText timestamp;
  ReferenceText trace_id;
  ReferenceText error_code;
  ReferenceText error_message;
  ReferenceText message;
};

Reference read_reference(std::string_view json);

// What differs between the reference and a parser's answer; empty if nothing does.
std::string difference(const Reference& reference, const Error& error, const LeadResponse& response,
                       std::span<const Violation> violations);

}  // namespace leadscan::testing
