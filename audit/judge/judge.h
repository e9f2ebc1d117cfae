// Judge: the verdict on a record, with everything that is known about it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "audit/judge/envelope.h"
#include "audit/records/for_each_record.h"
#include "leadscan/leadscan.h"

namespace leadscan::audit {

inline constexpr std::size_t kVerdictCount = static_cast<std::size_t>(Verdict::too_large) + 1;
constexpr std::size_t index_of(Verdict verdict) { return static_cast<std::size_t>(verdict); }
// Neither a response of the API nor one of its siblings.
constexpr bool is_bad(Verdict verdict) { return verdict >= Verdict::violation; }

struct JudgeOptions {
  std::size_t max_record = std::size_t{16} << 20;
  // JSON Pointers: the member of an envelope that holds the response; and the one that holds the
  // HTTP status. Without the second, a member called status, statusCode, status_code, httpStatus
  // or http_status beside the first is taken.
  std::optional<std::string> at;
  std::optional<std::string> status_at;
};

// Views: into the record, or into the Judge, until it judges the next one.
struct Judged {
  const Record* record = nullptr;  // data is null if it was too long to keep
  const MemberInfo* member = nullptr;
  std::string_view body;  // the response's JSON: the record, or what the envelope holds, decoded
  Verdict verdict = Verdict::malformed;
  Error error;  // its offset counts from the body, or from the record if there is no body
  LeadResponse response;
  std::span<const Violation> violations;
  std::optional<std::int64_t> http_status;  // the envelope's
};

// The last two members of a violation in words, for every output.
std::string expected_of(const Violation& violation);
std::string_view found_of(const Violation& violation);

// One thread at a time; keeps buffers for the longest record seen. Throws std::bad_alloc where
// there is no memory for them: the record then has no verdict, and the next one may be judged.
class Judge {
 public:
  explicit Judge(const JudgeOptions& options);

  // False if it is no record of the API: an entry of an HTTP archive that is about something else.
  bool judge(const Record& record, const MemberInfo& member, Judged& judged);

  // Whether records are their lines, so that judge_line() will do.
  bool judges_lines() const { return !options_.at; }
  // Judges the first line of `text`, which the parser finds the end of: `size`, without its LF.
  // False if the line is blank, and so no record. Sets the record's bytes, not where they are.
  // The same verdicts as for_each_record() and judge() give.
  bool judge_line(std::string_view text, const MemberInfo& member, Record& record, Judged& judged,
                  std::size_t& size) {
    judged.error = parser_.parse_line(text, judged.response, size);
    record.data = text.data();
    record.size = without_line_end(text.substr(0, size)).size();
    record.too_large = false;
    judged.record = &record;
    judged.member = &member;
    judged.body = record.bytes();
    judged.verdict = kVerdictOf[static_cast<std::size_t>(judged.response.family)];
    judged.violations = {};
    return !judged.error || is_bad_record(size, record, judged);
  }

  // Judges the first line of `text` if it is a response from its first byte to its last, apart from
  // white space behind it; else false, and nothing is known.
  bool accept_line(std::string_view text, const MemberInfo& member, Record& record, Judged& judged,
                   std::size_t& size) {
    judged.error = parser_.parse_line(text, judged.response, size);
    if (judged.error) return false;
    record.data = text.data();
    record.size = size;
    while (record.size > 0 && text[record.size - 1] != '}') --record.size;
    record.too_large = false;
    if (record.size > options_.max_record) return false;
    judged.record = &record;
    judged.member = &member;
    judged.body = record.bytes();
    judged.verdict = kVerdictOf[static_cast<std::size_t>(judged.response.family)];
    judged.violations = {};
    return true;
  }

  // The verdict on a record that was too long to keep.
  static void too_large(const Record& record, const MemberInfo& member, std::size_t max_record,
                        Judged& judged);

 private:
  // By Family.
  static constexpr Verdict kVerdictOf[] = {Verdict::violation, Verdict::created, Verdict::update,
                                           Verdict::failure, Verdict::message};

  bool is_bad_record(std::size_t line_size, Record& record, Judged& judged);
  bool open_envelope(const Record& record, Judged& judged);
  bool open_har_entry(const Record& record, Judged& judged);
  void judge_body(const FoundValue& body, const Record& record, Judged& judged);
  void judge_text(const char* data, std::size_t size, std::size_t capacity, Judged& judged);
  void judge_decoded(Judged& judged);
  void judge_encoded(const Record& record, Judged& judged);
  static void between_documents(ErrorCode code, Judged& judged);
  void no_object(JsonType found, Judged& judged);
  std::optional<std::int64_t> status(const FoundValue& value) const;

  JudgeOptions options_;
  Parser parser_;
  PointerFinder envelope_;
  std::size_t status_count_ = 0;
  PointerFinder har_;
  std::string decoded_;
  Violation own_violation_;
};

}  // namespace leadscan::audit
