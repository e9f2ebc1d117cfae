// Verdicts: on lines, on what envelopes hold, and on the entries of HTTP archives.
#include "audit/judge/judge.h"

#include <gtest/gtest.h>

#include "audit/judge/response_signs.h"
#include "audit/judge/testing.h"

namespace leadscan::audit {
namespace {

const std::string kCreated =
    R"({"dsLeadOpportunityId":"A-1","partnerLeadOpportunityId":"P-1","action":"create",)"
    R"("info":{"success":true,"statusCode":201}})";

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

struct Result {
  bool is_record = false;
  Verdict verdict{};
  ErrorCode code{};
  std::uint64_t offset = 0;
  std::string body;
  std::string ds_id;
  std::optional<std::int64_t> status;
  std::vector<Violation> violations;
};

Result judge(const JudgeOptions& options, std::string_view text,
             RecordMode mode = RecordMode::ndjson, ErrorCode syntax = ErrorCode::ok) {
  Judge judge(options);
  const MemberInfo member = member_of(0, mode);
  const PaddedText padded(text);
  Record record = padded.record();
  record.syntax = syntax;
  record.har_entry = mode == RecordMode::har;
  Result result;
  // The second time with all buffers and layouts there.
  for (int time = 0; time < 2; ++time) {
    Judged judged;
    result.is_record = judge.judge(record, member, judged);
    if (!result.is_record) continue;
    EXPECT_GE(judged.record->data, record.data);
    EXPECT_EQ(judged.member, &member);
    result = {true,
              judged.verdict,
              judged.error.code,
              judged.error.offset,
              std::string(judged.body),
              std::string(judged.response.ds_lead_opportunity_id.raw()),
              judged.http_status,
              {judged.violations.begin(), judged.violations.end()}};
  }
  return result;
}

TEST(Judge, Documents) {
  EXPECT_EQ(judge({}, kCreated).verdict, Verdict::created);
  EXPECT_EQ(judge({}, kCreated).ds_id, "A-1");
  EXPECT_EQ(judge({}, R"({"message":"no"})").verdict, Verdict::message);
  EXPECT_EQ(judge({}, R"({"info":{"success":false},"data":null})").verdict, Verdict::failure);
  EXPECT_EQ(judge({}, R"({"info":{"success":true},"data":{}})").verdict, Verdict::update);
  EXPECT_EQ(judge({}, "{}").violations.size(), 4u);
  EXPECT_EQ(judge({}, "[]").violations.size(), 1u);
  EXPECT_EQ(judge({}, kCreated.substr(0, 50)).verdict, Verdict::truncated);
  EXPECT_EQ(judge({}, "<html>").verdict, Verdict::malformed);
}

TEST(Judge, TooLongRecords) {
  JudgeOptions options;
  options.max_record = kCreated.size();
  EXPECT_EQ(judge(options, kCreated).verdict, Verdict::created);
  Record record;
  record.too_large = true;
  const MemberInfo member = member_of(0);
  Judge small({.max_record = 10, .at = {}, .status_at = {}});
  Judged judged;
  EXPECT_TRUE(small.judge(record, member, judged));
  EXPECT_EQ(judged.verdict, Verdict::too_large);
  EXPECT_EQ(judged.error.offset, 10u);
}

TEST(Judge, LinesAreJudgedAsRecordsAre) {
  const std::vector<std::string> lines = {
      kCreated,     kCreated + "\r", "",     " \t\r",         "{}",
      "<html>\r",   "{\"a\":\r",     "null", "  " + kCreated, kCreated + "x",
      "\r{\"a\":1}"};
  Judge by_line({});
  Judge by_record({});
  const MemberInfo member = member_of(0);
  for (int time = 0; time < 2; ++time)
    for (const std::string& line : lines) {
      const PaddedText padded(line + "\n" + kCreated + "\n");
      Record record;
      Judged judged;
      std::size_t size = 0;
      const bool is_record =
          by_line.judge_line(padded.record().bytes(), member, record, judged, size);
      EXPECT_EQ(size, line.size());
      const std::size_t without_cr = line.size() - line.ends_with('\r');
      EXPECT_EQ(is_record, !is_blank_line(line)) << line;
      if (!is_record) continue;
      EXPECT_EQ(record.bytes(), line.substr(0, without_cr));
      const PaddedText alone(record.bytes());
      const Record expected = alone.record();
      Judged other;
      EXPECT_TRUE(by_record.judge(expected, member, other));
      EXPECT_EQ(judged.verdict, other.verdict) << line;
      EXPECT_EQ(judged.error, other.error) << line;
      EXPECT_EQ(judged.body, other.body) << line;
    }
}

TEST(Judge, CarriageReturnOfALineDoesNotCount) {
  Judge judge({.max_record = kCreated.size(), .at = {}, .status_at = {}});
  const MemberInfo member = member_of(0);
  const auto is_too_large = [&](const std::string& line) {
    const PaddedText padded(line + "\n{}");
    Record record;
    Judged judged;
    std::size_t size = 0;
    EXPECT_TRUE(judge.judge_line(padded.record().bytes(), member, record, judged, size));
    EXPECT_EQ(size, line.size());
    EXPECT_EQ(record.too_large, judged.verdict == Verdict::too_large);
    // What is too long is not looked into, not even at its end.
    EXPECT_EQ(record.bytes(), record.too_large ? line : kCreated);
    return record.too_large;
  };
  // The second time the layout is known.
  for (int time = 0; time < 3; ++time) {
    EXPECT_FALSE(is_too_large(kCreated));
    EXPECT_FALSE(is_too_large(kCreated + "\r"));
    EXPECT_TRUE(is_too_large(kCreated + " "));
    EXPECT_TRUE(is_too_large(kCreated + "\r\r"));
  }
}

TEST(Judge, BetweenDocuments) {
  const auto at = [](ErrorCode code) { return judge({}, "", RecordMode::json, code); };
  EXPECT_EQ(at(ErrorCode::expected_comma).verdict, Verdict::malformed);
  EXPECT_EQ(at(ErrorCode::expected_comma).code, ErrorCode::expected_comma);
  EXPECT_EQ(at(ErrorCode::truncated).verdict, Verdict::truncated);
}

JudgeOptions at(std::string_view pointer, std::optional<std::string> status = {}) {
  JudgeOptions options;
  options.at = std::string(pointer);
  options.status_at = std::move(status);
  return options;
}

TEST(Envelope, AsObjectAndAsString) {
  const Result object = judge(at("/r/body"), R"({"r":{"status":201,"body":)" + kCreated + "}}");
  EXPECT_EQ(object.verdict, Verdict::created);
  EXPECT_EQ(object.body, kCreated);
  EXPECT_EQ(object.status, 201);
  const Result string =
      judge(at("/r/body"), R"({"r":{"body":)" + json_string(kCreated) + R"(,"status":"500"}})");
  EXPECT_EQ(string.verdict, Verdict::created);
  EXPECT_EQ(string.body, kCreated);
  EXPECT_EQ(string.ds_id, "A-1");
  EXPECT_EQ(string.status, 500);
  EXPECT_EQ(judge(at(""), kCreated).verdict, Verdict::created);
  EXPECT_EQ(judge(at("/1"), "[0," + kCreated + "]").verdict, Verdict::created);
}

TEST(Envelope, WhatIsWrongInIt) {
  const Result cut = judge(at("/body"), R"({"body":)" + json_string(kCreated.substr(0, 40)) + "}");
  EXPECT_EQ(cut.verdict, Verdict::truncated);
  EXPECT_EQ(cut.offset, 40u);
  // What is no response is passed over: nothing, or a text without a document.
  for (const char* text : {"{}", R"({"x":{"body":{}}})", "[]", R"({"body":null})",
                           R"({"body":"<html>"})", R"({"body":""})", R"({"body":"at {} x"})"})
    EXPECT_FALSE(judge(at("/body"), text).is_record) << text;
  for (const char* text : {R"({"body":1})", R"({"body":[]})"}) {
    const Result other = judge(at("/body"), text);
    EXPECT_EQ(other.verdict, Verdict::violation);
    ASSERT_EQ(other.violations.size(), 1u);
    EXPECT_EQ(rule_of(other.violations[0].code), "type");
  }
}

TEST(Envelope, WhatIsPassedOverIsCounted) {
  Judge judge(at("/a/*"));
  const std::string text = R"({"a":[null,"text",)" + kCreated + ",\"x " + kCreated.substr(0, 1) +
                           R"(\"b\":1} and {\"c\":2}",1]})";
  const PaddedText padded(text);
  const Record record = padded.record();
  Judged judged;
  PassedOverCounts passed_over{};
  std::vector<std::string> records;
  judge.judge(record, member_of(0), judged, passed_over, [&] {
    records.push_back(std::string(name_of(judged.verdict)) + ' ' +
                      std::string(judged.record->bytes().substr(0, 4)));
  });
  // Two documents in one text: its bytes are those of the first.
  EXPECT_EQ(records, (std::vector<std::string>{"created {\"ds", "violation \"x {", "violation ",
                                               "violation 1"}));
  EXPECT_EQ(passed_over[static_cast<std::size_t>(PassedOver::no_response)], 1u);
  EXPECT_EQ(passed_over[static_cast<std::size_t>(PassedOver::no_object)], 1u);
}

