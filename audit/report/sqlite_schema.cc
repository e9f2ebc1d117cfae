#include "audit/report/sqlite_schema.h"

#include <fmt/format.h>

#include <span>
#include <string_view>

#include "audit/judge/judge.h"
#include "audit/judge/kept_fields.h"

namespace leadscan::audit {
namespace {

constexpr const char* kTablesBefore = R"sql(
CREATE TABLE meta(
  key   TEXT PRIMARY KEY,
  value
) WITHOUT ROWID;

-- In the order of the input.
CREATE TABLE files(
  id      INTEGER PRIMARY KEY,
  path    TEXT NOT NULL,
  members INTEGER NOT NULL DEFAULT 0,  -- 1 for a file that is no archive
  bytes   INTEGER NOT NULL DEFAULT 0,  -- decompressed
  records INTEGER NOT NULL DEFAULT 0,
  bad     INTEGER NOT NULL DEFAULT 0,
  done    INTEGER NOT NULL DEFAULT 0 CHECK (done = 0 OR done = 1)
);

-- Those with records.
CREATE TABLE members(
  id              INTEGER PRIMARY KEY,
  file_id         INTEGER NOT NULL REFERENCES files(id),
  member_index    INTEGER NOT NULL,  -- in its file, from 0
  name            TEXT,              -- NULL for a file that is no archive
  first_record_id INTEGER NOT NULL,  -- its records follow each other
  UNIQUE (file_id, member_index)
);
)sql";

constexpr const char* kTablesAfter = R"sql(
CREATE TABLE violations(
  id        INTEGER PRIMARY KEY,
  record_id INTEGER NOT NULL REFERENCES records(id),
  path      TEXT NOT NULL,  -- JSON Pointer; '' is the document
  rule      TEXT NOT NULL CHECK ({is_rule}),
  expected  TEXT NOT NULL,
  found     TEXT NOT NULL
);

CREATE TABLE finding_kinds(
  kind        TEXT PRIMARY KEY,
  description TEXT NOT NULL,
  count       INTEGER NOT NULL,  -- of all, those beyond --limit-findings too
  records     INTEGER NOT NULL   -- that they are about: one may have several
) WITHOUT ROWID;

CREATE TABLE findings(
  id              INTEGER PRIMARY KEY,
  kind            TEXT NOT NULL REFERENCES finding_kinds(kind),
  record_id       INTEGER NOT NULL REFERENCES records(id),
  other_record_id INTEGER REFERENCES records(id),  -- that it clashes with
  detail          TEXT NOT NULL
);

-- What kept an input from being read whole.
CREATE TABLE input_errors(
  id     INTEGER PRIMARY KEY,
  file   TEXT NOT NULL,
  member TEXT,
  error  TEXT NOT NULL
);
)sql";

constexpr std::string_view kViews = R"sql(
-- Each record with the file and the archive's member it is in.
CREATE VIEW responses AS
  SELECT f.path AS file, m.name AS member, r.*
  FROM records AS r JOIN members AS m ON m.id = r.member_id JOIN files AS f ON f.id = m.file_id;

CREATE VIEW bad_records AS
  SELECT r.id, r.file, r.member, r.line, r.offset, r.length, r.verdict,
    coalesce(r.json_error || ' at byte ' || r.json_error_offset,
      (SELECT group_concat(v.path || ' ' || v.rule, ', ')
       FROM violations AS v WHERE v.record_id = r.id)) AS why
  FROM responses AS r
  WHERE r.verdict IN ({bad});

CREATE VIEW findings_with_positions AS
  SELECT g.kind, g.detail, r.file, r.member, r.line, r.offset, r.length,
    o.file AS other_file, o.member AS other_member, o.line AS other_line, o.offset AS other_offset
  FROM findings AS g JOIN responses AS r ON r.id = g.record_id
    LEFT JOIN responses AS o ON o.id = g.other_record_id;

CREATE VIEW verdict_counts AS
  SELECT verdict, count(*) AS records FROM records GROUP BY verdict ORDER BY records DESC;

CREATE VIEW action_counts AS
  SELECT {action}, {status_code}, {success}, count(*) AS records FROM records
  WHERE family IS NOT NULL GROUP BY {action}, {status_code}, {success} ORDER BY records DESC;

