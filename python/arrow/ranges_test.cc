// Ranges of a file against the whole: whatever is in it, and wherever it is cut.
#include "python/arrow/ranges.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zstd.h>

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
    const auto whole_text = open_range_text(path_, 0, nullptr);
    Cuts cuts(settings_, *whole_text);
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
    return find_ranges(settings_, write(text), split, true);
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
  try {
    count_lines(path + "\xFF", 0, 1);
    ADD_FAILURE();
  } catch (const std::runtime_error& error) {  // whose text is UTF-8
    EXPECT_EQ(error.what(), path + "\xEF\xBF\xBD: No such file or directory");
  }
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

// What is not taken is waited for, and together it is all ids.
TEST_F(RangesTest, IdsAreGivenAsTheyCome) {
  constexpr std::size_t kCount = 60'000;
  constexpr std::size_t kBuckets = 3;
  const std::string id = "\"A1\"";
  std::string text;
  for (std::size_t i = 0; i < kCount; ++i) {
    std::string line = kGood;
    line.replace(line.find(id), id.size(), '"' + std::to_string(i / 2) + '"');
    text += line + '\n';
  }
  write(text);
  constexpr std::size_t kAll = std::size_t{1} << 30;
  PartAudit whole(settings_, kBuckets, kAll);
  while (!whole.wait(1000)) {
  }
  std::vector<std::string> wanted(kBuckets);
  for (PartAudit::Ids& ids : whole.take_ids()) wanted[ids.bucket] = std::move(ids.events);
  const std::size_t size = wanted[0].size() + wanted[1].size() + wanted[2].size();

  PartAudit run(settings_, kBuckets, 1000);
  for (int i = 0; i < 20; ++i) ASSERT_FALSE(run.wait(10));
  std::vector<std::string> found(kBuckets);
  for (bool is_ended = false; !is_ended;) {
    is_ended = run.wait(1000);
    std::size_t taken = 0;
    for (const PartAudit::Ids& ids : run.take_ids()) {
      found[ids.bucket] += ids.events;
      taken += ids.events.size();
    }
    EXPECT_LT(taken, size / 4);
  }
  EXPECT_EQ(found, wanted);
  EXPECT_TRUE(run.take_ids().empty());
  EXPECT_GT(find_repeated({found[0], found[1], found[2]}).size(), kCount);
}

