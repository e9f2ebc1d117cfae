// However a log is cut into chunks, and by however many threads these are judged, the report is the
// same to its last byte.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "audit/engine/pipeline.h"
#include "audit/report/json_report.h"
#include "audit/report/report.h"
#include "corpus/corpus.h"
#include "corpus/logs.h"

namespace leadscan::audit {
namespace {

constexpr std::string_view kTime = "2025-06-01T00:00:00.123456789Z";
constexpr std::string_view kGood =
    R"({"dsLeadOpportunityId":"A","action":"create","info":{"success":true,"statusCode":201}})";

std::string cri(std::string_view text, std::string_view tag, std::string_view stream = "stdout") {
  std::string line(kTime);
  for (const std::string_view word : {stream, tag, text}) line.append(" ").append(word);
  return line + '\n';
}

std::string docker(std::string_view log, std::string_view stream = "stdout") {
  std::string line = R"({"log":")";
  for (const char c : log) {
    if (c == '"' || c == '\\') line += '\\';
    if (c == '\n')
      line += "\\n";
    else
      line += c;
  }
  return line + R"(","stream":")" + std::string(stream) + R"(","time":")" + std::string(kTime) +
         "\"}\n";
}

// A line in parts, with lines of the other stream, or blank ones, between them.
template <typename Write>
std::string in_parts(std::string_view text, std::size_t size, std::string_view between,
                     const Write& write) {
  std::string lines;
  for (std::size_t at = 0; at < text.size(); at += size) {
    lines += write(text.substr(at, size), at + size >= text.size());
    if (at + size < text.size()) lines += between;
  }
  return lines;
}
std::string cri_parts(std::string_view text, std::string_view between) {
  return in_parts(text, 30, between,
                  [](std::string_view part, bool last) { return cri(part, last ? "F" : "P"); });
}
std::string docker_parts(std::string_view text, std::string_view between) {
  return in_parts(text, 30, between, [](std::string_view part, bool last) {
    return docker(std::string(part) + (last ? "\n" : ""));
  });
}

// Of all kinds of logs that the generator writes, and of places where it is not a line's end alone
// that tells what is there.
std::vector<std::string> logs() {
  std::vector<std::string> all;
  for (const corpus::LogKind& kind : corpus::log_kinds()) {
    corpus::Generator generator(corpus::Kind::mixed, 7);
    std::string log;
    for (std::uint64_t number = 0; number < 40; ++number) {
      std::string response;
      generator.append(response);
      corpus::append_to_log(kind, number, response, log);
    }
    corpus::append_to_log(kind, 40, {}, log);
    all.push_back(std::move(log));
  }
  const std::string good(kGood);
  const std::string text = "started\n" + cri("started", "F");
  for (const std::string& front :
       {std::string("[\n"), std::string("x\n[\n"), std::string("{\n"), std::string("{\"a\":\n"),
        std::string("[[\n\n"), cri("a,", "F", "stderr"), std::string("x: \n"), std::string("  \n"),
        good + ",\n"}) {
    for (const std::string& between : {std::string(), std::string("\n"), cri("x", "F", "stderr"),
                                       cri("x {", "P", "stderr"), std::string("lost\n")}) {
      const std::string parts = cri_parts(good, between);
      all.push_back(front + parts + text);
      all.push_back(text + front + parts + front + parts + good + '\n' + front + cri(good, "F"));
    }
    for (const std::string& between : {std::string(), std::string("\r\n"), docker("x\n", "stderr"),
                                       docker("{\"a\":", "stderr"), std::string("lost\n")}) {
      const std::string parts = docker_parts(good, between);
      all.push_back(front + parts + docker("started\n") + front + parts);
      all.push_back(docker("started\n") + front + docker(good + "\n") + parts + front);
    }
  }
  return all;
}

std::string report_of(const Tree& tree, const PipelineOptions& options) {
  Progress progress;
  return to_json(make_report(tree, run_pipeline(tree, options, progress), {}));
}

TEST(ChunkSizes, DoNotMatter) {
  const std::string path = testing::TempDir() + "/log";
  Tree tree;
  tree.files.push_back(path);
  for (const std::string& log : logs()) {
    std::ofstream(path, std::ios::binary) << log;
    for (const std::size_t max_record : {std::size_t{16} << 20, std::size_t{600}}) {
      PipelineOptions options;
      options.read.max_record = options.judge.max_record = max_record;
      options.aggregate.now = 1767225600;
      const std::string whole = report_of(tree, options);
      for (const std::size_t chunk_bytes : {1, 2, 37, 64, 100, 129, 500, 1000, 3000, 5000, 8000}) {
        options.read.chunk_bytes = chunk_bytes;
        options.jobs = chunk_bytes % 2 == 0 ? 3 : 1;
        ASSERT_EQ(report_of(tree, options), whole)
            << "chunks of " << chunk_bytes << ", records of " << max_record << '\n'
            << log;
      }
    }
  }
}

// A line of documents, with the text that is asked for at a place of it.
std::string line_with(std::string_view wanted, std::size_t documents, std::size_t place,
                      std::string_view between) {
  std::string line;
  for (std::size_t i = 0; i < documents; ++i) {
    if (i == place) line += wanted;
    (line += kGood) += between;
  }
  return line + (place == documents ? std::string(wanted) : std::string()) + '\n';
}

// Lines that are longer than chunks, and than all that is looked ahead.
TEST(ChunkSizes, DoNotMatterForWhatIsOnMatchingLines) {
  const std::string path = testing::TempDir() + "/log";
  const std::string wanted = " wanted ";
  const std::string large = R"({"a":")" + std::string(3000, 'x') + "\"}";
  Tree tree;
  tree.files.push_back(path);
  std::vector<std::string> logs;
  for (const std::string& between : {std::string(" "), std::string(",")}) {
    const std::string other = line_with("", 3, 9, between);
    for (const std::size_t documents : {3, 3000})
      for (const std::size_t place : {0, 1, 2, 1500, 2990, 3000})
        logs.push_back(other + line_with(wanted, documents, place, between) + other + "x" + wanted +
                       "\n" + other);
    logs.push_back("[" + line_with(wanted, 40, 20, between) + "]\n" + other);
    logs.push_back(large + wanted + other + large + other + wanted + large + "\n" + large + large);
  }
  for (const std::string& log : logs) {
    std::ofstream(path, std::ios::binary) << log;
    for (const std::size_t max_record : {std::size_t{16} << 20, std::size_t{600}}) {
      PipelineOptions options;
      options.read.max_record = options.judge.max_record = max_record;
      options.read.match = "wanted";
      options.aggregate.now = 1767225600;
      options.read.chunk_bytes = std::size_t{4} << 20;
      const std::string whole = report_of(tree, options);
      for (const std::size_t chunk_bytes : {100, 1000, 5000, 65536, 200000, 1 << 20}) {
        if (log.size() > 100000 && chunk_bytes < 5000) continue;
        options.read.chunk_bytes = chunk_bytes;
        options.jobs = chunk_bytes % 1000 == 0 ? 3 : 1;
        ASSERT_EQ(report_of(tree, options), whole)
            << "chunks of " << chunk_bytes << ", records of " << max_record << '\n'
            << log.substr(0, 1000);
      }
    }
  }
}

