// AuditRun: an audit, and its report as the command writes it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "python/arrow/run.h"

namespace leadscan::arrow {

// What an audit of the settings' inputs came to, as the command writes it.
struct WrittenReport {
  std::string json;
  std::string html;
  std::vector<audit::InputError> errors;
  std::string failure;
};
WrittenReport write_report(const Settings& settings, const audit::Tree& tree,
                           audit::Outcome outcome, std::int64_t started);

class AuditRun final : public Run {
 public:
  explicit AuditRun(Settings settings);
  ~AuditRun() override;

  // Once it has, and there is no failure().
  const std::string& json() const { return report_.json; }
  const std::string& html() const { return report_.html; }

 private:
  void work() override;

  WrittenReport report_;
};

}  // namespace leadscan::arrow
