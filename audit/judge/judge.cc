#include "audit/judge/judge.h"

#include <algorithm>
#include <new>
#include <utility>

#include "audit/base/ignoring_case.h"
#include "audit/judge/response_signs.h"
#include "audit/judge/text_encoding.h"
#include "audit/records/count_bytes.h"
#include "leadscan/json/characters.h"
#include "leadscan/json/scanner.h"

namespace leadscan::audit {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

enum Har : std::size_t { kMethod, kUrl, kMimeType, kStatus };

// A good record must not be called bad because memory was short.
Verdict verdict_or_throw(const Error& error, Family family) {
  const std::optional<Verdict> verdict = verdict_of(error, family);
  if (!verdict) throw std::bad_alloc();
  return *verdict;
}

bool begins_object(std::string_view text) {
  const std::size_t at = text.find_first_not_of(leadscan::internal::kWhiteSpace);
  return at != text.npos && text[at] == '{';
}

// What writes leads: the pages and scripts of a site that shows them have such addresses, too.
bool is_operation(std::string_view method, std::string_view url) {
  constexpr std::string_view kMethods[] = {"post", "patch", "put"};
  const bool writes =
      std::any_of(std::begin(kMethods), std::end(kMethods),
                  [&](std::string_view word) { return contains_ignoring_case(method, word); });
  if (!writes && !method.empty()) return false;
  return contains_ignoring_case(url, "leads-opportunities") ||
         contains_ignoring_case(url, "leads%2dopportunities");
}

// `status_at`: of the preset; what the options say comes first.
std::unique_ptr<EnvelopePath> make_path(std::string_view at, std::string_view status_at,
                                        Decoding decoding, const JudgeOptions& options) {
  EnvelopePathOptions path;
  parse_pointer(at, path.at);
  path.decoding = decoding;
  if (options.status_at)
    parse_pointer(*options.status_at, path.status_at.emplace());
  else if (!status_at.empty())
    parse_pointer(status_at, path.status_at.emplace());
  path.max_record = options.max_record;
  return std::make_unique<EnvelopePath>(std::move(path));
}

}  // namespace

std::string expected_of(const Violation& violation) {
  switch (violation.code) {
    case ErrorCode::duplicate_member:
      return "once";
    case ErrorCode::number_out_of_range:
      return "integer of 64 bits";
    default:
      return violation.field == Field::document ? "object"
                                                : to_string(info_of(violation.field).types);
  }
}

std::string_view found_of(const Violation& violation) {
  switch (violation.code) {
    case ErrorCode::duplicate_member:
      return "twice";
    case ErrorCode::number_out_of_range:
      return "integer beyond 64 bits";
    default:
      return name_of(violation.found);
  }
}

Judge::Judge(const JudgeOptions& options)
    : options_(options), parser_(Parser::Options{options.max_record}) {
  if (!parser_.reserve(0)) throw std::bad_alloc();
  text_options_.max_record = options_.max_record;
  if (options_.at) {
    explicit_ = make_path(*options_.at, {}, options_.decoding, options_);
  } else if (options_.log != nullptr && options_.log->shape == LogShape::documents) {
    preset_ = options_.log;
  }
  JudgeOptions har = options_;
  har.status_at.reset();
  har_body_ = make_path("/response/content/text", "/response/status", Decoding::automatic, har);
  preview_.add({"preview"});
  for (const LogPreset& preset : log_presets()) {
    if (!preset.is_of_loggers()) continue;
    std::vector<std::string> name;
    parse_pointer(preset.at[0], name);
    logged_.add(name);
    loggers_.push_back(&preset);
  }
  std::vector<std::string> tokens;
  for (const char* pointer :
       {"/request/method", "/request/url", "/response/content/mimeType", "/response/status"}) {
    parse_pointer(pointer, tokens);
    har_.add(tokens);
  }
}

EnvelopePath& Judge::path_of(const LogPreset& preset, std::size_t number) {
  auto& path = paths_[static_cast<std::size_t>(&preset - log_presets().data())][number];
  if (path == nullptr)
    path = make_path(preset.at[number], preset.status_at[number], preset.decoding, options_);
  return *path;
}

// Not a PaddedBytes: it would be built and then copied, with a stalled load each time.
void Judge::judge_text(const char* data, std::size_t size, std::size_t capacity, Judged& judged) {
  judged.body = {data, size};
  judged.violations = {};
  if (data == refused_.bytes.data() && size == refused_.bytes.size() && size != 0) {
    judged.error = refused_.error;
    judged.response = refused_.response;
    refused_ = {};
  } else {
    judged.error = parser_.parse(PaddedBytes{data, size, capacity}, judged.response);
    if (judged.error) judged.violations = parser_.violations();
  }
  judged.verdict = verdict_or_throw(judged.error, judged.response.family);
}

