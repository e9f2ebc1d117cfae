#include "audit/count/aggregate.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "audit/base/short_text.h"
#include "audit/base/utf8.h"
#include "audit/count/key_pen.h"
#include "audit/judge/kept_fields.h"

namespace leadscan::audit {
namespace {

// Clocks of machines differ by that much without anything being wrong.
constexpr std::int64_t kClockSkewSeconds = 300;
// How much of a text is shown in a finding.
constexpr std::size_t kMostDetail = 200;

std::array<Presence, kKeptFields.size()> presence_of(const LeadResponse& response) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return std::array{audit::presence_of(response, info_of(kKeptFields[I]).slot)...};
  }(std::make_index_sequence<kKeptFields.size()>());
}

std::string shortened(std::string_view text) {
  if (text.size() <= kMostDetail) return std::string(text);
  std::size_t size = kMostDetail;
  while (size > 0 && is_utf8_continuation(text[size])) --size;
  return std::string(text.substr(0, size)) + "...";
}

template <typename T>
void append_limited(std::vector<T>& mine, const std::vector<T>& later, std::size_t limit) {
  for (const T& item : later) {
    if (mine.size() >= limit) return;
    mine.push_back(item);
  }
}

// Keeps the `limit` smallest; of equal ones those that came first.
void keep_earliest(std::vector<std::pair<std::int64_t, Position>>& times, std::size_t limit) {
  std::stable_sort(times.begin(), times.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  if (times.size() > limit) times.resize(limit);
}

}  // namespace

std::string_view name_of(FindingKind kind) noexcept {
  switch (kind) {
    case FindingKind::success_contradicts_code:
      return "success_contradicts_code";
    case FindingKind::http_status_differs:
      return "http_status_differs";
    case FindingKind::ds_id_created_twice:
      return "ds_id_created_twice";
    case FindingKind::partner_id_with_several_ds_ids:
      return "partner_id_with_several_ds_ids";
    case FindingKind::trace_id_reused:
      return "trace_id_reused";
    case FindingKind::timestamp_not_rfc3339:
      return "timestamp_not_rfc3339";
    case FindingKind::timestamp_in_future:
      return "timestamp_in_future";
    case FindingKind::timestamp_before_range:
      return "timestamp_before_range";
    case FindingKind::duplicate_member:
      return "duplicate_member";
  }
  return "?";
}

std::string_view describe(FindingKind kind) noexcept {
  switch (kind) {
    case FindingKind::success_contradicts_code:
      return "success flag contradicts statusCode";
    case FindingKind::http_status_differs:
      return "HTTP status of the envelope unlike the body's";
    case FindingKind::ds_id_created_twice:
      return "the same dsLeadOpportunityId created twice";
    case FindingKind::partner_id_with_several_ds_ids:
      return "one partnerLeadOpportunityId with several dsLeadOpportunityIds";
    case FindingKind::trace_id_reused:
      return "traceId used before";
    case FindingKind::timestamp_not_rfc3339:
      return "timestamp is not RFC 3339";
    case FindingKind::timestamp_in_future:
      return "timestamp in the future";
    case FindingKind::timestamp_before_range:
      return "timestamp before the archive's range";
    case FindingKind::duplicate_member:
      return "a name that comes again in its object";
  }
  return "?";
}

Excerpt excerpt_of(std::string_view text, std::uint64_t fault, std::size_t most) {
  const auto continues = [text](std::size_t at) { return is_utf8_continuation(text[at]); };
  const auto at = static_cast<std::size_t>(std::min<std::uint64_t>(fault, text.size()));
  std::size_t begin = at > most / 2 ? at - most / 2 : 0;
  std::size_t end = std::min(text.size(), begin + most);
  begin = std::min(begin, end > most ? end - most : 0);
  // Three at most: what is no UTF-8 may go on like that for long.
  for (int i = 0; i < 3 && begin > 0 && begin < at && continues(begin); ++i) ++begin;
  for (int i = 0; i < 3 && end > at + 1 && end < text.size() && continues(end); ++i) --end;
  return {std::string(text.substr(begin, end - begin)), begin, at - begin};
}

