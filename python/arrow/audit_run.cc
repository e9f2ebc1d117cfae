#include "python/arrow/audit_run.h"

#include <chrono>
#include <ctime>
#include <utility>

#include "audit/report/html_report.h"
#include "audit/report/json_report.h"
#include "audit/report/report.h"
#include "leadscan/version.h"

namespace leadscan::arrow {

AuditRun::AuditRun(Settings settings) : Run(std::move(settings)) { start(); }

AuditRun::~AuditRun() { stop(); }

void AuditRun::work() {
  const std::int64_t started = std::time(nullptr);
  const audit::Tree tree = audit::list_files(settings_.paths, settings_.globs);
  total_bytes_ = tree.bytes;
  audit::PipelineOptions options = settings_.pipeline();
  options.stop = &stop_;
  audit::Report report = make_report(tree, run_pipeline(tree, options, progress_),
                                     {audit::TimelineUnit::automatic, settings_.since,
                                      settings_.taken_for(), settings_.at.value_or("")});
  if (stop_) return;
  std::vector<std::string> words = {"audit"};
  words.insert(words.end(), settings_.paths.begin(), settings_.paths.end());
  report.run = {std::move(words), LEADSCAN_VERSION, started, std::time(nullptr), settings_.hash};
  std::string json = to_json(report);
  std::string html = to_html(report, {LEADSCAN_VERSION, options.aggregate.now});
  const Lock lock(mutex_);
  json_ = std::move(json);
  html_ = std::move(html);
  errors_ = std::move(report.errors);
  failure_ = std::move(report.failure);
}

bool AuditRun::wait(unsigned milliseconds) {
  Lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::milliseconds(milliseconds),
                           [this] { return ended_; });
}

}  // namespace leadscan::arrow