// Of a line that was not accepted, `line_size` long with its CR. False: it is blank.
bool Judge::is_bad_record(std::size_t line_size, Record& record, Judged& judged) {
  if (record.size > options_.max_record) {
    record.size = line_size;
    record.too_large = true;
    too_large(record, *judged.member, options_.max_record, judged);
    return true;
  }
  if (is_blank_line(record.bytes())) return false;
  judged.verdict = verdict_or_throw(judged.error, judged.response.family);
  judged.violations = parser_.violations();
  return true;
}

bool Judge::judge(const Record& record, const MemberInfo& member, Judged& judged) {
  PassedOverCounts passed_over{};
  bool found = false;
  judge(record, member, judged, passed_over, [&] { found = true; });
  return found;
}

void Judge::judge(const Record& record, const MemberInfo& member, Judged& judged,
                  PassedOverCounts& passed_over, const Take& take) {
  judged.record = &record;
  judged.member = &member;
  judged.http_status.reset();
  judged.preset = nullptr;
  opened_ = nullptr;
  budget_ = options_.max_record;
  const auto pass_over = [&] { ++passed_over[static_cast<std::size_t>(PassedOver::no_response)]; };
  if (record.too_large) {
    too_large(record, member, options_.max_record, judged);
    take();
  } else if (record.syntax != ErrorCode::ok) {
    between_documents(record.syntax, judged);
    take();
  } else if (record.encoding == TextEncoding::quoted) {
    quoted_ = record;
    quoted_.encoding = encoding_of(record.bytes(), record.encoding);
    judge(quoted_, member, judged, passed_over, take);
  } else if (explicit_ != nullptr) {
    look_at(*explicit_, record, judged, passed_over, take);
  } else if (preset_ != nullptr) {
    open_known(*preset_, record, judged, passed_over, take);
  } else if (record.har_entry) {
    open_har_entry(record, judged, passed_over, take);
  } else if (record.encoding != TextEncoding::plain) {
    std::string& decoded = levels_[0].decoded;
    decode_text(record.bytes(), record.encoding, decoded);
    judge_decoded(decoded, judged);
    if (is_other(record.behind_document, judged)) return pass_over();
    if (record.encoding == TextEncoding::doubled_quotes) judged.preset = find_preset("csv");
    part_ = record;
    judged.record = &part_;
    take_or_open(decoded.size(), 0, judged, passed_over, take);
  } else {
    judge_text(record.data, record.size, record.capacity, judged);
    if (is_other(record.behind_document, judged)) return pass_over();
    const bool is_message = judged.verdict == Verdict::message;
    const LogPreset* const preset =
        is_message || judged.verdict == Verdict::violation ? preset_of(record.bytes()) : nullptr;
    if (preset == nullptr || preset->at[0].empty() || (preset->of_messages && is_message)) {
      if (!is_message) return take();
      part_ = record;
      judged.record = &part_;
      take_or_open(record.capacity, 0, judged, passed_over, take);
    } else if (preset->shape == LogShape::har) {
      open_har(record, judged, passed_over, take);
    } else {
      open_known(*preset, record, judged, passed_over, take);
    }
  }
}

void Judge::too_large(const Record& record, const MemberInfo& member, std::size_t max_record,
                      Judged& judged) {
  judged.record = &record;
  judged.member = &member;
  judged.body = {};
  judged.verdict = Verdict::too_large;
  judged.error = {ErrorCode::too_large, Field::document, max_record};
  judged.response = LeadResponse();
  judged.violations = {};
  judged.http_status.reset();
}

// What is quoted with ' may be as Python prints it, and is if it is no JSON otherwise.
TextEncoding Judge::encoding_of(std::string_view text, TextEncoding encoding) {
  if (encoding != TextEncoding::quoted) return encoding;
  const auto is_json = [](std::string_view bytes) {
    return leadscan::internal::is_json(bytes.data(), bytes.size(), 0);
  };
  if (is_json(text)) return TextEncoding::plain;
  decode_text(text, TextEncoding::backslashes, decoded_);
  return is_json(decoded_) ? TextEncoding::backslashes : TextEncoding::plain;
}

// Appends the padding.
void Judge::judge_decoded(std::string& decoded, Judged& judged) {
  const std::size_t size = decoded.size();
  decoded.append(kPadding, ' ');
  judge_text(decoded.data(), size, decoded.size(), judged);
}

// That of the line that accept_line() refused last is known.
const LogPreset* Judge::preset_of(std::string_view document) {
  const auto known = std::exchange(recognised_, {});
  const bool is_known = known.bytes.data() == document.data() &&
                        known.bytes.size() == document.size() && known.preset != nullptr;
  return is_known ? known.preset : recognise(document);
}

