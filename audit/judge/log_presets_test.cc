// The table of presets, and how logs are recognised.
#include "audit/judge/log_presets.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "audit/judge/envelope.h"

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
    const bool points = preset.shape == LogShape::documents || preset.shape == LogShape::har;
    EXPECT_EQ(!preset.at[0].empty(), points) << preset.name;
    std::vector<std::string> tokens;
    for (const std::string_view at : preset.at) EXPECT_TRUE(parse_pointer(at, tokens)) << at;
    EXPECT_EQ(!preset.signs[0].name.empty(), preset.is_recognised && points) << preset.name;
  }
  for (const char* name : {"docker", "cri", "journald", "cloudwatch", "cloudtrail", "azure",
                           "elasticsearch", "kong", "apisix", "tyk", "nginx", "csv", "har"})
    EXPECT_TRUE(names.contains(name)) << name;
  EXPECT_EQ(find_preset(""), nullptr);
  EXPECT_EQ(find_preset("Docker"), nullptr);
}

TEST(LogPresets, RecogniseDocuments) {
  EXPECT_EQ(recognised(R"({"log":"x\n","stream":"stdout","time":"2025"})"), "docker");
  EXPECT_EQ(recognised(R"( {"time":1,"attrs":{},"stream":"stderr","log":""})"), "docker");
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

TEST(LogPresets, Cri) {
  CriLine line;
  ASSERT_TRUE(parse_cri("2025-06-30T12:36:46.556789Z stdout P {\"a\": 1", line));
  EXPECT_EQ(line.stream, "stdout");
  EXPECT_TRUE(line.is_part);
  EXPECT_EQ(line.text, "{\"a\": 1");
  ASSERT_TRUE(parse_cri("2025-06-30T12:36:46+02:00 stderr F:x:y ", line));
  EXPECT_EQ(line.stream, "stderr");
  EXPECT_FALSE(line.is_part);
  EXPECT_EQ(line.text, "");
  for (const char* text :
       {"", "2025-06-30T12:36:46.5Z", "2025-06-30T12:36:46.5Z stdout", "x stdout F a",
        "2025-06-30T12:36:46.5Z stdin F a", "2025-06-30T12:36:46.5Z stdout X a",
        "2025-06-30 12:36:46.5Z stdout F a", "2025-06-30T12:36:46.5Z  stdout F a"})
    EXPECT_FALSE(parse_cri(text, line)) << text;
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
