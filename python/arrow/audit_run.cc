#include "python/arrow/audit_run.h"

#include <ctime>
#include <utility>

#include "audit/report/html_report.h"
#include "audit/report/json_report.h"
#include "audit/report/report.h"
#include "leadscan/version.h"

namespace leadscan::arrow {

AuditRun::AuditRun(Settings settings) : Run(std::move(settings)) { start(); }

AuditRun::~AuditRun() { stop(); }

WrittenReport write_report(const Settings& settings, const audit::Tree& tree,
                           audit::Outcome outcome, std::int64_t started) {
  audit::Report report = make_report(tree, std::move(outcome),
                                     {audit::TimelineUnit::automatic, settings.since,
                                      settings.taken_for(), settings.at.value_or("")});
  std::vector<std::string> words = {"audit"};
  words.insert(words.end(), settings.paths.begin(), settings.paths.end());
  report.run = {std::move(words), LEADSCAN_VERSION, started, std::time(nullptr), settings.hash};
  std::string json = to_json(report);
  std::string html = to_html(report, {LEADSCAN_VERSION, settings.pipeline().aggregate.now});
  return {std::move(json), std::move(html), std::move(report.errors), std::move(report.failure)};
}

void AuditRun::work() {
  const std::int64_t started = std::time(nullptr);
  const audit::Tree tree = audit::list_files(settings_.paths, settings_.globs);
  total_bytes_ = tree.bytes;
  audit::PipelineOptions options = settings_.pipeline();
  // The page's "now" is the pipeline's.
  settings_.now = options.aggregate.now;
  options.stop = &stop_;
  audit::Outcome outcome = run_pipeline(tree, options, progress_);
  if (stop_) return;
  WrittenReport report = write_report(settings_, tree, std::move(outcome), started);
  const Lock lock(mutex_);
  report_ = std::move(report);
  errors_ = report_.errors;
  failure_ = report_.failure;
}

}  // namespace leadscan::arrow
