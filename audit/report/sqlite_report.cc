#include "audit/report/sqlite_report.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstring>
#include <span>
#include <type_traits>

#include "audit/base/utf8.h"
#include "audit/judge/kept_fields.h"
#include "audit/report/sqlite_schema.h"

namespace leadscan::audit {
namespace {

using OptionalText = std::optional<std::string_view>;

template <typename T>
void append_bytes(std::string& memory, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  memory.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string_view take_bytes(std::string_view& memory, std::size_t size) {
  const std::string_view taken = memory.substr(0, size);
  memory.remove_prefix(size);
  return taken;
}

template <typename T>
T take_value(std::string_view& memory) {
  T value;
  std::memcpy(&value, take_bytes(memory, sizeof value).data(), sizeof value);
  return value;
}

// Appends a text's value, without its escapes. False: it has none that is UTF-8.
bool append(std::string& memory, const Text& text) {
  if (!text.escaped()) {
    memory += text.raw();
    return true;
  }
  const std::size_t begin = memory.size();
  memory.resize(begin + text.raw().size());
  const auto decoded = text.decode(std::span(memory).subspan(begin));
  memory.resize(begin + (decoded ? decoded->size() : 0));
  return decoded.has_value();
}

std::string now() {
  const auto time = std::chrono::system_clock::now().time_since_epoch();
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
  std::string text = format_timestamp(nanoseconds / 1'000'000'000);
  text.pop_back();  // the Z
  return fmt::format("{}.{:09}Z", text, nanoseconds % 1'000'000'000);
}

}  // namespace

// A record on its way from see() to take(), as it is in memory: behind it come the member's name,
// the texts among its values, and its violations.
struct SqliteReport::Row {
  // What a member that is kept has for a value; which of them, its slot tells.
  struct Value {
    enum class Kind : std::uint8_t { none, number, text, object };

    std::int64_t number = 0;  // of a text: its size
    Kind kind = Kind::none;
  };

  std::uint64_t file = 0;
  std::uint64_t member_index = 0;
  std::uint64_t member_size = 0;
  std::uint64_t line = 0;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::optional<std::int64_t> http_status;
  std::array<Value, kKeptFields.size()> values;
  std::optional<std::int64_t> time;
  std::optional<std::uint64_t> json_error_offset;
  std::uint64_t violations = 0;
  Verdict verdict{};
  ErrorCode json_error{};
  bool has_member = false;
};

bool SqliteReport::open(const std::string& path, bool resumable,
                        const std::vector<std::string>& files) {
  files_ = &files;
  return database_.open(path, resumable);
}

bool SqliteReport::begin() {
  started_ = now();
  if (!database_.create() || !database_.run(sqlite_tables()) || !database_.run(sqlite_views()) ||
      !database_.run(sqlite_row_indexes()) ||
      !database_.run(fmt::format("PRAGMA user_version={}", kSqliteSchemaVersion)))
    return false;
  Statement insert = database_.prepare("INSERT INTO meta VALUES('started', ?)");
  insert.bind(1, std::string_view(started_));
  if (!database_.run(insert)) return false;
  prepare();
  return error().empty();
}

void SqliteReport::prepare() {
  insert_member_ = database_.prepare("INSERT INTO members VALUES(?, ?, ?, ?, ?)");
  insert_record_ = database_.prepare(sqlite_insert_record());
  insert_violation_ = database_.prepare("INSERT INTO violations VALUES(NULL, ?, ?, ?, ?, ?)");
}

void SqliteReport::see(const Judged& judged, std::string& memory) const {
  using Kind = Row::Value::Kind;
  const LeadResponse& response = judged.response;
  Row row;
  row.file = judged.member->file_index;
  row.member_index = judged.member->member_index;
  row.line = judged.record->line;
  row.offset = judged.record->offset;
  row.length = judged.record->size;
  row.verdict = judged.verdict;
  row.http_status = judged.http_status;
  if (judged.verdict > Verdict::violation) {
    row.json_error = judged.error.code;
    row.json_error_offset = judged.error.offset;
  }
  row.violations = judged.violations.size();

  const std::size_t at = memory.size();
  memory.resize(at + sizeof row);
  if (judged.member->member) {
    const std::string name = to_utf8(*judged.member->member);
    row.has_member = true;
    row.member_size = name.size();
    memory += name;
  }
  for (std::size_t i = 0; i < kKeptFields.size(); ++i) {
    const Slot& slot = info_of(kKeptFields[i]).slot;
    Row::Value& value = row.values[i];
    std::optional<std::int64_t> number;
    if (slot.kind == Slot::Kind::text) {
      const Text& text = response.*slot.text;
      const std::size_t begin = memory.size();
      if (!text.has_value() || !append(memory, text)) continue;
      value = {static_cast<std::int64_t>(memory.size() - begin),
               text.is_object() ? Kind::object : Kind::text};
      if (kKeptFields[i] == Field::info_timestamp)
        if (const auto time = parse_timestamp(std::string_view(memory).substr(begin)))
          row.time = time->seconds;
    } else if (slot.kind == Slot::Kind::integer) {
      number = integer_of(response, slot);
    } else if (slot.kind == Slot::Kind::boolean) {
      number = boolean_of(response, slot);
    }
    if (number) value = {*number, Kind::number};
  }
  std::memcpy(memory.data() + at, &row, sizeof row);
  for (const Violation& violation : judged.violations) append_bytes(memory, violation);
}

void SqliteReport::take(std::string_view memory) {
  while (!memory.empty() && error().empty()) {
    const auto row = take_value<Row>(memory);
    const auto fail_at = [&](const Statement& statement, std::string_view member) {
      database_.fail(statement,
                     fmt::format("the record at {}{}{}, line {}, byte {}", (*files_)[row.file],
                                 row.has_member ? ": " : "", member, row.line, row.offset));
    };
    const std::string_view member = take_bytes(memory, row.member_size);
    if (!insert_member(row, member)) return fail_at(insert_member_, member);
    if (!insert_record(row, memory)) return fail_at(insert_record_, member);
    for (std::uint64_t i = 0; i < row.violations; ++i) {
      const auto violation = take_value<Violation>(memory);
      const std::string expected = expected_of(violation);
      insert_violation_.bind_all(records_, json_pointer(violation.field), rule_of(violation.code),
                                 std::string_view(expected), found_of(violation));
      if (!insert_violation_.run()) return fail_at(insert_violation_, member);
    }
  }
}

// Unless the record before was in it, too.
bool SqliteReport::insert_member(const Row& row, std::string_view name) {
  if (members_ != 0 && row.file == file_ && row.member_index == member_index_) return true;
  file_ = row.file;
  member_index_ = row.member_index;
  insert_member_.bind_all(++members_, file_ + 1, member_index_,
                          row.has_member ? OptionalText(name) : std::nullopt, records_ + 1);
  return insert_member_.run();
}

// Takes the record's texts from `memory`.
bool SqliteReport::insert_record(const Row& row, std::string_view& memory) {
  using Kind = Row::Value::Kind;
  // In the order of for_each_record_column() (sqlite_schema.cc).
  int at = insert_record_.bind_all(++records_, members_, row.line, row.offset, row.length,
                                   name_of(row.verdict), row.http_status);
  for (std::size_t i = 0; i < kKeptFields.size(); ++i) {
    const auto& [number, kind] = row.values[i];
    const Slot::Kind slot = info_of(kKeptFields[i]).slot.kind;
    if (slot == Slot::Kind::presence) continue;
    ++at;
    if (kind == Kind::none) {
      insert_record_.bind(at, std::nullopt);
    } else if (kind == Kind::number) {
      insert_record_.bind(at, number);
    } else {
      insert_record_.bind(at, take_bytes(memory, static_cast<std::size_t>(number)));
    }
    if (slot == Slot::Kind::text && may_be_object(kKeptFields[i]))
      insert_record_.bind(++at,
                          kind == Kind::none ? std::nullopt : std::optional(kind == Kind::object));
  }
  insert_record_.bind(++at, row.time);
  insert_record_.bind(++at,
                      row.json_error_offset ? OptionalText(name_of(row.json_error)) : std::nullopt);
  insert_record_.bind(++at, row.json_error_offset);
  return insert_record_.run();
}

std::string SqliteReport::mark() {
  database_.commit();
  return fmt::format("{} {}", records_, started_);
}

void SqliteReport::resume(std::string_view mark) {
  if (mark.empty()) {
    begin();
    return;
  }
  const auto [end, problem] = std::from_chars(mark.data(), mark.data() + mark.size(), records_);
  static_cast<void>(problem);
  started_ = mark.substr(static_cast<std::size_t>(end - mark.data()) + 1);
  if (!database_.reopen(started_) ||
      !database_.run(fmt::format(
          "DELETE FROM violations WHERE record_id > {0}; DELETE FROM records WHERE id > {0};"
          "DELETE FROM members WHERE id > (SELECT coalesce(max(member_id), 0) FROM records);",
          records_)))
    return;
  prepare();
  Statement last = database_.prepare(
      "SELECT count(*), (SELECT id FROM members ORDER BY id DESC LIMIT 1), "
      "(SELECT file_id - 1 FROM members ORDER BY id DESC LIMIT 1), "
      "(SELECT member_index FROM members ORDER BY id DESC LIMIT 1) FROM records");
  if (!last.next()) {
    database_.fail(last, "the last record");
    return;
  }
  if (static_cast<std::uint64_t>(last.integer(0)) != records_) {
    database_.fail("checkpoint: the database lacks records that it goes with");
    return;
  }
  members_ = static_cast<std::uint64_t>(last.integer(1));
  file_ = static_cast<std::uint64_t>(last.integer(2));
  member_index_ = static_cast<std::uint64_t>(last.integer(3));
}

bool SqliteReport::finish(const Report& report, Progress& progress, const std::atomic<bool>& stop) {
  // An earlier run may have come as far as this.
  if (!database_.run("DELETE FROM findings; DELETE FROM finding_kinds; DELETE FROM input_errors;"
                     "DELETE FROM files; DELETE FROM meta WHERE key <> 'started';") ||
      !database_.run(kSqliteIndexes))
    return false;
  write_files(report);
  write_findings(report);
  write_meta(report);
  if (!error().empty()) return false;
  for (Statement* statement : {&insert_member_, &insert_record_, &insert_violation_, &find_member_,
                               &find_record_, &see_offset_})
    *statement = Statement();
  return (!with_lookups_ || make_lookups(progress, stop)) &&
         database_.run("PRAGMA analysis_limit=1000; ANALYZE") && database_.finish();
}

// They take as long as the rest. Whoever stops it has everything but them.
bool SqliteReport::make_lookups(Progress& progress, const std::atomic<bool>& stop) {
  const std::vector<std::string> lookups = sqlite_lookups();
  auto left = static_cast<unsigned>(lookups.size());
  for (const std::string& sql : lookups) {
    progress.indexes_left.store(left--, std::memory_order_relaxed);
    if (!database_.run_unless(stop, sql)) return false;
  }
  progress.indexes_left.store(0, std::memory_order_relaxed);
  return true;
}

void SqliteReport::write_files(const Report& report) {
  Statement insert = database_.prepare("INSERT INTO files(id, path) VALUES(?, ?)");
  for (std::size_t i = 0; i < report.file_names.size(); ++i) {
    const std::string path = to_utf8(report.file_names[i]);
    insert.bind_all(std::uint64_t{i + 1}, std::string_view(path));
    database_.run(insert);
  }
  // Summaries are in the order of the files; an interrupted audit lacks some.
  Statement update = database_.prepare(
      "UPDATE files SET members=?2, bytes=?3, records=?4, bad=?5, done=?6 WHERE id=?1");
  std::uint64_t id = 1;
  for (const FileSummary& file : report.files) {
    while (id < report.file_names.size() && report.file_names[id - 1] != file.path) ++id;
    update.bind_all(id++, file.members, file.bytes_in, file.records, file.bad, file.done);
    database_.run(update);
  }
  insert = database_.prepare("INSERT INTO input_errors VALUES(NULL, ?, ?, ?)");
  for (const InputError& error : report.errors) {
    const std::string file = to_utf8(error.file);
    std::optional<std::string> member;
    if (error.member) member = to_utf8(*error.member);
    const std::string why = to_utf8(error.why);
    insert.bind_all(std::string_view(file), OptionalText(member), std::string_view(why));
    database_.run(insert);
  }
}

// A member's records are in the order of their offsets; but where lines were joined, a record may
// come behind some that begin later, and is looked for one by one.
std::optional<std::int64_t> SqliteReport::find_record(const Position& at) {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  find_member_.bind_all(at.file + 1, at.member_index);
  if (find_member_.next()) {
    begin = find_member_.integer(0);
    end = find_member_.integer(1);
  }
  find_member_.reset();
  const std::int64_t first = begin;
  const std::int64_t last = end;
  while (begin < end) {
    const std::int64_t middle = begin + (end - begin) / 2;
    see_offset_.bind_all(middle);
    const bool is_before =
        see_offset_.next() && see_offset_.integer(0) < static_cast<std::int64_t>(at.offset);
    see_offset_.reset();
    (is_before ? begin : end) = is_before ? middle + 1 : middle;
  }
  std::optional<std::int64_t> id;
  for (const auto& [from, to] : {std::pair(begin, std::min(begin + 1, last)), {first, last}}) {
    find_record_.bind_all(from, to, at.offset);
    if (find_record_.next()) id = find_record_.integer(0);
    find_record_.reset();
    if (id) break;
  }
  for (const Statement* statement : {&find_member_, &see_offset_, &find_record_})
    if (!statement->good()) database_.fail(*statement, "findings");
  return id;
}

void SqliteReport::write_findings(const Report& report) {
  find_member_ = database_.prepare(
      "SELECT first_record_id, coalesce((SELECT first_record_id FROM members WHERE id = m.id + 1), "
      "(SELECT max(id) + 1 FROM records)) FROM members AS m WHERE file_id=? AND member_index=?");
  see_offset_ = database_.prepare("SELECT offset FROM records WHERE id=?");
  find_record_ =
      database_.prepare("SELECT id FROM records WHERE id >= ? AND id < ? AND offset = ? LIMIT 1");
  Statement insert_kind = database_.prepare("INSERT INTO finding_kinds VALUES(?, ?, ?, ?)");
  Statement insert = database_.prepare("INSERT INTO findings VALUES(NULL, ?, ?, ?, ?)");
  for (const FindingGroup& group : report.findings) {
    insert_kind.bind_all(name_of(group.kind), describe(group.kind), group.count, group.records);
    if (!database_.run(insert_kind)) return;
    for (const Finding& finding : group.findings) {
      const std::string detail = to_utf8(finding.detail);
      insert.bind_all(name_of(group.kind), find_record(finding.at),
                      finding.other ? find_record(*finding.other) : std::nullopt,
                      std::string_view(detail));
      if (!database_.run(insert)) return;
    }
  }
}

void SqliteReport::write_meta(const Report& report) {
  Statement insert = database_.prepare("INSERT INTO meta VALUES(?, ?)");
  const auto number = [&](std::string_view key, std::uint64_t value) {
    insert.bind_all(key, value);
    database_.run(insert);
  };
  insert.bind_all(std::string_view("version"), std::string_view(version_));
  database_.run(insert);
  if (!report.keys_lost.empty()) {
    const std::string why = to_utf8(report.keys_lost);
    insert.bind_all(std::string_view("duplicates_unknown"), std::string_view(why));
    database_.run(insert);
  }
  number("partial", report.partial ? 1 : 0);
  number("files", report.file_names.size());
  number("members", report.members);
  number("records", report.totals.records);
  number("bad", report.totals.bad());
  number("findings", report.finding_count());
  number("bytes", report.bytes_in);
  number("bytes_accounted", report.bytes_accounted);
  number("bytes_in_records", report.totals.record_bytes);
  number("bytes_between_records", report.totals.separator_bytes);
  number("passed_over", report.totals.all_passed_over());
  number("passed_over_files", report.passed_over_files);
  number("success_true", report.success_true);
  number("success_false", report.success_false);
}

}  // namespace leadscan::audit
