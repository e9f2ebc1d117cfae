#include "audit/cli/flag_values.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "audit/base/timestamp.h"
#include "audit/cli/extract_fields.h"
#include "audit/cli/suggest.h"
#include "audit/judge/kept_fields.h"
#include "audit/report/member_words.h"

namespace leadscan::audit {
namespace {

template <typename Take>
void for_each_word(const std::string& list, Take take) {
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    take(list.substr(at, comma - at));
    at = comma + 1;
  }
}

// "; did you mean X?"
std::string meant_of(const std::string& word, std::string_view words) {
  return did_you_mean(word, split_choices(words));
}

std::string field_names() {
  std::string names;
  for (const ExtractField& field : extract_fields())
    names += (names.empty() ? "" : ", ") + std::string(field.name);
  return names;
}

std::string no_such_field(const std::string& name) {
  return "no such field: " + name + " (there are " + field_names() + ")" +
         meant_of(name, field_words());
}

std::string joined(auto count, auto name_at) {
  std::string names;
  for (std::size_t i = 0; i < count; ++i) names += (i == 0 ? "" : "|") + std::string(name_at(i));
  return names;
}

std::string bad_verdicts() {
  std::string names;
  for (std::size_t i = 0; i < kVerdictCount; ++i)
    if (const auto verdict = static_cast<Verdict>(i); is_bad(verdict))
      names += (names.empty() ? "" : ", ") + std::string(name_of(verdict));
  return names;
}

}  // namespace

const std::string& verdict_words() {
  static const std::string words =
      joined(kVerdictCount, [](std::size_t i) { return name_of(static_cast<Verdict>(i)); }) +
      "|bad";
  return words;
}

const std::string& fail_on_help() {
  static const std::string help =
      "Verdicts and kinds of findings, with commas between, that make the exit code 1; bad: " +
      bad_verdicts() +
      "; findings: all of them; unjudged: nothing was judged of what there was, or a response was "
      "passed over; api_member: text that names members of the API was passed over; none (default "
      "bad,findings,unjudged)";
  return help;
}

const std::string& verdict_help() {
  static const std::string help =
      "Write only records with one of these verdicts, with commas between; bad: " + bad_verdicts();
  return help;
}

const std::string& code_help() {
  static const std::string help = "Find this " + words_of(Field::error_code) + " or " +
                                  std::string(label_of(Field::info_status_code));
  return help;
}

const std::string& fail_on_words() {
  static const std::string words =
      verdict_words() + "|findings|" +
      joined(kFindingKinds, [](std::size_t i) { return name_of(static_cast<FindingKind>(i)); }) +
      "|unjudged|api_member|none";
  return words;
}

const std::string& field_words() {
  static const std::string words =
      joined(extract_fields().size(), [](std::size_t i) { return extract_fields()[i].name; });
  return words;
}

FailOn FailOn::everything() {
  FailOn fail_on;
  for (std::size_t i = 0; i < kVerdictCount; ++i)
    fail_on.verdicts[i] = is_bad(static_cast<Verdict>(i));
  fail_on.findings.fill(true);
  fail_on.unjudged = true;
  return fail_on;
}

// 4096, 16M, 2GiB.
std::string set_bytes(std::size_t& bytes, const std::string& value) {
  const std::size_t digits = std::min(value.find_first_not_of("0123456789"), value.size());
  std::string unit = value.substr(digits);
  std::transform(unit.begin(), unit.end(), unit.begin(), [](char c) { return c & ~0x20; });
  if (unit.size() > 1 && unit.ends_with("IB")) unit.resize(unit.size() - 2);
  if (unit.size() > 1 && unit.ends_with("B")) unit.resize(unit.size() - 1);
  constexpr std::string_view kUnits = "BKMGT";
  const std::size_t power = unit.empty() ? 0 : kUnits.find(unit[0]);
  std::size_t number = 0;
  if (unit.size() > 1 || power == kUnits.npos || !parse_number(value.substr(0, digits), number) ||
      number > (std::numeric_limits<std::size_t>::max() >> (10 * power)))
    return "not a size: " + value + " (for example 4096, 16M or 2G)";
  bytes = number << (10 * power);
  return {};
}

