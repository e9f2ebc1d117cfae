// AuditRun: an audit, and its report as the command writes it.
#pragma once

#include <string>

#include "python/arrow/run.h"

namespace leadscan::arrow {

class AuditRun final : public Run {
 public:
  explicit AuditRun(Settings settings);
  ~AuditRun() override;

  // Waits so long at most; whether it has ended.
  bool wait(unsigned milliseconds);
  // Once it has, and there is no failure().
  const std::string& json() const { return json_; }
  const std::string& html() const { return html_; }

 private:
  void work() override;

  std::string json_;
  std::string html_;
};

}  // namespace leadscan::arrow
