#include "audit/report/html_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "audit/base/timestamp.h"
#include "audit/report/format.h"
#include "audit/report/html_text.h"

namespace leadscan::audit {
namespace {

// Of each kind of news: more are in the sections below.
constexpr std::size_t kMost = 5;

class StoryWriter {
 public:
  explicit StoryWriter(const Report& report) : report_(report), story_(report.story) {}

  std::string write() {
    not_read();
    bad_records();
    for (const Episode& episode : first(story_.violated))
      this->episode(episode, "broke rules of the schema", "#bad-records");
    for (const Episode& episode : first(story_.failed))
      this->episode(episode, "were failures", "#responses");
    outages();
    changes();
    strays();
    findings();
    if (html_.empty())
      item("",
           "Nothing: every record is good, no time differs from the others, and no member is "
           "new.");
    return "<ul class=\"story\">\n" + html_ + "</ul>\n";
  }

 private:
  void item(std::string_view style, std::string_view html) {
    fmt::format_to(std::back_inserter(html_), "<li{}>{}</li>\n",
                   style.empty() ? "" : fmt::format(" class=\"{}\"", style), html);
  }
  template <typename Item>
  static std::vector<Item> first(const std::vector<Item>& all) {
    return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), kMost))};
  }

  void not_read() {
    if (report_.partial) item("bad", "The audit was interrupted: this is of what it had read.");
    if (report_.errors.empty()) return;
    item("bad",
         fmt::format("<a href=\"#inputs\">{} could not be read whole</a>: what is missing is "
                     "in none of these figures.",
                     counted(report_.errors.size(), "input", "inputs")));
  }

  void bad_records() {
    const std::uint64_t bad = report_.totals.bad();
    if (bad == 0) return;
    std::string why;
    const auto add = [&](std::uint64_t count, const std::string& what) {
      why += fmt::format("{}{} ({})", why.empty() ? "" : ", ", what, grouped(count));
    };
    std::size_t told = 0;
    for (const ViolationRow& row : report_.violations)
      if (told++ < 3)
        add(row.count,
            fmt::format("{} {}",
                        row.pointer.empty() ? "the document"
                                            : "<code>" + escape_html(row.pointer) + "</code>",
                        row.rule == "type"
                            ? "is " + escape_html(row.found) + ", not " + escape_html(row.expected)
                            : escape_html(row.rule)));
    told = 0;
    for (const Row& row : report_.json_errors.rows)
      if (told++ < 3) add(row.count, "JSON error <code>" + escape_html(row.key) + "</code>");
    item("bad", fmt::format("<a href=\"#bad-records\">{}, {} of all, {} bad</a>{}{}.",
                            counted(bad, "record", "records"), percent(bad, report_.totals.records),
                            bad == 1 ? "is" : "are", why.empty() ? "" : ": above all ", why));
  }

  void episode(const Episode& episode, std::string_view what, std::string_view link) {
    item("warn", fmt::format("From {}, {} of {} <a href=\"{}\">{}</a> ({}; at other times {}).",
                             text_of(episode.span, story_.unit), grouped(episode.of_kind),
                             counted(episode.records, "record", "records"), link, what,
                             percent(episode.of_kind, episode.records),
                             percent(episode.of_kind_otherwise, episode.records_otherwise)));
  }

  void outages() {
    for (const Stretch& span : first(story_.outages))
      item("warn", fmt::format("From {}, {}, there is <a href=\"#timeline\">no record</a>.",
                               text_of(span, story_.unit), duration(span.end - span.start)));
    if (story_.outages.size() > kMost)
      item("warn", counted(story_.outages.size() - kMost, "further time", "further times") +
                       " without records.");
  }
  std::string duration(std::int64_t seconds) const {
    const std::string name =
        name_of_unit(story_.unit, static_cast<std::size_t>(seconds / story_.unit));
    return name == "hour" ? "an hour" : name == "day" ? "a day" : name;
  }

  // Members that came, or went, while records did not.
  void changes() {
    if (story_.moments.empty()) return;
    const std::int64_t tenth = (story_.end() - story_.begin()) / 10;
    std::size_t told = 0;
    for (const DriftRow& row : report_.drift) {
      if (!row.seen.first_time || row.seen.count < 10 || told == kMost) continue;
      const bool came = *row.seen.first_time > story_.begin() + tenth;
      // It may be in layouts that were not kept.
      const bool went = *row.seen.last_time < story_.end() - tenth && report_.other_layouts == 0;
      if (!came && !went) continue;
      ++told;
      item("",
           fmt::format("The member <a href=\"#drift\"><code>{}</code></a>, which the API does not "
                       "have, is in {}, {}{}{}.",
                       escape_html(row.pointer, 200), counted(row.seen.count, "record", "records"),
                       came ? "first at " + format_timestamp(*row.seen.first_time) : "",
                       came && went ? ", " : "",
                       went ? "last at " + format_timestamp(*row.seen.last_time) : ""));
    }
  }

  void strays() {
    if (story_.strays.empty()) return;
    std::uint64_t count = 0;
    std::string where;
    for (const Moment& stray : story_.strays) count += sum(stray.counts);
    for (const Moment& stray : first(story_.strays))
      where += fmt::format("{}{} ({})", where.empty() ? "" : ", ",
                           label_of(stray.start, story_.unit), grouped(sum(stray.counts)));
    item("",
         fmt::format("{} far from all others, and not in the <a href=\"#timeline\">timeline</a>: "
                     "{}{}.",
                     counted(count, "record is", "records are"), where,
                     story_.strays.size() > kMost ? ", and so on" : ""));
  }

  void findings() {
    for (const FindingGroup& group : report_.findings)
      item("warn", fmt::format("<a href=\"#{}\">{}</a>: {}.", name_of(group.kind),
                               escape_html(describe(group.kind)), count_of(group)));
  }

  const Report& report_;
  const Story& story_;
  std::string html_;
};

}  // namespace

std::string text_of(const Stretch& span, std::int64_t unit) {
  const std::string first = label_of(span.start, unit);
  // An hour is told by where it ends, days by their last.
  const bool hours = unit == Timeline::kUnits[0];
  const std::string last = label_of(hours ? span.end : span.end - unit, unit);
  if (first == last) return first;
  return first + " to " +
         (hours && first.substr(0, 10) == last.substr(0, 10) ? last.substr(11) : last);
}

std::string story_list(const Report& report) { return StoryWriter(report).write(); }

}  // namespace leadscan::audit
