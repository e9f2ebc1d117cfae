#include "audit/report/html_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/base/timestamp.h"
#include "audit/report/format.h"
#include "audit/report/html_assets.h"
#include "audit/report/html_charts.h"
#include "audit/report/html_evidence.h"
#include "audit/report/html_page.h"
#include "audit/report/html_story.h"
#include "audit/report/html_text.h"
#include "audit/report/member_words.h"
#include "leadscan/fields.h"

namespace leadscan::audit {
namespace {

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::array kUnits = {"kB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 1000) return counted(bytes, "byte", "bytes");
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  return fmt::format("{:.{}f} {}", value, value < 10 ? 2 : value < 100 ? 1 : 0, kUnits[unit]);
}

// What is to be done about findings.
struct ToDo {
  std::string_view title;
  std::string_view what;
};
constexpr ToDo kToDos[] = {
    {"Look for leads that are lost or there twice",
     "Compare these with the leads that the partner has: one id should stand for one lead."},
    {"Ask whoever runs the API",
     "These answers contradict themselves: a program that reads them may believe either."},
    {"Check clocks, and what belongs to this archive",
     "Records are missing in the timeline, or are in the wrong place."},
};

const ToDo* todo_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::ds_id_created_twice:
    case FindingKind::partner_id_with_several_ds_ids:
    case FindingKind::trace_id_reused:
      return &kToDos[0];
    case FindingKind::success_contradicts_code:
    case FindingKind::http_status_differs:
    case FindingKind::duplicate_member:
      return &kToDos[1];
    case FindingKind::timestamp_not_rfc3339:
    case FindingKind::timestamp_in_future:
    case FindingKind::timestamp_before_range:
      return &kToDos[2];
  }
  return nullptr;
}

class HtmlWriter : private HtmlPage {
 public:
  HtmlWriter(const Report& report, const HtmlOptions& options)
      : HtmlPage(report), options_(options) {}

