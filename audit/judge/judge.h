// Judge: the verdict on a record, with everything that is known about it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/judge/envelope.h"
#include "audit/judge/envelope_path.h"
#include "audit/judge/lines_ahead.h"
#include "audit/judge/log_presets.h"
#include "audit/judge/responses_inside.h"
#include "audit/records/for_each_record.h"
#include "audit/records/text_scanner.h"
#include "leadscan/leadscan.h"

namespace leadscan::audit {

inline constexpr std::size_t kVerdictCount = static_cast<std::size_t>(Verdict::too_large) + 1;
constexpr std::size_t index_of(Verdict verdict) { return static_cast<std::size_t>(verdict); }
// Neither a response of the API nor one of its siblings.
constexpr bool is_bad(Verdict verdict) { return verdict >= Verdict::violation; }

// Why something was passed over: it is no record, and changes no exit code.
enum class PassedOver : std::uint8_t {
  no_object,    // a line, or a text in an envelope, without a document
  no_match,     // a line without the text that was asked for
  no_response,  // an envelope without anything where the response should be
  other_call,   // of an HTTP archive: not the API's, or not its operation
  // Of what was known by its members: nothing where such logs have it, but a response elsewhere,
  // good or bad. This one does change the exit code.
  response_elsewhere,
  api_member,  // a line without a document that has the name of a member of the API
};
inline constexpr std::size_t kPassedOver = static_cast<std::size_t>(PassedOver::api_member) + 1;
std::string_view name_of(PassedOver why) noexcept;  // as JSON spells it
// "line without an object"; of several, "lines ...".
std::string_view describe(PassedOver why, bool several) noexcept;
using PassedOverCounts = std::array<std::uint64_t, kPassedOver>;
using FormatCounts = std::array<std::uint64_t, kLogPresets>;

struct JudgeOptions {
  std::size_t max_record = std::size_t{16} << 20;
  // JSON Pointers: the member of an envelope that holds the response; and the one that holds the
  // HTTP status. Without the second, a member called status, statusCode, status_code, httpStatus
  // or http_status beside the first is taken.
  std::optional<std::string> at;
  std::optional<std::string> status_at;
  Decoding decoding = Decoding::automatic;
  // Of which kind the logs are; null: those that are recognised, are.
  const LogPreset* log = nullptr;
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
  const LogPreset* preset = nullptr;        // of the log whose envelope it was in
};

// The last two members of a violation in words, for every output.
std::string expected_of(const Violation& violation);
std::string_view found_of(const Violation& violation);

// One thread at a time; keeps buffers for the longest record seen. Throws std::bad_alloc where
// there is no memory for them: the record then has no verdict, and the next one may be judged.
class Judge {
 public:
  explicit Judge(const JudgeOptions& options);

  // Calls `take` for each response in a record, with `judged` filled in; `judged.record` is then
  // this record, or the part of it that the response is in, which may have no bytes of its own if
  // another response is there already. What is passed over is counted.
  using Take = std::function<void()>;
  void judge(const Record& record, const MemberInfo& member, Judged& judged,
             PassedOverCounts& passed_over, const Take& take);
  // The last response in it; false if there is none.
  bool judge(const Record& record, const MemberInfo& member, Judged& judged);

  // Whether records are their lines, so that judge_line() will do.
  bool judges_lines() const { return explicit_ == nullptr && preset_ == nullptr; }
  // Judges the first line of `text`, which the parser finds the end of: `size`, without its LF.
  // False if the line is blank, and so no record. Sets the record's bytes, not where they are.
  // The same verdicts as for_each_record() and judge() give, but for messages that is_log_line() is
  // to be asked for.
  bool judge_line(std::string_view text, const MemberInfo& member, Record& record, Judged& judged,
                  std::size_t& size) {
    judged.error = parser_.parse_line(text, judged.response, size);
    record.data = text.data();
    record.size = without_line_end(text.substr(0, size)).size();
    record.too_large = false;
    judged.record = &record;
    judged.member = &member;
    judged.body = record.bytes();
    judged.verdict = leadscan::internal::verdict_of(judged.response.family);
    judged.violations = {};
    return !judged.error || is_bad_record(size, record, judged);
  }

