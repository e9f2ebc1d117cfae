#include "audit/judge/judge.h"

#include <algorithm>
#include <new>

#include "audit/judge/text_encoding.h"
#include "audit/records/count_bytes.h"
#include "leadscan/json/scanner.h"

namespace leadscan::audit {
namespace {

enum Har : std::size_t { kMethod, kUrl, kMimeType, kStatus };

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
    open_envelope(*explicit_, record, judged, passed_over, take);
  } else if (preset_ != nullptr) {
    open_log(*preset_, record, judged, passed_over, take);
  } else if (record.har_entry) {
    open_har_entry(record, judged, passed_over, take);
  } else if (record.encoding != TextEncoding::plain) {
    decode_text(record.bytes(), record.encoding, decoded_);
    judge_decoded(judged);
    if (record.encoding == TextEncoding::doubled_quotes) judged.preset = find_preset("csv");
    take();
  } else {
    judge_text(record.data, record.size, record.capacity, judged);
    const bool is_no_response =
        judged.verdict == Verdict::violation || judged.verdict == Verdict::message;
    const LogPreset* const preset = is_no_response ? recognise(record.bytes()) : nullptr;
    if (preset == nullptr || preset->at[0].empty())
      take();
    else if (preset->shape == LogShape::har)
      open_har(record, judged, passed_over, take);
    else
      open_log(*preset, record, judged, passed_over, take);
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

void Judge::judge_decoded(Judged& judged) {
  const std::size_t size = decoded_.size();
  decoded_.append(kPadding, ' ');
  judge_text(decoded_.data(), size, decoded_.size(), judged);
}

// The array around the documents is no JSON there.
void Judge::between_documents(ErrorCode code, Judged& judged) {
  judged.body = {};
  judged.error = {code, Field::document, 0};
  judged.response = LeadResponse();
  judged.verdict = verdict_or_throw(judged.error, Family::none);
  judged.violations = {};
}

// Each pointer of a log is for records in which those in front of it find nothing, or all are.
void Judge::open_log(const LogPreset& preset, const Record& record, Judged& judged,
                     PassedOverCounts& passed_over, const Take& take) {
  judged.preset = &preset;
  constexpr auto kNoResponse = static_cast<std::size_t>(PassedOver::no_response);
  bool found = false;
  for (std::size_t i = 0;; ++i) {
    const bool is_last = i + 1 == preset.at.size() || preset.at[i + 1].empty();
    PassedOverCounts counts{};
    const bool is_json = open_envelope(path_of(preset, i), record, judged, counts, [&] {
      found = true;
      take();
    });
    if (!is_json) return;
    const bool goes_on = !is_last && (preset.takes_all || (!found && counts[kNoResponse] > 0));
    // Of what is elsewhere nothing is missing here.
    if (goes_on || (preset.takes_all && found)) counts[kNoResponse] = 0;
    for (std::size_t why = 0; why < kPassedOver; ++why) passed_over[why] += counts[why];
    if (!goes_on) return;
  }
}

// False, and told, if it is no JSON.
bool Judge::open_envelope(EnvelopePath& path, const Record& record, Judged& judged,
                          PassedOverCounts& passed_over, const Take& take) {
  lines_up_to_ = lines_ = 0;
  Error error;
  if (record.encoding == TextEncoding::plain) {
    error = path.scan(record.bytes(), record.capacity, [&](const EnvelopeValue& value) {
      judge_value(value, record, judged, passed_over, take);
    });
  } else {
    decode_text(record.bytes(), record.encoding, envelope_);
    const std::size_t size = envelope_.size();
    envelope_.append(kPadding, ' ');
    // What is inside has no place of its own: the first response has all of the record.
    Record rest = record;
    error = path.scan({envelope_.data(), size}, envelope_.size(), [&](const EnvelopeValue& value) {
      judge_value(value, rest, judged, passed_over, [&] {
        take();
        rest.size = 0;
      });
    });
  }
  if (!error) return true;
  judged.record = &record;
  judged.body = {};
  judged.error = error;
  judged.response = LeadResponse();
  judged.verdict = verdict_or_throw(error, Family::none);
  judged.violations = {};
  take();
  return false;
}

// Where the value is in the record.
void Judge::set_part(const Record& record, const EnvelopeValue& value) {
  part_ = record;
  if (record.encoding != TextEncoding::plain) return;
  // Values come in order; counted from the record's beginning each time, their lines would take
  // quadratic time.
  if (value.offset < lines_up_to_) lines_up_to_ = lines_ = 0;
  lines_ += count_bytes(record.data + lines_up_to_, value.offset - lines_up_to_, '\n');
  lines_up_to_ = value.offset;
  part_.data = record.data + value.offset;
  part_.size = value.length;
  part_.capacity = record.capacity - value.offset;
  part_.offset = record.offset + value.offset;
  part_.line = record.line + lines_;
}

// What an envelope has where the response should be.
void Judge::judge_value(const EnvelopeValue& value, const Record& record, Judged& judged,
                        PassedOverCounts& passed_over, const Take& take) {
  if (value.type == JsonType::none || value.type == JsonType::null) {
    ++passed_over[static_cast<std::size_t>(PassedOver::no_response)];
    return;
  }
  set_part(record, value);
  judged.record = &part_;
  judged.http_status = value.http_status;
  if (value.type == JsonType::string) {
    judge_string(value, judged, passed_over, take);
    return;
  }
  judge_text(value.text.data(), value.text.size(), value.capacity, judged);
  take();
}

// A text is a response, or has some in it.
void Judge::judge_string(const EnvelopeValue& value, Judged& judged, PassedOverCounts& passed_over,
                         const Take& take) {
  judge_text(value.text.data(), value.text.size(), value.capacity, judged);
  if (!judged.error) {
    take();
    return;
  }
  TextScanner scanner(text_options_);
  spans_.clear();
  scanner.scan(value.text, true, spans_);
  for (const Span& span : spans_) {
    const char* const data = value.text.data() + span.begin;
    const TextEncoding encoding = encoding_of({data, span.size}, span.encoding);
    if (span.syntax != ErrorCode::ok) {
      between_documents(span.syntax, judged);
    } else if (encoding != TextEncoding::plain) {
      decode_text({data, span.size}, encoding, decoded_);
      judge_decoded(judged);
    } else {
      judge_text(data, span.size, value.capacity - span.begin, judged);
    }
    take();
    part_.size = 0;  // the bytes are those of the first one
  }
  if (spans_.empty()) ++passed_over[static_cast<std::size_t>(PassedOver::no_object)];
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

// Of a browser's archive only what may be the API's: a call of its operation, or JSON that is one
// of its responses, whatever the address. Calls whose body is not there are none.
void Judge::open_har_entry(const Record& record, Judged& judged, PassedOverCounts& passed_over,
                           const Take& take) {
  const auto pass_over = [&](PassedOver why) { ++passed_over[static_cast<std::size_t>(why)]; };
  judged.preset = find_preset("har");
  if (const Error error = har_.scan(record.bytes())) {
    judged.body = {};
    judged.error = error;
    judged.response = LeadResponse();
    judged.verdict = verdict_or_throw(error, Family::none);
    judged.violations = {};
    take();
    return;
  }
  if (har_.found(kMethod).raw == "OPTIONS") return pass_over(PassedOver::other_call);
  const std::string_view status = har_.found(kStatus).raw;
  if (status == "0" || status == "204" || status == "304")
    return pass_over(PassedOver::no_response);
  const bool is_ours = contains_ignoring_case(har_.found(kUrl).raw, "leads-opportunities");
  const FoundValue& mime = har_.found(kMimeType);
  const bool is_json = mime.type != JsonType::string || contains_ignoring_case(mime.raw, "json");
  if (!is_ours && !is_json) return pass_over(PassedOver::other_call);
  const Error error =
      har_body_->scan(record.bytes(), record.capacity, [&](const EnvelopeValue& value) {
        if (value.type == JsonType::none || value.type == JsonType::null || value.text.empty()) {
          pass_over(PassedOver::no_response);
          return;
        }
        judged.http_status = value.http_status;
        judge_text(value.text.data(), value.text.size(), value.capacity, judged);
        if (!is_ours && judged.error) return pass_over(PassedOver::other_call);
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
    case PassedOver::api_member:
      return several ? "lines without an object that name members of the API"
                     : "line without an object that names members of the API";
  }
  return "?";
}

}  // namespace leadscan::audit