CREATE VIEW error_counts AS
  SELECT {error_code}, {error_message}, count(*) AS records FROM records
  WHERE {error_code} IS NOT NULL GROUP BY {error_code}, {error_message} ORDER BY records DESC;

CREATE VIEW violation_counts AS
  SELECT path, rule, expected, found, count(*) AS records FROM violations
  GROUP BY path, rule, expected, found ORDER BY records DESC;

-- Good records.
CREATE VIEW timeline AS
  SELECT strftime('%Y-%m-%d %H:00', time, 'unixepoch') AS hour, verdict, count(*) AS records
  FROM records WHERE time IS NOT NULL AND family IS NOT NULL
  GROUP BY hour, verdict ORDER BY hour, verdict;

CREATE VIEW violations_timeline AS
  SELECT strftime('%Y-%m-%d %H:00', time, 'unixepoch') AS hour, count(*) AS records
  FROM records WHERE time IS NOT NULL AND verdict = '{violation}' GROUP BY hour ORDER BY hour;

-- All of them, whatever --limit-findings is. An empty text is no id.
CREATE VIEW ds_ids_created_twice AS
  SELECT {ds_id}, count(*) AS records, min(id) AS first_record_id FROM records
  WHERE {ds_id} IS NOT NULL AND {ds_id} <> '' AND verdict = '{created}' AND {action} = 'create'
  GROUP BY {ds_id} HAVING count(*) > 1;

-- A string and an object are different ids.
CREATE VIEW partner_ids_with_several_ds_ids AS
  SELECT {partner_id}, {partner_id}_is_object, count(DISTINCT {ds_id}) AS ds_ids,
    min(id) AS first_record_id FROM records
  WHERE {partner_id} IS NOT NULL AND {partner_id} <> '' AND {ds_id} IS NOT NULL AND {ds_id} <> ''
    AND family IS NOT NULL
  GROUP BY {partner_id}, {partner_id}_is_object HAVING count(DISTINCT {ds_id}) > 1;

CREATE VIEW trace_ids_reused AS
  SELECT {trace_id}, count(*) AS records, min(id) AS first_record_id FROM records
  WHERE {trace_id} IS NOT NULL AND {trace_id} <> '' AND family IS NOT NULL
  GROUP BY {trace_id} HAVING count(*) > 1;
)sql";

// Whether the column has one of these. For IN, SQLite makes a table of its own for each row, which
// takes longer than the row.
std::string is_any(std::string_view column, std::span<const std::string_view> words) {
  std::string any;
  for (const std::string_view word : words)
    any += fmt::format("{}{} = '{}'", any.empty() ? "" : " OR ", column, word);
  return any;
}

// That the column `verdict` has one of the first `count`.
std::string is_verdict(std::size_t count) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(name_of(static_cast<Verdict>(i)));
  return is_any("verdict", names);
}

// The rules of violations; of what is no object, that of its type.
std::string is_rule() {
  std::vector<std::string_view> rules;
  for (ErrorCode code = ErrorCode::missing_member; is_violation(code);
       code = static_cast<ErrorCode>(static_cast<int>(code) + 1))
    rules.push_back(rule_of(code));
  return is_any("rule", rules);
}

std::string bad_verdicts() {
  std::string list;
  for (std::size_t i = 0; i < kVerdictCount; ++i)
    if (const auto verdict = static_cast<Verdict>(i); is_bad(verdict))
      list += fmt::format("{}'{}'", list.empty() ? "" : ", ", name_of(verdict));
  return list;
}

// `sql` with the names of columns, verdicts and rules in it.
std::string with_names(std::string_view sql) {
  const auto column = [](Field field) { return info_of(field).column; };
  return fmt::format(
      fmt::runtime(sql), fmt::arg("partner_id", column(Field::partner_lead_opportunity_id)),
      fmt::arg("ds_id", column(Field::ds_lead_opportunity_id)),
      fmt::arg("action", column(Field::action)), fmt::arg("success", column(Field::info_success)),
      fmt::arg("status_code", column(Field::info_status_code)),
      fmt::arg("trace_id", column(Field::info_trace_id)),
      fmt::arg("error_code", column(Field::error_code)),
      fmt::arg("error_message", column(Field::error_message)),
      fmt::arg("created", name_of(Verdict::created)),
      fmt::arg("violation", name_of(Verdict::violation)), fmt::arg("bad", bad_verdicts()),
      fmt::arg("is_rule", is_rule()));
}