// The parser's own limit is 4 GiB.
std::string set_max_record(Options& options, const std::string& value) {
  constexpr std::size_t kMost = std::size_t{4} << 30;
  const std::string why = set_bytes(options.max_record, value);
  if (!why.empty()) return why;
  if (options.max_record == 0) return "no record would be short enough: " + value;
  return options.max_record >= kMost ? "4G or more: " + value : std::string();
}

std::string set_jobs(Options& options, const std::string& value) {
  constexpr unsigned kMost = 1024;
  const std::string why = set_number(options.jobs, value);
  return why.empty() && options.jobs > kMost ? "more than 1024 threads: " + value : why;
}

std::string set_pointer(std::optional<std::string>& pointer, const std::string& value) {
  std::vector<std::string> tokens;
  if (!parse_pointer(value, tokens)) return "not a JSON Pointer (RFC 6901): " + value;
  pointer = value;
  return {};
}

std::string set_time(std::optional<std::int64_t>& time, const std::string& value) {
  const std::optional<Timestamp> parsed = parse_date(value);
  if (!parsed) return "not a date or time of RFC 3339: " + value;
  time = parsed->seconds;
  return {};
}

const std::string& log_names() {
  static const std::string names = [] {
    std::string all = "auto";
    for (const LogPreset& preset : log_presets()) all += "|" + std::string(preset.name);
    return all;
  }();
  return names;
}

const std::string& log_kind_names() {
  static const std::string names = [] {
    std::string all;
    for (const corpus::LogKind& kind : corpus::log_kinds())
      all += (all.empty() ? "" : "|") + std::string(kind.name);
    return all;
  }();
  return names;
}

const std::string& log_kinds_help() {
  static const std::string help = [] {
    std::string all =
        "Write a log of this kind (default ndjson), in brackets what it is read with: ";
    for (const corpus::LogKind& kind : corpus::log_kinds()) {
      if (&kind != corpus::log_kinds().data()) all += ", ";
      all += kind.name;
      if (!kind.options.empty()) all += " (" + std::string(kind.options) + ")";
    }
    return all;
  }();
  return help;
}

const std::string& log_help() {
  static const std::string help = [] {
    std::string names;
    std::string recognised;
    const auto add = [](std::string& list, std::string_view name) {
      list += (list.empty() ? "" : ", ") + std::string(name);
    };
    for (const LogPreset& preset : log_presets()) {
      add(names, preset.name);
      if (preset.is_recognised) add(recognised, preset.name);
    }
    return "Kind of log, which says where in each record the response is: " + names +
           "; auto recognises " + recognised + " by themselves";
  }();
  return help;
}

std::string set_every(Options& options, const std::string& value) {
  constexpr unsigned kMost = 1000000;
  unsigned seconds = 0;
  if (!parse_number(value, seconds) || seconds == 0 || seconds > kMost)
    return "not a number of seconds from 1 on: " + value;
  options.every = seconds;
  return {};
}

std::string set_log(Options& options, const std::string& value) {
  options.log = find_preset(value);
  if (options.log != nullptr && options.log->shape == LogShape::har)
    options.records = RecordMode::har;
  return {};
}

std::string set_decoding(Options& options, const std::string& value) {
  options.decoding = value == "base64"  ? Decoding::base64
                     : value == "nginx" ? Decoding::nginx
                     : value == "none"  ? Decoding::none
                                        : Decoding::automatic;
  return {};
}

std::string set_fail_on(Options& options, const std::string& value) {
  FailOn fail_on;
  std::optional<std::string> wrong;
  const FailOn everything = FailOn::everything();
  for_each_word(value, [&](const std::string& word) {
    bool known = word == "none" || word == "bad" || word == "findings" || word == "unjudged" ||
                 word == "api_member";
    fail_on.unjudged |= word == "unjudged";
    fail_on.api_member |= word == "api_member";
    for (std::size_t i = 0; i < kVerdictCount; ++i) {
      const bool named = word == name_of(static_cast<Verdict>(i));
      known |= named;
      fail_on.verdicts[i] |= named || (word == "bad" && everything.verdicts[i]);
    }
    for (std::size_t i = 0; i < kFindingKinds; ++i) {
      const bool named = word == name_of(static_cast<FindingKind>(i));
      known |= named;
      fail_on.findings[i] |= named || word == "findings";
    }
    if (!known) wrong = word;
  });
  if (wrong)
    return "neither a verdict nor a kind of finding: " + *wrong + meant_of(*wrong, fail_on_words());
  options.fail_on = fail_on;
  return {};
}

