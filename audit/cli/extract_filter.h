// ExtractFilter: which records extract writes.
#pragma once

#include <string>
#include <vector>

#include "audit/cli/extract_fields.h"
#include "audit/cli/options.h"

namespace leadscan::audit {

class ExtractFilter {
 public:
  explicit ExtractFilter(const Options& options);

  // Whether a record has one of the verdicts asked for, a timestamp in the range, and of each
  // field that was named one of the values. Safe on several threads at once.
  bool passes(const Judged& judged) const;

 private:
  struct Condition {
    const ExtractField* field;
    std::vector<std::string> values;  // any of them will do
  };

  VerdictPick verdicts_;
  std::optional<std::int64_t> since_;
  std::optional<std::int64_t> until_;
  std::vector<Condition> conditions_;
};

}  // namespace leadscan::audit