TEST(Envelope, BrokenItself) {
  EXPECT_EQ(judge(at("/body"), R"({"body":)" + kCreated).verdict, Verdict::truncated);
  const Result bad = judge(at("/body"), R"({"body":)" + kCreated + ",}");
  EXPECT_EQ(bad.verdict, Verdict::malformed);
  EXPECT_EQ(bad.offset, 9 + kCreated.size());
}

TEST(Envelope, WhereTheStatusStands) {
  for (const char* name : {"status", "statusCode", "status_code", "httpStatus", "http_status"})
    EXPECT_EQ(
        judge(at("/body"), std::string("{\"") + name + "\":404,\"body\":" + kCreated + "}").status,
        404)
        << name;
  const std::string both = R"({"a":{"s":1},"status":2,"body":)" + kCreated + "}";
  EXPECT_EQ(judge(at("/body", "/a/s"), both).status, 1);
  EXPECT_EQ(judge(at("/body", "/none"), both).status, std::nullopt);
  for (const char* value : {"2.5", "null", "\"OK\"", "\"2 \"", "{}"})
    EXPECT_EQ(
        judge(at("/body"), std::string(R"({"status":)") + value + ",\"body\":" + kCreated + "}")
            .status,
        std::nullopt)
        << value;
}

// Four texts in each other are opened; what is deeper is told, not judged.
TEST(Loggers, TextsInTexts) {
  std::string text = kCreated;
  for (int level = 1; level <= 6; ++level) {
    text = R"({"level":"info","message":)" + json_string(text) + "}";
    Judge judge({});
    const PaddedText padded(text);
    Judged judged;
    PassedOverCounts passed_over{};
    int records = 0;
    judge.judge(padded.record(), member_of(0), judged, passed_over, [&] {
      ++records;
      EXPECT_EQ(judged.verdict, Verdict::created);
      EXPECT_EQ(judged.body, kCreated);
      EXPECT_EQ(judged.record->size, text.size());
      EXPECT_EQ(judged.preset, find_preset("logger"));
    });
    EXPECT_EQ(records, level < 5 ? 1 : 0);
    EXPECT_EQ(passed_over[static_cast<std::size_t>(PassedOver::response_elsewhere)],
              level < 5 ? 0u : 1u);
  }
}