  std::string write() {
    sections();
    std::string body = std::move(html_);
    html_.clear();
    add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n<link rel=\"icon\" href=\"data:,\">\n"
        "<title>Log audit: {}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n",
        kHtmlStyleHash, kHtmlScriptHash, headline(report_), kHtmlStyle);
    header();
    html_ += body;
    add("<footer>leadscan {} · {} · times are in UTC</footer>\n</main>\n<script>{}</script>\n"
        "</body>\n</html>\n",
        options_.version, format_timestamp(options_.now), kHtmlScript);
    return std::move(html_);
  }

 private:
  bool accounted() const { return report_.bytes_in == report_.bytes_accounted; }

  std::string_view state() const {
    constexpr std::string_view kNames[] = {"ok", "warn", "bad"};
    return kNames[static_cast<std::size_t>(state_of(report_))];
  }

  void tile(std::string_view name, std::string_view style, std::string_view big,
            std::string_view note) {
    add("<div><dt>{}</dt><dd><span class=\"big {}\">{}</span><br><span class=\"note\">{}</span>"
        "</dd></div>\n",
        name, style, big, note);
  }

  void header() {
    const Totals& totals = report_.totals;
    const std::uint64_t findings = report_.finding_count();
    add("<header>\n<p class=\"eyebrow\"><b>Log audit</b> · {}</p>\n"
        "<div class=\"status {}\"><h1>{}</h1>",
        format_timestamp(options_.now), state(), headline(report_));
    for (const std::string& line : report_.advice) add("<p>{}</p>", escape_html(line));
    add("</div>\n<dl class=\"tiles\">\n");
    tile("Records", "", grouped(totals.records),
         fmt::format("in {}", counted(report_.files.size(), "file", "files")) +
             (report_.members > report_.files.size()
                  ? ", " + counted(report_.members, "member", "members")
                  : std::string()));
    tile("Bad records", totals.bad() > 0 ? "is-bad" : "is-ok", grouped(totals.bad()),
         percent(totals.bad(), totals.records));
    tile("Findings", findings > 0 ? "is-warn" : "is-ok", grouped(findings),
         report_.findings.empty() ? fmt::format("none of {} kinds", kFindingKinds)
                                  : "of " + counted(report_.findings.size(), "kind", "kinds"));
    const std::uint64_t told = report_.success_true + report_.success_false;
    tile("Success rate", "", percent(report_.success_true, told),
         "of " + counted(told, "response", "responses") + " that have the flag");
    // That all is accounted for means all that was read.
    const bool whole = report_.errors.empty() && !report_.partial;
    tile("Bytes read", accounted() && whole ? "" : "is-bad", human_bytes(report_.bytes_in),
         !accounted() ? grouped(report_.bytes_in) + " read, " + grouped(report_.bytes_accounted) +
                            " accounted for"
         : whole ? grouped(report_.bytes_in) + ", all accounted for"
         : report_.errors.empty()
             ? grouped(report_.bytes_in) + ", interrupted before the end"
             : grouped(report_.bytes_in) + "; " +
                   counted(report_.errors.size(), "input", "inputs") + " not read whole");
    const Story& story = report_.story;
    if (!story.moments.empty()) {
      const std::string first = label_of(story.begin(), story.unit).substr(0, 10);
      const std::string last = label_of(story.end() - story.unit, story.unit).substr(0, 10);
      tile("Time range", "", first,
           (first == last ? "one day" : "to " + last) +
               (story.strays.empty() ? "" : ", and strays"));
    }
    add("</dl>\n<nav aria-label=\"Sections\">{}</nav>\n</header>\n", nav_);
  }

  void sections() {
    story();
    verdicts();
    timeline();
    findings();
    bad_records();
    responses();
    members();
    drift();
    layouts();
    inputs();
    add_run(*this);
  }

  std::vector<ChartPart> verdict_parts(const VerdictCounts& counts) const {
    std::vector<ChartPart> parts;
    for (std::size_t v = 0; v < kVerdictCount; ++v) {
      const std::string name(name_of(static_cast<Verdict>(v)));
      parts.push_back({"c-" + name, name, counts[v]});
    }
    return parts;
  }

  void verdicts() {
    const Totals& totals = report_.totals;
    open("verdicts", "Verdicts", counted(totals.records, "record", "records"),
         "Created, update, failure and message are responses of the API. The others are bad.");
    const std::vector<ChartPart> parts = verdict_parts(totals.verdicts);
    add("{}", stacked_bar(parts, "Records by verdict", 30));
    add("<div class=\"narrow\">\n");
    rows(parts.size(), {"Verdict", "n:Records", "n:Share"}, "verdicts", [&](std::size_t i) {
      add("<td class=\"w\"><span class=\"swatch {}\"></span>{}</td>", parts[i].style,
          parts[i].label);
      number(parts[i].count);
      add("<td class=\"n\">{}</td>", percent(parts[i].count, totals.records));
    });
    add("</div>\n");
    close();
  }

  void story() {
    open("story", "What stands out", "", "");
    add("{}", story_list(report_));
    close();
  }

  void timeline() {
    const Story& story = report_.story;
    if (story.moments.empty()) return;
    const std::uint64_t without = report_.totals.records - sum_of(story.moments);
    open("timeline", "Timeline", text_of({story.begin(), story.end()}, story.unit),
         without == 0 ? ""
                      : fmt::format("Good records and violations. {} not in it: strays, and those "
                                    "without a timestamp that can be read.",
                                    counted(without, "record is", "records are")));
    add("{}", timeline_chart(story));
    if (!story.strays.empty()) {
      add("<h3>Far from all others<small>not in the chart</small></h3>\n");
      rows(story.strays.size(), {"From", "n:Records"}, "records far from all others",
           [&](std::size_t i) {
             add("<td class=\"w\">{}</td>", label_of(story.strays[i].start, story.unit));
             number(sum(story.strays[i].counts));
           });
    }
    add("<details><summary>As a table</summary>\n");
    const std::vector<TimelineRow>& all = report_.timeline;
    rows(all.size(), {"From", "n:Records", "n:Created", "n:Update", "n:Failure", "n:Message"},
         "records by time", [&](std::size_t i) {
           add("<td class=\"w\">{}</td>", all[i].label);
           number(sum(all[i].counts));
           number(all[i].counts[index_of(Verdict::created)]);
           number(all[i].counts[index_of(Verdict::update)]);
           number(all[i].counts[index_of(Verdict::failure)]);
           number(all[i].counts[index_of(Verdict::message)]);
         });
    add("</details>\n");
    close();
  }

  static std::uint64_t sum_of(const std::vector<Moment>& moments) {
    std::uint64_t all = 0;
    for (const Moment& moment : moments) all += sum(moment.counts);
    return all;
  }

  void findings() {
    open("findings", "Findings", grouped(report_.finding_count()),
         !report_.keys_lost.empty() ? "Without ids that came again, which are unknown."
         : report_.findings.empty()
             ? "No contradiction between codes, no id that came twice, no strange timestamp."
             : "Contradictions, ids that came again, strange timestamps: worth a look.");
    for (const ToDo& todo : kToDos) {
      bool begun = false;
      for (const FindingGroup& group : report_.findings) {
        if (todo_of(group.kind) != &todo) continue;
        if (!std::exchange(begun, true))
          add("<h3>{}</h3>\n<p class=\"about\">{}</p>\n", todo.title, todo.what);
        finding(group);
      }
    }
    if (!report_.keys_lost.empty()) {
      add("<p class=\"about\">Duplicate ids are unknown: {}</p>\n", code(report_.keys_lost));
    } else if (report_.keys_spilled)
      add("<p class=\"about\">Duplicates were looked for on disk: {} ids were more than --memory "
          "holds.</p>\n",
          grouped(report_.keys));
    close();
  }

  void finding(const FindingGroup& group) {
    std::string_view description = describe(group.kind);
    add("<h4 id=\"{}\">{}{}<small>{}</small></h4>\n", name_of(group.kind),
        static_cast<char>(description[0] >= 'a' && description[0] <= 'z' ? description[0] - 32
                                                                         : description[0]),
        description.substr(1), count_of(group));
    const bool clashes = std::any_of(group.findings.begin(), group.findings.end(),
                                     [](const Finding& finding) { return finding.other; });
    const auto row = [&](std::size_t i) {
      const Finding& finding = group.findings[i];
      text(code(finding.detail));
      position(finding.at);
      if (clashes) file(finding.other ? place(*finding.other) : "");
    };
    if (clashes) {
      rows(group.findings.size(),
           {"Detail", "File", "n:Line", "n:Byte", "n:Length", "Clashes with"}, name_of(group.kind),
           row);
    } else {
      rows(group.findings.size(), {"Detail", "File", "n:Line", "n:Byte", "n:Length"},
           name_of(group.kind), row);
    }
    listed(group.findings.size(), group.count);
  }

  void bad_records() {
    const std::uint64_t count = report_.totals.bad();
    open("bad-records", "Bad records", grouped(count),
         count == 0 ? "Every record is well-formed and conforms to the API." : "");
    if (!report_.violations.empty()) {
      add("<h3>Broken rules<small>of the schema, by member</small></h3>\n");
      const std::vector<ViolationRow>& all = report_.violations;
      rows(all.size(), {"Member", "Rule", "Expected", "Found", "n:Records"}, "broken rules",
           [&](std::size_t i) {
             text(all[i].pointer.empty() ? "the document" : code(all[i].pointer));
             for (const std::string* cell : {&all[i].rule, &all[i].expected, &all[i].found})
               add("<td>{}</td>", escape_html(*cell));
             number(all[i].count);
           });
      if (report_.other_violations > 0)
        add("<p class=\"about\">{} others were not kept apart.</p>\n",
            grouped(report_.other_violations));
    }
    violations_by_time();
    table("JSON errors", "Error", report_.json_errors);
    if (!report_.bad_records.empty()) {
      add("<h3>Where they are</h3>\n");
      const std::vector<BadRecord>& all = report_.bad_records;
      rows(all.size(), {"Verdict", "Why", "File", "n:Line", "n:Byte", "n:Length"}, "bad records",
           [&](std::size_t i) {
             add("<td class=\"w\"><span class=\"swatch c-{0}\"></span>{0}</td>",
                 name_of(all[i].verdict));
             const std::string why = escape_html(all[i].detail);
             text(all[i].excerpt && i < kMostRows
                      ? fmt::format("<a href=\"#bad-{}\">{}</a>", i + 1, why)
                      : why);
             position(all[i].at);
           });
      listed(all.size(), count);
      add_excerpts(*this);
    }
    close();
  }

  void violations_by_time() {
    std::vector<TimelineRow> all = report_.violations_timeline;
    if (all.empty()) return;
    std::stable_sort(all.begin(), all.end(), [](const TimelineRow& a, const TimelineRow& b) {
      return sum(a.counts) > sum(b.counts);
    });
    const std::uint64_t most = sum(all.front().counts);
    add("<h3>Violations by time<small>the worst first; by their timestamps, as far as these can be "
        "read, by {}</small></h3>\n",
        name_of_unit(report_.timeline_unit));
    rows(all.size(), {"From", "", "n:Violations"}, "violations by time", [&](std::size_t i) {
      const std::uint64_t count = sum(all[i].counts);
      add("<td class=\"w\">{}</td>", all[i].label);
      add("<td class=\"bar\">{}</td>",
          share_bar(count, most, fmt::format("{}: {}", all[i].label, grouped(count))));
      number(count);
    });
  }

  // A table of values with bars, the longest for the most frequent one.
  void table(std::string_view title, std::string_view head, const Table& table) {
    if (table.rows.empty()) return;
    std::uint64_t all = table.others;
    for (const Row& row : table.rows) all += row.count;
    add("<div><h3>{}<small>{}</small></h3>\n", title,
        counted(table.rows.size(), "value", "values"));
    rows(table.rows.size(), {head, "", "n:Records", "n:Share"}, title, [&](std::size_t i) {
      const Row& row = table.rows[i];
      text(code(row.key));
      add("<td class=\"bar\">{}</td>",
          share_bar(row.count, table.rows.front().count,
                    fmt::format("{}: {} ({})", escape_html(row.key, 80), grouped(row.count),
                                percent(row.count, all))));
      number(row.count);
      add("<td class=\"n\">{}</td>", percent(row.count, all));
    });
    if (table.others > 0)
      add("<p class=\"about\">Later values were not kept apart: {}.</p>\n",
          counted(table.others, "record", "records"));
    add("</div>\n");
  }

  void responses() {
    if (report_.success_true + report_.success_false == 0 && report_.messages.rows.empty()) return;
    open("responses", "Responses", "what the API answered", "");
    add("<div class=\"columns\">\n");
    table("Status code", info_of(Field::info_status_code).name, report_.status_codes);
    table("Action", info_of(Field::action).name, report_.actions);
    table("Error code", words_of(Field::error_code), report_.error_codes);
    table("HTTP status and status code", "HTTP, body", report_.http_and_body);
    add("</div>\n");
    table("Messages", info_of(Field::message).name, report_.messages);
    close();
  }

  void members() {
    if (report_.presence.empty()) return;
    open("members", "Members", "how often each one that may be missing has a value", "");
    const std::array<std::pair<Presence, ChartPart>, 4> kinds = {{
        {Presence::value, {"c-value", "value", 0}},
        {Presence::other, {"c-other", "value of another type", 0}},
        {Presence::null, {"c-null", "null", 0}},
        {Presence::absent, {"c-absent", "absent", 0}},
    }};
    const auto parts = [&](const PresenceRow& row) {
      std::vector<ChartPart> parts;
      for (const auto& [presence, part] : kinds) {
        parts.push_back(part);
        parts.back().count = row.counts[static_cast<std::size_t>(presence)];
      }
      return parts;
    };
    const std::vector<PresenceRow>& all = report_.presence;
    PresenceRow total;
    for (const PresenceRow& row : all)
      for (std::size_t i = 0; i < kPresences; ++i) total.counts[i] += row.counts[i];
    std::string keys = "<ul class=\"legend\">";
    for (const ChartPart& part : parts(total))
      if (part.count > 0)
        keys += fmt::format("<li><span class=\"swatch {}\"></span>{}</li>", part.style, part.label);
    add("{}</ul>\n", keys);
    rows(all.size(), {"Family", "Member", "", "n:Value", "n:Null", "n:Absent"}, "members",
         [&](std::size_t i) {
           const PresenceRow& row = all[i];
           const auto count = [&](Presence p) { return row.counts[static_cast<std::size_t>(p)]; };
           add("<td>{}</td><td class=\"w\">{}</td>", row.family, code(row.member));
           add("<td class=\"wide\">{}</td>",
               stacked_bar(parts(row), row.family + " " + row.member, 10));
           for (const std::uint64_t part : {count(Presence::value) + count(Presence::other),
                                            count(Presence::null), count(Presence::absent)})
             add("<td class=\"n\">{}</td>", percent(part, row.total()));
         });
    close();
  }

  template <typename Item>
  void sightings(const std::vector<Item>& all, std::string_view head, std::string_view label,
                 std::string Item::* name) {
    rows(all.size(), {head, "n:Records", "First", "Last", "Timestamps"}, label, [&](std::size_t i) {
      const Sightings& seen = all[i].seen;
      text(code(all[i].*name, 2000));
      number(seen.count);
      file(place(seen.first));
      file(place(seen.last));
      add("<td class=\"w\">{}</td>",
          seen.first_time
              ? fmt::format("{}<span class=\"sub\">to {}</span>",
                            format_timestamp(*seen.first_time), format_timestamp(*seen.last_time))
              : "");
    });
  }

  void drift() {
    open("drift", "Schema drift", grouped(report_.drift.size()),
         report_.drift.empty() ? "No member that the API does not have."
                               : "Members that the API's description does not have.");
    if (!report_.drift.empty())
      sightings(report_.drift, "Member", "unknown members", &DriftRow::pointer);
    if (report_.other_drift > 0)
      add("<p class=\"about\">{} of further ones, which were not kept.</p>\n",
          counted(report_.other_drift, "sighting", "sightings"));
    close();
  }

  void layouts() {
    if (report_.layouts.empty()) return;
    open("layouts", "Layouts", grouped(report_.layouts.size()),
         "Members, their types and their order, as producers write them.");
    sightings(report_.layouts, "Layout", "layouts", &LayoutRow::text);
    if (report_.other_layouts > 0)
      add("<p class=\"about\">{} have further layouts, which were not kept; members that the API "
          "does not have may be missing above.</p>\n",
          counted(report_.other_layouts, "record", "records"));
    close();
  }

  void inputs() {
    std::string modes;
    for (const Row& row : report_.modes)
      if (row.key != name_of(RecordMode::automatic))
        modes += fmt::format("{}{} ({})", modes.empty() ? "" : ", ", escape_html(row.key),
                             grouped(row.count));
    const std::string passed_over = passed_over_of(report_.totals);
    open("inputs", "Inputs", counted(report_.files.size(), "file", "files"),
         fmt::format("{} bytes read = {} in records + {} between them.{}{}{}",
                     grouped(report_.bytes_in), grouped(report_.totals.record_bytes),
                     grouped(report_.totals.separator_bytes),
                     modes.empty() ? "" : " Records are laid out as " + modes + ".",
                     passed_over.empty() ? "" : " Passed over: " + passed_over + ".",
                     report_.passed_over_files == 0
                         ? ""
                         : " " + counted(report_.passed_over_files, "file", "files") +
                               " passed over that hold no log (AppleDouble, .DS_Store, .crc)."));
    if (!folder_.empty())
      add("<p class=\"about on-paper\">They are in {}</p>\n", path_code(folder_));
    if (!report_.errors.empty()) {
      add("<h3 class=\"is-bad\">Not read whole<small>{}</small></h3>\n",
          grouped(report_.errors.size()));
      const std::vector<InputError>& all = report_.errors;
      rows(all.size(), {"File", "Member", "Error"}, "inputs not read whole", [&](std::size_t i) {
        file(input(all[i].file));
        text(all[i].member ? code(*all[i].member) : "");
        text(escape_html(all[i].why));
      });
      add("<h3>All files</h3>\n");
    }
    // If not all can be shown: those with bad records.
    std::vector<const FileSummary*> files;
    for (const FileSummary& file : report_.files) files.push_back(&file);
    if (files.size() > kMostRows)
      std::stable_partition(files.begin(), files.end(),
                            [](const FileSummary* file) { return file->bad > 0; });
    rows(files.size(), {"File", "n:Members", "n:Bytes", "n:Records", "n:Bad", "n:Bad share"},
         "files", [&](std::size_t i) {
           const FileSummary& file = *files[i];
           this->file(input(file.path));
           number(file.members);
           number(file.bytes_in);
           number(file.records);
           add("<td class=\"n{}\">{}</td>", file.bad > 0 ? " is-bad" : "", grouped(file.bad));
           add("<td class=\"n\">{}</td>", percent(file.bad, file.records));
         });
    close();
  }

  const HtmlOptions& options_;
};

}  // namespace

std::string to_html(const Report& report, const HtmlOptions& options) {
  return HtmlWriter(report, options).write();
}

}  // namespace leadscan::audit
