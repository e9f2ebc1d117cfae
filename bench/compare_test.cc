// The comparison itself: its command line and its JSON.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bench/allocation_counter.h"
#include "bench/compare_input.h"
#include "bench/compare_json.h"
#include "bench/compare_options.h"
#include "bench/compare_results.h"
#include "bench/compare_threads.h"
#include "bench/compare_timing.h"
#include "corpus/corpus.h"

namespace leadscan::bench {
namespace {

bool parse(std::vector<const char*> arguments, Options& options) {
  arguments.insert(arguments.begin(), "compare");
  std::string error;
  const bool understood =
      parse_options(static_cast<int>(arguments.size()), arguments.data(), options, error);
  EXPECT_NE(understood, !error.empty());
  return understood;
}

using Names = std::vector<std::string>;

TEST(Options, DefaultsAreEverything) {
  Options options;
  ASSERT_TRUE(parse({}, options));
  EXPECT_EQ(options.corpora, (Names{"uniform", "mixed", "adversarial"}));
  EXPECT_EQ(options.settings, (std::vector{Setting::document, Setting::trained, Setting::stream}));
  EXPECT_TRUE(options.parsers.empty());
  EXPECT_EQ(options.threads, 0u);
}

TEST(Options, FullIsMoreOfIt) {
  Options options;
  ASSERT_TRUE(parse({"--full"}, options));
  EXPECT_EQ(options.settings,
            (std::vector{Setting::document, Setting::trained, Setting::stream, Setting::cached}));
  EXPECT_EQ(options.threads, std::thread::hardware_concurrency());
  Options told;
  ASSERT_TRUE(parse({"--full", "--threads=3", "--setting=cached"}, told));
  EXPECT_EQ(told.settings, std::vector{Setting::cached});
  EXPECT_EQ(told.threads, 3u);
  for (const char* wrong : {"--threads=0", "--threads=-1", "--threads=2x", "--threads="}) {
    Options refused;
    EXPECT_FALSE(parse({wrong}, refused)) << wrong;
  }
}

TEST(Options, ListsAndPairs) {
  Options options;
  ASSERT_TRUE(parse({"--quick", "--corpus=mixed,uniform", "--setting=stream", "--pair=a,b",
                     "--seed=12", "--json=x"},
                    options));
  EXPECT_EQ(options.preset, Preset::quick);
  EXPECT_TRUE(options.pair);
  EXPECT_EQ(options.corpora, (Names{"mixed", "uniform"}));
  EXPECT_EQ(options.settings, std::vector{Setting::stream});
  EXPECT_EQ(options.parsers, (Names{"a", "b"}));
  EXPECT_EQ(options.seed, 12u);
  EXPECT_EQ(options.json, "x");
}

TEST(Options, AFileIsTheOnlyCorpusUnlessOthersAreNamed) {
  Options options;
  ASSERT_TRUE(parse({"--file=log"}, options));
  EXPECT_EQ(options.corpora, Names{"file"});
  Options both;
  ASSERT_TRUE(parse({"--file=log", "--corpus=file,uniform"}, both));
  EXPECT_EQ(both.corpora, (Names{"file", "uniform"}));
}

TEST(Options, ASweepIsItsPoints) {
  Options options;
  ASSERT_TRUE(parse({"--sweep=lengths"}, options));
  EXPECT_EQ(options.corpora.size(), corpus::find_sweep("lengths")->values.size());
  EXPECT_EQ(options.corpora[2], "lengths=2");
  EXPECT_EQ(options.settings, std::vector{Setting::document});
  Options point;
  ASSERT_TRUE(parse({"--corpus=size=1000,uniform", "--setting=stream"}, point));
  EXPECT_EQ(sweep_point_of(point.corpora[0])->value, 1000u);
  EXPECT_EQ(sweep_point_of(point.corpora[0])->sweep->name, "size");
  EXPECT_FALSE(sweep_point_of(point.corpora[1]).has_value());
  EXPECT_EQ(point.settings, std::vector{Setting::stream});
}

TEST(Options, CorporaAndSweepsAddUp) {
  Options options;
  ASSERT_TRUE(parse({"--sweep=order", "--corpus=mixed"}, options));
  EXPECT_GT(options.corpora.size(), 1u);
  EXPECT_EQ(options.corpora.back(), "mixed");
  EXPECT_TRUE(sweep_point_of(options.corpora.front()));
}

TEST(Options, RefusesWhatItDoesNotKnow) {
  for (const char* argument :
       {"--sweep=x", "--sweep=size,x", "--corpus=size=", "--corpus=x=1", "--corpus=size=1x",
        "--corpus=", "--corpus=x", "--corpus=file", "--setting=x", "--pair=a", "--pair=a,a",
        "--pair=a,b,c", "--seed=x", "--seed=1x", "--json", "--quick=1", "quick"}) {
    Options options;
    EXPECT_FALSE(parse({argument}, options)) << argument;
  }
}

TEST(Options, PathsAreTheUsers) {
  setenv("BUILD_WORKING_DIRECTORY", "/home/user", 1);
  EXPECT_EQ(resolve_path("a/b"), "/home/user/a/b");
  EXPECT_EQ(resolve_path("/a"), "/a");
  unsetenv("BUILD_WORKING_DIRECTORY");
  EXPECT_EQ(resolve_path("a/b"), "a/b");
}

Results made_up_results() {
  Results results;
  results.options.seed = 77;
  results.manifest.compiler = "gcc 12";
  Table table;
  table.corpus = "uniform";
  table.baseline = std::string(kRival);
  Row row;
  row.parser = "leadscan";
  row.ratio = 2;
  row.verification.documents = 10;
  row.verification.accepted = 9;
  row.measurement.documents = 10;
  row.measurement.bytes = 2000;
  row.measurement.blocks = {{100, 5e-6, 6e-6, 0}, {100, 4e-6, 5e-6, 1}};
  row.measurement.nanoseconds = {50, 40, 60};
  row.measurement.wall_nanoseconds = 60;
  Latency latency;
  latency.calls = 64;
  latency.samples = 1000;
  latency.p50 = {50, 49, 51};
  latency.p999.value = 90;
  row.measurement.latencies = {latency};
  table.rows.push_back(row);
  row.parser = "yyjson";
  row.note = "unavailable: \"quoted\"";
  row.measurement = Measurement();
  table.rows.push_back(row);
  Row floor;
  floor.parser = "floor: lines";
  floor.measurement.documents = 10;
  floor.measurement.bytes = 2000;
  floor.measurement.nanoseconds = {5, 4, 6};
  table.floors = {floor};
  results.tables.push_back(table);
  results.threads = {{"uniform", "leadscan", {{2e7, 1e7, 3e7}, {3e7, 2e7, 4e7}}}};
  Acceptance acceptance;
  acceptance.corpus = "uniform";
  acceptance.documents = 10;
  for (const Row& tested : table.rows)
    acceptance.parsers.push_back({tested.parser, tested.note, tested.verification});
  results.corpora.push_back(acceptance);
  results.board.cases = {{"NUL", "bytes", std::string(1, '\0'), Right::refuse, "no document"}};
  results.board.parsers = {"leadscan", "other"};
  results.board.entries = {{{Answer::refuses, ""}, {Answer::differs, "action"}}};
  return results;
}

nlohmann::json written(const Results& results) {
  const std::string path = testing::TempDir() + "/report.json";
  std::string error;
  EXPECT_TRUE(write_json(path, results, error)) << error;
  std::ifstream file(path);
  return nlohmann::json::parse(file);
}

TEST(Report, JsonIsGoogleBenchmarks) {
  const nlohmann::json json = written(made_up_results());
  EXPECT_EQ(json["context"]["seed"], "77");
  EXPECT_EQ(json["context"]["preset"], "default");
  EXPECT_TRUE(json["context"].contains("date"));
  const nlohmann::json& block = json["benchmarks"][0];
  EXPECT_EQ(block["name"], "uniform/document/leadscan");
  EXPECT_EQ(block["run_type"], "iteration");
  EXPECT_EQ(block["repetitions"], 2);
  EXPECT_EQ(block["iterations"], 100);
  EXPECT_NEAR(block["cpu_time"], 50, 1e-6);
  EXPECT_NEAR(block["real_time"], 60, 1e-6);
  EXPECT_EQ(json["benchmarks"][1]["repetition_index"], 1);
  EXPECT_EQ(json["benchmarks"][1]["round"], 1);
  const nlohmann::json& run = json["benchmarks"][2];
  EXPECT_EQ(run["name"], "uniform/document/leadscan_median");
  EXPECT_EQ(run["run_name"], block["run_name"]);
  EXPECT_EQ(run["aggregate_name"], "median");
  EXPECT_NEAR(run["cpu_time"], 50, 1e-6);
  EXPECT_NEAR(run["real_time"], 60, 1e-6);
  EXPECT_EQ(run["ns_per_document"], 50);
  EXPECT_EQ(run["ns_low"], 40);
  EXPECT_EQ(run["ns_high"], 60);
  EXPECT_NEAR(run["bytes_per_second"], 4e9, 1);
  EXPECT_EQ(run["baseline"], "simdjson_ondemand");
  EXPECT_EQ(run["ratio"], 2);
  EXPECT_EQ(run["accepted_share"], 0.9);
  EXPECT_EQ(run["floor_share"], 0.1);
  EXPECT_EQ(run["parser"], "leadscan");
  EXPECT_EQ(run["loses"], nlohmann::json::array());
  EXPECT_EQ(run.contains("allocs_per_document"), can_count_allocations());
  EXPECT_EQ(json["benchmarks"][3]["error_occurred"], true);
  EXPECT_EQ(json["benchmarks"][3]["error_message"], "unavailable: \"quoted\"");
  EXPECT_EQ(json["benchmarks"][3]["parser"], "yyjson");

  std::string error;
  EXPECT_FALSE(write_json("/no/such/folder/x", Results(), error));
  EXPECT_NE(error, "");
}

TEST(Report, JsonHasTheBoard) {
  const nlohmann::json board = written(made_up_results())["leadscan"]["board"];
  EXPECT_EQ(board["cases"][0]["case"], "NUL");
  EXPECT_EQ(board["cases"][0]["text"], "\\x00");
  EXPECT_EQ(board["cases"][0]["right"], "refuse");
  EXPECT_EQ(board["parsers"], (Names{"leadscan", "other"}));
  EXPECT_EQ(board["answers"][0], (Names{"refuses", "differs"}));
  EXPECT_EQ(board["details"][0], (Names{"", "action"}));
}

TEST(Report, JsonHasSweeps) {
  Results results = made_up_results();
  Table table = results.tables[0];
  table.corpus = "size=1000";
  results.tables = {table, results.tables[0]};
  table.corpus = "size=500";
  results.tables.push_back(table);
  const nlohmann::json sweeps = written(results)["leadscan"]["sweeps"];
  ASSERT_EQ(sweeps.size(), 1u);
  EXPECT_EQ(sweeps[0]["sweep"], "size");
  EXPECT_EQ(sweeps[0]["setting"], "document");
  EXPECT_EQ(sweeps[0]["scale"], "log");
  ASSERT_EQ(sweeps[0]["points"].size(), 4u);
  const nlohmann::json& point = sweeps[0]["points"][0];
  EXPECT_EQ(point["x"], 500);
  EXPECT_EQ(point["corpus"], "size=500");
  EXPECT_EQ(point["parser"], "leadscan");
  EXPECT_EQ(point["ns_per_document"], 50);
  EXPECT_EQ(point["gigabytes_per_second"], 4);
  EXPECT_EQ(point["accepted_share"], 0.9);
  EXPECT_TRUE(sweeps[0]["points"][1]["ns_per_document"].is_null());
  EXPECT_NE(sweeps[0]["points"][1]["note"], "");
}

TEST(Report, JsonHasAcceptanceAndLatency) {
  const nlohmann::json json = written(made_up_results())["leadscan"];
  EXPECT_EQ(json["format"], 1);
  const nlohmann::json& parsers = json["corpora"][0]["acceptance"];
  EXPECT_EQ(parsers[0]["accepted"], 9);
  EXPECT_EQ(parsers[0]["share"], 0.9);
  EXPECT_TRUE(parsers[1]["share"].is_null());
  EXPECT_EQ(parsers[1]["note"], "unavailable: \"quoted\"");
  ASSERT_EQ(json["latency"].size(), 1u);
  EXPECT_EQ(json["latency"][0]["kind"], "block");
  EXPECT_EQ(json["latency"][0]["p50_low"], 49);
  EXPECT_EQ(json["latency"][0]["p999"], 90);
  EXPECT_TRUE(json["latency"][0]["p999_low"].is_null());
}

TEST(Report, JsonHasFloorsAndThreads) {
  const nlohmann::json json = written(made_up_results())["leadscan"];
  ASSERT_EQ(json["floors"].size(), 1u);
  const nlohmann::json& floor = json["floors"][0];
  EXPECT_EQ(floor["corpus"], "uniform");
  EXPECT_EQ(floor["setting"], "document");
  EXPECT_EQ(floor["floor"], "floor: lines");
  EXPECT_EQ(floor["ns_per_document"], 5);
  EXPECT_EQ(floor["gigabytes_per_second"], 40);
  ASSERT_EQ(json["threads"].size(), 1u);
  const nlohmann::json& points = json["threads"][0]["points"];
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[1]["threads"], 2);
  EXPECT_EQ(points[1]["documents_per_second"], 3e7);
  EXPECT_EQ(points[1]["documents_per_second_low"], 2e7);
  EXPECT_EQ(points[1]["efficiency"], 0.75);
}

Row row_of(std::string parser, double nanoseconds) {
  Row row;
  row.parser = std::move(parser);
  row.measurement.nanoseconds.value = nanoseconds;
  return row;
}

std::vector<std::string> order_of(const Table& table) {
  std::vector<std::string> names;
  for (const Row& row : table.rows) names.push_back(row.parser);
  return names;
}

TEST(Results, WhereLeadscanLosesComesFirst) {
  Table wins;
  wins.corpus = "wins";
  wins.rows = {row_of("leadscan", 10), row_of("a", 20)};
  Table loses = wins;
  loses.corpus = "loses";
  loses.rows = {row_of("leadscan", 10), row_of("a", 20), row_of("b", 9), row_of("c", 8),
                row_of("leadscan_tokens", 5)};
  Row absent = row_of("absent", 0);
  absent.note = "unavailable";
  loses.rows.push_back(absent);
  loses.sort_rows();
  EXPECT_EQ(order_of(loses), (Names{"b", "c", "leadscan", "a", "leadscan_tokens", "absent"}));
  EXPECT_EQ(loses.faster(), (Names{"b", "c"}));
  EXPECT_DOUBLE_EQ(loses.lead(), 0.8);
  EXPECT_DOUBLE_EQ(wins.lead(), 2);
  Results results;
  results.tables = {wins, loses, wins};
  results.sort_tables();
  EXPECT_EQ(results.tables[0].corpus, "loses");
}

TEST(Results, ACorpusThatNobodyAcceptsIsAnError) {
  Acceptance acceptance = made_up_results().corpora[0];
  EXPECT_EQ(acceptance.error(), "");
  acceptance.parsers[0].verification.accepted = 0;
  EXPECT_NE(acceptance.error().find("no parser accepts any of the 10 documents of 'uniform'"),
            std::string::npos);
}

std::optional<Input> read_all(const std::string& path, std::string& error, std::string log = {},
                              std::string at = {}) {
  Options options;
  options.file = path;
  options.log = std::move(log);
  options.at = std::move(at);
  return read_input(options, error);
}

std::optional<std::string> read(const std::string& path, std::string& error, std::string log = {},
                                std::string at = {}) {
  std::optional<Input> input = read_all(path, error, std::move(log), std::move(at));
  if (!input) return std::nullopt;
  EXPECT_TRUE(input->warnings().empty());
  return std::move(input->text);
}

void write(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST(Input, IsUnpacked) {
  const std::string path = testing::TempDir() + "/it's a log";
  write(path, "{}\n");
  std::string error;
  EXPECT_EQ(read(path, error), "{}\n") << error;
  ASSERT_EQ(std::system(("gzip -c < \"" + path + "\" > \"" + path + ".gz\"").c_str()), 0);
  EXPECT_EQ(read(path + ".gz", error), "{}\n") << error;
  write(path + ".cut", "\x1F\x8B\x08");
  EXPECT_FALSE(read(path + ".cut", error).has_value());
  EXPECT_NE(error.find(".cut: "), std::string::npos) << error;
  EXPECT_FALSE(read("/no/such/file", error).has_value());
  EXPECT_NE(error.find("No such file"), std::string::npos) << error;
}

TEST(Input, IsWhatTheCommandReads) {
  const std::string path = testing::TempDir() + "/wrapped.log";
  const std::string document = R"({"message":"m"})";
  std::string error;
  write(path, "12:00 INFO " + document + "\n12:01 INFO nothing\n");
  EXPECT_EQ(read(path, error), document + "\n") << error;
  write(path, R"({"log":"{\"message\":\"m\"}\n","stream":"stdout","time":"2024-01-01T00:00:00Z"})");
  EXPECT_EQ(read(path, error), document + "\n") << error;
  EXPECT_EQ(read(path, error, "docker"), document + "\n") << error;
  write(path, R"({"a":{"b":{"message":"m"}}})");
  EXPECT_EQ(read(path, error, {}, "/a/b"), document + "\n") << error;
}

TEST(Input, LineEndsStayAsGoodOrBadAsTheyWere) {
  const std::string path = testing::TempDir() + "/indented.json";
  std::string error;
  write(path, "{\r\n \"message\": \"m\"\n}\n");
  EXPECT_EQ(read(path, error), "{\t\t \"message\": \"m\"\t}\n") << error;
}

TEST(Input, WithoutDocumentsSaysWhatToTry) {
  const std::string path = testing::TempDir() + "/nothing";
  std::string error;
  for (const std::string_view text : {"", "no documents\n"}) {
    write(path, text);
    EXPECT_FALSE(read(path, error).has_value());
    EXPECT_NE(error.find("--log"), std::string::npos) << error;
  }
}

// Of a folder the others are read, and the one that cannot be is named.
TEST(Input, AFileThatCannotBeReadDoesNotStopTheOthers) {
  const std::string folder = testing::TempDir() + "/logs";
  std::filesystem::create_directories(folder);
  write(folder + "/a.ndjson", "{\"message\":\"a\"}\n");
  write(folder + "/b.gz", "\x1F\x8B\x08");
  write(folder + "/c.ndjson", "{\"message\":\"c\"}\n");
  std::string error;
  const std::optional<Input> input = read_all(folder, error);
  ASSERT_TRUE(input.has_value()) << error;
  EXPECT_EQ(input->text, "{\"message\":\"a\"}\n{\"message\":\"c\"}\n");
  ASSERT_EQ(input->warnings().size(), 1u);
  EXPECT_NE(input->warnings()[0].find("Not read to its end: "), std::string::npos);
  EXPECT_NE(input->warnings()[0].find("b.gz: "), std::string::npos) << input->warnings()[0];
}

TEST(Input, RecordsThatAreTooLongAreCounted) {
  const std::string path = testing::TempDir() + "/long.ndjson";
  const std::string document = "{\"message\":\"m\"}\n";
  const std::string longest = "{\"message\":\"" + std::string(std::size_t{17} << 20, 'x') + "\"}\n";
  write(path, document + longest + document + longest);
  std::string error;
  const std::optional<Input> input = read_all(path, error);
  ASSERT_TRUE(input.has_value()) << error;
  EXPECT_EQ(input->text, document + document);
  EXPECT_EQ(input->warnings(),
            std::vector<std::string>{"2 records are left out, as more than 16 MiB long."});
  write(path, longest);
  EXPECT_FALSE(read_all(path, error).has_value());
  EXPECT_NE(error.find("1 record is left out"), std::string::npos) << error;
}

TEST(Options, ProfilesAreCorpora) {
  Options made;
  EXPECT_TRUE(parse({"--from-profile=p"}, made));
  EXPECT_EQ(made.corpora, Names{"profile"});
  Options both;
  EXPECT_TRUE(parse({"--from-profile=p", "--file=f"}, both));
  EXPECT_EQ(both.corpora, (Names{"file", "profile"}));
  Options saved;
  EXPECT_TRUE(parse({"--file=f", "--save-profile=p"}, saved));
  EXPECT_EQ(saved.save_profile, "p");
  for (const char* wrong : {"--save-profile=p", "--corpus=profile"}) {
    Options refused;
    EXPECT_FALSE(parse({wrong}, refused)) << wrong;
  }
}

TEST(Options, LogsNeedAFile) {
  Options options;
  EXPECT_TRUE(parse({"--file=x", "--log=docker", "--at=/a"}, options));
  EXPECT_EQ(options.log, "docker");
  EXPECT_EQ(options.at, "/a");
  EXPECT_FALSE(parse({"--file=x", "--log=nonsense"}, options));
  EXPECT_FALSE(parse({"--file=x", "--at=nonsense"}, options));
  Options without;
  EXPECT_FALSE(parse({"--at=/a"}, without));
}

int exit_code(const std::string& arguments) {
  const int status = std::system(("bench/compare " + arguments + " >/dev/null 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Compare, ExitCodes) {
  EXPECT_EQ(exit_code("--help"), 0);
  EXPECT_EQ(exit_code("--nonsense"), 2);
#if !defined(NDEBUG)
  EXPECT_EQ(exit_code("--quick"), 2) << "times a debug build";
#endif
}

#if defined(NDEBUG) && defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
std::string file_of(std::string_view text) {
  const std::string path = testing::TempDir() + "/compare_input.ndjson";
  std::ofstream(path) << text;
  return path;
}

TEST(Compare, NoSpeedWithoutAcceptance) {
  EXPECT_EQ(exit_code("--quick --setting=trained --file=" + file_of("{\"a\":1}\n[]\nnonsense\n")),
            1);
  EXPECT_EQ(exit_code("--quick --setting=trained --file=" + file_of("{\"message\":\"m\"}\n[]\n")),
            0);
}
#endif

}  // namespace
}  // namespace leadscan::bench