void Totals::merge(const Totals& later) {
  for (std::size_t i = 0; i < kVerdictCount; ++i) verdicts[i] += later.verdicts[i];
  records += later.records;
  record_bytes += later.record_bytes;
  separator_bytes += later.separator_bytes;
  for (std::size_t i = 0; i < kPassedOver; ++i) passed_over[i] += later.passed_over[i];
  for (std::size_t i = 0; i < formats.size(); ++i) formats[i] += later.formats[i];
}

void Aggregate::merge(const Aggregate& later, std::size_t limit) {
  totals.merge(later.totals);
  success_true += later.success_true;
  success_false += later.success_false;
  actions.merge(later.actions);
  status_codes.merge(later.status_codes);
  error_codes.merge(later.error_codes);
  messages.merge(later.messages);
  http_and_body.merge(later.http_and_body);
  partner_id_strings += later.partner_id_strings;
  partner_id_objects += later.partner_id_objects;
  for (std::size_t f = 0; f < kFamilies; ++f)
    for (std::size_t m = 0; m < kKeptFields.size(); ++m)
      for (std::size_t p = 0; p < kPresences; ++p) presence[f][m][p] += later.presence[f][m][p];
  timeline.merge(later.timeline);
  for (std::size_t i = 0; i < kVerdictCount; ++i)
    without_timestamp[i] += later.without_timestamp[i];
  violations_timeline.merge(later.violations_timeline);
  layouts.merge(later.layouts);
  violations.merge(later.violations);
  json_errors.merge(later.json_errors);
  append_limited(bad_records, later.bad_records, limit);
  append_limited(insides, later.insides, kMostInsides);
  append_limited(elsewhere, later.elsewhere, kMostInsides);
  for (std::size_t i = 0; i < kFindingKinds; ++i) {
    finding_counts[i] += later.finding_counts[i];
    append_limited(findings[i], later.findings[i], limit);
  }
  records_with_duplicates += later.records_with_duplicates;
  // The later ones are sorted: most of the time the first of them is late already.
  if (!later.earliest.empty() &&
      (earliest.size() < limit || later.earliest[0].first < earliest.back().first)) {
    earliest.insert(earliest.end(), later.earliest.begin(), later.earliest.end());
    keep_earliest(earliest, limit);
  }
}

std::size_t Aggregate::memory() const {
  const auto of_position = [](const Position& at) {
    return sizeof at + (at.member ? at.member->size() : 0);
  };
  std::size_t bytes = sizeof *this;
  for (const auto* counts :
       {&actions, &error_codes, &messages, &http_and_body, &violations, &json_errors})
    bytes += counts->memory();
  bytes += status_codes.memory() + timeline.memory() + violations_timeline.memory();
  bytes += layouts.memory();
  for (const BadRecord& bad : bad_records)
    bytes += of_position(bad.at) + bad.detail.size() +
             (bad.excerpt ? sizeof *bad.excerpt + bad.excerpt->bytes.size() : 0);
  for (const std::vector<Finding>& kept : findings)
    for (const Finding& finding : kept)
      bytes += 2 * of_position(finding.at) + finding.detail.size();
  for (const auto& [seconds, at] : earliest) bytes += of_position(at);
  for (const auto* records : {&insides, &elsewhere})
    for (const std::vector<InsidePlace>& places : *records)
      for (const InsidePlace& place : places) bytes += sizeof place + place.pointer.size();
  return bytes;
}

void Counter::start(Aggregate& aggregate, KeyBatch& keys) {
  out_ = &aggregate;
  keys_ = &keys;
  keys.hash_key = options_.hash_key;
  for (Shape& shape : shapes_)
    if (shape.number != 0) shape = {};
  records_ = 0;
  last_record_.clear();
}

void Counter::finish() {
  for (const Shape& shape : shapes_) count_known(shape);
  keep_earliest(out_->earliest, options_.limit_findings);
}

inline std::string_view Counter::decoded(const Text& text) { return decoded(text, memory_); }