// What is in front of a document on its line counts however far it is, what is behind it for
// MatchingLines::kBehind bytes.
TEST(ChunkSizes, HowFarALineIsLookedAt) {
  const std::string path = testing::TempDir() + "/log";
  Tree tree;
  tree.files.push_back(path);
  PipelineOptions options;
  options.read.match = "wanted";
  const auto records = [&](const std::string& log) {
    std::ofstream(path, std::ios::binary) << log;
    Progress progress;
    const Outcome outcome = run_pipeline(tree, options, progress);
    return outcome.total.totals.records;
  };
  constexpr std::size_t kMany = 30000;
  const std::size_t behind = MatchingLines::kBehind / (kGood.size() + 1);
  for (const std::size_t chunk_bytes : {std::size_t{100000}, std::size_t{1} << 20}) {
    options.read.chunk_bytes = chunk_bytes;
    EXPECT_EQ(records(line_with("wanted", kMany, 0, " ")), kMany);
    EXPECT_EQ(records(line_with("wanted", kMany, kMany, " ")), behind + 1);
    EXPECT_EQ(records(line_with("wanted", kMany, kMany / 2, " ")), kMany / 2 + behind + 1);
  }
}

// Rotated files whose parts go on in each other.
TEST(ChunkSizes, DoNotMatterForRotatedFiles) {
  const std::string good(kGood);
  const std::string folder = testing::TempDir() + "/rotated";
  std::filesystem::create_directory(folder);
  Tree tree;
  for (const char* name : {"/log", "/log.1", "/log.2"}) tree.files.push_back(folder + name);
  for (const bool is_docker : {false, true}) {
    const std::string other = is_docker ? docker("x\n", "stderr") : cri("x", "F", "stderr");
    const std::string parts = is_docker ? docker_parts(good, other) : cri_parts(good, other);
    const std::string begin = is_docker ? docker("started\n") : cri("started", "F");
    const std::string all = begin + parts + begin + parts + begin;
    std::vector<std::size_t> ends;
    for (std::size_t at = 0; (at = all.find('\n', at)) != all.npos;) ends.push_back(++at);
    for (std::size_t i = 0; i + 3 < ends.size(); ++i) {
      const std::size_t first = ends[i];
      const std::size_t second = ends[i + 3];
      std::ofstream(tree.files[2], std::ios::binary) << all.substr(0, first);
      std::ofstream(tree.files[1], std::ios::binary) << all.substr(first, second - first);
      std::ofstream(tree.files[0], std::ios::binary) << all.substr(second);
      for (const std::size_t max_record : {std::size_t{16} << 20, std::size_t{900}}) {
        PipelineOptions options;
        options.read.max_record = options.judge.max_record = max_record;
        options.aggregate.now = 1767225600;
        const std::string whole = report_of(tree, options);
        if (max_record > 900) {
          Progress progress;
          const Totals totals = run_pipeline(tree, options, progress).total.totals;
          EXPECT_EQ(totals.records, 2U) << i;
          EXPECT_EQ(totals.verdicts[index_of(Verdict::violation)], 2U) << i;
          EXPECT_EQ(totals.record_bytes + totals.separator_bytes, all.size()) << i;
        }
        for (const std::size_t chunk_bytes : {1, 37, 100, 500, 3000}) {
          options.read.chunk_bytes = chunk_bytes;
          options.jobs = chunk_bytes % 2 == 0 ? 3 : 1;
          ASSERT_EQ(report_of(tree, options), whole)
              << "chunks of " << chunk_bytes << ", records of " << max_record << ", cut at "
              << first << " and " << second << '\n'
              << all;
        }
      }
    }
  }
}

}  // namespace
}  // namespace leadscan::audit
