#include "audit/report/format.h"

#include <fmt/format.h>

#include <algorithm>

#include "audit/base/utf8.h"

namespace leadscan::audit {
namespace {

// Lines that may be responses which are not read.
std::uint64_t with_members(const Totals& totals) {
  return totals.passed_over[static_cast<std::size_t>(PassedOver::api_member)];
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string digits = fmt::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  if (part != 0 && share < 0.01) return "<0.01 %";
  if (part != whole && share > 99.99) return ">99.99 %";
  return fmt::format("{:.2f} %", share);
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return grouped(number) + ' ' + std::string(number == 1 ? one : many);
}

std::string count_of(const FindingGroup& group) {
  std::string text = grouped(group.count);
  if (group.kind == FindingKind::duplicate_member)
    text += " in " + counted(group.records, "record", "records");
  return text;
}

std::string passed_over_of(const Totals& totals) {
  std::string text;
  for (std::size_t i = 0; i < kPassedOver; ++i)
    if (totals.passed_over[i] > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", grouped(totals.passed_over[i]),
                          describe(static_cast<PassedOver>(i), totals.passed_over[i] > 1));
  return text;
}

std::string hex_of(const Sha256Digest& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

ExcerptParts parts_of(const Excerpt& excerpt) {
  const std::string_view all = excerpt.bytes;
  const std::string_view rest = all.substr(std::min<std::size_t>(excerpt.fault, all.size()));
  const std::size_t size = rest.empty() ? 0 : std::max<std::size_t>(utf8_sequence(rest), 1);
  return {all.substr(0, all.size() - rest.size()), rest.substr(0, size), rest.substr(size)};
}

std::string command_of(const Run& run) {
  constexpr std::string_view kPlain = "-_./=:,@%+";
  std::string text = "leadscan";
  for (const std::string& word : run.words) {
    text += ' ';
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [&](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
             kPlain.find(c) != kPlain.npos;
    });
    if (plain) {
      text += word;
      continue;
    }
    text += '\'';
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    text += '\'';
  }
  return text;
}

std::uint64_t sum(const VerdictCounts& counts) {
  std::uint64_t total = 0;
  for (const std::uint64_t count : counts) total += count;
  return total;
}

std::uint64_t bad(const VerdictCounts& counts) {
  std::uint64_t total = 0;
  for (std::size_t i = index_of(Verdict::violation); i < kVerdictCount; ++i) total += counts[i];
  return total;
}

std::string headline(const Report& report) {
  const std::uint64_t bad = report.totals.bad();
  const std::uint64_t records = report.totals.records;
  const std::uint64_t findings = report.finding_count();
  std::string text = report.partial ? "Partial, interrupted before the end: " : "";
  if (report.totals.nothing_judged()) {
    text += "nothing was judged: " + passed_over_of(report.totals) + " passed over";
  } else if (records == 0) {
    text += "there are no records";
  } else if (bad > 0) {
    text += fmt::format("{} of {} {} bad", grouped(bad), counted(records, "record", "records"),
                        bad == 1 ? "is" : "are");
  } else {
    const bool is_clean = findings == 0 && report.keys_lost.empty() && !report.totals.unjudged() &&
                          with_members(report.totals) == 0;
    text += is_clean ? "clean, " : "no bad records among ";
    text += counted(records, "record", "records");
    if (is_clean) text += " and nothing to object to";
  }
  // Where nothing was judged, it has been said.
  if (const std::uint64_t lines = with_members(report.totals);
      lines > 0 && !report.totals.nothing_judged())
    text += fmt::format("; passed over: {} {}", grouped(lines),
                        describe(PassedOver::api_member, lines > 1));
  if (findings > 0)
    text += (bad > 0 ? ", with " : ", but ") + counted(findings, "finding", "findings");
  if (const std::uint64_t elsewhere = report.totals.elsewhere();
      elsewhere > 0 && !report.totals.nothing_judged())
    text += fmt::format(
        "; {} {} not judged",
        counted(elsewhere, "record with a response elsewhere", "records with a response elsewhere"),
        elsewhere == 1 ? "was" : "were");
  if (!report.errors.empty())
    text += "; " + counted(report.errors.size(), "input", "inputs") + " could not be read whole";
  if (!report.keys_lost.empty()) text += "; duplicate ids were not looked for to the end";
  text[0] = static_cast<char>(text[0] >= 'a' && text[0] <= 'z' ? text[0] - 32 : text[0]);
  return text + ".";
}

State state_of(const Report& report) {
  if (report.totals.bad() > 0 || !report.errors.empty() || report.partial ||
      !report.keys_lost.empty() || report.bytes_in != report.bytes_accounted ||
      report.totals.unjudged())
    return State::bad;
  const bool is_questionable = report.finding_count() > 0 || with_members(report.totals) > 0;
  return is_questionable ? State::questionable : State::clean;
}

}  // namespace leadscan::audit