inline std::string_view Counter::decoded(const Text& text, std::string& memory) {
  return text.escaped() ? decode(text, memory) : text.raw();
}

std::string_view Counter::decode(const Text& text, std::string& memory) {
  memory.resize(text.raw().size());
  return *text.decode(memory);
}

void Counter::add_finding(FindingKind kind, const Judged& judged, std::string_view detail) {
  ++out_->finding_counts[index_of(kind)];
  keep_finding(kind, judged, detail);
}

void Counter::keep_finding(FindingKind kind, const Judged& judged, std::string_view detail) {
  std::vector<Finding>& kept = out_->findings[index_of(kind)];
  if (kept.size() < options_.limit_findings)
    kept.push_back({kind, Position::of(judged), shortened(detail), std::nullopt});
}

void Counter::add(const Judged& judged, std::uint32_t number) {
  seconds_.reset();
  ++records_;
  Shape& shape = shapes_[number % kShapes];
  if (is_bad(judged.verdict)) {
    add_bad(judged);
  } else {
    add_good(judged);
    if (number != 0 && shape.number == number) return add_known(judged, shape);
    add_presence(judged.response.family, presence_of(judged.response), 1);
  }
  const bool is_json = judged.verdict <= Verdict::violation && !judged.body.empty();
  if (is_json) add_layout(judged, number);
}

inline void Counter::add_known(const Judged& judged, Shape& shape) {
  ++shape.count;
  shape.member = judged.member;
  shape.record = records_;
  shape.line = judged.record->line;
  shape.offset = judged.record->offset;
  shape.length = judged.record->size;
  if (seconds_) {
    shape.first_time = std::min(shape.first_time, *seconds_);
    shape.last_time = std::max(shape.last_time, *seconds_);
  }
  if (shape.repeats) {
    const Layouts::Entry& entry = out_->layouts.entry(shape.layout);
    add_duplicates(judged, entry.layout, entry.repeated_names);
  }
}

// What add_known() has put off.
void Counter::count_known(const Shape& shape) {
  if (shape.count == 0) return;
  add_presence(shape.family, shape.presence, shape.count);
  Sightings& seen = out_->layouts.entry(shape.layout).seen;
  seen.count += shape.count;
  // Records of no shape, or of another one, may have this layout, too.
  if (last_record_[shape.layout] < shape.record) {
    last_record_[shape.layout] = shape.record;
    seen.last = {shape.member->file_index,
                 shape.member->member_index,
                 shape.member->member,
                 shape.line,
                 shape.offset,
                 shape.length};
  }
  if (shape.first_time <= shape.last_time) {
    seen.add_time(shape.first_time);
    seen.add_time(shape.last_time);
  }
}

void Counter::add_presence(Family family, const std::array<Presence, kKeptFields.size()>& presence,
                           std::uint64_t count) {
  auto& rows = out_->presence[static_cast<std::size_t>(family)];
  for (std::size_t i = 0; i < presence.size(); ++i)
    rows[i][static_cast<std::size_t>(presence[i])] += count;
}

// All good records go through these, which are called here only: the calls took a tenth of the
// counting.
[[gnu::always_inline]] inline void Counter::add_good(const Judged& judged) {
  if (judged.response.timestamp.has_value()) {
    add_timestamp(judged);
  } else {
    ++out_->without_timestamp[index_of(judged.verdict)];
  }
  add_response(judged);
  if (options_.unique_keys) add_keys(judged);
}

[[gnu::always_inline]] inline void Counter::add_timestamp(const Judged& judged) {
  const std::string_view text = decoded(judged.response.timestamp);
  const std::optional<Timestamp> time = timestamps_.read(text);
  if (!time) {
    ++out_->without_timestamp[index_of(judged.verdict)];
    add_finding(FindingKind::timestamp_not_rfc3339, judged, text);
    return;
  }
  seconds_ = time->seconds;
  out_->timeline.add(time->seconds, judged.verdict);
  if (*time > Timestamp{options_.now + kClockSkewSeconds, 0})
    add_finding(FindingKind::timestamp_in_future, judged, text);
  if (options_.since) {
    if (time->seconds < *options_.since)
      add_finding(FindingKind::timestamp_before_range, judged, text);
    return;
  }

  // Sorted now and then, so that the worst of those kept is at the end.
  auto& earliest = out_->earliest;
  const std::size_t limit = options_.limit_findings;
  if (limit == 0) return;
  if (earliest.size() < limit || time->seconds < earliest[limit - 1].first) {
    earliest.emplace_back(time->seconds, Position::of(judged));
    if (earliest.size() == limit || earliest.size() == 2 * limit) keep_earliest(earliest, limit);
  }
}