TEST(Loggers, SeveralDocumentsInAText) {
  const std::string text =
      R"({"level":"info","message":)" + json_string(kCreated + " and " + kCreated) + "}";
  Judge judge({});
  const PaddedText padded(text);
  Judged judged;
  PassedOverCounts passed_over{};
  std::vector<std::size_t> sizes;
  judge.judge(padded.record(), member_of(0), judged, passed_over,
              [&] { sizes.push_back(judged.record->size); });
  EXPECT_EQ(sizes, (std::vector<std::size_t>{text.size(), 0}));
}

// Monolog's last part: what its processors add, in JSON.
TEST(Loggers, WhatIsBehindADocument) {
  const std::string bad = R"({"dsLeadOpportunityId":"A"})";
  for (const auto& [text, verdict] :
       {std::pair<std::string, std::optional<Verdict>>{R"({"uid":"a1"})", {}},
        {bad, Verdict::violation},
        {kCreated, Verdict::created},
        {R"({"message":"Forbidden"})", Verdict::message},
        {R"({"data":)" + bad + "}", Verdict::violation},
        {R"({"uid":)", Verdict::truncated}}) {
    const std::string line = "INFO: got " + kCreated + " " + text;
    for (const std::string& envelope :
         {line, R"({"level":"info","message":)" + json_string(line) + "}"}) {
      Judge judge({});
      const PaddedText padded(envelope == line ? text : envelope);
      Record record = padded.record();
      record.behind_document = envelope == line;
      Judged judged;
      PassedOverCounts passed_over{};
      std::vector<Verdict> verdicts;
      judge.judge(record, member_of(0), judged, passed_over,
                  [&] { verdicts.push_back(judged.verdict); });
      std::vector<Verdict> expected;
      if (envelope != line) expected.push_back(Verdict::created);
      if (verdict) expected.push_back(*verdict);
      EXPECT_EQ(verdicts, expected) << text;
      EXPECT_EQ(passed_over[static_cast<std::size_t>(PassedOver::no_response)], verdict ? 0u : 1u);
    }
  }
}

