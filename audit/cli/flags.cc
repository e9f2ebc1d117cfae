#include "audit/cli/flags.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "audit/cli/flag_values.h"
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
    CommandInfo{Command::gen, "gen",
                "write responses made up from a seed, as NDJSON or as another kind of log", ""},
};

// One struct a flag; flags_test.cc has a test for each.
const auto kFlagTable = std::to_array<Flag>({
    {
        .name = "records",
        .value = "HOW",
        .commands = kReading,
        .help =
            "How records are laid out: one a line, whole JSON documents (one or many, or an array "
            "of them), one a line behind other text, entries of an HTTP archive; auto reads "
            "each record as it is laid out",
        .choices = "auto|ndjson|json|prefixed|har",
        .set = set_records,
    },
    {
        .name = "at",
        .value = "POINTER",
        .commands = kReading,
        .help = "JSON Pointer of the member of each record that holds the response, as an "
                "object or as JSON inside a string",
        .set = [](Options& o, const std::string& v) { return set_pointer(o.at, v); },
    },
    {
        .name = "log",
        .value = "KIND",
        .commands = kReading,
        .help = log_help(),
        .choices = log_names(),
        .set = set_log,
    },
    {
        .name = "decode",
        .value = "HOW",
        .commands = kReading,
        .help = "With --at: how texts are encoded there; auto: as their first bytes plainly are",
        .choices = "auto|none|base64|nginx",
        .set = set_decoding,
    },
    {
        .name = "match",
        .value = "TEXT",
        .commands = kReading,
        .help = "Pass over what is on lines without TEXT; of a document over several lines, its "
                "first line counts",
        .set =
            [](Options& o, const std::string& v) {
              o.match = v;
              return std::string();
            },
    },
    {
        .name = "column",
        .value = "NAME",
        .commands = kReading,
        .help = "Inputs are CSV (, or ;) or TSV with a header: this column has the responses; else "
                "those of all columns count",
        .set =
            [](Options& o, const std::string& v) {
              o.column = v;
              return std::string(v.empty() ? "a name is needed" : "");
            },
    },
    {
        .name = "status-at",
        .value = "POINTER",
        .commands = kReading,
        .help = "With --at: JSON Pointer of the member that holds the HTTP status; else a "
                "member status, statusCode, status_code, httpStatus or http_status beside the "
                "response",
        .set = [](Options& o, const std::string& v) { return set_pointer(o.status_at, v); },
    },
    {
        .name = "glob",
        .value = "PATTERN",
        .commands = kReading,
        .help = "Of directories and archives read only what has a name that matches (with a slash "
                "in it: a path below the directory or in the archive); archives whose own name "
                "matches are read whole",
        .repeats = true,
        .set =
            [](Options& o, const std::string& v) {
              o.globs.push_back(v);
              return std::string();
            },
    },
    {
        .name = "max-record",
        .value = "BYTES",
        .commands = kReading,
        .help = "Longer records are too_large, and not kept in memory (default 16M)",
        .set = set_max_record,
    },
    {
        .name = "jobs",
        .letter = 'j',
        .value = "N",
        .commands = kReading,
        .help = "Threads, up to 1024 (default: one for each CPU); output is the same for any "
                "number, so that it is no error if fewer can be started",
        .set = set_jobs,
    },
    {
        .name = "memory",
        .value = "BYTES",
        .commands = kReading,
        .help = "Memory for the search for duplicate ids, which continues on disk beyond that, in"
                " TMPDIR; and the largest window of zstd --long that is read (default 512M)",
        .set = [](Options& o, const std::string& v) { return set_bytes(o.memory, v); },
    },
    {
        .name = "follow",
        .commands = kAudit | kCheck,
        .help =
            "Keep reading the files as they grow and are rotated, by renaming or by copytruncate, "
            "as tail -F does, until Ctrl-C or SIGTERM; bad records and findings are printed "
            "as they come, and a summary or the report at the end; for plain text, up to 256 "
            "files, and -",
        .set =
            [](Options& o, const std::string&) {
              o.follow = true;
              return std::string();
            },
    },
    {
        .name = "every",
        .value = "SECONDS",
        .commands = kAudit | kCheck,
        .help =
            "With --follow: every so many seconds, print the number of records to standard error",
        .set = set_every,
    },
    {
        .name = "hash",
        .commands = kAudit,
        .help = "Report every input's SHA-256, too, so that it can be checked against its "
                "archive; inputs are read once for both",
        .set =
            [](Options& o, const std::string&) {
              o.hash = true;
              return std::string();
            },
    },
    {
        .name = "json",
        .commands = kAudit,
        .help = "Print the report as JSON",
        .set =
            [](Options& o, const std::string&) {
              o.json = true;
              return std::string();
            },
    },
    {
        .name = "html",
        .value = "FILE",
        .commands = kAudit,
        .help = "Write the report to FILE as one page with charts, which needs no network",
        .is_path = true,
        .set = [](Options& o, const std::string& v) { return set_file(o.html, v); },
    },
    {
        .name = "sarif",
        .value = "FILE",
        .commands = kAudit,
        .help = "Write bad records and findings to FILE as SARIF 2.1.0, for dashboards of code "
                "scanning",
        .is_path = true,
        .set = [](Options& o, const std::string& v) { return set_file(o.sarif, v); },
    },
    {
        .name = "sqlite",
        .value = "FILE",
        .commands = kAudit,
        .help = "Write every record and the report to FILE as an SQLite database",
        .is_path = true,
        .set = [](Options& o, const std::string& v) { return set_file(o.sqlite, v); },
    },
    {
        .name = "sqlite-indexes",
        .commands = kAudit,
        .help = "With --sqlite: with indexes of positions, verdicts, times and ids, too; it takes "
                "three times as long",
        .set =
            [](Options& o, const std::string&) {
              o.sqlite_indexes = true;
              return std::string();
            },
    },
    {
        .name = "quarantine",
        .value = "FILE",
        .commands = kAudit | kCheck,
        .help = "Write every bad record to FILE, byte for byte, behind a line of JSON with its "
                "position and length",
        .is_path = true,
        .set = [](Options& o, const std::string& v) { return set_file(o.quarantine, v); },
    },
    {
        .name = "force",
        .commands = kAudit | kCheck | kExtract | kGen,
        .help = "Also replace an existing output that is not known to be leadscan's; a database, a "
                "report and a quarantine are known by their beginning, csv by a first line with "
                "the same columns; empty files may always be replaced",
        .set =
            [](Options& o, const std::string&) {
              o.force = true;
              return std::string();
            },
    },
    {
        .name = "checkpoint",
        .value = "FILE",
        .commands = kAudit,
        .help = "Note in FILE how far the audit has come, and continue from there if it was "
                "interrupted; not with standard input, which cannot be read again",
        .is_path = true,
        .set = set_checkpoint,
    },
    {
        .name = "checkpoint-interval",
        .value = "MS",
        .commands = kAudit,
        .help = "Milliseconds between two notes in that file, at least (default 500)",
        .set = [](Options& o,
                  const std::string& v) { return set_number(o.checkpoint_interval, v); },
    },
    {
        .name = "fail-on",
        .value = "LIST",
        .commands = kAudit | kCheck,
        .help = fail_on_help(),
        .words = fail_on_words(),
        .set = set_fail_on,
    },
    {
        .name = "max-bad",
        .value = "N|P%",
        .commands = kAudit | kCheck,
        .help = "This many records (or this share of them) with a verdict of --fail-on are no "
                "failure (default 0)",
        .set = set_max_bad,
    },
    {
        .name = "limit-findings",
        .value = "N",
        .commands = kAudit,
        .help = "Findings of each kind, and bad records, that are listed with their position; "
                "all are counted (default 100)",
        .set = [](Options& o, const std::string& v) { return set_number(o.limit_findings, v); },
    },
    {
        .name = "top",
        .value = "N",
        .commands = kAudit,
        .help = "Rows of each table on the terminal (default 10)",
        .set = [](Options& o, const std::string& v) { return set_number(o.top, v); },
    },
    {
        .name = "timeline",
        .value = "UNIT",
        .commands = kAudit,
        .help = "Unit of the timeline (auto: days if there are more than 72 hours)",
        .choices = "auto|hour|day",
        .set =
            [](Options& o, const std::string& v) {
              o.timeline = v == "hour"  ? TimelineUnit::hour
                           : v == "day" ? TimelineUnit::day
                                        : TimelineUnit::automatic;
              return std::string();
            },
    },
    {
        .name = "since",
        .value = "TIME",
        .commands = kAudit | kExtract,
        .help = "Beginning of the archive's range: to audit, earlier timestamps are findings "
                "(default: a day and three interquartile ranges before the first quartile of all "
                "timestamps, by whole hours); extract writes only what has a timestamp from "
                "then on",
        .set = [](Options& o, const std::string& v) { return set_time(o.since, v); },
    },
    {
        .name = "now",
        .value = "TIME",
        .commands = kAudit,
        .help = "Later timestamps are in the future (default: the clock)",
        .set = [](Options& o, const std::string& v) { return set_time(o.now, v); },
    },
    {
        .name = "quiet",
        .letter = 'q',
        .commands = kCheck,
        .help = "Print nothing: the exit code tells",
        .set =
            [](Options& o, const std::string&) {
              o.quiet = true;
              return std::string();
            },
    },
    {
        .name = "until",
        .value = "TIME",
        .commands = kExtract,
        .help = "Write only what has a timestamp before TIME; a date is its midnight in UTC, as "
                "with --since: --since=2025-06-01 --until=2025-07-01 is June",
        .set = [](Options& o, const std::string& v) { return set_time(o.until, v); },
    },
    {
        .name = "verdict",
        .value = "LIST",
        .commands = kExtract,
        .help = verdict_help(),
        .words = verdict_words(),
        .set = set_verdicts,
    },
    {
        .name = "where",
        .value = "FIELD=VALUE",
        .commands = kExtract,
        .help = "Write only records whose FIELD is VALUE, or, without a VALUE, null, absent or "
                "empty; of one field any of the values, of several fields each",
        .repeats = true,
        .set = add_where,
    },
    {
        .name = "fields",
        .letter = 'f',
        .value = "LIST",
        .commands = kExtract,
        .help = fields_help(),
        .words = field_words(),
        .set = set_fields,
    },
    {
        .name = "format",
        .value = "FORMAT",
        .commands = kExtract,
        .help =
            "How they are written (default csv): csv has nothing for a null and for an "
            "absent member, ndjson null and no member; csv has characters that a terminal "
            "would obey or not show by their numbers, and a ' in front of texts that a "
            "spreadsheet would run, the others are exact; sqlite: a table responses, where "
            "both are NULL, and the column NAME_is_null behind NAME is 1 for a null. Parquet and "
            "Arrow: the Python package's `python -m leadscan extract`",
        .choices = "csv|ndjson|sqlite",
        .set = set_format,
    },
    {
        .name = "presence",
        .commands = kExtract,
        .help = "Of csv: a column NAME_presence behind each NAME that may be null: value, "
                "is_null or absent",
        .set =
            [](Options& o, const std::string&) {
              o.presence = true;
              return std::string();
            },
    },
    {
        .name = "csv-raw",
        .commands = kExtract,
        .help = "Of csv: no ' in front of a text that begins with =, +, -, @, TAB, CR or LF; not "
                "for spreadsheets, which would run it as a formula",
        .set =
            [](Options& o, const std::string&) {
              o.csv_raw = true;
              return std::string();
            },
    },
    {
        .name = "output",
        .letter = 'o',
        .value = "FILE",
        .commands = kExtract | kGen,
        .help = "Write to FILE instead of standard output (-)",
        .is_path = true,
        .set = set_output,
    },
    {
        .name = "code",
        .value = "VALUE",
        .commands = kFind,
        .help = code_help(),
        .repeats = true,
        .set = add_code,
    },
    {
        .name = "kind",
        .value = "KIND",
        .commands = kGen,
        .help = "What they are like: all of one producer; of several, with failures, messages "
                "and bad records among them; each unlike all others (default uniform)",
        .choices = "uniform|mixed|adversarial",
        .set =
            [](Options& o, const std::string& v) {
              o.kind = corpus::kind_of(v).value_or(o.kind);
              return std::string();
            },
    },
    {
        .name = "log",
        .value = "KIND",
        .commands = kGen,
        .help = log_kinds_help(),
        .choices = log_kind_names(),
        .set =
            [](Options& o, const std::string& v) {
              o.log_kind = corpus::find_log_kind(v);
              return std::string();
            },
    },
    {
        .name = "seed",
        .value = "N",
        .commands = kGen,
        .help = "The same seed gives the same bytes (default 1)",
        .set = [](Options& o, const std::string& v) { return set_number(o.seed, v); },
    },
    {
        .name = "documents",
        .letter = 'n',
        .value = "N",
        .commands = kGen,
        .help = "How many (default 1000, unless --bytes is given)",
        .set = [](Options& o,
                  const std::string& v) { return set_number(o.documents.emplace(), v); },
    },
    {
        .name = "bytes",
        .value = "BYTES",
        .commands = kGen,
        .help = "Stop after this many bytes",
        .set = [](Options& o, const std::string& v) { return set_bytes(o.bytes.emplace(), v); },
    },
    {
        .name = "color",
        .value = "WHEN",
        .commands = kAudit,
        .help = "Colours (auto: on a terminal, unless NO_COLOR is set)",
        .choices = "auto|always|never",
        .set =
            [](Options& o, const std::string& v) {
              o.color = v == "always"  ? ColorMode::always
                        : v == "never" ? ColorMode::never
                                       : ColorMode::automatic;
              return std::string();
            },
    },
    {
        .name = "no-progress",
        .commands = kReading,
        .help = "No progress bar, which is shown on a terminal only",
        .set =
            [](Options& o, const std::string&) {
              o.no_progress = true;
              return std::string();
            },
    },
});

// The members of a response that find looks for: one flag each.
template <Field kField>
Flag flag_of_text() {
  static const std::string name = flag_of(kField);
  static const std::string help = "Find this " + std::string(label_of(kField));
  return {.name = name,
          .value = "VALUE",
          .commands = kFind,
          .help = help,
          .repeats = true,
          .set = [](Options& options, const std::string& value) {
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

std::string flag_of(Field field) {
  std::string dashed(info_of(field).column);
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  return dashed;
}

std::span<const Flag> flags() {
  static const std::vector<Flag> kFlags = make_flags();
  return kFlags;
}
std::span<const CommandInfo> commands() { return kCommandTable; }

}  // namespace leadscan::audit