  // Judges the first line of `text`, which begins with a brace, if it is a document to its last
  // byte apart from white space, and no envelope of a known kind; else false, and nothing is known.
  // More lines of it may have been read: start_text() in front of another text, or the same with
  // other bytes, end_text() behind it, and forget_ahead() in front of what else judges.
  bool accept_line(std::string_view text, const MemberInfo& member, Record& record, Judged& judged,
                   std::size_t& size) {
    judged.error = ahead_.read(parser_, text, judged.response, size);
    const bool is_message = judged.response.family == Family::message;
    const std::string_view line = text.substr(0, size);
    const bool is_json = !judged.error || is_violation(judged.error.code);
    const LogPreset* const preset =
        is_json && (judged.error || is_message) ? recognise(line) : nullptr;
    const bool is_document =
        is_json && preset == nullptr && !(is_message && !judged.error && holds_response(line));
    ahead_.found(is_document);
    if (!is_document) [[unlikely]] {
      forget_ahead();
      if (!is_json)
        refused_ = {without_line_end(line), judged.error, judged.response};
      else if (preset != nullptr)
        recognised_ = {without_line_end(line), preset};
      return false;
    }
    record.data = text.data();
    record.size = size;
    while (record.size > 0 && text[record.size - 1] != '}') --record.size;
    record.too_large = false;
    if (record.size > options_.max_record) return false;
    judged.record = &record;
    judged.member = &member;
    judged.body = record.bytes();
    judged.verdict = leadscan::internal::verdict_of(judged.response.family);
    judged.violations = {};
    if (judged.error) judged.violations = parser_.violations();
    return true;
  }

  // What accept_line() would say of lines that were read ahead, where each is a response from its
  // first byte to its last; empty where something else comes. accept() is for one of them.
  std::span<const LineResult> accept_lines(std::string_view text) {
    return ahead_.responses(parser_, text, options_.max_record);
  }
  static void accept(const LineResult& line, const Record& record, const MemberInfo& member,
                     Judged& judged) {
    judged.record = &record;
    judged.member = &member;
    judged.body = record.bytes();
    judged.verdict = verdict_on(line);
    judged.error = {};
    judged.response = line.response;
    judged.violations = {};
    judged.http_status.reset();
  }
  static Verdict verdict_on(const LineResult& line) {
    return leadscan::internal::verdict_of(line.response.family);
  }

  // Whether a document that is a gateway's message by its members is a line of a logger's or an
  // event of a shipper's, which no gateway has written: by a member that theirs have not, or by a
  // response in it.
  bool is_log_line(std::string_view message);

  // Of the line that it accepted: LineResult::shape, of one parser for all that a Judge judges.
  std::uint32_t shape() const { return ahead_.shape(); }

  void forget_ahead() { ahead_.forget(); }
  void start_text() {
    end_text();  // what a text left where memory was short
    ahead_.start();
  }
  // Its bytes may go.
  void end_text() {
    refused_ = {};
    recognised_ = {};
  }

  // The verdict on a record that was too long to keep.
  static void too_large(const Record& record, const MemberInfo& member, std::size_t max_record,
                        Judged& judged);

 private:
  // What text there is in a record, and in the texts in it.
  static constexpr std::size_t kMostLevels = 4;
  struct Level {
    EnvelopeDecoder decoder;
    std::vector<Span> spans;
    std::string decoded;
  };
  // Where a log's pointers led to, and what is there.
  struct Element {
    std::size_t offset;
    std::size_t length;
    std::size_t pointer;  // which of them found something there
    bool found;
    PassedOver why;  // if nothing was found
    friend bool operator<(const Element& a, const Element& b) {
      return a.offset != b.offset ? a.offset < b.offset : a.length < b.length;
    }
  };
  using Visit = std::function<void(const EnvelopeValue&, const Record&, const Take&)>;

