#include "audit/report/sarif_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "audit/base/json_output.h"
#include "audit/report/format.h"

namespace leadscan::audit {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

// RFC 3986: a path as a relative reference, or an absolute one as a file URI. A colon is encoded,
// or what is in front of it would be a scheme.
std::string uri_of(std::string_view path) {
  constexpr std::string_view kPlain = "-._~/";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != kPlain.npos) {
      uri += c;
    } else {
      fmt::format_to(std::back_inserter(uri), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

std::string_view describe(Verdict verdict) {
  switch (verdict) {
    case Verdict::violation:
      return "a response that breaks rules of the schema";
    case Verdict::malformed:
      return "a record that is no JSON";
    case Verdict::truncated:
      return "the beginning of a JSON object, whose end is missing";
    default:
      return "a record longer than --max-record";
  }
}

struct Rule {
  std::string_view id;
  std::string_view text;
  std::string_view level;
  std::uint64_t count = 0;
};

class SarifWriter {
 public:
  explicit SarifWriter(const Report& report) : report_(report) {
    for (std::size_t i = 0; i < kVerdictCount; ++i)
      if (const auto verdict = static_cast<Verdict>(i); is_bad(verdict))
        rules_.push_back({name_of(verdict), describe(verdict), "error", report.totals.verdicts[i]});
    for (std::size_t i = 0; i < kFindingKinds; ++i) {
      const auto kind = static_cast<FindingKind>(i);
      rules_.push_back({name_of(kind), audit::describe(kind), "warning", count_of(kind)});
    }
  }

  std::string write(std::string_view version) {
    // The mark is in front of it already.
    add("\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
        "sarif-schema-2.1.0.json\",\n\"version\":\"2.1.0\",\n\"runs\":[{{\n");
    add("\"tool\":{{\"driver\":{{\"name\":\"leadscan\",\"version\":{0},\"semanticVersion\":{0},"
        "\"rules\":[\n",
        quoted(version));
    for (const Rule& rule : rules_)
      add("{}{{\"id\":{},\"shortDescription\":{{\"text\":{}}},\"defaultConfiguration\":"
          "{{\"level\":\"{}\"}},\"properties\":{{\"count\":{}}}}}",
          &rule == rules_.data() ? "" : ",\n", quoted(rule.id), quoted(rule.text), rule.level,
          rule.count);
    text_ += "]}},\n";
    invocation();
    properties();
    results();
    text_ += "}]}\n";
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }

  std::uint64_t count_of(FindingKind kind) const {
    for (const FindingGroup& group : report_.findings)
      if (group.kind == kind) return group.count;
    return 0;
  }

  std::string file_of(const Position& at) const {
    return at.file < report_.file_names.size() ? report_.file_names[at.file] : std::string("?");
  }

  // Lines and bytes are those of the member, decompressed.
  std::string location(const std::string& file, const std::optional<std::string>& member,
                       const Position* at) const {
    std::string text = fmt::format("\"physicalLocation\":{{\"artifactLocation\":{{\"uri\":{}}}",
                                   quoted(uri_of(file)));
    if (at != nullptr)
      text += fmt::format(",\"region\":{{\"startLine\":{},\"byteOffset\":{},\"byteLength\":{}}}",
                          std::max<std::uint64_t>(at->line, 1), at->offset, at->length);
    text += '}';
    if (member)
      text +=
          fmt::format(",\"logicalLocations\":[{{\"fullyQualifiedName\":{},\"kind\":\"member\"}}]",
                      quoted(*member));
    return text;
  }

  // Those of one input that was not read whole, or of the run, are no results.
  void invocation() {
    const bool good = report_.errors.empty() && report_.problems.empty() && !report_.partial &&
                      report_.keys_lost.empty();
    add("\"invocations\":[{{\"executionSuccessful\":{},\"toolExecutionNotifications\":[", good);
    const char* comma = "";
    const auto note = [&](const std::string& why, const std::string& where) {
      add("{}\n{{\"level\":\"error\",\"message\":{{\"text\":{}}}{}}}", comma, quoted(why), where);
      comma = ",";
    };
    for (const InputError& error : report_.errors)
      note(error.why,
           fmt::format(",\"locations\":[{{{}}}]", location(error.file, error.member, nullptr)));
    for (const std::string& problem : report_.problems) note(problem, "");
    if (!report_.keys_lost.empty()) note("duplicate ids are unknown: " + report_.keys_lost, "");
    if (report_.partial) note("interrupted: these are the results of what was read", "");
    text_ += "]}],\n";
  }

  void properties() {
    add("\"properties\":{{\"records\":{},\"bad\":{},\"findings\":{},\"partial\":{}}},\n",
        report_.totals.records, report_.totals.bad(), report_.finding_count(), report_.partial);
  }

  void results() {
    text_ += "\"results\":[";
    for (const BadRecord& record : report_.bad_records)
      result(name_of(record.verdict), record.detail, record.at, std::nullopt, record.excerpt);
    for (const FindingGroup& group : report_.findings)
      for (const Finding& finding : group.findings)
        result(name_of(group.kind), finding.detail, finding.at, finding.other, std::nullopt);
    text_ += "]\n";
  }

  void result(std::string_view id, const std::string& detail, const Position& at,
              const std::optional<Position>& other, const std::optional<Excerpt>& excerpt) {
    const auto rule = std::find_if(rules_.begin(), rules_.end(),
                                   [&](const Rule& candidate) { return candidate.id == id; });
    const std::string text =
        std::string(rule->text) + (detail.empty() ? std::string() : ": " + detail);
    add("{}\n{{\"ruleId\":{},\"ruleIndex\":{},\"level\":\"{}\",\"message\":{{\"text\":{}}},"
        "\"locations\":[{{{}}}]",
        first_result_ ? "" : ",", quoted(id), rule - rules_.begin(), rule->level, quoted(text),
        location(file_of(at), at.member, &at));
    first_result_ = false;
    if (other)
      add(",\"relatedLocations\":[{{\"id\":1,{},\"message\":{{\"text\":\"the record before "
          "it\"}}}}]",
          location(file_of(*other), other->member, &*other));
    // The same record in the next run is no new alert.
    add(",\"partialFingerprints\":{{\"leadscanRecord/v1\":{}}}",
        quoted(fmt::format("{} {} {} {}", id, file_of(at), at.member.value_or(""), at.offset)));
    // No snippet of a region: those are the file's bytes, and a response may be decoded from them.
    if (excerpt) {
      const ExcerptParts parts = parts_of(*excerpt);
      add(",\"properties\":{{\"excerpt\":{{\"offset\":{},\"before\":{},\"fault\":{},"
          "\"after\":{}}}}}",
          excerpt->offset, quoted(parts.before), quoted(parts.fault), quoted(parts.after));
    }
    text_ += '}';
  }

  const Report& report_;
  std::vector<Rule> rules_;
  std::string text_;
  bool first_result_ = true;
};

}  // namespace

std::string to_sarif(const Report& report, std::string_view version) {
  return SarifWriter(report).write(version);
}

}  // namespace leadscan::audit