[[gnu::always_inline]] inline void Counter::add_response(const Judged& judged) {
  const LeadResponse& response = judged.response;
  Aggregate& out = *out_;
  is_create_ = false;
  if (response.has_success) ++(response.success ? out.success_true : out.success_false);
  if (response.action.has_value()) {
    const std::string_view action = decoded(response.action);
    is_create_ = equal_short(action, "create");
    out.actions.add(action);
  }
  if (response.has_status_code) out.status_codes.add(response.status_code);
  if (response.error_code.has_value()) out.error_codes.add(decoded(response.error_code));
  if (response.error_message.has_value()) out.messages.add(decoded(response.error_message));
  if (response.message.has_value()) out.messages.add(decoded(response.message));
  if (!response.partner_lead_opportunity_id.raw().empty())
    ++(response.partner_lead_opportunity_id.is_object() ? out.partner_id_objects
                                                        : out.partner_id_strings);

  if (response.has_success && response.has_status_code &&
      (response.success ? response.status_code >= 400
                        : response.status_code >= 200 && response.status_code < 400))
    add_finding(FindingKind::success_contradicts_code, judged,
                std::string("success is ") + (response.success ? "true" : "false") +
                    ", statusCode is " + std::to_string(response.status_code));
  if (judged.http_status && response.has_status_code) {
    const std::int64_t http = *judged.http_status;
    const std::int64_t body = response.status_code;
    out.http_and_body.add(std::to_string(http) + ' ' + std::to_string(body));
    // The API answers a creation with 201 around a body that says 200.
    if (http != body && !(http == 201 && body == 200))
      add_finding(FindingKind::http_status_differs, judged,
                  "HTTP " + std::to_string(http) + ", statusCode is " + std::to_string(body));
  }
}

void Counter::add_layout(const Judged& judged, std::uint32_t number) {
  const std::string_view layout = layout_.write(judged.body);
  if (layout.empty()) return;
  Layouts::Entry* entry = out_->layouts.add(layout);
  if (entry == nullptr) {
    add_duplicates(judged, layout, repeated_names_.count(layout));
    return;
  }
  if (entry->seen.count == 0) entry->repeated_names = repeated_names_.count(layout);
  const auto place = static_cast<std::size_t>(entry - out_->layouts.entries().data());
  add_sighting(judged, place);
  if (number == 0) return;
  Shape& shape = shapes_[number % kShapes];
  count_known(shape);
  shape = {};
  shape.number = number;
  shape.layout = static_cast<std::uint32_t>(place);
  shape.family = judged.response.family;
  shape.repeats = entry->repeated_names != 0;
  shape.presence = presence_of(judged.response);
}

void Counter::add_sighting(const Judged& judged, std::size_t layout) {
  last_record_.resize(out_->layouts.entries().size());
  last_record_[layout] = records_;
  Layouts::Entry& entry = out_->layouts.entry(layout);
  Sightings& seen = entry.seen;
  if (seen.count++ == 0) {
    seen.first = Position::of(judged);
    seen.last = seen.first;
  } else {
    // Without the name, which has not changed as a rule, and is costly to copy.
    Position& last = seen.last;
    if (last.file != judged.member->file_index || last.member_index != judged.member->member_index)
      last = Position::of(judged);
    last.line = judged.record->line;
    last.offset = judged.record->offset;
    last.length = judged.record->size;
  }
  if (seconds_) seen.add_time(*seconds_);
  if (entry.repeated_names != 0) add_duplicates(judged, entry.layout, entry.repeated_names);
}

