#include "audit/cli/flags.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "audit/base/timestamp.h"
#include "audit/cli/extract_fields.h"
#include "audit/judge/kept_fields.h"

namespace leadscan::audit {
namespace {

constexpr unsigned kAudit = bit(Command::audit);
constexpr unsigned kCheck = bit(Command::check);
constexpr unsigned kExtract = bit(Command::extract);
constexpr unsigned kFind = bit(Command::find);
constexpr unsigned kGen = bit(Command::gen);
constexpr unsigned kReading = kAudit | kCheck | kExtract | kFind;

constexpr std::array kCommandTable = {
    CommandInfo{Command::audit, "audit", "report on logs: verdicts, tables, timeline, findings",
                "PATH..."},
    CommandInfo{Command::check, "check", "print each record's verdict and broken rules as NDJSON",
                "PATH..."},
    CommandInfo{Command::extract, "extract", "write chosen fields of each response", "PATH..."},
    CommandInfo{Command::find, "find", "print the records with at least one of the values given",
                "PATH..."},
    CommandInfo{Command::gen, "gen", "write responses made up from a seed, as NDJSON", ""},
};

template <typename T>
bool parse_number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
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

template <typename T>
std::string set_number(T& number, const std::string& value) {
  return parse_number(value, number) ? std::string() : "not a number: " + value;
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

template <typename Take>
void for_each_word(const std::string& list, Take take) {
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    take(list.substr(at, comma - at));
    at = comma + 1;
  }
}

std::string set_fail_on(Options& options, const std::string& value) {
  FailOn fail_on;
  std::optional<std::string> wrong;
  const FailOn everything = FailOn::everything();
  for_each_word(value, [&](const std::string& word) {
    bool known = word == "none" || word == "bad" || word == "findings";
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
  if (wrong) return "neither a verdict nor a kind of finding: " + *wrong;
  options.fail_on = fail_on;
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

std::string field_names() {
  std::string names;
  for (const ExtractField& field : extract_fields())
    names += (names.empty() ? "" : ", ") + std::string(field.name);
  return names;
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
  return wrong ? "no such field: " + *wrong + " (there are " + field_names() + ")" : std::string();
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

// clang-format off
const std::array kFlagTable = {
    Flag{"records", '\0', "HOW", kReading, "How records stand: one a line, whole JSON documents (one or many, or an array of them), one a line behind other text, entries of an HTTP archive; auto tells from the first records of each member", "auto|ndjson|json|prefixed|har", false, false, set_records},
    Flag{"at", '\0', "POINTER", kReading, "JSON Pointer of the member of each record that holds the response, as an object or as JSON inside a string", "", false, false, [](Options& o, const std::string& v) { return set_pointer(o.at, v); }},
    Flag{"status-at", '\0', "POINTER", kReading, "With --at: JSON Pointer of the member that holds the HTTP status; else a member status, statusCode, status_code, httpStatus or http_status beside the response", "", false, false, [](Options& o, const std::string& v) { return set_pointer(o.status_at, v); }},
    Flag{"glob", '\0', "PATTERN", kReading, "Of directories read only files whose name matches (with a slash in it: whose path below the directory matches)", "", false, true, [](Options& o, const std::string& v) { o.globs.push_back(v); return std::string(); }},
    Flag{"max-record", '\0', "BYTES", kReading, "Longer records are too_large, and not kept in memory (default 16M)", "", false, false, set_max_record},
    Flag{"jobs", 'j', "N", kReading, "Threads, up to 1024 (default: one for each CPU); output is the same for any number, so that it is no error if fewer can be started", "", false, false, set_jobs},
    Flag{"memory", '\0', "BYTES", kAudit, "Memory for the search for duplicate ids, which goes on on disk beyond that, in TMPDIR (default 512M)", "", false, false, [](Options& o, const std::string& v) { return set_bytes(o.memory, v); }},
    Flag{"json", '\0', "", kAudit, "Print the report as JSON", "", false, false, [](Options& o, const std::string&) { o.json = true; return std::string(); }},
    Flag{"html", '\0', "FILE", kAudit, "Write the report to FILE as one page with charts, which needs no network", "", true, false, [](Options& o, const std::string& v) { return set_file(o.html, v); }},
    Flag{"sqlite", '\0', "FILE", kAudit, "Write every record and the report to FILE as an SQLite database", "", true, false, [](Options& o, const std::string& v) { return set_file(o.sqlite, v); }},
    Flag{"quarantine", '\0', "FILE", kAudit | kCheck, "Write every bad record to FILE, byte for byte, behind a line of JSON with its position and length", "", true, false, [](Options& o, const std::string& v) { return set_file(o.quarantine, v); }},
    Flag{"checkpoint", '\0', "FILE", kAudit, "Note in FILE how far the audit has come, and go on from there if it was interrupted; not with standard input, which cannot be read again", "", true, false, set_checkpoint},
    Flag{"checkpoint-interval", '\0', "MS", kAudit, "Milliseconds between two notes in that file, at least (default 500)", "", false, false, [](Options& o, const std::string& v) { return set_number(o.checkpoint_interval, v); }},
    Flag{"fail-on", '\0', "LIST", kAudit | kCheck, "Verdicts and kinds of findings, with commas between, that make the exit code 1; bad: violation, malformed, truncated, too_large; findings: all of them; none (default bad,findings)", "", false, false, set_fail_on},
    Flag{"max-bad", '\0', "N|P%", kAudit | kCheck, "So many records (or such a share of them) with a verdict of --fail-on are no failure (default 0)", "", false, false, set_max_bad},
    Flag{"limit-findings", '\0', "N", kAudit, "Findings of each kind, and bad records, that are listed with their position; all are counted (default 100)", "", false, false, [](Options& o, const std::string& v) { return set_number(o.limit_findings, v); }},
    Flag{"top", '\0', "N", kAudit, "Rows of each table on the terminal (default 10)", "", false, false, [](Options& o, const std::string& v) { return set_number(o.top, v); }},
    Flag{"timeline", '\0', "UNIT", kAudit, "Unit of the timeline (auto: days if there are more than 72 hours)", "auto|hour|day", false, false, [](Options& o, const std::string& v) { o.timeline = v == "hour" ? TimelineUnit::hour : v == "day" ? TimelineUnit::day : TimelineUnit::automatic; return std::string(); }},
    Flag{"since", '\0', "TIME", kAudit, "Beginning of the archive's range: earlier timestamps are findings (default: a day and three interquartile ranges before the first quartile of all timestamps, by whole hours)", "", false, false, [](Options& o, const std::string& v) { return set_time(o.since, v); }},
    Flag{"now", '\0', "TIME", kAudit, "Later timestamps are in the future (default: the clock)", "", false, false, [](Options& o, const std::string& v) { return set_time(o.now, v); }},
    Flag{"quiet", 'q', "", kCheck, "Print nothing: the exit code tells", "", false, false, [](Options& o, const std::string&) { o.quiet = true; return std::string(); }},
    Flag{"fields", 'f', "LIST", kExtract, fields_help(), "", false, false, set_fields},
    Flag{"format", '\0', "FORMAT", kExtract, "How they are written (default csv): a null is null, an absent member is empty in csv and left out in ndjson; csv has characters that a terminal would obey or not show by their numbers, the others are exact; sqlite: a table responses, where both are NULL, and the column NAME_is_null behind NAME is 1 for a null", "csv|ndjson|sqlite", false, false, set_format},
    Flag{"output", 'o', "FILE", kExtract | kGen, "Write to FILE instead of standard output, which - is too", "", true, false, set_output},
    Flag{"code", '\0', "VALUE", kFind, "Find this error code or statusCode", "", false, true, add_code},
    Flag{"kind", '\0', "KIND", kGen, "What they are like: all of one producer; of several, with failures, messages and bad records among them; each unlike all others (default uniform)", "uniform|mixed|adversarial", false, false, [](Options& o, const std::string& v) { o.kind = corpus::kind_of(v).value_or(o.kind); return std::string(); }},
    Flag{"seed", '\0', "N", kGen, "The same seed gives the same bytes (default 1)", "", false, false, [](Options& o, const std::string& v) { return set_number(o.seed, v); }},
    Flag{"documents", 'n', "N", kGen, "How many (default 1000, unless --bytes is given)", "", false, false, [](Options& o, const std::string& v) { return set_number(o.documents.emplace(), v); }},
    Flag{"bytes", '\0', "BYTES", kGen, "No more once there are so many bytes", "", false, false, [](Options& o, const std::string& v) { return set_bytes(o.bytes.emplace(), v); }},
    Flag{"color", '\0', "WHEN", kAudit, "Colours (auto: on a terminal, unless NO_COLOR is set)", "auto|always|never", false, false, [](Options& o, const std::string& v) { o.color = v == "always" ? ColorMode::always : v == "never" ? ColorMode::never : ColorMode::automatic; return std::string(); }},
    Flag{"no-progress", '\0', "", kReading, "No progress bar, which is shown on a terminal only", "", false, false, [](Options& o, const std::string&) { o.no_progress = true; return std::string(); }},
};
// clang-format on

// The members of a response that find looks for: one flag each.
template <Field kField>
Flag flag_of_text() {
  static const std::string name = [] {
    std::string dashed(info_of(kField).column);
    std::replace(dashed.begin(), dashed.end(), '_', '-');
    return dashed;
  }();
  static const std::string help = "Find this " + std::string(label_of(kField));
  return {name,
          '\0',
          "VALUE",
          kFind,
          help,
          "",
          false,
          true,
          [](Options& options, const std::string& value) {
            options.values.emplace_back(kField, value);
            return std::string();
          }};
}

std::vector<Flag> make_flags() {
  std::vector<Flag> flags(kFlagTable.begin(), kFlagTable.end());
  const auto code = std::find_if(flags.begin(), flags.end(),
                                 [](const Flag& flag) { return flag.name == "code"; });
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    flags.insert(code, {flag_of_text<kTextFields[I]>()...});
  }(std::make_index_sequence<kTextFields.size()>());
  return flags;
}

}  // namespace

FailOn FailOn::everything() {
  FailOn fail_on;
  for (std::size_t i = 0; i < kVerdictCount; ++i)
    fail_on.verdicts[i] = is_bad(static_cast<Verdict>(i));
  fail_on.findings.fill(true);
  return fail_on;
}

std::span<const Flag> flags() {
  static const std::vector<Flag> kFlags = make_flags();
  return kFlags;
}
std::span<const CommandInfo> commands() { return kCommandTable; }

}  // namespace leadscan::audit
