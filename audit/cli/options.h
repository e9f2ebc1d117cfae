// Options: what the command line asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/engine/pipeline.h"
#include "audit/report/report.h"
#include "corpus/corpus.h"
#include "corpus/logs.h"
#include "leadscan/fields.h"

namespace leadscan::audit {

enum class Command : std::uint8_t { audit, check, extract, find, gen };
inline constexpr std::size_t kCommands = 5;

// --max-bad: a number of records, or a share of them.
struct BadBudget {
  std::uint64_t records = 0;
  std::optional<double> percent;
};

// --fail-on: what makes the exit code 1.
struct FailOn {
  std::array<bool, kVerdictCount> verdicts{};
  std::array<bool, kFindingKinds> findings{};
  bool unjudged = false;    // something was passed over, and nothing judged; or a response was
  bool api_member = false;  // lines were passed over that name members of the API

  static FailOn everything();
};

// Verdicts that were picked; empty: all of them.
using VerdictPick = std::optional<std::array<bool, kVerdictCount>>;

enum class ColorMode : std::uint8_t { automatic, always, never };
enum class ExtractFormat : std::uint8_t { csv, ndjson, sqlite };

struct Options {
  Command command = Command::audit;
  std::vector<std::string> words;  // the command line, without the program's name
  std::vector<std::string> paths;
  std::vector<std::string> globs;

  RecordMode records = RecordMode::automatic;
  std::optional<std::string> at;
  std::optional<std::string> status_at;
  Decoding decoding = Decoding::automatic;
  std::string match;
  std::string column;  // of a table; empty: any
  const LogPreset* log = nullptr;
  std::size_t max_record = std::size_t{16} << 20;
  std::size_t memory = std::size_t{512} << 20;
  unsigned jobs = 0;  // 0: one for each CPU

  FailOn fail_on = FailOn::everything();
  BadBudget max_bad;
  std::size_t limit_findings = 100;
  std::size_t top = 10;
  TimelineUnit timeline = TimelineUnit::automatic;
  std::optional<std::int64_t> since;
  std::optional<std::int64_t> now;

  bool follow = false;
  unsigned every = 0;  // seconds; 0: only at the end

  bool hash = false;
  bool json = false;
  bool quiet = false;
  std::string html;
  std::string sarif;
  std::string sqlite;
  bool sqlite_indexes = false;
  std::string quarantine;
  bool force = false;
  std::string checkpoint;
  unsigned checkpoint_interval = 500;
  ColorMode color = ColorMode::automatic;
  bool no_progress = false;

  // Whether the responses are inside of records, where they are told to be.
  bool looks_inside() const {
    return at.has_value() || (log != nullptr && log->shape == LogShape::documents);
  }

  // Whether responses are looked for in what Docker has written.
  bool joins_docker() const {
    if (at) return *at == "/log" || at->starts_with("/log/");
    return log == nullptr || log->join == PartsJoin::docker;
  }

  // extract
  std::vector<std::string> fields;
  ExtractFormat format = ExtractFormat::csv;
  VerdictPick verdicts;
  std::optional<std::int64_t> until;  // and since
  std::vector<std::pair<std::string, std::string>> where;
  bool presence = false;
  bool csv_raw = false;
  std::string output;

  // find
  std::vector<std::pair<Field, std::string>> values;  // of texts
  std::vector<std::string> codes;                     // error.code or statusCode

  // gen
  corpus::Kind kind = corpus::Kind::uniform;
  const corpus::LogKind* log_kind = corpus::log_kinds().data();
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> documents;
  std::optional<std::size_t> bytes;
};

}  // namespace leadscan::audit