// A frame that says how long its text is, unless it should not, with a checksum.
std::string frame_of(std::string_view text, bool says_size = true) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, says_size ? 1 : 0);
  std::string frame(ZSTD_compressBound(text.size()), '\0');
  frame.resize(ZSTD_compress2(context, frame.data(), frame.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return frame;
}

// Its blocks are not compressed, and it says that its text is `told` long. The block `damaged` has
// nothing that could be decompressed, though its header says so.
std::string raw_frame_of(std::string_view text, std::uint64_t told,
                         std::size_t damaged = SIZE_MAX) {
  constexpr std::size_t kBlock = 100'000;
  std::string frame("\x28\xB5\x2F\xFD\xC0\x38", 6);
  const auto put = [&](std::uint64_t number, int bytes) {
    for (int i = 0; i < bytes; ++i) frame += static_cast<char>(number >> 8 * i);
  };
  put(told, 8);
  for (std::size_t at = 0; at < text.size(); at += kBlock) {
    const std::string_view block = text.substr(at, kBlock);
    const bool is_last = at + kBlock >= text.size();
    put(block.size() << 3 | (at / kBlock == damaged ? 4u : 0u) | (is_last ? 1u : 0u), 3);
    frame += block;
  }
  return frame;
}

// So many bytes in a frame of a few, between two texts.
std::string frame_around(std::string_view front, std::size_t filling, std::string_view behind) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setPledgedSrcSize(context, front.size() + filling + behind.size());
  const std::string block(std::size_t{1} << 20, 'x');
  std::string frame;
  const auto put = [&](std::string_view text, ZSTD_EndDirective end) {
    ZSTD_inBuffer in = {text.data(), text.size(), 0};
    char bytes[4096];
    for (std::size_t left = 1; in.pos < in.size || (end == ZSTD_e_end && left != 0);) {
      ZSTD_outBuffer out = {bytes, sizeof bytes, 0};
      left = ZSTD_compressStream2(context, &out, &in, end);
      frame.append(bytes, out.pos);
    }
  };
  put(front, ZSTD_e_continue);
  for (std::size_t at = 0; at < filling; at += block.size())
    put(std::string_view(block).substr(0, filling - at), ZSTD_e_continue);
  put(behind, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  return frame;
}

// The most memory that the process had since it was made; of sanitizers, which keep what is freed,
// none is told.
class Peak {
 public:
  Peak() { std::ofstream("/proc/self/clear_refs") << 5; }
  std::size_t mebibytes() const {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return 0;
#else
    return (read("VmHWM:") - before_) >> 10;
#endif
  }

 private:
  static std::size_t read(const std::string& name) {
    std::ifstream status("/proc/self/status");
    std::string word;
    std::size_t value = 0;
    while (status >> word)
      if (word == name) status >> value;
    return value;
  }
  const std::size_t before_ = read("VmRSS:");
};

class FramesTest : public RangesTest {
 protected:
  // All ranges that there are of the file, against all of it; how many there are.
  std::size_t compare_ranges(std::uint64_t split, std::size_t chunk_bytes, const Read& wanted) {
    const std::string& path = settings_.paths.front();
    const std::vector<std::uint64_t> ends = find_ranges(settings_, path, split, true);
    EXPECT_TRUE(find_ranges(settings_, path, split, false).empty());
    Read found;
    std::uint64_t begin = 0;
    for (const std::uint64_t end : ends) {
      const Read next = range(begin, end, chunk_bytes);
      found.rows.insert(found.rows.end(), next.rows.begin(), next.rows.end());
      found.account.records += next.account.records;
      found.account.bytes += next.account.bytes;
      found.account.record_bytes += next.account.record_bytes;
      found.account.bytes_between += next.account.bytes_between;
      begin = end;
    }
    if (ends.empty()) return 0;
    EXPECT_EQ(found.rows, wanted.rows);
    EXPECT_EQ(found.account.records, wanted.account.records);
    EXPECT_EQ(found.account.bytes, wanted.account.bytes);
    EXPECT_EQ(found.account.record_bytes, wanted.account.record_bytes);
    EXPECT_EQ(found.account.bytes_between, wanted.account.bytes_between);
    return ends.size();
  }
};

TEST_F(FramesTest, EveryFrameSplitGivesTheWhole) {
  for (const std::string& text :
       {kLines, lines_of({kGood, kBad, kGood, kCut, kGood}, "\r\n"), "\xEF\xBB\xBF" + kLines,
        kLines.substr(0, kLines.size() - 1), "x\xFF\n" + kLines}) {
    write(frame_of(text));
    const Read wanted = whole(std::size_t{1} << 20);
    EXPECT_GT(wanted.rows.size(), 4u);
    std::size_t cut = 0;
    for (std::size_t at = 1; at < text.size(); ++at) {
      SCOPED_TRACE(at);
      write(frame_of(text.substr(0, at)) + frame_of(text.substr(at)));
      cut += compare_ranges(1, std::size_t{1} << 20, wanted) == 2 ? 1 : 0;
    }
    // Not behind a document that is cut off, nor where nothing but the last record is behind.
    EXPECT_GT(cut, text.size() / 3);
  }
}

// Records that go through several frames, chunks that end between them, and what is no text.
TEST_F(FramesTest, ManyFrames) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += kLines;
  write(frame_of(text));
  const Read wanted = whole(std::size_t{1} << 20);
  for (const std::size_t size : {std::size_t{37}, std::size_t{1000}, std::size_t{5000}}) {
    std::string file = std::string("\x50\x2A\x4D\x18\x03\0\0\0abc", 11);
    for (std::size_t at = 0; at < text.size(); at += size) {
      file += frame_of(std::string_view(text).substr(at, size));
      if (at % 3 == 0) file += frame_of("") + file.substr(0, 11);
    }
    write(file);
    EXPECT_GT(compare_ranges(1, std::size_t{1} << 20, wanted), 6u);
    EXPECT_GT(compare_ranges(3000, 700, wanted), 3u);
    EXPECT_EQ(compare_ranges(text.size(), 700, wanted), 0u);
  }
}

TEST_F(FramesTest, NotAllAreCut) {
  const std::string two = frame_of(kLines) + frame_of(kLines);
  EXPECT_EQ(ranges_of(two, 1).size(), 2u);
  EXPECT_TRUE(ranges_of(frame_of(kLines), 1).empty());
  EXPECT_TRUE(ranges_of(frame_of(kLines) + frame_of(kLines, false), 1).empty());
  EXPECT_TRUE(ranges_of(frame_of(kLines, false) + frame_of(kLines), 1).empty());
  EXPECT_TRUE(ranges_of(two.substr(0, two.size() - 1), 1).empty());
  EXPECT_TRUE(ranges_of(two + "x", 1).empty());
  // Something else in it: compressed twice, an HTTP archive, UTF-16.
  EXPECT_TRUE(ranges_of(frame_of(two) + frame_of(two), 1).empty());
  const std::string har = R"({"log":{"version":"1.2","entries":[]}})";
  EXPECT_TRUE(ranges_of(frame_of(har) + frame_of("\n\n" + har), 1).empty());
  const std::string wide("\xFF\xFE{\0}\0\n\0{\0}\0\n\0", 14);
  EXPECT_TRUE(ranges_of(frame_of(wide) + frame_of(wide), 1).empty());
  settings_.records = audit::RecordMode::json;
  EXPECT_TRUE(ranges_of(two, 1).empty());
}

