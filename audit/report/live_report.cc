#include "audit/report/live_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "audit/base/utf8.h"
#include "audit/report/format.h"

namespace leadscan::audit {
namespace {

std::string place(const Position& position, const std::vector<std::string>& files) {
  return fmt::format("{}: line {} (byte {})",
                     position.file < files.size() ? files[position.file] : "?", position.line,
                     position.offset);
}

}  // namespace

std::string to_live_lines(const Aggregate& chunk, const std::vector<std::string>& files) {
  std::vector<std::pair<const Position*, std::string>> lines;
  for (const BadRecord& record : chunk.bad_records)
    lines.emplace_back(&record.at, fmt::format("{}: {}: {}", place(record.at, files),
                                               name_of(record.verdict), record.detail));
  std::uint64_t more = chunk.totals.bad() - chunk.bad_records.size();
  std::uint64_t more_findings = 0;
  for (std::size_t kind = 0; kind < kFindingKinds; ++kind) {
    more_findings += chunk.finding_counts[kind] - chunk.findings[kind].size();
    for (const Finding& finding : chunk.findings[kind])
      lines.emplace_back(&finding.at,
                         fmt::format("{}: {}{}{}", place(finding.at, files), name_of(finding.kind),
                                     finding.detail.empty() ? "" : ": ", finding.detail));
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return *a.first < *b.first; });
  std::string text;
  for (const auto& [at, line] : lines) text += to_visible(line) + '\n';
  if (more != 0)
    text += fmt::format("and {}\n", counted(more, "more bad record", "more bad records"));
  if (more_findings != 0)
    text += fmt::format("and {}\n", counted(more_findings, "more finding", "more findings"));
  return text;
}

}  // namespace leadscan::audit
