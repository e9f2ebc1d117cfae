#include "audit/report/json_report.h"

#include <fmt/format.h>

#include <string_view>

#include "audit/base/json_output.h"
#include "audit/report/format.h"

namespace leadscan::audit {
namespace {

// Writes members one behind the other, with indentation.
class JsonWriter {
 public:
  std::string take() {
    text_ += '\n';
    return std::move(text_);
  }

  void open(char bracket) {
    comma();
    text_ += bracket;
    fresh_ = true;
    ++depth_;
  }
  void open(std::string_view name, char bracket) {
    key(name);
    open(bracket);
  }
  void close(char bracket) {
    --depth_;
    if (!fresh_) line();
    text_ += bracket;
    fresh_ = false;
  }
  void key(std::string_view name) {
    comma();
    append_json_string(text_, name);
    text_ += ": ";
    after_key_ = true;
  }
  void value(std::string_view text) {
    comma();
    append_json_string(text_, text);
  }
  void value(const std::optional<std::string>& text) {
    if (text) {
      value(std::string_view(*text));
    } else {
      raw("null");
    }
  }
  void value(std::uint64_t number) { raw(fmt::to_string(number)); }
  void value(bool flag) { raw(flag ? "true" : "false"); }
  void raw(std::string_view json) {
    comma();
    text_ += json;
  }
  template <typename T>
  void member(std::string_view name, const T& item) {
    key(name);
    value(item);
  }
  void member(std::string_view name, const char* item) { member(name, std::string_view(item)); }
  void member(std::string_view name, const std::string& item) {
    member(name, std::string_view(item));
  }

 private:
  void line() {
    text_ += '\n';
    text_.append(2 * depth_, ' ');
  }
  void comma() {
    if (after_key_) {
      after_key_ = false;
      return;
    }
    if (depth_ == 0) return;
    if (!fresh_) text_ += ',';
    fresh_ = false;
    line();
  }

  std::string text_;
  std::size_t depth_ = 0;
  bool fresh_ = false;
  bool after_key_ = false;
};

class ReportWriter {
 public:
  explicit ReportWriter(const Report& report) : report_(report) {}

  std::string write() {
    out_.open('{');
    if (report_.run) run(*report_.run);
    totals();
    tables();
    timeline();
    presence();
    layouts();
    bad_records();
    findings();
    inputs();
    out_.close('}');
    return out_.take();
  }

 private:
  void verdicts(std::string_view name, const VerdictCounts& counts) {
    out_.open(name, '{');
    for (std::size_t i = 0; i < kVerdictCount; ++i)
      out_.member(name_of(static_cast<Verdict>(i)), counts[i]);
    out_.close('}');
  }

  void table(std::string_view name, const Table& table) {
    out_.open(name, '{');
    out_.open("rows", '[');
    for (const Row& row : table.rows) {
      out_.open('{');
      out_.member("value", row.key);
      out_.member("count", row.count);
      out_.close('}');
    }
    out_.close(']');
    out_.member("others", table.others);
    out_.close('}');
  }

  void position(std::string_view name, const Position& at) {
    out_.open(name, '{');
    position_members(at);
    out_.close('}');
  }
  void position_members(const Position& at) {
    out_.member("file", at.file < report_.file_names.size() ? report_.file_names[at.file] : "?");
    out_.member("member", at.member);
    out_.member("line", at.line);
    out_.member("offset", at.offset);
    out_.member("length", at.length);
  }

  void time(std::string_view name, const std::optional<std::int64_t>& seconds) {
    out_.member(name, seconds ? std::optional(format_timestamp(*seconds)) : std::nullopt);
  }

  void sightings(const Sightings& seen) {
    out_.member("count", seen.count);
    position("first", seen.first);
    position("last", seen.last);
    time("first_timestamp", seen.first_time);
    time("last_timestamp", seen.last_time);
  }

