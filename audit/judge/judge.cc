#include "audit/judge/judge.h"

#include <algorithm>
#include <charconv>
#include <new>

#include "audit/judge/text_encoding.h"

namespace leadscan::audit {
namespace {

enum Har : std::size_t { kText, kEncoding, kMimeType, kUrl, kStatus };

// A good record must not be called bad because memory was short.
Verdict verdict_or_throw(const Error& error, Family family) {
  const std::optional<Verdict> verdict = verdict_of(error, family);
  if (!verdict) throw std::bad_alloc();
  return *verdict;
}

bool contains_ignoring_case(std::string_view text, std::string_view word) {
  return std::search(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b;
         }) != text.end();
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
  std::vector<std::string> tokens;
  if (options_.at) {
    parse_pointer(*options_.at, tokens);
    const std::vector<std::string> body = tokens;
    envelope_.add(tokens);
    if (options_.status_at) {
      parse_pointer(*options_.status_at, tokens);
      envelope_.add(tokens);
      status_count_ = 1;
    } else if (!body.empty()) {
      for (const char* name :
           {"status", "statusCode", "status_code", "httpStatus", "http_status"}) {
        tokens = body;
        tokens.back() = name;
        if (tokens == body) continue;
        envelope_.add(tokens);
        ++status_count_;
      }
    }
  }
  for (const char* pointer : {"/response/content/text", "/response/content/encoding",
                              "/response/content/mimeType", "/request/url", "/response/status"}) {
    parse_pointer(pointer, tokens);
    har_.add(tokens);
  }
}

// Not a PaddedBytes: it would be built and then copied, with a stalled load each time.
inline void Judge::judge_text(const char* data, std::size_t size, std::size_t capacity,
                              Judged& judged) {
  judged.error = parser_.parse(PaddedBytes{data, size, capacity}, judged.response);
  judged.body = {data, size};
  judged.verdict = verdict_or_throw(judged.error, judged.response.family);
  judged.violations = {};
  if (judged.error) judged.violations = parser_.violations();
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
  if (record.too_large) {
    too_large(record, member, options_.max_record, judged);
    return true;
  }
  judged.record = &record;
  judged.member = &member;
  judged.http_status.reset();
  if (record.syntax != ErrorCode::ok) {
    between_documents(record.syntax, judged);
    return true;
  }
  if (record.encoding != TextEncoding::plain) {
    judge_encoded(record, judged);
    return true;
  }
  if (record.har_entry && !options_.at) return open_har_entry(record, judged);
  if (options_.at) return open_envelope(record, judged);
  judge_text(record.data, record.size, record.capacity, judged);
  return true;
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

void Judge::judge_decoded(Judged& judged) {
  const std::size_t size = decoded_.size();
  decoded_.append(kPadding, ' ');
  judge_text(decoded_.data(), size, decoded_.size(), judged);
}

// A document that was escaped as a part of a text.
void Judge::judge_encoded(const Record& record, Judged& judged) {
  decode_text(record.bytes(), record.encoding, decoded_);
  judge_decoded(judged);
}

// The array around the documents is no JSON there.
void Judge::between_documents(ErrorCode code, Judged& judged) {
  judged.body = {};
  judged.error = {code, Field::document, 0};
  judged.response = LeadResponse();
  judged.verdict = verdict_or_throw(judged.error, Family::none);
  judged.violations = {};
}

// What should be the response is of another type, or is not there.
void Judge::no_object(JsonType found, Judged& judged) {
  const ErrorCode code =
      found == JsonType::none ? ErrorCode::missing_member : ErrorCode::not_an_object;
  own_violation_ = {code, Field::document, found, 0};
  judged.body = {};
  judged.error = {code, Field::document, 0};
  judged.response = LeadResponse();
  judged.verdict = Verdict::violation;
  judged.violations = {&own_violation_, 1};
}

void Judge::judge_body(const FoundValue& body, const Record& record, Judged& judged) {
  // Of what is in the record itself.
  const std::size_t capacity =
      body.type == JsonType::none
          ? 0
          : record.capacity - static_cast<std::size_t>(body.raw.data() - record.data);
  switch (body.type) {
    case JsonType::none:
      no_object(body.type, judged);
      break;
    case JsonType::string:
      if (!body.escaped) {
        judge_text(body.raw.data(), body.raw.size(), capacity, judged);
        break;
      }
      decoded_.resize(body.raw.size());
      decoded_.resize(Text::string(body.raw, true).decode(decoded_)->size());
      judge_decoded(judged);
      break;
    default:
      judge_text(body.raw.data(), body.raw.size(), capacity, judged);
  }
}

bool Judge::open_envelope(const Record& record, Judged& judged) {
  if (const Error error = envelope_.scan(record.bytes())) {
    judged.body = {};
    judged.error = error;
    judged.response = LeadResponse();
    judged.verdict = verdict_or_throw(error, Family::none);
    judged.violations = {};
    return true;
  }
  for (std::size_t i = 1; i <= status_count_ && !judged.http_status; ++i)
    judged.http_status = status(envelope_.found(i));
  judge_body(envelope_.found(0), record, judged);
  return true;
}

// Of a browser's archive only what may be the API's: JSON, or from one of its addresses.
bool Judge::open_har_entry(const Record& record, Judged& judged) {
  if (const Error error = har_.scan(record.bytes())) {
    judged.body = {};
    judged.error = error;
    judged.response = LeadResponse();
    judged.verdict = verdict_or_throw(error, Family::none);
    judged.violations = {};
    return true;
  }
  const FoundValue& text = har_.found(kText);
  const bool ours = contains_ignoring_case(har_.found(kUrl).raw, "leads-opportunities");
  const FoundValue& mime = har_.found(kMimeType);
  const bool json = text.type != JsonType::none &&
                    (mime.type != JsonType::string || contains_ignoring_case(mime.raw, "json"));
  if (!ours && !json) return false;
  judged.http_status = status(har_.found(kStatus));
  if (text.type == JsonType::string && har_.found(kEncoding).raw == "base64") {
    decoded_.resize(text.raw.size());
    const std::string base64(*Text::string(text.raw, text.escaped).decode(decoded_));
    if (decode_base64(base64, decoded_)) {
      judge_decoded(judged);
      return true;
    }
  }
  judge_body(text, record, judged);
  return true;
}

std::optional<std::int64_t> Judge::status(const FoundValue& value) const {
  if (value.type != JsonType::number && value.type != JsonType::string) return std::nullopt;
  std::int64_t code = 0;
  const char* end = value.raw.data() + value.raw.size();
  const auto [at, error] = std::from_chars(value.raw.data(), end, code);
  if (error != std::errc() || at != end) return std::nullopt;
  return code;
}

}  // namespace leadscan::audit
