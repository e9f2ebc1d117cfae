// Ranges of a file against the whole: whatever is in it, and wherever it is cut.
#include "python/arrow/ranges.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>
#include <string>

#include "audit/base/serialize.h"
#include "python/arrow/part.h"
#include "python/arrow/scan.h"

namespace leadscan::arrow {
namespace {

constexpr const char* kGood =
    R"({"dsLeadOpportunityId":"A1","partnerLeadOpportunityId":"B","action":"create","info":)"
    R"({"success":true,"statusCode":201,"timestamp":null,"traceId":"t"},"error":null})";
constexpr const char* kBad = R"({"action":12})";
constexpr const char* kCut = R"({"dsLeadOpportunityId":"A1","part)";

// What is judged of each record, as text: the columns but `line`, and the bytes accounted for.
struct Read {
  std::vector<std::string> rows;
  Account account;
};

class Rows final : public audit::RecordSink {
 public:
  void see(const audit::Judged& judged, std::string& memory) const override {
    Row row;
    for (const Column& column : columns())
      if (column.name != "line") column.append(judged, row);
    std::string size(sizeof(std::uint32_t), '\0');
    const auto bytes = static_cast<std::uint32_t>(row.size());
    std::memcpy(size.data(), &bytes, sizeof bytes);
    memory.append(size).append(row.data(), row.size());
  }
  void take(std::string_view memory) override {
    Values all(memory);
    while (!all.is_at_end()) rows.emplace_back(all.text());
  }
  std::string error() const override { return {}; }

  std::vector<std::string> rows;
};

class RangesTest : public testing::Test {
 protected:
  std::string write(const std::string& text) {
    path_ = testing::TempDir() + "/ranges_test." + std::to_string(::getpid());
    std::ofstream(path_, std::ios::binary) << text;
    settings_.paths = {path_};
    settings_.threads = 1;
    return path_;
  }
  ~RangesTest() override { std::remove(path_.c_str()); }

  Read whole(std::size_t chunk_bytes) const {
    Rows rows;
    audit::PipelineOptions options = settings_.pipeline();
    options.read.chunk_bytes = chunk_bytes;
    options.totals_only = true;
    options.sinks = {&rows};
    audit::Progress progress;
    const audit::Tree tree = audit::list_files(settings_.paths, {});
    const audit::Outcome outcome = audit::run_pipeline(tree, options, progress);
    EXPECT_TRUE(outcome.errors.empty());
    const audit::Totals& totals = outcome.total.totals;
    return {rows.rows,
            {totals.records, outcome.files.front().bytes_in, totals.record_bytes,
             totals.separator_bytes}};
  }

  Read range(std::uint64_t begin, std::uint64_t end, std::size_t chunk_bytes) const {
    Rows rows;
    Settings settings = settings_;
    settings.begin = begin;
    settings.end = end;
    audit::PipelineOptions options = settings.pipeline();
    options.read.chunk_bytes = chunk_bytes;
    options.totals_only = true;
    options.sinks = {&rows};
    audit::Progress progress;
    Part part(settings, options, progress);
    while (const audit::Result* const result = part.next()) rows.take(result->sink_memory.front());
    EXPECT_TRUE(part.task().errors.empty());
    const audit::Totals& totals = part.task().total.totals;
    return {rows.rows,
            {totals.records, part.task().summary.bytes_in, totals.record_bytes,
             totals.separator_bytes}};
  }