// A finding for each name that comes again.
void Counter::add_duplicates(const Judged& judged, std::string_view layout, std::uint64_t count) {
  if (count == 0) return;
  constexpr FindingKind kKind = FindingKind::duplicate_member;
  out_->finding_counts[index_of(kKind)] += count;
  ++out_->records_with_duplicates;
  const std::size_t kept = out_->findings[index_of(kKind)].size();
  if (kept >= options_.limit_findings) return;
  std::vector<std::string> pointers;
  repeated_names_.find(layout, options_.limit_findings - kept, pointers);
  for (const std::string& pointer : pointers) keep_finding(kKind, judged, pointer);
}

// Empty texts are no ids.
inline void Counter::add_keys(const Judged& judged) {
  const LeadResponse& response = judged.response;
  const Text& trace_id = response.trace_id;
  const Text& ds_id = response.ds_lead_opportunity_id;
  const Text& partner_id = response.partner_lead_opportunity_id;
  begin_record(*keys_, judged);
  KeyPen pen(*keys_, KeyPen::bounded(trace_id.raw().size() + 2 * ds_id.raw().size() +
                                     partner_id.raw().size()));
  if (trace_id.has_value()) pen.write(KeyKind::trace_id, decoded(trace_id), {});
  if (ds_id.raw().empty()) return;
  const std::string_view ds_text = decoded(ds_id, ds_id_memory_);
  if (judged.verdict == Verdict::created && is_create_) pen.write(KeyKind::ds_id, ds_text, {});
  if (partner_id.has_value())
    pen.write(partner_id.is_object() ? KeyKind::partner_object_id : KeyKind::partner_id,
              decoded(partner_id), ds_text);
}

// Of bad records only violations are JSON, so that their timestamp means something. It is never a
// finding.
void Counter::add_violation_time(const Judged& judged) {
  if (!judged.response.timestamp.has_value()) return;
  const std::optional<Timestamp> time = timestamps_.read(decoded(judged.response.timestamp));
  if (!time) return;
  seconds_ = time->seconds;
  out_->violations_timeline.add(time->seconds, judged.verdict);
}

void Counter::add_bad(const Judged& judged) {
  ++out_->without_timestamp[index_of(judged.verdict)];
  std::string detail;
  if (judged.verdict == Verdict::violation) {
    for (const Violation& violation : judged.violations) {
      std::string key(json_pointer(violation.field));
      key += '\t';
      key += rule_of(violation.code);
      key += '\t';
      key += expected_of(violation);
      key += '\t';
      key += found_of(violation);
      out_->violations.add(key);
    }
    add_violation_time(judged);
    const Violation& first = judged.violations.front();
    detail = first.field == Field::document ? "the document" : json_pointer(first.field);
    detail += ": " + std::string(rule_of(first.code)) + ": expected " + expected_of(first) +
              ", found " + std::string(found_of(first));
    if (judged.violations.size() > 1)
      detail += " (and " + std::to_string(judged.violations.size() - 1) + " more)";
  } else {
    out_->json_errors.add(name_of(judged.error.code));
    detail = std::string(describe(judged.error.code)) + " at byte " +
             std::to_string(judged.error.offset);
  }
  if (out_->bad_records.size() >= options_.limit_findings) return;
  std::optional<Excerpt> excerpt;
  // Error offsets count from the body, or from the record if there is none.
  const bool is_kept = judged.record->data != nullptr;
  const std::string_view text = !judged.body.empty() ? judged.body
                                : is_kept            ? judged.record->bytes()
                                                     : std::string_view();
  // Whether one that is too large is still there depends on how it was read.
  if (!text.empty() && judged.verdict != Verdict::too_large)
    excerpt =
        excerpt_of(text, judged.verdict == Verdict::violation ? judged.violations.front().offset
                                                              : judged.error.offset);
  out_->bad_records.push_back(
      {judged.verdict, Position::of(judged), std::move(detail), std::move(excerpt)});
}

}  // namespace leadscan::audit