  void run(const Run& run) {
    out_.open("run", '{');
    out_.open("command", '[');
    out_.value(std::string_view("leadscan"));
    for (const std::string& word : run.words) out_.value(std::string_view(word));
    out_.close(']');
    out_.member("version", run.version);
    out_.member("started", format_timestamp(run.started));
    out_.member("ended", format_timestamp(run.ended));
    out_.key("resumed");
    out_.raw(report_.resumed ? "true" : "false");
    out_.open("inputs", '[');
    for (const FileSummary& file : report_.files) {
      const FileFacts& facts = file.facts;
      out_.open('{');
      out_.member("file", file.path);
      out_.key("size");
      out_.raw(facts.is_file || facts.is_hashed ? fmt::to_string(facts.size) : "null");
      time("modified", facts.is_file ? std::optional(facts.modified) : std::nullopt);
      out_.member("sha256", facts.is_hashed ? std::optional(hex_of(facts.sha256)) : std::nullopt);
      out_.close('}');
    }
    out_.close(']');
    out_.close('}');
  }

  void totals() {
    const Totals& totals = report_.totals;
    out_.member("partial", report_.partial);
    out_.member("records", totals.records);
    out_.member("bad", totals.bad());
    out_.member("finding_count", report_.finding_count());
    // Why ids that came again are no findings; null if they are.
    out_.member("duplicates_unknown", report_.keys_lost.empty()
                                          ? std::nullopt
                                          : std::optional<std::string>(report_.keys_lost));
    out_.open("advice", '[');
    for (const std::string& line : report_.advice) out_.value(std::string_view(line));
    out_.close(']');
    verdicts("verdicts", totals.verdicts);
    out_.open("bytes", '{');
    out_.member("read", report_.bytes_in);
    out_.member("accounted", report_.bytes_accounted);
    out_.member("in_records", totals.record_bytes);
    out_.member("separators", totals.separator_bytes);
    out_.close('}');
    out_.member("passed_over", totals.all_passed_over());
    out_.open("passed_over_reasons", '{');
    for (std::size_t i = 0; i < kPassedOver; ++i)
      if (totals.passed_over[i] > 0)
        out_.member(name_of(static_cast<PassedOver>(i)), totals.passed_over[i]);
    out_.close('}');
    out_.member("passed_over_files", report_.passed_over_files);
    out_.open("success", '{');
    out_.member("true", report_.success_true);
    out_.member("false", report_.success_false);
    out_.key("rate");
    const std::optional<double> rate = report_.success_rate();
    out_.raw(rate ? fmt::format("{:.6f}", *rate) : "null");
    out_.close('}');
  }

  void tables() {
    table("actions", report_.actions);
    table("status_codes", report_.status_codes);
    table("error_codes", report_.error_codes);
    table("messages", report_.messages);
    table("http_and_body", report_.http_and_body);
    out_.open("partner_ids", '{');
    out_.member("string", report_.partner_id_strings);
    out_.member("object", report_.partner_id_objects);
    out_.close('}');
  }

  void timeline() {
    out_.member("timeline_unit", name_of_unit(report_.timeline_unit));
    out_.open("timeline", '[');
    for (const TimelineRow& row : report_.timeline) {
      out_.open('{');
      out_.member("start", format_timestamp(row.start));
      verdicts("verdicts", row.counts);
      out_.close('}');
    }
    out_.close(']');
    verdicts("without_timestamp", report_.without_timestamp);
    out_.open("violations_timeline", '[');
    for (const TimelineRow& row : report_.violations_timeline) {
      out_.open('{');
      out_.member("start", format_timestamp(row.start));
      out_.member("count", sum(row.counts));
      out_.close('}');
    }
    out_.close(']');
    time("range_start", report_.range_start);
  }

  void presence() {
    out_.open("presence", '[');
    for (const PresenceRow& row : report_.presence) {
      out_.open('{');
      out_.member("family", row.family);
      out_.member("member", row.member);
      out_.member("absent", row.counts[static_cast<std::size_t>(Presence::absent)]);
      out_.member("null", row.counts[static_cast<std::size_t>(Presence::null)]);
      out_.member("value", row.counts[static_cast<std::size_t>(Presence::value)]);
      out_.member("other_type", row.counts[static_cast<std::size_t>(Presence::other)]);
      out_.close('}');
    }
    out_.close(']');
  }