  // Cuts the text behind each of its bytes; at how many places that can be done.
  std::size_t compare(const std::string& text, std::size_t chunk_bytes = std::size_t{1} << 20) {
    write(text);
    const Read wanted = whole(std::size_t{1} << 20);
    const int fd = ::open(path_.c_str(), O_RDONLY);
    Cuts cuts(settings_, std::make_shared<audit::File>(fd));
    std::set<std::uint64_t> places;
    for (std::uint64_t from = 0; from < text.size(); ++from)
      places.insert(cuts.behind(from, text.size()).value());
    for (const std::uint64_t place : places) {
      Read found = range(0, place, chunk_bytes);
      if (place < text.size()) {
        const Read behind = range(place, text.size(), chunk_bytes);
        found.rows.insert(found.rows.end(), behind.rows.begin(), behind.rows.end());
        found.account.records += behind.account.records;
        found.account.bytes += behind.account.bytes;
        found.account.record_bytes += behind.account.record_bytes;
        found.account.bytes_between += behind.account.bytes_between;
      }
      EXPECT_EQ(found.rows, wanted.rows) << place;
      EXPECT_EQ(found.account.records, wanted.account.records) << place;
      EXPECT_EQ(found.account.bytes, wanted.account.bytes) << place;
      EXPECT_EQ(found.account.record_bytes, wanted.account.record_bytes) << place;
      EXPECT_EQ(found.account.bytes_between, wanted.account.bytes_between) << place;
      EXPECT_EQ(found.account.record_bytes + found.account.bytes_between, text.size()) << place;
    }
    return places.size();
  }

  std::vector<std::uint64_t> ranges_of(const std::string& text, std::uint64_t split) {
    return find_ranges(settings_, write(text), split);
  }

  Settings settings_;

 private:
  std::string path_;
};

std::string lines_of(std::initializer_list<const char*> texts, const std::string& end) {
  std::string all;
  for (const char* text : texts) all += text + end;
  return all;
}

const std::string kLong = "{\"message\":\"" + std::string(300, 'x') + "\"}";
const std::string kLines = lines_of({kGood, kBad, kGood, kCut, kLong.c_str(), kGood}, "\n");

TEST_F(RangesTest, CutsLinesAnywhere) {
  for (const auto mode : {audit::RecordMode::automatic, audit::RecordMode::ndjson}) {
    settings_.records = mode;
    EXPECT_GE(compare(kLines), 5u);
    EXPECT_GE(compare(lines_of({kGood, kBad, kGood, kCut, kGood}, "\r\n")), 4u);
    EXPECT_GE(compare("\xEF\xBB\xBF" + kLines), 5u);
    EXPECT_GE(compare(kLines.substr(0, kLines.size() - 1)), 5u);
    EXPECT_GE(compare(lines_of({kGood, "", "  ", kGood, "\t", kGood}, "\n")), 1u);
    EXPECT_GE(compare(lines_of({kGood, "{\"message\":\"\xFF\xC3\"}", kGood, "\xED\xA0\x80"}, "\n")),
              2u);
    EXPECT_GE(compare(lines_of({kGood, "text", kGood, "[1]", "12", "{}"}, "\n")), 3u);
    EXPECT_GE(compare(lines_of({kGood, "a\rb", kGood}, "\n") + std::string("\0\0\n", 3) + kLines),
              3u);
    EXPECT_EQ(compare("\n"), 1u);
    EXPECT_EQ(compare(kGood), 1u);
  }
}

TEST_F(RangesTest, CutsWithChunksOfAnySize) {
  for (const std::size_t bytes : {1, 100, 300, 1000}) EXPECT_GE(compare(kLines, bytes), 5u);
}

TEST_F(RangesTest, CutsTextInFrontOfDocuments) {
  const std::string line = std::string("2026-01-01 INFO ") + kGood;
  const std::string text = lines_of({line.c_str(), "12:00 started", line.c_str(), kBad}, "\n");
  EXPECT_GE(compare(text), 2u);
  settings_.records = audit::RecordMode::prefixed;
  EXPECT_GE(compare(text), 4u);
}

TEST_F(RangesTest, CutsWhatIsTooLong) {
  settings_.max_record = 200;
  EXPECT_GE(compare(kLines), 5u);
  settings_.records = audit::RecordMode::ndjson;
  EXPECT_GE(compare(kLines), 5u);
}

TEST_F(RangesTest, CutsDocumentsOfSeveralLinesBetweenThem) {
  const std::string document =
      "{\n  \"dsLeadOpportunityId\": \"A\",\n  \"action\": \"create\",\n  \"info\": {\n    "
      "\"success\": true\n  }\n}\n";
  EXPECT_EQ(compare(document + document + document + kGood), 4u);
  EXPECT_EQ(compare("[\n" + document + ",\n" + document + "]\n"), 1u);
  EXPECT_GE(compare(document + "{\"a\": [\n" + kLines + document), 3u);
}

TEST_F(RangesTest, DoesNotCutWhatAContainersRuntimeHasCut) {
  const std::string front(kGood, 60);
  const std::string text = "2026-01-01T00:00:00.0Z stdout P " + front +
                           "\n2026-01-01T00:00:00.0Z stderr F x\n2026-01-01T00:00:00.0Z stdout F " +
                           (kGood + 60) + "\n" + kLines;
  EXPECT_GE(compare(text), 3u);
  const std::string docker = R"({"log":"{\"message\":","stream":"stdout","time":"t"})"
                             "\n"
                             R"({"log":"\"x\"}\n","stream":"stdout","time":"t"})"
                             "\n";
  settings_.log = audit::find_preset("docker");
  EXPECT_EQ(compare(docker + docker + docker), 1u);
  EXPECT_EQ(ranges_of(docker + docker + docker, 20), std::vector<std::uint64_t>());
}

