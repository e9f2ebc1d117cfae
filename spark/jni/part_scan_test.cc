// What a task holds: it sees that its file has changed, and nothing is left of it, however it ends.
#include "spark/jni/part_scan.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace leadscan::spark {
namespace {

using arrow::Scan;

constexpr unsigned kMilliseconds = 1000;

class PartScanTest : public ::testing::Test {
 protected:
  ~PartScanTest() override { std::remove(path_.c_str()); }

  void write(int lines, char what = 'x') {
    std::ofstream file(path_);
    for (int i = 0; i < lines; ++i) file << R"({"message":")" << what << "\"}\n";
  }

  arrow::Source source(std::uint64_t split = std::uint64_t{1} << 30) const {
    arrow::Source source;
    source.settings.paths = {path_};
    source.split = split;
    return source;
  }

  static arrow::Projection columns() {
    return {{.column = arrow::find_column("offset")}, {.column = arrow::find_column("message")}};
  }

  static Scan::Next next(PartScan& scan) {
    for (;;)
      if (const Scan::Next next = scan.next(kMilliseconds); next != Scan::Next::waiting)
        return next;
  }

  static std::string failure(const auto& call) {
    try {
      call();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return {};
  }

  std::string path_ = ::testing::TempDir() + "part_scan_test." + std::to_string(::getpid());
};

TEST_F(PartScanTest, PartsHaveAllRows) {
  write(1000);
  const arrow::Source source = this->source(3000);
  const std::vector<arrow::SourcePart> parts = source.plan(columns());
  ASSERT_GT(parts.size(), 3u);
  std::int64_t rows = 0;
  for (const arrow::SourcePart& part : parts) {
    PartScan scan(source, part, columns());
    while (next(scan) == Scan::Next::batch) {
      rows += scan.batch().length;
      const auto* const offsets =
          static_cast<const std::int64_t*>(scan.batch().children[0]->buffers[1]);
      EXPECT_EQ(*offsets, static_cast<std::int64_t>(part.begin));
    }
    EXPECT_EQ(scan.account().bytes, part.size());
    EXPECT_TRUE(scan.errors().empty());
  }
  EXPECT_EQ(rows, 1000);
}

TEST_F(PartScanTest, LinesAreCountedByOneTask) {
  write(1000);
  EXPECT_EQ(source(3000).plan({{.column = arrow::find_column("line")}}).size(), 1u);
}

TEST_F(PartScanTest, FileThatChanged) {
  write(9);
  const arrow::Source source = this->source();
  const arrow::SourcePart part = source.plan(columns()).front();
  PartScan scan(source, part, columns());
  EXPECT_EQ(next(scan), Scan::Next::batch);
  write(8, 'y');
  EXPECT_EQ(failure([&] { next(scan); }), path_ + " has changed while it was read: load it anew");
  EXPECT_EQ(failure([&] { PartScan(source, part, columns()); }),
            path_ + " has changed since the scan was planned: load it anew");
  std::remove(path_.c_str());
  EXPECT_NE(failure([&] { PartScan(source, part, columns()); }), "");
  EXPECT_EQ(failure([&] { source.plan(columns()); }), path_ + ": No such file or directory");
}

// What has the same bytes and time is the same file to another machine, but not to the one that
// reads it.
TEST_F(PartScanTest, FileThatIsACopy) {
  namespace fs = std::filesystem;
  write(9);
  const auto copy_it = [&] {
    const std::string copy = path_ + ".copy";
    fs::copy_file(path_, copy);
    fs::last_write_time(copy, fs::last_write_time(path_));
    fs::rename(copy, path_);
  };
  const arrow::Source source = this->source();
  const arrow::SourcePart part = source.plan(columns()).front();
  copy_it();
  PartScan scan(source, part, columns());
  EXPECT_EQ(next(scan), Scan::Next::batch);
  EXPECT_EQ(next(scan), Scan::Next::end);
  PartScan other(source, part, columns());
  EXPECT_EQ(next(other), Scan::Next::batch);
  copy_it();
  EXPECT_EQ(failure([&] { next(other); }), path_ + " has changed while it was read: load it anew");
}

TEST_F(PartScanTest, EndsInTheMiddle) {
  write(1'000'000);
  const arrow::Source source = this->source();
  const arrow::SourcePart part = source.plan(columns()).front();
  for (int batches = 0; batches < 3; ++batches) {
    PartScan scan(source, part, columns());
    for (int i = 0; i < batches; ++i) EXPECT_EQ(next(scan), Scan::Next::batch);
  }
}

TEST_F(PartScanTest, NumbersOfThoseThatAreClosed) {
  write(9);
  const arrow::Source source = this->source();
  const arrow::SourcePart part = source.plan(columns()).front();
  const auto open = [&] { return std::make_shared<PartScan>(source, part, columns()); };
  PartScans scans;
  const std::int64_t first = scans.add(open());
  const std::int64_t second = scans.add(open());
  EXPECT_NE(first, 0);
  // One that somebody else reads from stays until he is done.
  const std::shared_ptr<PartScan> held = scans.find(first);
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(next(*held), Scan::Next::batch);
  scans.remove(first);
  scans.remove(first);
  EXPECT_EQ(held->batch().length, 9);
  EXPECT_EQ(scans.find(first), nullptr);
  EXPECT_EQ(scans.find(0), nullptr);
  EXPECT_EQ(scans.find(-1), nullptr);
  EXPECT_NE(scans.find(second), nullptr);
  EXPECT_GT(scans.add(open()), second);
}

TEST(Options, SayWhatIsWrong) {
  const auto said = [](std::string_view name, const std::string& value) {
    return arrow::Source().set_option(name, value);
  };
  EXPECT_EQ(said("maxRecord", "100"), "");
  EXPECT_EQ(said("LOG", "docker"), "");
  EXPECT_EQ(said("log", "x\xff"),
            "log: no such kind of log: x\xEF\xBF\xBD" +
                said("log", "x").substr(sizeof "log: no such kind of log: x" - 1));
  EXPECT_EQ(said("splitBytes", "0"), "splitBytes: 0");
  EXPECT_EQ(said("splitBytes", "1 "), "splitBytes: not a number: 1 ");
  EXPECT_EQ(said("threads", "-1"), "threads: not a number: -1");
  EXPECT_EQ(said("threads", ""), "threads: not a number: ");
  EXPECT_EQ(said("threads", "18446744073709551616"), "threads: not a number: 18446744073709551616");
  EXPECT_EQ(said("max_record", "1"), "no such option: max_record");
  EXPECT_EQ(said("accounts", "True"), "");
  EXPECT_EQ(said("accounts", "1"), "accounts: neither true nor false: 1");
  EXPECT_EQ(said("pushFilters", "False"), "");
  EXPECT_EQ(said("pushFilters", "true"),
            "pushFilters: true: Spark keeps its filters, this source is told of columns only");
  EXPECT_EQ(said("pushFilters", "1"), "pushFilters: neither true nor false: 1");
}

}  // namespace
}  // namespace leadscan::spark