  void layouts() {
    out_.open("schema_drift", '[');
    for (const DriftRow& row : report_.drift) {
      out_.open('{');
      out_.member("path", row.pointer);
      sightings(row.seen);
      out_.close('}');
    }
    out_.close(']');
    out_.member("other_schema_drift", report_.other_drift);
    out_.open("layouts", '[');
    for (const LayoutRow& row : report_.layouts) {
      out_.open('{');
      out_.member("layout", row.text);
      sightings(row.seen);
      out_.close('}');
    }
    out_.close(']');
    out_.member("other_layouts", report_.other_layouts);
  }

  void bad_records() {
    out_.open("violations", '[');
    for (const ViolationRow& row : report_.violations) {
      out_.open('{');
      out_.member("path", row.pointer);
      out_.member("rule", row.rule);
      out_.member("expected", row.expected);
      out_.member("found", row.found);
      out_.member("count", row.count);
      out_.close('}');
    }
    out_.close(']');
    table("json_errors", report_.json_errors);
    out_.open("bad_records", '[');
    for (const BadRecord& bad : report_.bad_records) {
      out_.open('{');
      out_.member("verdict", name_of(bad.verdict));
      position_members(bad.at);
      out_.member("detail", bad.detail);
      if (bad.excerpt) {
        excerpt(*bad.excerpt);
      } else {
        out_.member("excerpt", std::optional<std::string>());
      }
      out_.close('}');
    }
    out_.close(']');
  }
  void excerpt(const Excerpt& excerpt) {
    const ExcerptParts parts = parts_of(excerpt);
    out_.open("excerpt", '{');
    out_.member("offset", excerpt.offset);
    out_.member("before", parts.before);
    out_.member("fault", parts.fault);
    out_.member("after", parts.after);
    out_.close('}');
  }

  void findings() {
    out_.open("findings", '[');
    for (const FindingGroup& group : report_.findings) {
      out_.open('{');
      out_.member("kind", name_of(group.kind));
      out_.member("count", group.count);
      out_.member("record_count", group.records);
      out_.open("records", '[');
      for (const Finding& finding : group.findings) {
        out_.open('{');
        position_members(finding.at);
        out_.member("detail", finding.detail);
        if (finding.other) position("other", *finding.other);
        out_.close('}');
      }
      out_.close(']');
      out_.close('}');
    }
    out_.close(']');
  }

  void inputs() {
    out_.member("members", report_.members);
    out_.open("record_modes", '{');
    for (const Row& row : report_.modes) out_.member(row.key, row.count);
    out_.close('}');
    out_.open("formats", '{');
    for (std::size_t i = 0; i < kLogPresets; ++i)
      if (report_.totals.formats[i] > 0)
        out_.member(log_presets()[i].name, report_.totals.formats[i]);
    out_.close('}');
    out_.open("files", '[');
    for (const FileSummary& file : report_.files) {
      out_.open('{');
      out_.member("file", file.path);
      out_.member("members", file.members);
      out_.member("bytes", file.bytes_in);
      out_.member("records", file.records);
      out_.member("bad", file.bad);
      out_.open("record_modes", '{');
      for (std::size_t i = 0; i < file.modes.size(); ++i)
        if (file.modes[i] > 0) out_.member(name_of(static_cast<RecordMode>(i)), file.modes[i]);
      out_.close('}');
      out_.close('}');
    }
    out_.close(']');
    out_.open("errors", '[');
    for (const InputError& error : report_.errors) {
      out_.open('{');
      out_.member("file", error.file);
      out_.member("member", error.member);
      out_.member("error", error.why);
      out_.close('}');
    }
    out_.close(']');
  }

  const Report& report_;
  JsonWriter out_;
};

}  // namespace

std::string to_json(const Report& report) { return ReportWriter(report).write(); }

}  // namespace leadscan::audit