TEST_F(FramesTest, HeadersThatLieAreNotBelieved) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += kLines;
  const std::string lines = frame_of(kLines);
  EXPECT_EQ(ranges_of(lines + raw_frame_of(text, text.size()) + lines, 1).size(), 3u);
  for (const std::uint64_t told : {std::uint64_t{4} << 30, std::uint64_t{1} << 40})
    EXPECT_TRUE(ranges_of(lines + raw_frame_of(text, told) + lines, 1).empty());
}

// However long a line is, no more of it is kept than a record may have.
TEST_F(FramesTest, LongLinesAreNotKept) {
  constexpr std::size_t kLong = std::size_t{200} << 20;
  constexpr std::size_t kMostMebibytes = 64;
  settings_.max_record = std::size_t{1} << 20;
  const std::string lines = frame_of(kLines);
  write(lines + frame_around(kLines, kLong, "\n" + kLines) + lines);
  const Peak of_whole;
  const Read wanted = whole(std::size_t{1} << 20);
  EXPECT_LT(of_whole.mebibytes(), kMostMebibytes);
  EXPECT_EQ(wanted.rows.size(), 4 * 6u);
  const Peak of_ranges;
  EXPECT_EQ(compare_ranges(1, std::size_t{1} << 20, wanted), 3u);
  EXPECT_LT(of_ranges.mebibytes(), kMostMebibytes);
}

TEST_F(RangesTest, LongLinesAreNotKept) {
  constexpr std::size_t kLong = std::size_t{200} << 20;
  constexpr std::size_t kMostMebibytes = 64;
  settings_.max_record = std::size_t{1} << 20;
  {
    const std::string block(std::size_t{1} << 20, 'x');
    std::ofstream file(write(kLines), std::ios::binary | std::ios::app);
    for (std::size_t at = 0; at < kLong; at += block.size()) file << block;
    file << '\n' << kLines;
  }
  const std::uint64_t size = 2 * kLines.size() + kLong + 1;
  for (const auto mode : {audit::RecordMode::automatic, audit::RecordMode::ndjson}) {
    settings_.records = mode;
    const Read wanted = whole(std::size_t{1} << 20);
    EXPECT_GE(wanted.rows.size(), 2 * 6u);
    const Peak peak;
    const Read found = range(0, size, std::size_t{1} << 20);
    EXPECT_LT(peak.mebibytes(), kMostMebibytes);
    EXPECT_EQ(found.rows, wanted.rows);
    EXPECT_EQ(found.account.bytes, size);
  }
}

// As of a file that is read as a whole: the records are there, and why they may not be right.
TEST_F(FramesTest, DamageIsToldByItsRange) {
  std::string text;
  for (int i = 0; i < 800; ++i) text += kLines;
  const std::string first = frame_of(text);
  std::string of_checksum = frame_of(text);
  of_checksum.back() ^= 1;
  for (const std::string& damaged : {of_checksum, raw_frame_of(text, text.size(), 5)}) {
    write(first + damaged);
    const std::vector<std::uint64_t> ends = find_ranges(settings_, settings_.paths[0], 1, true);
    ASSERT_EQ(ends.size(), 2u);
    EXPECT_EQ(ends[1], 2 * text.size());
    EXPECT_EQ(range(0, ends[0], 100'000).account.bytes, ends[0]);
    Settings settings = settings_;
    settings.begin = ends[0];
    settings.end = ends[1];
    audit::PipelineOptions options = settings.pipeline();
    options.read.chunk_bytes = 100'000;
    options.totals_only = true;
    audit::Progress progress;
    Part part(settings, options, progress);
    while (part.next() != nullptr) {
    }
    ASSERT_EQ(part.task().errors.size(), 1u);
    EXPECT_EQ(part.task().errors[0].file, settings_.paths[0]);
    EXPECT_NE(part.task().errors[0].why.find("zstd"), std::string::npos)
        << part.task().errors[0].why;
    // All that is in front of the damage.
    const audit::Tree tree = audit::list_files(settings_.paths, {});
    const audit::Outcome whole = audit::run_pipeline(tree, settings_.pipeline(), progress);
    EXPECT_EQ(whole.errors.size(), 1u);
    EXPECT_GT(part.task().summary.bytes_in, text.size() / 2);
    EXPECT_EQ(ends[0] + part.task().summary.bytes_in, whole.files.front().bytes_in);
    EXPECT_EQ(part.task().total.totals.record_bytes + part.task().total.totals.separator_bytes,
              part.task().summary.bytes_in);
  }
}

}  // namespace
}  // namespace leadscan::arrow