TEST_F(RangesTest, AreAboutAsLongAsWanted) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += kLines;
  const std::vector<std::uint64_t> ends = ranges_of(text, text.size() / 10);
  ASSERT_EQ(ends.size(), 10u);
  EXPECT_EQ(ends.back(), text.size());
  std::uint64_t begin = 0;
  for (const std::uint64_t end : ends) {
    EXPECT_LT(end - begin, text.size() / 10 + kLines.size());
    EXPECT_GT(end - begin, text.size() / 10 - kLines.size());
    begin = end;
  }
  EXPECT_EQ(ranges_of(text, text.size()), std::vector<std::uint64_t>());
}

TEST_F(RangesTest, OfWhatIsNotCutIntoLines) {
  const std::string array = "[\n" + lines_of({kGood, ","}, "\n") + kGood + "\n]\n";
  EXPECT_EQ(ranges_of(array, 100), std::vector<std::uint64_t>());
  EXPECT_EQ(ranges_of("\x1F\x8B" + kLines, 100), std::vector<std::uint64_t>());
  EXPECT_EQ(ranges_of(R"({"log":{"version":"1.2","entries":[]}})" + ("\n" + kLines), 100),
            std::vector<std::uint64_t>());
  EXPECT_FALSE(ranges_of(kLines, 100).empty());
  settings_.column = "body";
  EXPECT_EQ(ranges_of(kLines, 100), std::vector<std::uint64_t>());
  settings_.column.clear();
  settings_.records = audit::RecordMode::json;
  EXPECT_EQ(ranges_of(kLines, 100), std::vector<std::uint64_t>());
}

TEST_F(RangesTest, CountsLines) {
  const std::string path = write("a\nb\n\nc");
  EXPECT_EQ(count_lines(path, 0, 6), 3u);
  EXPECT_EQ(count_lines(path, 2, 4), 1u);
  EXPECT_THROW(count_lines(path, 0, 7), std::runtime_error);
  EXPECT_THROW(count_lines(path + ".none", 0, 1), std::runtime_error);
}

TEST_F(RangesTest, SaysThatAFileWasCut) {
  Settings settings = settings_;
  settings.paths = {write(kLines)};
  settings.end = kLines.size() + 10;
  audit::PipelineOptions options = settings.pipeline();
  audit::Progress progress;
  Part part(settings, options, progress);
  while (part.next() != nullptr) {
  }
  ASSERT_EQ(part.task().errors.size(), 1u);
  EXPECT_EQ(part.task().errors[0].file, settings.paths[0]);
}

// A key's events are 13 bytes and numbers: bytes that are none must not be read as such.
TEST(PartsTest, RefusesOtherBytes) {
  EXPECT_THROW(find_repeated({"no ids"}), std::runtime_error);
  Settings settings;
  settings.paths = {"none"};
  EXPECT_THROW(merge_parts(settings, {"no tables"}, {}), std::runtime_error);
}

}  // namespace
}  // namespace leadscan::arrow
