// What is in envelopes, and in the lines of loggers: texts, and documents in them.
#include <algorithm>

#include "audit/judge/judge.h"
#include "audit/judge/response_signs.h"
#include "audit/judge/text_encoding.h"
#include "audit/records/count_bytes.h"

namespace leadscan::audit {
namespace {

constexpr auto kNoResponse = static_cast<std::size_t>(PassedOver::no_response);
constexpr auto kNoObject = static_cast<std::size_t>(PassedOver::no_object);
constexpr auto kElsewhere = static_cast<std::size_t>(PassedOver::response_elsewhere);

void add(PassedOverCounts& counts, const PassedOverCounts& more) {
  for (std::size_t why = 0; why < kPassedOver; ++why) counts[why] += more[why];
}

// Of what was passed over at one place, that which tells most.
PassedOver reason_of(const PassedOverCounts& counts) {
  if (counts[kElsewhere] > 0) return PassedOver::response_elsewhere;
  return counts[kNoObject] > 0 ? PassedOver::no_object : PassedOver::no_response;
}

// Of a call that was logged: requests have ids, too.
bool is_of_request(std::string_view pointer) {
  const std::size_t request = pointer.rfind("/request");
  return request != pointer.npos && pointer.find("/response", request) == pointer.npos;
}

}  // namespace

// What has nothing at the pointers of a known kind of log may have a response elsewhere.
void Judge::open_known(const LogPreset& preset, const Record& record, Judged& judged,
                       PassedOverCounts& passed_over, const Take& take) {
  PassedOverCounts counts{};
  bool found = false;
  open_log(preset, record, judged, counts, [&] {
    found = true;
    take();
  });
  const std::size_t why = counts[kNoObject] > 0 ? kNoObject : kNoResponse;
  if (!found && counts[why] > 0 && !preset.has_requests_only &&
      holds_response(record.bytes(), &preset)) {
    --counts[why];
    ++counts[kElsewhere];
  }
  add(passed_over, counts);
}

void Judge::open_log(const LogPreset& preset, const Record& record, Judged& judged,
                     PassedOverCounts& passed_over, const Take& take) {
  judged.preset = opened_ = &preset;
  if (is_preview(preset, record))
    ++passed_over[kNoResponse];
  else if (preset.takes_all)
    open_at_all(preset, record, judged, passed_over, take);
  else if (preset.at[1].empty())
    look_at(path_of(preset, 0), record, judged, passed_over, take);
  else
    open_at_first(preset, record, judged, passed_over, take);
}

bool Judge::is_preview(const LogPreset& preset, const Record& record) {
  return preset.has_previews && !preview_.scan(record.bytes()) && preview_.found(0).raw == "true";
}

// Responses are at all of the pointers.
void Judge::open_at_all(const LogPreset& preset, const Record& record, Judged& judged,
                        PassedOverCounts& passed_over, const Take& take) {
  bool found = false;
  for (std::size_t i = 0; i < preset.at.size() && !preset.at[i].empty(); ++i) {
    PassedOverCounts counts{};
    const bool has_bytes = found;
    const bool is_json = look_at(path_of(preset, i), record, judged, counts, [&] {
      if (has_bytes && record.encoding != TextEncoding::plain) part_.size = 0;
      found = true;
      take();
    });
    const bool is_last = i + 1 == preset.at.size() || preset.at[i + 1].empty();
    // Of what is elsewhere nothing is missing here.
    if (found || !is_last) counts[kNoResponse] = 0;
    add(passed_over, counts);
    if (!is_json) return;
  }
}

// Each pointer is for those elements, or the whole record, in which those in front of it find
// nothing that is judged.
void Judge::open_at_first(const LogPreset& preset, const Record& record, Judged& judged,
                          PassedOverCounts& passed_over, const Take& take) {
  elements_.clear();
  const auto is_whole = [&](const Element& element) {
    const bool is_plain = record.encoding == TextEncoding::plain;
    return element.offset == 0 &&
           element.length == (is_plain ? record.size : envelope_.size() - kPadding);
  };
  bool found_whole = false;
  bool found_part = false;
  for (std::size_t i = 0; i < preset.at.size() && !preset.at[i].empty(); ++i) {
    const std::size_t known = elements_.size();
    const auto end_of_known = [&] {
      return elements_.begin() + static_cast<std::ptrdiff_t>(known);
    };
    const auto visit = [&](const EnvelopeValue& value, const Record& rest, const Take& give) {
      Element here{value.offset, value.length, i, false, PassedOver::no_response};
      const auto before = std::lower_bound(elements_.begin(), end_of_known(), here);
      const bool is_known = before != end_of_known() && !(here < *before);
      if (is_known && before->found && before->pointer != i) return;
      // Several values may be at one place.
      if (!is_known && (elements_.size() == known || elements_.back() < here))
        elements_.push_back(here);
      const auto index =
          is_known ? static_cast<std::size_t>(before - elements_.begin()) : elements_.size() - 1;
      const bool has_bytes =
          elements_[index].found || found_whole || (is_whole(here) && found_part);
      PassedOverCounts counts{};
      judge_value(value, rest, judged, counts, [&] {
        if (has_bytes) part_.size = 0;
        here.found = true;
        give();
      });
      here.why = reason_of(counts);
      if (here.found) {
        add(passed_over, counts);
        (is_whole(here) ? found_whole : found_part) = true;
      }
      Element& there = elements_[index];
      if (here.found) there.pointer = i;
      there.found |= here.found;
      if (there.why == PassedOver::no_response) there.why = here.why;
    };
    if (!open_envelope(path_of(preset, i), record, found_whole || found_part, judged, take, visit))
      return;
    std::inplace_merge(elements_.begin(), end_of_known(), elements_.end());
    if (std::all_of(elements_.begin(), elements_.end(), [](const Element& it) { return it.found; }))
      return;
  }
  // The whole record is where a pointer finds nothing that is for other layouts.
  const bool has_parts = !std::all_of(elements_.begin(), elements_.end(), is_whole);
  for (const Element& element : elements_)
    if (!element.found && !(has_parts && is_whole(element)))
      ++passed_over[static_cast<std::size_t>(element.why)];
}

// False, and told, if it is no JSON. Of several values at one place, as those in a string are, the
// first one that is judged has its bytes.
bool Judge::look_at(EnvelopePath& path, const Record& record, Judged& judged,
                    PassedOverCounts& passed_over, const Take& take) {
  Element last{0, 0, 0, false, PassedOver::no_response};
  return open_envelope(path, record, false, judged, take,
                       [&](const EnvelopeValue& value, const Record& rest, const Take& give) {
                         const Element here{value.offset, value.length, 0, false, last.why};
                         if (last < here || here < last) last = here;
                         judge_value(value, rest, judged, passed_over, [&] {
                           if (last.found) part_.size = 0;
                           last.found = true;
                           give();
                         });
                       });
}

// `has_bytes`: something was found in the record already. `visit` is given what to call for each
// response in a value.
bool Judge::open_envelope(EnvelopePath& path, const Record& record, bool has_bytes, Judged& judged,
                          const Take& take, const Visit& visit) {
  lines_up_to_ = lines_ = 0;
  Error error;
  if (record.encoding == TextEncoding::plain) {
    error = path.scan(record.bytes(), record.capacity,
                      [&](const EnvelopeValue& value) { visit(value, record, take); });
  } else {
    decode_text(record.bytes(), record.encoding, envelope_);
    const std::size_t size = envelope_.size();
    envelope_.append(kPadding, ' ');
    // What is inside has no place of its own: the first response has all of the record.
    Record rest = record;
    if (has_bytes) rest.size = 0;
    error = path.scan({envelope_.data(), size}, envelope_.size(), [&](const EnvelopeValue& value) {
      visit(value, rest, [&] {
        take();
        rest.size = 0;
      });
    });
  }
  if (!error) return true;
  part_ = record;
  if (has_bytes) part_.size = 0;
  judged.record = &part_;
  judge_error(error, judged);
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
    ++passed_over[kNoResponse];
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
  if (opened_ != nullptr && opened_->is_of_loggers() && is_no_response(judged)) {
    ++passed_over[kNoResponse];
    return;
  }
  take_or_open(value.capacity, 0, judged, passed_over, take);
}

// A text is a response, or has some in it.
void Judge::judge_string(const EnvelopeValue& value, Judged& judged, PassedOverCounts& passed_over,
                         const Take& take) {
  judge_text(value.text.data(), value.text.size(), value.capacity, judged);
  if (!judged.error)
    take_or_open(value.capacity, 0, judged, passed_over, take);
  else if (!judge_documents(value.text, value.capacity, 0, judged, passed_over, take))
    ++passed_over[kNoObject];
}

// False if there are none.
bool Judge::judge_documents(std::string_view text, std::size_t capacity, std::size_t level,
                            Judged& judged, PassedOverCounts& passed_over, const Take& take) {
  Level& here = levels_[level];
  here.spans.clear();
  TextScanner scanner(text_options_);
  scanner.scan(text, true, here.spans);
  for (const Span& span : here.spans) {
    const char* const data = text.data() + span.begin;
    const TextEncoding encoding = encoding_of({data, span.size}, span.encoding);
    std::size_t readable = capacity - span.begin;
    if (span.syntax != ErrorCode::ok) {
      between_documents(span.syntax, judged);
    } else if (encoding != TextEncoding::plain) {
      decode_text({data, span.size}, encoding, here.decoded);
      judge_decoded(here.decoded, judged);
      readable = here.decoded.size();
    } else {
      judge_text(data, span.size, readable, judged);
    }
    if (is_other(span.behind_document, judged)) {
      ++passed_over[kNoResponse];
      continue;
    }
    take_or_open(readable, level, judged, passed_over, take);
  }
  return !here.spans.empty();
}

// Takes what was judged, but for a logger's line: of that the documents in its text, or the object
// there, are judged. From its first byte on, `capacity` bytes can be read.
void Judge::take_or_open(std::size_t capacity, std::size_t level, Judged& judged,
                         PassedOverCounts& passed_over, const Take& take) {
  const FoundValue logged = logged_in(judged);
  if (logged.type == JsonType::none) {
    take();
    part_.size = 0;  // the bytes are those of the first one
    return;
  }
  const std::string_view line = judged.body;
  if (level < kMostLevels &&
      open_logged(logged, line, capacity, level + 1, judged, passed_over, take))
    return;
  ++passed_over[holds_response(line) ? kElsewhere : kNoObject];
}

// What was judged may be a logger's line: a message that no gateway has written, or what is no
// response at all. Then what the logger was given; else nothing.
FoundValue Judge::logged_in(Judged& judged) {
  static const LogPreset* const logger = find_preset("logger");
  if (judged.verdict == Verdict::message) {
    if (!is_log_line(judged.body)) return {};
    if (judged.preset == nullptr) judged.preset = logger;
    return {JsonType::string, judged.response.message.raw(), judged.response.message.escaped()};
  }
  if (judged.verdict != Verdict::violation) return {};
  const LogPreset* const preset = recognise(judged.body);
  if (preset == nullptr || !preset->is_of_loggers()) return {};
  const auto number = static_cast<std::size_t>(std::find(loggers_.begin(), loggers_.end(), preset) -
                                               loggers_.begin());
  if (logged_.scan(judged.body)) return {};
  if (judged.preset == nullptr) judged.preset = preset;
  return logged_.found(number);
}

// False if no response is there. `line` can be read as far as `capacity` says.
bool Judge::open_logged(const FoundValue& logged, std::string_view line, std::size_t capacity,
                        std::size_t level, Judged& judged, PassedOverCounts& passed_over,
                        const Take& take) {
  const auto readable_at = [&](const char* at) {
    return capacity - static_cast<std::size_t>(at - line.data());
  };
  if (logged.type == JsonType::object) {
    const std::size_t readable = readable_at(logged.raw.data());
    judge_text(logged.raw.data(), logged.raw.size(), readable, judged);
    if (is_no_response(judged)) return false;
    take_or_open(readable, level, judged, passed_over, take);
    return true;
  }
  if (logged.type != JsonType::string) return false;
  const DecodedText text =
      levels_[level - 1].decoder.decode(logged.raw, logged.escaped, Decoding::automatic, budget_);
  return judge_documents(text.text, text.copied ? text.capacity : readable_at(text.text.data()),
                         level, judged, passed_over, take);
}

// Loggers are given objects of all kinds; one may be a logger's line again.
bool Judge::is_no_response(Judged& judged) {
  return judged.verdict == Verdict::violation && !looks_like_response(judged.body) &&
         logged_in(judged).type == JsonType::none;
}

bool Judge::is_log_line(std::string_view message) {
  const LogPreset* const preset = recognise(message);
  return (preset != nullptr && preset->at[0] == "/message") || holds_response(message);
}

// Good or bad, in an object or a text of a document that is none; of a known log, not where its
// pointers have led already.
bool Judge::holds_response(std::string_view document, const LogPreset* preset) {
  if (!may_hold_response(document)) return false;
  if (document.size() > ResponsesInside::kLongestDocument) return true;
  const std::vector<InsidePlace> places = inside_.find(document);
  return std::any_of(places.begin(), places.end(), [&](const InsidePlace& place) {
    return place.what == InsidePlace::What::response &&
           (preset == nullptr ||
            (!is_of_request(place.pointer) &&
             std::find(preset->at.begin(), preset->at.end(), place.pointer) == preset->at.end()));
  });
}

}  // namespace leadscan::audit
