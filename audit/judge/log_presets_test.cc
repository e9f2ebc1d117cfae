// The table of presets, and how logs are recognised.
#include "audit/judge/log_presets.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "audit/judge/envelope.h"
#include "audit/judge/envelope_path.h"

namespace leadscan::audit {
namespace {

std::string recognised(std::string_view text) {
  const LogPreset* preset = recognise(text);
  return preset == nullptr ? "-" : std::string(preset->name);
}

constexpr char kResponse[] =
    R"({"partnerLeadOpportunityId":"a","action":"create","info":{"success":true},"error":null})";

TEST(LogPresets, AreComplete) {
  std::set<std::string_view> names;
  for (const LogPreset& preset : log_presets()) {
    EXPECT_TRUE(names.insert(preset.name).second) << preset.name;
    EXPECT_EQ(find_preset(preset.name), &preset);
    EXPECT_FALSE(preset.writer.empty() || preset.writer.ends_with('.')) << preset.name;
    // Documents between the lines of a log that are told by themselves.
    const bool is_between = preset.shape == LogShape::lines && !preset.at[0].empty();
    const bool points =
        preset.shape == LogShape::documents || preset.shape == LogShape::har || is_between;
    EXPECT_EQ(!preset.at[0].empty(), points) << preset.name;
    std::vector<std::string> tokens;
    for (const std::string_view at : preset.at) EXPECT_TRUE(parse_pointer(at, tokens)) << at;
    for (const std::string_view at : preset.status_at) EXPECT_TRUE(parse_pointer(at, tokens)) << at;
    EXPECT_EQ(!preset.signs[0].name.empty(), preset.is_recognised && points) << preset.name;
  }
  for (const char* name : {"docker", "cri", "journald", "cloudwatch", "cloudtrail", "azure",
                           "elasticsearch", "kong", "apisix", "tyk", "nginx", "csv", "har"})
    EXPECT_TRUE(names.contains(name)) << name;
  EXPECT_EQ(find_preset(""), nullptr);
  EXPECT_EQ(find_preset("Docker"), nullptr);
}

// The pointers find the responses in what the kinds of logs look like.
TEST(LogPresets, FindResponses) {
  const auto found = [](std::string_view name, const std::string& record) {
    const LogPreset* preset = find_preset(name);
    EXPECT_NE(preset, nullptr) << name;
    std::string all;
    for (std::size_t i = 0; i < preset->at.size() && !preset->at[i].empty(); ++i) {
      EnvelopePathOptions options;
      parse_pointer(preset->at[i], options.at);
      options.decoding = preset->decoding;
      if (!preset->status_at[i].empty())
        parse_pointer(preset->status_at[i], options.status_at.emplace());
      EnvelopePath path(options);
      EXPECT_FALSE(path.scan(record, record.size(), [&](const EnvelopeValue& value) {
        if (value.type == JsonType::none) return;
        all += '[' + std::string(value.text) + ']';
        if (value.http_status) all += std::to_string(*value.http_status);
      }));
      if (!all.empty()) break;
    }
    return all;
  };
  EXPECT_EQ(found("docker", R"({"log":"{}\n","stream":"stdout","time":"x"})"), "[{}\n]");
  EXPECT_EQ(found("journald", R"({"MESSAGE":[123,125],"__CURSOR":"s"})"), "[{}]");
  EXPECT_EQ(found("cloudwatch", R"({"logEvents":[{"id":"1","message":"{}"}]})"), "[{}]");
  EXPECT_EQ(found("cloudtrail", R"({"Records":[{},{"a":1}]})"), "[{}][{\"a\":1}]");
  EXPECT_EQ(found("azure", R"({"records":[{"properties":{"backendResponseCode":400,)"
                           R"("backendResponseBody":"{}"}}]})"),
            "[{}]400");
  EXPECT_EQ(found("elasticsearch", R"({"hits":{"hits":[{"_id":"1","_source":{}}]}})"), "[{}]");
  EXPECT_EQ(found("elasticsearch", R"({"_index":"i","_source":{}})"), "[{}]");
  EXPECT_EQ(found("kong", R"({"response":{"status":201,"body":"{}"}})"), "[{}]201");
  EXPECT_EQ(found("tyk", R"({"response_code":201,"raw_response":"SFRUUC8xLjEgMjAxIE9LDQoNCnt9"})"),
            "[{}]201");
  EXPECT_EQ(found("splunk", R"({"preview":false,"result":{"_raw":"{}"}})"), "[{}]");
  EXPECT_EQ(found("splunk", R"({"results":[{"_raw":"{}"}]})"), "[{}]");
  EXPECT_EQ(found("gcp", R"({"insertId":"1","textPayload":"{}"})"), "[{}]");
  EXPECT_EQ(found("gelf", R"({"version":"1.1","short_message":"{}"})"), "[{}]");
  EXPECT_EQ(found("loki", R"({"data":{"result":[{"values":[["1","{}"],["2","{}"]]}]}})"),
            "[{}][{}]");
  EXPECT_EQ(found("newman", R"({"run":{"executions":[{"response":{"stream":{"type":"Buffer",)"
                            R"("data":[123,125]}}}]}})"),
            "[{}]");
  EXPECT_EQ(found("har", R"({"log":{"entries":[{"response":{"status":201,"content":)"
                         R"({"text":"e30=","encoding":"base64"}}}]}})"),
            "[{}]201");
}

TEST(LogPresets, RecogniseDocuments) {
  EXPECT_EQ(recognised(R"({"log":"x\n","stream":"stdout","time":"2025"})"), "docker");
  EXPECT_EQ(recognised(R"( {"time":1,"attrs":{},"stream":"stderr","log":""})"), "docker");
  EXPECT_EQ(recognised(R"({"date":1.5,"stream":"stderr","log":""})"), "docker");
  EXPECT_EQ(recognised(R"({"log":"x","stream":"stdout","info":{}})"), "-");
  EXPECT_EQ(recognised(R"({"log":"x","stream":"stdin","time":"2025"})"), "-");
  EXPECT_EQ(recognised(R"({"MESSAGE":null,"__CURSOR":"s","__REALTIME_TIMESTAMP":"1"})"),
            "journald");
  EXPECT_EQ(recognised(R"({"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":[]})"),
            "cloudwatch");
  EXPECT_EQ(recognised(R"({"log":{"version":"1.2","entries":[]}})"), "har");
  EXPECT_EQ(recognised(R"({"log":{"_meta":{"entries":1},"entries":[{)"), "har");
  EXPECT_EQ(recognised(R"({"$schema":["har"],"log":{"creator":{},"entries":[)"), "har");
  EXPECT_EQ(recognised("\xEF\xBB\xBF{\"log\":{\"entries\":[]}}"), "har");
}

TEST(LogPresets, RecogniseNothingElse) {
  EXPECT_EQ(recognised(kResponse), "-");
  EXPECT_EQ(recognised(""), "-");
  EXPECT_EQ(recognised(" \n"), "-");
  EXPECT_EQ(recognised("[]"), "-");
  EXPECT_EQ(recognised("{}"), "-");
  // The response may have members that look like a log's.
  EXPECT_EQ(recognised(R"({"log":"","stream":"","time":1,"info":{}})"), "-");
  EXPECT_EQ(recognised(R"({"log":"","stream":""})"), "-");
  EXPECT_EQ(recognised(R"({"log":1,"stream":"","time":1})"), "-");
  EXPECT_EQ(recognised(R"({"log":"","stream":"","time":)"), "-");
  EXPECT_EQ(recognised(R"({"a":{"log":"","stream":"","time":1}})"), "-");
  EXPECT_EQ(recognised(R"({"log":{"entries":{}}})"), "-");
  EXPECT_EQ(recognised(R"({"log":[{"entries":[]}]})"), "-");
  EXPECT_EQ(recognised(R"({"log":{"a":{"entries":[]}}})"), "-");
  EXPECT_EQ(recognised(R"({"entries":[]})"), "-");
  EXPECT_EQ(recognised("2025-06-30 INFO response=" + std::string(kResponse)), "-");
  EXPECT_EQ(recognised("starting, ready\nresponse, " + std::string(kResponse)), "-");
}

// By what no gateway writes beside a message, and not with what a response has.
TEST(LogPresets, LoggersAndGateways) {
  EXPECT_EQ(recognised(R"({"level":"info","message":"x"})"), "logger");
  EXPECT_EQ(recognised(R"({"message":"x","a":1,"loggerName":null})"), "logger");
  EXPECT_EQ(recognised(R"({"level":30,"time":1,"msg":"x"})"), "pino");
  EXPECT_EQ(recognised(R"({"event":"x","level":"info"})"), "structlog");
  EXPECT_EQ(recognised(R"({"msg":{},"level":30})"), "pino");
  EXPECT_EQ(recognised(R"({"msg":"x","time":1})"), "-");
  EXPECT_EQ(recognised(R"({"dsLeadOpportunityId":"x","level":30,"msg":"got"})"), "-");
  EXPECT_EQ(recognised(R"({"level":30,"@timestamp":"t","message":"x"})"), "beats");
  EXPECT_EQ(recognised(R"({"level":"info","message":{}})"), "logger");
  EXPECT_EQ(recognised(R"({"a":{"level":"info"},"message":"x"})"), "-");
  EXPECT_EQ(recognised(R"({"message":"x","timestamp":"t","status":403,"code":1})"), "-");
  for (const char* name : {"partnerLeadOpportunityId", "dsLeadOpportunityId", "action", "info"})
    EXPECT_EQ(recognised(R"({"level":"info","message":"x",")" + std::string(name) + "\":1}"), "-")
        << name;
}

TEST(LogPresets, Cri) {
  EXPECT_EQ(recognised(R"({"index":{"_index":"a","_id":"1"}})"), "bulk");
  EXPECT_EQ(recognised(R"({"index": {}})"), "bulk");
  EXPECT_EQ(recognised(R"({"create":{}})"), "bulk");
  for (const char* other : {R"({"index":[]})", R"({"index":{},"a":1})", R"({"a":1,"index":{}})",
                            R"({"index":{"a":{}}})", R"({"delete":{}})", R"({"":{}})"})
    EXPECT_EQ(recognised(other), "-") << other;
  EXPECT_EQ(recognised(R"({"update":{"_index":"a"}})"), "bulk");
  EXPECT_EQ(recognised(R"({"doc":{"info":{}}})"), "bulk");
  EXPECT_EQ(recognised(R"({"index":{"a":1}})"), "-");
  EXPECT_EQ(recognised(R"({"create":{"_index":"a"},"info":{}})"), "-");
  EXPECT_EQ(recognised(R"({"_type":"export","__export_format":4,"resources":[]})"), "insomnia");
  EXPECT_EQ(recognised(R"({"_type":"export","resources":[]})"), "-");
  EXPECT_EQ(recognised("2025-06-30T12:36:46.556789Z stdout F x\nanything"), "cri");
  EXPECT_EQ(recognised("2025-06-30T12:36:46.556789Z INFO response {}\n"), "-");
}

TEST(LogPresets, Csv) {
  const auto layout_of = [](std::string_view front) {
    CsvLayout layout;
    if (!recognise_csv(front, layout)) return std::string("-");
    EXPECT_EQ(recognised(front), "csv");
    return std::string(1, layout.separator) + std::to_string(layout.column) + '/' +
           std::to_string(layout.columns);
  };
  EXPECT_EQ(layout_of("time,status,body\n1,201,\"{\"\"a\"\":1,\"\"b\"\":2}\"\n"), ",2/3");
  EXPECT_EQ(layout_of("\"time\";\"body\"\r\n1;\"{}\"\r\n"), ";1/2");
  EXPECT_EQ(layout_of("body\ttime\n{\"a\":1,\"b\":2}\t1\n"), "\t0/2");
  EXPECT_EQ(layout_of("\xEF\xBB\xBF"
                      "a,b\n1,{}"),
            ",1/2");
  // Cells may be empty, and have line ends.
  EXPECT_EQ(layout_of("a,b\n1,\n\"x\ny\",\"{\n}\"\n"), ",1/2");
  EXPECT_EQ(layout_of("a,b\n1,2,{}\n"), "-");
  EXPECT_EQ(layout_of("a,b\n1,2\n"), "-");
  EXPECT_EQ(layout_of("body\n{}\n"), "-");
  EXPECT_EQ(layout_of("a,\n1,{}\n"), "-");
  EXPECT_EQ(layout_of("a,{}\n1,{}\n"), "-");
  EXPECT_EQ(layout_of("a,b\n1,\"{"), "-");
  // Not by RFC 4180.
  EXPECT_EQ(layout_of("id,json\n0,\"{\\\"a\\\":1}\"\n"), "-");
}

TEST(LogPresets, CsvFields) {
  std::string_view text = "a,\"b,\"\"\n\"\r\n,c\r";
  std::string_view field;
  char end = 0;
  std::string all;
  do {
    ASSERT_TRUE(next_csv_field(text, ',', field, end));
    all += '[' + std::string(field) + ']';
    if (end == '\n') all += '/';
  } while (end != '\0');
  EXPECT_EQ(all, "[a][\"b,\"\"\n\"]/[][c]");
  for (std::string_view bad : {"\"a", "\"a\"b", "\"a\"\rb"})
    EXPECT_FALSE(next_csv_field(bad, ',', field, end)) << bad;
}

}  // namespace
}  // namespace leadscan::audit
