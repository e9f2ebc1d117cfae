#include "bench/compare_results.h"

#include <algorithm>
#include <limits>

namespace leadscan::bench {
namespace {

// leadscan without its faster paths is no rival.
bool is_rival(const Row& row) { return row.note.empty() && !row.parser.starts_with(kReference); }

}  // namespace

std::string Acceptance::error() const {
  for (const Parser& parser : parsers)
    if (parser.note.empty() && parser.verification.accepted != 0) return {};
  return "no parser accepts any of the " + std::to_string(documents) + " documents of '" + corpus +
         "': there is nothing to compare. If it is a log that holds them elsewhere, --log=KIND or "
         "--at=POINTER says where; `leadscan audit FILE` tells what is in there";
}

double Table::floor_share(const Row& row) const {
  if (floors.empty()) return 0;
  return floors.front().measurement.nanoseconds.value / row.measurement.nanoseconds.value;
}

const Row* Table::find(std::string_view parser) const {
  for (const Row& row : rows)
    if (row.parser == parser && row.note.empty()) return &row;
  return nullptr;
}

double Table::lead() const {
  const Row* const own = find(kReference);
  double best = std::numeric_limits<double>::infinity();
  for (const Row& row : rows)
    if (is_rival(row)) best = std::min(best, row.measurement.nanoseconds.value);
  if (own == nullptr || best == std::numeric_limits<double>::infinity()) return 1;
  return best / own->measurement.nanoseconds.value;
}

std::vector<std::string> Table::faster() const {
  std::vector<std::string> names;
  const Row* const own = find(kReference);
  if (own == nullptr) return names;
  for (const Row& row : rows)
    if (is_rival(row) && row.measurement.nanoseconds.value < own->measurement.nanoseconds.value)
      names.push_back(row.parser);
  return names;
}

void Table::sort_rows() {
  const std::vector<std::string> names = faster();
  const auto rank = [&](const Row& row) {
    if (std::find(names.begin(), names.end(), row.parser) != names.end()) return 0;
    return row.parser == kReference ? 1 : 2;
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Row& a, const Row& b) { return rank(a) < rank(b); });
}

void Results::sort_tables() {
  std::stable_sort(tables.begin(), tables.end(), [](const Table& a, const Table& b) {
    return std::min(a.lead(), 1.0) < std::min(b.lead(), 1.0);
  });
}

void Results::judge_manifest(double stolen) {
  std::vector<double> deviations;
  for (const Table& table : tables)
    for (const Row& row : table.rows)
      if (row.note.empty()) deviations.push_back(row.measurement.deviation);
  judge(manifest, std::move(deviations), stolen);
}

}  // namespace leadscan::bench