std::string set_verdicts(Options& options, const std::string& value) {
  std::array<bool, kVerdictCount> verdicts{};
  std::optional<std::string> wrong;
  for_each_word(value, [&](const std::string& word) {
    bool known = word == "bad";
    for (std::size_t i = 0; i < kVerdictCount; ++i) {
      const auto verdict = static_cast<Verdict>(i);
      known |= word == name_of(verdict);
      verdicts[i] |= word == name_of(verdict) || (word == "bad" && is_bad(verdict));
    }
    if (!known) wrong = word;
  });
  if (wrong) return "no such verdict: " + *wrong + meant_of(*wrong, verdict_words());
  options.verdicts = verdicts;
  return {};
}

std::string set_max_bad(Options& options, const std::string& value) {
  options.max_bad = {};
  if (!value.ends_with('%')) return set_number(options.max_bad.records, value);
  double percent = 0;
  if (!parse_number(value.substr(0, value.size() - 1), percent) ||
      !(percent >= 0 && percent <= 100))
    return "neither a number nor a share from 0% to 100%: " + value;
  options.max_bad.percent = percent;
  return {};
}

std::string set_records(Options& options, const std::string& value) {
  for (const RecordMode mode : {RecordMode::automatic, RecordMode::ndjson, RecordMode::json,
                                RecordMode::prefixed, RecordMode::har})
    if (value == name_of(mode)) options.records = mode;
  return {};
}

const std::string& fields_help() {
  static const std::string help =
      "Fields to write, with commas between (default: all of " + field_names() + ")";
  return help;
}

std::string set_fields(Options& options, const std::string& value) {
  std::optional<std::string> wrong;
  options.fields.clear();
  for_each_word(value, [&](const std::string& word) {
    if (find_extract_field(word) == nullptr) wrong = word;
    options.fields.push_back(word);
  });
  return wrong ? no_such_field(*wrong) : std::string();
}

std::string add_where(Options& options, const std::string& value) {
  const std::size_t sign = value.find('=');
  if (sign == value.npos) return "not FIELD=VALUE: " + value;
  const std::string name = value.substr(0, sign);
  const std::string wanted = value.substr(sign + 1);
  const ExtractField* field = find_extract_field(name);
  if (field == nullptr) return no_such_field(name);
  std::int64_t number = 0;
  // It would never be found, however often it is there.
  if (field->kind == ExtractValue::integer && !wanted.empty() &&
      (!parse_number(wanted, number) || std::to_string(number) != wanted))
    return "not an integer: " + value;
  if (field->kind == ExtractValue::boolean && !wanted.empty() && wanted != "true" &&
      wanted != "false")
    return "neither true nor false: " + value;
  options.where.emplace_back(name, wanted);
  return {};
}

std::string set_format(Options& options, const std::string& value) {
  options.format = value == "csv"      ? ExtractFormat::csv
                   : value == "ndjson" ? ExtractFormat::ndjson
                                       : ExtractFormat::sqlite;
  return {};
}

std::string add_code(Options& options, const std::string& value) {
  options.codes.push_back(value);
  return {};
}

std::string set_file(std::string& file, const std::string& value) {
  if (value == "-") return "cannot be standard output (a file of that name is ./-)";
  file = value;
  return {};
}

// SQLite takes some names for something else than files.
std::string set_checkpoint(Options& options, const std::string& value) {
  const bool is_special = value.starts_with(':') || value.starts_with("file:");
  return set_file(options.checkpoint, is_special ? "./" + value : value);
}

std::string set_output(Options& options, const std::string& value) {
  options.output = value == "-" ? std::string() : value;
  return {};
}

}  // namespace leadscan::audit
