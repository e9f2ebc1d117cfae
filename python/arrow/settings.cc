#include "python/arrow/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <string_view>
#include <system_error>
#include <thread>

#include "audit/base/timestamp.h"

namespace leadscan::arrow {
namespace {

using audit::RecordMode;

// A text of a column must end before 2 GiB, and what is no UTF-8 in it may become three times as
// long.
constexpr std::uint64_t kMostRecord = std::uint64_t{512} << 20;
constexpr std::uint64_t kMostThreads = 1024;

constexpr std::array<std::string_view, 12> kNumbers = {
    "threads", "max_record", "memory", "limit_findings", "hash",     "is_part",
    "file",    "begin",      "end",    "line",           "hash_low", "hash_high"};
constexpr std::array<std::string_view, 9> kTexts = {"records", "at",  "status_at", "decode", "log",
                                                    "since",   "now", "match",     "column"};

template <std::size_t kCount>
bool has(const std::array<std::string_view, kCount>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string set_pointer(std::optional<std::string>& pointer, const std::string& value) {
  std::vector<std::string> tokens;
  if (!audit::parse_pointer(value, tokens)) return "not a JSON Pointer (RFC 6901): " + value;
  pointer = value;
  return {};
}

std::string set_time(std::optional<std::int64_t>& time, const std::string& value) {
  const std::optional<audit::Timestamp> parsed = audit::parse_date(value);
  if (!parsed) return "not a date or time of RFC 3339: " + value;
  time = parsed->seconds;
  return {};
}

std::string set_records(Settings& settings, const std::string& value) {
  for (const RecordMode mode : {RecordMode::automatic, RecordMode::ndjson, RecordMode::json,
                                RecordMode::prefixed, RecordMode::har})
    if (value == audit::name_of(mode)) {
      settings.records = mode;
      return {};
    }
  return "not auto, ndjson, json, prefixed or har: " + value;
}

std::string set_log(Settings& settings, const std::string& value) {
  settings.log = audit::find_preset(value);
  if (settings.log == nullptr && value != "auto") {
    std::string names = "auto";
    for (const audit::LogPreset& preset : audit::log_presets()) (names += ", ") += preset.name;
    return "no such kind of log: " + value + " (there are " + names + ")";
  }
  if (settings.log != nullptr && settings.log->shape == audit::LogShape::har)
    settings.records = RecordMode::har;
  return {};
}

std::string set_decoding(Settings& settings, const std::string& value) {
  using audit::Decoding;
  if (value == "auto") {
    settings.decoding = Decoding::automatic;
  } else if (value == "none") {
    settings.decoding = Decoding::none;
  } else if (value == "base64") {
    settings.decoding = Decoding::base64;
  } else if (value == "nginx") {
    settings.decoding = Decoding::nginx;
  } else {
    return "not auto, none, base64 or nginx: " + value;
  }
  return {};
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || at != end) return std::nullopt;
  return number;
}

std::string Settings::set_text(std::string_view name, const std::string& value) {
  if (name == "records") return set_records(*this, value);
  if (name == "at") return set_pointer(at, value);
  if (name == "status_at") return set_pointer(status_at, value);
  if (name == "decode") return set_decoding(*this, value);
  if (name == "log") return set_log(*this, value);
  if (name == "since") return set_time(since, value);
  if (name == "now") return set_time(now, value);
  if (name == "match") {
    match = value;
  } else if (name == "column") {
    column = value;
    if (value.empty()) return "a name is needed";
  } else {
    return has(kNumbers, name) ? "not a number: " + value : "no such setting";
  }
  return {};
}

std::string Settings::set_number(std::string_view name, std::uint64_t value) {
  if (name == "threads") {
    if (value == 0 || value > kMostThreads) return "not from 1 to 1024";
    threads = static_cast<unsigned>(value);
  } else if (name == "max_record") {
    if (value == 0 || value > kMostRecord) return "not from 1 to 512 MiB";
    max_record = value;
  } else if (name == "memory") {
    memory = value;
  } else if (name == "limit_findings") {
    limit_findings = value;
  } else if (name == "hash") {
    hash = value != 0;
  } else if (name == "is_part") {
    is_part = value != 0;
  } else if (name == "file") {
    file = value;
  } else if (name == "begin") {
    begin = value;
  } else if (name == "end") {
    end = value;
  } else if (name == "line") {
    line = value;
  } else if (name == "hash_low") {
    hash_key.low = value;
  } else if (name == "hash_high") {
    hash_key.high = value;
  } else {
    return has(kTexts, name) ? "not a text: " + std::to_string(value) : "no such setting";
  }
  return {};
}

std::string Settings::set(std::string_view name, const std::string& value) {
  if (!has(kNumbers, name)) return set_text(name, value);
  const std::optional<std::uint64_t> number = parse_number(value);
  return number ? set_number(name, *number) : "not a number: " + value;
}

bool Settings::looks_inside() const {
  return at.has_value() || (log != nullptr && log->shape == audit::LogShape::documents);
}

std::string Settings::conflict() const {
  if (paths.empty()) return "no path is given";
  if (!column.empty() && (records != RecordMode::automatic || looks_inside()))
    return "column goes with neither records nor at, and of kinds of logs with csv only";
  if (status_at && !at) return "status_at goes with at";
  return {};
}

audit::PipelineOptions Settings::pipeline() const {
  audit::PipelineOptions out;
  out.read.mode = records;
  out.read.max_record = max_record;
  out.read.envelope = looks_inside();
  out.read.column = column;
  if (at) {
    out.read.joins_docker = *at == "/log" || at->starts_with("/log/");
  } else {
    out.read.joins_docker = log == nullptr || log->join == audit::PartsJoin::docker;
  }
  out.judge = {max_record, at, status_at, decoding, log};
  out.read.match = match;
  out.aggregate.now = now ? *now : static_cast<std::int64_t>(std::time(nullptr));
  out.aggregate.since = since;
  out.aggregate.limit_findings = limit_findings;
  out.jobs = threads != 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
  out.memory = memory;
  out.hash = hash;
  return out;
}

std::string Settings::taken_for() const {
  std::string text;
  if (at) {
    text = "Each document was taken for an envelope with the response at " + *at;
  } else if (looks_inside()) {
    text = "Each document was taken for one of the log " + std::string(log->name);
  } else if (!column.empty()) {
    text = "The inputs were taken for tables with a response in the column " + column;
  } else if (records == RecordMode::automatic) {
    text = "Each document was taken for a response";
  } else {
    text = std::string("Records were taken to be laid out as ") + audit::name_of(records);
  }
  if (!match.empty()) text += ", on lines with the text to match";
  return text + '.';
}

}  // namespace leadscan::arrow