// Calls take(name, definition, comment) for each column of a record, in their order.
template <typename Take>
void for_each_record_column(Take take) {
  take("id", "INTEGER PRIMARY KEY", "in the order of the input");
  take("member_id", "INTEGER NOT NULL REFERENCES members(id)", "");
  take("line", "INTEGER NOT NULL", "from 1");
  take("offset", "INTEGER NOT NULL", "of its first byte, in the decompressed member");
  take("length", "INTEGER NOT NULL", "");
  take("verdict", "TEXT NOT NULL CHECK (" + is_verdict(kVerdictCount) + ")", "");
  take("http_status", "INTEGER", "the envelope's");
  for (const Field field : kKeptFields) {
    const FieldInfo& info = info_of(field);
    const std::string column(info.column);
    switch (info.slot.kind) {
      case Slot::Kind::text:
        take(column, "TEXT", std::string(info.pointer));
        if (may_be_object(field))
          take(column + "_is_object", "INTEGER", column + " is then its JSON");
        break;
      case Slot::Kind::integer:
        take(column, "INTEGER", std::string(info.pointer));
        break;
      case Slot::Kind::boolean:
        take(column, fmt::format("INTEGER CHECK ({0} = 0 OR {0} = 1)", column),
             std::string(info.pointer));
        break;
      case Slot::Kind::presence:
      case Slot::Kind::none:
        break;
    }
  }
  take("time", "INTEGER", "timestamp in seconds since 1970; NULL if it is not RFC 3339");
  take("json_error", "TEXT", "why it could not be read");
  take("json_error_offset", "INTEGER", "from the body's first byte");
}

}  // namespace

std::string sqlite_tables() {
  std::string sql = kTablesBefore;
  sql += "CREATE TABLE records(\n";
  for_each_record_column([&](const std::string& name, const std::string& definition,
                             const std::string& comment) {
    sql += fmt::format("  {} {},{}{}\n", name, definition, comment.empty() ? "" : "  -- ", comment);
  });
  sql += "  family TEXT GENERATED ALWAYS AS (CASE WHEN " +
         is_verdict(index_of(Verdict::violation)) + " THEN verdict END) VIRTUAL\n);\n";
  return sql + with_names(kTablesAfter);
}

std::string sqlite_insert_record() {
  std::string names;
  std::string parameters;
  for_each_record_column([&](const std::string& name, const auto&, const auto&) {
    names += (names.empty() ? "" : ", ") + name;
    parameters += parameters.empty() ? "?" : ",?";
  });
  return "INSERT INTO records(" + names + ") VALUES(" + parameters + ")";
}

// Of what is rare: kept up to date row by row. An index of every row costs more than the row.
std::string sqlite_row_indexes() {
  return with_names(R"sql(
CREATE INDEX records_{error_code} ON records({error_code}) WHERE {error_code} IS NOT NULL;
)sql");
}

// Made at the end: rows are inserted faster without.
const char* const kSqliteIndexes = R"sql(
CREATE INDEX IF NOT EXISTS violations_record ON violations(record_id);
CREATE INDEX IF NOT EXISTS violations_rule ON violations(path, rule);
CREATE INDEX IF NOT EXISTS findings_record ON findings(record_id);
CREATE INDEX IF NOT EXISTS findings_other_record ON findings(other_record_id);
CREATE INDEX IF NOT EXISTS findings_kind ON findings(kind);
)sql";

// What is looked up, each for itself, so that it can be told how far they are.
std::vector<std::string> sqlite_lookups() {
  std::vector<std::string> lookups = {
      "CREATE INDEX IF NOT EXISTS records_position ON records(member_id, offset)",
      "CREATE INDEX IF NOT EXISTS records_verdict ON records(verdict)",
      "CREATE INDEX IF NOT EXISTS records_time ON records(time) WHERE time IS NOT NULL",
  };
  for (const Field id :
       {Field::info_trace_id, Field::ds_lead_opportunity_id, Field::partner_lead_opportunity_id})
    lookups.push_back(
        fmt::format("CREATE INDEX IF NOT EXISTS records_{0} ON records({0}) WHERE {0} IS NOT NULL",
                    info_of(id).column));
  return lookups;
}

std::string sqlite_views() { return with_names(kViews); }

}  // namespace leadscan::audit