  bool is_bad_record(std::size_t line_size, Record& record, Judged& judged);
  void open_known(const LogPreset& preset, const Record& record, Judged& judged,
                  PassedOverCounts& passed_over, const Take& take);
  void open_log(const LogPreset& preset, const Record& record, Judged& judged,
                PassedOverCounts& passed_over, const Take& take);
  void open_at_first(const LogPreset& preset, const Record& record, Judged& judged,
                     PassedOverCounts& passed_over, const Take& take);
  void open_at_all(const LogPreset& preset, const Record& record, Judged& judged,
                   PassedOverCounts& passed_over, const Take& take);
  bool look_at(EnvelopePath& path, const Record& record, Judged& judged,
               PassedOverCounts& passed_over, const Take& take);
  bool open_envelope(EnvelopePath& path, const Record& record, bool has_bytes, Judged& judged,
                     const Take& take, const Visit& visit);
  const LogPreset* preset_of(std::string_view document);
  bool is_preview(const LogPreset& preset, const Record& record);
  bool holds_response(std::string_view document, const LogPreset* preset = nullptr);
  void open_har(const Record& record, Judged& judged, PassedOverCounts& passed_over,
                const Take& take);
  void open_har_entry(const Record& record, Judged& judged, PassedOverCounts& passed_over,
                      const Take& take);
  void set_part(const Record& record, const EnvelopeValue& value);
  void judge_value(const EnvelopeValue& value, const Record& record, Judged& judged,
                   PassedOverCounts& passed_over, const Take& take);
  void judge_string(const EnvelopeValue& value, Judged& judged, PassedOverCounts& passed_over,
                    const Take& take);
  bool judge_documents(std::string_view text, std::size_t capacity, std::size_t level,
                       Judged& judged, PassedOverCounts& passed_over, const Take& take);
  void take_or_open(std::size_t capacity, std::size_t level, Judged& judged,
                    PassedOverCounts& passed_over, const Take& take);
  FoundValue logged_in(Judged& judged);
  bool open_logged(const FoundValue& logged, std::string_view line, std::size_t capacity,
                   std::size_t level, Judged& judged, PassedOverCounts& passed_over,
                   const Take& take);
  bool is_no_response(Judged& judged);
  EnvelopePath& path_of(const LogPreset& preset, std::size_t number);
  void judge_text(const char* data, std::size_t size, std::size_t capacity, Judged& judged);
  void judge_decoded(std::string& decoded, Judged& judged);
  TextEncoding encoding_of(std::string_view text, TextEncoding encoding);
  static bool is_other(bool is_behind_document, const Judged& judged);
  static void judge_error(const Error& error, Judged& judged);
  static void between_documents(ErrorCode code, Judged& judged);

  JudgeOptions options_;
  Parser parser_;
  LinesAhead ahead_;
  // The line that accept_line() refused last, mostly the very record that is judged then.
  struct {
    std::string_view bytes;
    Error error;
    LeadResponse response;
  } refused_;
  // The same of one that is of a known log.
  struct {
    std::string_view bytes;
    const LogPreset* preset = nullptr;
  } recognised_;
  std::unique_ptr<EnvelopePath> explicit_;  // of options_.at
  const LogPreset* preset_ = nullptr;       // of options_.log, if it has documents
  const LogPreset* opened_ = nullptr;       // whose pointers are looked at in the record
  std::unique_ptr<EnvelopePath> har_body_;
  std::array<std::array<std::unique_ptr<EnvelopePath>, 4>, kLogPresets> paths_;  // as needed
  std::unique_ptr<EnvelopePath> har_entries_;
  PointerFinder har_;
  PointerFinder preview_;
  PointerFinder logged_;                   // by the number in loggers_
  std::vector<const LogPreset*> loggers_;  // is_of_loggers()
  TextScanner::Options text_options_;
  std::array<Level, kMostLevels + 1> levels_;
  std::size_t budget_ = 0;  // bytes that decompression may still make of a message
  std::vector<Element> elements_;
  ResponsesInside inside_;
  Record part_;
  Record quoted_;
  std::size_t lines_up_to_ = 0;  // of the record that part_ is of: its lines up to there
  std::uint64_t lines_ = 0;
  std::string decoded_;
  std::string envelope_;  // decoded
};

}  // namespace leadscan::audit
