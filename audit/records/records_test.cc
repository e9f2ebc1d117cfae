// Where records begin and end, in every mode, wherever chunks are cut.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "audit/records/chunk_reader.h"
#include "audit/records/for_each_record.h"

namespace leadscan::audit {
namespace {

struct Seen {
  std::string bytes;
  std::uint64_t offset = 0;
  std::uint64_t line = 0;
  std::uint64_t size = 0;
  bool too_large = false;
  ErrorCode syntax = ErrorCode::ok;
  bool har_entry = false;
  bool operator==(const Seen&) const = default;
};
void PrintTo(const Seen& seen, std::ostream* out) {
  *out << seen.line << ":" << seen.offset << "+" << seen.size << (seen.too_large ? "!" : " ")
       << seen.bytes;
}

struct Reading {
  std::vector<Seen> records;
  std::uint64_t bytes_in = 0;
  std::uint64_t accounted = 0;
  std::size_t most_records = 0;  // of one chunk
};

std::string write_file(const std::string& text) {
  static int number = 0;
  const std::string path = testing::TempDir() + "/records" + std::to_string(number++);
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

Reading read(const std::string& path, RecordMode mode, std::size_t chunk_bytes,
             std::size_t max_record = 1 << 20) {
  ReadOptions options;
  options.mode = mode;
  options.chunk_bytes = chunk_bytes;
  options.max_record = max_record;
  ChunkReader reader(0, path, options);
  Reading reading;
  Chunk chunk;
  std::string parts;
  while (reader.next(chunk)) {
    std::string error;
    const std::size_t before = reading.records.size();
    EXPECT_EQ(chunk.load(error), 0U) << error;
    for (const Segment& segment : chunk.segments) {
      if (segment.kind == Segment::Kind::oversize) {
        if (segment.first_part) parts.clear();
        parts.append(chunk.data() + segment.begin, segment.size);
        reading.accounted += segment.size + segment.separators;
        if (segment.last_part) {
          EXPECT_EQ(parts.size(), segment.record_size);
          reading.records.push_back({parts,
                                     segment.record_offset,
                                     segment.record_line,
                                     segment.record_size,
                                     true,
                                     {},
                                     false});
        }
        continue;
      }
      reading.accounted += for_each_record(chunk, segment, max_record, [&](const Record& record) {
        EXPECT_GE(record.capacity, record.size + Chunk::kSlack);
        reading.accounted += record.size;
        reading.records.push_back({std::string(record.bytes()), record.offset, record.line,
                                   record.size, record.too_large, record.syntax, record.har_entry});
      });
    }
    reading.most_records = std::max(reading.most_records, reading.records.size() - before);
  }
  reading.bytes_in = reader.bytes();
  EXPECT_TRUE(reader.errors().empty());
  return reading;
}

// The records of `text`, and as "!code bytes" what is wrong between them; in HAR mode documents
// that are no entries as "=bytes". All must be the same wherever chunks are cut.
std::vector<std::string> records_of(const std::string& text, RecordMode mode,
                                    std::size_t max_record = 1 << 20) {
  const std::string path = write_file(text);
  const Reading whole = read(path, mode, 1 << 20, max_record);
  EXPECT_EQ(whole.bytes_in, text.size());
  EXPECT_EQ(whole.accounted, text.size());
  std::vector<std::string> records;
  for (const Seen& seen : whole.records) {
    EXPECT_EQ(seen.bytes, text.substr(seen.offset, seen.size));
    EXPECT_EQ(seen.line, 1 + static_cast<std::size_t>(std::count(
                                 text.begin(),
                                 text.begin() + static_cast<std::ptrdiff_t>(seen.offset), '\n')));
    const bool other = mode == RecordMode::har && !seen.har_entry && !seen.too_large;
    records.push_back(seen.syntax == ErrorCode::ok
                          ? (other ? "=" : "") + seen.bytes
                          : '!' + std::string(name_of(seen.syntax)) + ' ' + seen.bytes);
  }
  for (std::size_t chunk = 1; chunk <= text.size() + 1; ++chunk) {
    const Reading cut = read(path, mode, chunk, max_record);
    EXPECT_EQ(cut.records, whole.records) << "in chunks of " << chunk;
    EXPECT_EQ(cut.accounted, text.size()) << "in chunks of " << chunk;
  }
  std::remove(path.c_str());
  return records;
}

using List = std::vector<std::string>;

// Where lines are not counted, chunks of plain files are read by load(). Records of `text`, and how
// many chunks were left to it; `before_load` may harm the file.
struct Left {
  List records;
  std::uint64_t bytes_in = 0;
  std::size_t chunks = 0;
  std::string error;
};
Left read_left(const std::string& path, std::size_t chunk_bytes,
               const std::function<void(std::size_t chunk)>& before_load = nullptr) {
  ReadOptions options;
  options.mode = RecordMode::ndjson;
  options.chunk_bytes = chunk_bytes;
  options.count_lines = false;
  ChunkReader reader(0, path, options);
  Left left;
  Chunk chunk;
  std::uint64_t accounted = 0;
  for (std::size_t number = 0; reader.next(chunk); ++number) {
    left.chunks += chunk.is_left();
    if (before_load) before_load(number);
    const std::size_t missing = chunk.load(left.error);
    left.bytes_in = reader.bytes() - missing;
    for (const Segment& segment : chunk.segments)
      accounted += for_each_record(chunk, segment, options.max_record, [&](const Record& record) {
        accounted += record.size;
        EXPECT_GE(record.capacity, record.size + Chunk::kSlack);
        left.records.emplace_back(record.bytes());
      });
    if (missing != 0) break;
  }
  if (left.error.empty() && !reader.errors().empty()) left.error = reader.errors().front().why;
  EXPECT_EQ(accounted, left.bytes_in);
  return left;
}

// Lines of many lengths, some longer than a chunk, some blank.
std::string many_lines() {
  std::string text = "\xEF\xBB\xBF";
  for (std::size_t i = 0; text.size() < 300'000; ++i)
    text += std::to_string(i) + std::string(i % 97 == 0 ? i * 7 : i * i % 500, 'x') +
            (i % 5 == 0 ? "\r\n\n" : "\n");
  return text + "no end";
}

// A CR belongs to the line's end, wherever the chunk ends.
TEST(Lines, AsLongAsAllowedWithACrBehind) {
  const std::string line = "{\"a\":\"0123456789\"}";
  const std::size_t most = line.size();
  EXPECT_EQ(records_of(line + "\r\n" + line + "\n" + line + "\r\n", RecordMode::ndjson, most),
            (List{line, line, line}));
  EXPECT_EQ(records_of(line + "x\r\n" + line + "\n", RecordMode::ndjson, most),
            (List{line + "x\r", line}));
  EXPECT_EQ(records_of(line + "\r", RecordMode::ndjson, most), List{line});
  EXPECT_EQ(records_of("x " + line + "\r\n{}", RecordMode::prefixed, most + 2), (List{line, "{}"}));
  // Only one CR does, and only at the end.
  EXPECT_EQ(records_of(line + "\r\r\n{}", RecordMode::ndjson, most), (List{line + "\r\r", "{}"}));
  EXPECT_EQ(records_of(line + "\rx\n{}", RecordMode::ndjson, most), (List{line + "\rx", "{}"}));
}

TEST(Left, SameRecordsAsReadAtOnce) {
  const std::string path = write_file(many_lines());
  List expected;
  for (const Seen& seen : read(path, RecordMode::ndjson, 1 << 20).records)
    expected.push_back(seen.bytes);
  for (const std::size_t chunk : {4200U, 5000U, 10'000U, 65'536U}) {
    const Left left = read_left(path, chunk);
    EXPECT_TRUE(left.records == expected) << "in chunks of " << chunk;
    EXPECT_GT(left.chunks, 2U) << "in chunks of " << chunk;
    EXPECT_EQ(left.bytes_in, many_lines().size());
    EXPECT_EQ(left.error, "");
  }
  std::remove(path.c_str());
}

TEST(Left, FileCutBeforeItIsRead) {
  const std::string text = many_lines();
  const std::size_t line_end = text.find('\n', 70'000) + 1;
  // Where the second chunk ends: what is left of the file is read without a gap.
  const std::size_t chunk_end = text.rfind('\n', 99'999) + 1;
  for (const std::size_t at : {std::size_t{0}, std::size_t{65'000}, std::size_t{65'536}, line_end,
                               chunk_end, std::size_t{99'999}, text.size() - 1}) {
    const std::string path = write_file(text);
    const Left left = read_left(path, 50'000, [&](std::size_t chunk) {
      if (chunk == 1) std::filesystem::resize_file(path, at);
    });
    EXPECT_NE(left.error.find("was cut while it was read"), left.error.npos) << at;
    EXPECT_LE(left.bytes_in, std::max<std::size_t>(at, 50'003)) << at;  // 3: its BOM
    // What is in front of the cut, and a line that ends there.
    if (at > 50'000) {
      EXPECT_EQ(left.bytes_in, at);
      EXPECT_TRUE(left.records == read_left(path, 50'000).records) << at;
    }
    std::remove(path.c_str());
  }
}

TEST(Left, FileThatGrows) {
  const std::string path = write_file(many_lines());
  const Left left = read_left(path, 50'000, [&](std::size_t chunk) {
    if (chunk == 1) std::ofstream(path, std::ios::app) << "more\nlines\n";
  });
  EXPECT_EQ(left.error, "");
  EXPECT_EQ(left.bytes_in, many_lines().size() + 11);
  EXPECT_EQ(left.records.back(), "lines");
  std::remove(path.c_str());
}

TEST(Left, FileThatCannotBeRead) {
  Chunk chunk;
  chunk.segments.emplace_back().size = 100;
  const int directory = ::open(testing::TempDir().c_str(), O_RDONLY | O_CLOEXEC);
  chunk.leave(std::make_shared<File>(directory), 0, 100);
  std::string error;
  EXPECT_EQ(chunk.load(error), 100U);
  EXPECT_EQ(error, std::strerror(EISDIR));
  EXPECT_EQ(chunk.size(), 0U);
  EXPECT_EQ(chunk.segments.back().size, 0U);
}

TEST(Ndjson, LinesBlankLinesAndCrlf) {
  EXPECT_EQ(records_of("", RecordMode::ndjson), List{});
  EXPECT_EQ(records_of("\n\n \r\n", RecordMode::ndjson), List{});
  EXPECT_EQ(records_of("{}\n{\"a\":1}\r\n\n\t\n{\"b\":2}", RecordMode::ndjson),
            (List{"{}", "{\"a\":1}", "{\"b\":2}"}));
  EXPECT_EQ(records_of("  {} \r\nx\n", RecordMode::ndjson), (List{"  {} ", "x"}));
}

TEST(Ndjson, ByteOrderMark) {
  EXPECT_EQ(records_of("\xEF\xBB\xBF{}\n{}\n", RecordMode::ndjson), (List{"{}", "{}"}));
  EXPECT_EQ(records_of("\xEF\xBB\xBF", RecordMode::ndjson), List{});
}

TEST(Ndjson, TooLongLines) {
  const std::string text =
      "{}\n" + std::string(40, 'x') + "\r\n{}\n" + std::string(11, ' ') + "\n{}";
  EXPECT_EQ(records_of(text, RecordMode::ndjson, 10),
            (List{"{}", std::string(40, 'x') + "\r", "{}", std::string(11, ' '), "{}"}));
  EXPECT_EQ(records_of(std::string(40, 'x'), RecordMode::ndjson, 10), List{std::string(40, 'x')});
  EXPECT_EQ(records_of(std::string(40, 'x') + "\n", RecordMode::ndjson, 10),
            List{std::string(40, 'x')});
}

TEST(Prefixed, FromTheFirstBrace) {
  EXPECT_EQ(records_of("12:00 POST {\"a\":1}\nnothing here\n{\"b\":{}}\r\n", RecordMode::prefixed),
            (List{"{\"a\":1}", "nothing here", "{\"b\":{}}"}));
}

TEST(Json, ConcatenatedAndPrettyPrinted) {
  EXPECT_EQ(
      records_of("{}{\"a\":{}} {\n \"b\": [1, {}],\n \"c\": \"}{\\\"\"\n}\n\n[]", RecordMode::json),
      (List{"{}", "{\"a\":{}}", "{\n \"b\": [1, {}],\n \"c\": \"}{\\\"\"\n}"}));
}

TEST(Json, ArraysAndScalars) {
  EXPECT_EQ(records_of("[{\"a\":[1]},\n {\"b\":2} , 3, \"x]\", [4, {}], null]", RecordMode::json),
            (List{"{\"a\":[1]}", "{\"b\":2}", "3", "\"x]\"", "[4, {}]", "null"}));
  EXPECT_EQ(records_of("1 true\n\"a\\\\\"{}", RecordMode::json),
            (List{"1", "true", "\"a\\\\\"", "{}"}));
}

TEST(Prefixed, BracesInThePrefix) {
  EXPECT_EQ(records_of("{worker-1} POST {\"a\":1}\n[{id}] { \"b\":{}}\n{x} {\n{y} {}",
                       RecordMode::prefixed),
            (List{"{\"a\":1}", "{ \"b\":{}}", "{", "{}"}));
}

TEST(Json, CommasBetweenTheElementsOfAnArray) {
  const auto read = [](const char* text) { return records_of(text, RecordMode::json); };
  EXPECT_EQ(read("[{} {\"a\":1}]"), (List{"{}", "!expected_comma ", "{\"a\":1}"}));
  EXPECT_EQ(read("[{}\n{}{}, 1 2]"), (List{"{}", "!expected_comma ", "{}", "!expected_comma ", "{}",
                                           "1", "!expected_comma ", "2"}));
  EXPECT_EQ(read("[{},, {}]"), (List{"{}", "!expected_value ,", "{}"}));
  EXPECT_EQ(read("[,{}]"), (List{"!expected_value ,", "{}"}));
  EXPECT_EQ(read("[{},\n]"), (List{"{}", "!expected_value "}));
  EXPECT_EQ(read("[{}, {}"), (List{"{}", "{}", "!truncated "}));
  EXPECT_EQ(read("[{},"), (List{"{}", "!truncated "}));
  EXPECT_EQ(read("[ \n"), (List{"!truncated "}));
  EXPECT_EQ(read("[1"), (List{"1", "!truncated "}));
  EXPECT_EQ(read("[{}][{}]"), (List{"{}", "{}"}));
}

TEST(Json, OneMistakeInAnArrayIsReportedOnce) {
  const auto read = [](const char* text) { return records_of(text, RecordMode::json); };
  EXPECT_EQ(read("[{} x {}]"), (List{"{}", "x", "{}"}));
  EXPECT_EQ(read("[{}}, {}]"), (List{"{}", "},", "{}"}));
  EXPECT_EQ(read("[{\"a\":1 {}]"), (List{"{\"a\":1", "{}"}));
  EXPECT_EQ(read("[{\"a\":1,"), (List{"{\"a\":1,"}));
  EXPECT_EQ(read("[\"a"), (List{"\"a"}));
}

TEST(Json, CommasBehindTooLongDocuments) {
  const std::string big = "{\"a\":\"" + std::string(40, 'x') + "\"}";
  EXPECT_EQ(records_of("[" + big + big + ",," + big, RecordMode::json, 10),
            (List{big, "!expected_comma ", big, "!expected_value ,", big, "!truncated "}));
}

TEST(Json, ACutDocumentHidesNoneBehindIt) {
  EXPECT_EQ(records_of("{\"a\":{\"b\":1\n{\"c\":2}\n", RecordMode::json),
            (List{"{\"a\":{\"b\":1", "{\"c\":2}"}));
  EXPECT_EQ(records_of("{\"a\":\"cut he\n{\"c\":2}\n", RecordMode::json),
            (List{"{\"a\":\"cut he", "{\"c\":2}"}));
  EXPECT_EQ(records_of("[{\"a\":1},{\"b\":[2},{\"c\":{\"d\":3]", RecordMode::json),
            (List{"{\"a\":1}", "{\"b\":[2}", "{\"c\":{\"d\":3"}));
  EXPECT_EQ(records_of("<html>\n{\"c\":2}\n} ,\n{}", RecordMode::json),
            (List{"<html>", "{\"c\":2}", "} ,", "{}"}));
}

TEST(Json, TooLongDocuments) {
  const std::string big = "{\"a\":\"" + std::string(40, 'x') + "\"}";
  EXPECT_EQ(records_of("{}" + big + " {} " + big + big + "\n[]", RecordMode::json, 10),
            (List{"{}", big, "{}", big, big}));
  EXPECT_EQ(records_of("{\"a\":\"" + std::string(40, 'x'), RecordMode::json, 10),
            List{"{\"a\":\"" + std::string(40, 'x')});
  EXPECT_EQ(records_of("{\"a\":1," + std::string(30, ' ') + "{} ", RecordMode::json, 10),
            (List{"{\"a\":1," + std::string(30, ' '), "{}"}));
}

TEST(Json, DeepNesting) {
  const std::string deep = std::string(10000, '[') + std::string(10000, ']');
  EXPECT_EQ(read(write_file("{\"a\":" + deep + "}\n{}"), RecordMode::json, 1 << 16).records.size(),
            2u);
}

TEST(Har, EntriesAreRecords) {
  EXPECT_EQ(records_of("{\"log\":{\"version\":\"1.2\",\"pages\":[{\"entries\":[9]}],\"entries\":[\n"
                       "{\"a\":1},{\"b\":\"]\"}],\"comment\":\"{}\"}}\n",
                       RecordMode::har),
            (List{"{\"a\":1}", "{\"b\":\"]\"}"}));
}

List read_har(const std::string& text, std::size_t max_record = 1 << 20) {
  return records_of(text, RecordMode::har, max_record);
}

TEST(Har, CutAnywhere) {
  EXPECT_EQ(read_har("{\"log\":{\"pages\":[{\"a"), (List{"={\"log\":{\"pages\":[{\"a"}));
  EXPECT_EQ(read_har("{\"log\":{\"entries\":["), (List{"!truncated "}));
  EXPECT_EQ(read_har("{\"log\":{\"entries\":[{}"), (List{"{}", "!truncated "}));
  EXPECT_EQ(read_har("{\"log\":{\"entries\":[{},{\"a"), (List{"{}", "{\"a"}));
  EXPECT_EQ(read_har("{\"log\":{\"entries\":[{}]"), (List{"{}", "!truncated "}));
  EXPECT_EQ(read_har("{\"log\":{\"entries\":[{}]\n}\n"), (List{"{}", "!truncated \n}"}));
  EXPECT_EQ(read_har("{\"log\":{\"entries\":[{}{}]}}"), (List{"{}", "!expected_comma ", "{}"}));
  EXPECT_EQ(read_har("{\"log\":{\"entries\":[{}]\n{\"a\":1}\n{\"b\":2}\n"),
            (List{"{}", "!truncated ", "={\"a\":1}", "={\"b\":2}"}));
}

TEST(Har, AFrameThatIsNotJson) {
  EXPECT_EQ(read_har("{\"log\":{\"entries\":[{}],\"x\":}}"),
            (List{"{}", "!expected_value ,\"x\":}}"}));
  EXPECT_EQ(read_har("{\"log\":{\"v\":,\"entries\":[{}]}}"), (List{"{}", "!expected_value }}"}));
  EXPECT_EQ(read_har("{\"log\":{\"entries\":[{}]}}}\n"), (List{"{}", "=}"}));
}

TEST(Har, EntriesOnlyOfALog) {
  EXPECT_EQ(read_har("{\"log\":{\"entries\":[{}],\"x\":\"}\",\"entries\" : [1]}}"),
            (List{"{}", "1"}));
  for (const char* text :
       {"{\"log\":{\"version\":\"1.2\"}}", "{\"data\":{\"entries\":[{}]}}",
        "{\"log\":{\"a\\\"entries\":[{}]}}", "{\"log\":{},\"x\":{\"entries\":[{}]}}",
        "{\"log\":[{\"entries\":[{}]}]}", "{\"log\":{\"x\":[\"entries\",[{}]]}}"})
    EXPECT_EQ(read_har(text), List{std::string("=") + text});
  EXPECT_EQ(read_har("[{\"log\":{\"entries\":[{}]}}]"), List{"={\"log\":{\"entries\":[{}]}}"});
}

TEST(Har, WhatFollowsIsRead) {
  const std::string har = "{\"log\":{\"entries\":[{\"a\":1}]}}";
  EXPECT_EQ(read_har(har + "\n{\"b\":2}\n{\"c\":3}\n"),
            (List{"{\"a\":1}", "={\"b\":2}", "={\"c\":3}"}));
  EXPECT_EQ(read_har(har + har + "\n" + har), (List{"{\"a\":1}", "{\"a\":1}", "{\"a\":1}"}));
  EXPECT_EQ(read_har("{\"b\":2}" + har + "<html>\n" + har),
            (List{"={\"b\":2}", "{\"a\":1}", "=<html>", "{\"a\":1}"}));
  EXPECT_EQ(read_har("some text\nand more\n7"), (List{"=some text", "=and more", "=7"}));
}

TEST(Har, ALongFrame) {
  const std::string filler = "\"x\":\"" + std::string(60, 'x') + "\"";
  const std::string head = "{\"log\":{" + filler + ",\"entries\":[{}]}}";
  EXPECT_EQ(read_har(head + "{}", 50), (List{head, "={}"}));
  const std::string tail = "," + filler + "}}";
  EXPECT_EQ(read_har("{\"log\":{\"entries\":[{}]" + tail + "{}", 50), (List{"{}", tail, "={}"}));
}

// What is written of each may be a hundred times as long as it is.
TEST(Chunks, HaveNoMoreRecordsThanTheirOutputMayCost) {
  std::string lines;
  std::string array = "[";
  for (int i = 0; i < 300000; ++i) {
    lines += i % 7 == 0 ? "\n" : "1\n";
    array += i % 5 == 0 ? ",1" : "\n1 ";
  }
  for (const auto& [text, mode] :
       {std::pair(lines, RecordMode::ndjson), std::pair(lines, RecordMode::prefixed),
        std::pair(lines + "1", RecordMode::ndjson), std::pair(lines, RecordMode::json),
        std::pair(array, RecordMode::json), std::pair(array + "]", RecordMode::json),
        std::pair(array + "{\"a\":", RecordMode::json)}) {
    const std::string path = write_file(text);
    const Reading whole = read(path, mode, 4 << 20);
    const Reading parts = read(path, mode, 1 << 16);
    EXPECT_EQ(whole.bytes_in, text.size());
    EXPECT_EQ(whole.accounted, text.size());
    EXPECT_GT(whole.records.size(), 250000u);
    EXPECT_TRUE(whole.records == parts.records);
    EXPECT_GT(parts.most_records, 10000u);
    // What is written has the path in it. Blank lines count as if they were records.
    const std::size_t most = (std::size_t{16} << 20) / (256 + path.size());
    EXPECT_GT(whole.most_records, most * 4 / 5);
    EXPECT_LE(whole.most_records, most + 1);
    std::remove(path.c_str());
  }
}

}  // namespace
}  // namespace leadscan::audit