TEST(ResponseSigns, OfGoodAndBadOnes) {
  EXPECT_TRUE(looks_like_response(kCreated));
  for (std::size_t size : {60, 90}) EXPECT_TRUE(looks_like_response(kCreated.substr(0, size)));
  for (const char* bad :
       {R"({"dsLeadOpportunityId":7})", R"({"partnerLeadOpportunityId":"a","action":7})",
        R"({"info":{"success":"yes"}})", R"({"a":1,"info":{"statusCode":1,)",
        R"({"partnerLeadOpportunityId":"a")", R"({"a" 1,"dsLeadOpportunityId":"x"})"}) {
    EXPECT_TRUE(looks_like_response(bad)) << bad;
    EXPECT_TRUE(may_hold_response(json_string(bad))) << bad;
  }
  for (const char* other :
       {"{}", "", "[", R"({"info":{"title":"x"}})", R"({"info":"success","a":{"statusCode":1}})",
        R"({"partnerLeadOpportunityId":"a","lead":{}})", R"({"a":{"dsLeadOpportunityId":7}})",
        R"(["dsLeadOpportunityId"])", "{dsLeadOpportunityId}"})
    EXPECT_FALSE(looks_like_response(other)) << other;
  EXPECT_FALSE(may_hold_response(R"({"message":"Forbidden","info":"x"})"));
}

std::string entry(std::string_view url, std::string_view content) {
  return R"({"request":{"url":")" + std::string(url) + R"("},"response":{"status":201,"content":)" +
         std::string(content) + "}}";
}

TEST(Har, EntriesThatAreTheApis) {
  const auto judge_entry = [](const std::string& text) { return judge({}, text, RecordMode::har); };
  const std::string text = json_string(kCreated);
  EXPECT_EQ(
      judge_entry(entry("https://x/y", R"({"mimeType":"application/JSON","text":)" + text + "}"))
          .verdict,
      Verdict::created);
  EXPECT_EQ(judge_entry(entry("https://x/leads-opportunities", R"({"text":)" + text + "}")).status,
            201);
  EXPECT_FALSE(judge_entry(entry("https://x/logo", R"({"mimeType":"image/png","text":"iVBORw0="})"))
                   .is_record);
  EXPECT_FALSE(judge_entry(entry("https://x/y", "{}")).is_record);
  // Ours, but without a body.
  EXPECT_FALSE(judge_entry(entry("https://x/leads-opportunities", "{}")).is_record);
  EXPECT_EQ(judge_entry(entry("https://x/leads-opportunities",
                              R"({"encoding":"base64","text":"eyJtZXNzYWdlIjoieCJ9"})"))
                .verdict,
            Verdict::message);
  EXPECT_EQ(judge_entry(entry("https://x/leads-opportunities",
                              R"({"encoding":"base64","text":"not base64"})"))
                .verdict,
            Verdict::malformed);
  EXPECT_EQ(judge_entry("{\"request\":").verdict, Verdict::truncated);
}

// A line that is refused is mostly judged next, of which the answer is known.
TEST(Judge, RefusedLines) {
  Judge judge({});
  const MemberInfo member = member_of(0, RecordMode::ndjson);
  const std::size_t wrong = kCreated.find(":\"create");
  std::string text = kCreated + "\r\n" + kCreated + "\n";
  text[wrong] = '@';
  const std::size_t size = text.find('\r');
  const auto refuse = [&] {
    Record record;
    Judged judged;
    std::size_t taken = 0;
    judge.start_text();
    EXPECT_FALSE(judge.accept_line(text, member, record, judged, taken));
  };
  const auto verdict = [&](std::size_t offset, std::size_t length) {
    Record record;
    record.data = text.data() + offset;
    record.size = record.capacity = length;
    Judged judged;
    EXPECT_TRUE(judge.judge(record, member, judged));
    EXPECT_TRUE(judged.error || judged.verdict == Verdict::created);
    return judged.error.offset;
  };
  refuse();
  EXPECT_EQ(verdict(0, size), wrong);
  EXPECT_EQ(verdict(0, size), wrong) << "asked again";
  refuse();
  EXPECT_EQ(verdict(0, 30), 30u) << "a part of it";
  refuse();
  EXPECT_EQ(verdict(size + 2, kCreated.size()), 0u) << "another";
  refuse();
  judge.end_text();
  text[wrong] = ':';
  EXPECT_EQ(verdict(0, size), 0u) << "other bytes at its place";
}

}  // namespace
}  // namespace leadscan::audit