// What loggers write behind a message and its context, as Monolog does with what its processors
// add: no response, though it is JSON.
bool Judge::is_other(bool is_behind_document, const Judged& judged) {
  return is_behind_document && judged.verdict == Verdict::violation &&
         !may_hold_response(judged.body);
}

// There is no body in which the error is.
void Judge::judge_error(const Error& error, Judged& judged) {
  judged.body = {};
  judged.error = error;
  judged.response = LeadResponse();
  judged.verdict = verdict_or_throw(error, Family::none);
  judged.violations = {};
}

// The array around the documents is no JSON there.
void Judge::between_documents(ErrorCode code, Judged& judged) {
  judge_error({code, Field::document, 0}, judged);
}

// An archive that is a document among others: its entries are records.
void Judge::open_har(const Record& record, Judged& judged, PassedOverCounts& passed_over,
                     const Take& take) {
  if (har_entries_ == nullptr)
    har_entries_ = make_path("/log/entries/*", {}, Decoding::none, options_);
  lines_up_to_ = lines_ = 0;
  const Error error =
      har_entries_->scan(record.bytes(), record.capacity, [&](const EnvelopeValue& value) {
        if (value.type != JsonType::object) {
          ++passed_over[static_cast<std::size_t>(PassedOver::no_response)];
          return;
        }
        set_part(record, value);
        const Record entry = part_;
        judged.record = &entry;
        open_har_entry(entry, judged, passed_over, take);
      });
  judged.record = &record;
  if (error) take();  // what it was taken for before
}

// Of a browser's archive only what may be the API's: a call of its operations, or a body that is
// one of its responses, good or bad, whatever the address. Calls whose body is not there are none.
void Judge::open_har_entry(const Record& record, Judged& judged, PassedOverCounts& passed_over,
                           const Take& take) {
  const auto pass_over = [&](PassedOver why) { ++passed_over[static_cast<std::size_t>(why)]; };
  judged.preset = find_preset("har");
  if (const Error error = har_.scan(record.bytes())) {
    judge_error(error, judged);
    take();
    return;
  }
  if (har_.found(kMethod).raw == "OPTIONS") return pass_over(PassedOver::other_call);
  const std::string_view status = har_.found(kStatus).raw;
  if (status == "0" || status == "204" || status == "304")
    return pass_over(PassedOver::no_response);
  const bool is_ours = is_operation(har_.found(kMethod).raw, har_.found(kUrl).raw);
  const FoundValue& mime = har_.found(kMimeType);
  const bool is_json = mime.type != JsonType::string || contains_ignoring_case(mime.raw, "json");
  if (!is_ours && !is_json && !contains_ignoring_case(mime.raw, "text/"))
    return pass_over(PassedOver::other_call);
  const Error error =
      har_body_->scan(record.bytes(), record.capacity, [&](const EnvelopeValue& value) {
        if (value.type == JsonType::none || value.type == JsonType::null || value.text.empty()) {
          pass_over(is_ours || is_json ? PassedOver::no_response : PassedOver::other_call);
          return;
        }
        judged.http_status = value.http_status;
        const std::size_t mark = value.text.starts_with(kMark) ? kMark.size() : 0;
        const std::string_view body = value.text.substr(mark);
        judge_text(body.data(), body.size(), value.capacity - mark, judged);
        // Others have bodies with messages, too, and pages in which responses are.
        const bool is_taken =
            is_ours || (judged.error ? begins_object(body) && looks_like_response(body)
                                     : is_json || judged.verdict != Verdict::message);
        if (!is_taken) return pass_over(PassedOver::other_call);
        take();
      });
  if (error) pass_over(PassedOver::no_response);
}

std::string_view name_of(PassedOver why) noexcept {
  switch (why) {
    case PassedOver::no_object:
      return "no_object";
    case PassedOver::no_match:
      return "no_match";
    case PassedOver::no_response:
      return "no_response";
    case PassedOver::other_call:
      return "other_call";
    case PassedOver::response_elsewhere:
      return "response_elsewhere";
    case PassedOver::api_member:
      return "api_member";
  }
  return "?";
}

std::string_view describe(PassedOver why, bool several) noexcept {
  switch (why) {
    case PassedOver::no_object:
      return several ? "lines without an object" : "line without an object";
    case PassedOver::no_match:
      return several ? "lines that do not match" : "line that does not match";
    case PassedOver::no_response:
      return several ? "records without a response" : "record without a response";
    case PassedOver::other_call:
      return several ? "calls that are not the API's" : "call that is not the API's";
    case PassedOver::response_elsewhere:
      return several ? "records with a response elsewhere" : "record with a response elsewhere";
    case PassedOver::api_member:
      return several ? "lines without an object that name members of the API"
                     : "line without an object that names members of the API";
  }
  return "?";
}

}  // namespace leadscan::audit
