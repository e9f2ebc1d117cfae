// Batches as C sees them, and scans that end before their end: what runs under the sanitizers. What
// is in the rows is compared with the command's by //python/tests.
#include "python/arrow/scan.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>

#include "python/arrow/document.h"

namespace leadscan::arrow {
namespace {

constexpr const char* kGood =
    R"({"dsLeadOpportunityId":"A","partnerLeadOpportunityId":"B","action":"create","info":)"
    R"({"success":true,"statusCode":201,"timestamp":null},"error":null})";
constexpr const char* kBad = R"({"action":12})";

class ScanTest : public testing::Test {
 protected:
  // A file with `lines` lines, every third of them bad.
  std::string file(std::int64_t lines) {
    path_ = testing::TempDir() + "/scan_test." + std::to_string(::getpid());
    std::ofstream out(path_);
    for (std::int64_t i = 0; i < lines; ++i) out << (i % 3 == 2 ? kBad : kGood) << '\n';
    return path_;
  }
  ~ScanTest() override { std::remove(path_.c_str()); }

  static std::shared_ptr<Scan> scan(const std::string& path,
                                    std::initializer_list<const char*> names) {
    Settings settings;
    settings.paths = {path};
    settings.threads = 3;
    Projection projection;
    for (const char* name : names) projection.push_back(find_column(name));
    return std::make_shared<Scan>(settings, projection);
  }

 private:
  std::string path_;
};

bool is_valid(const ArrowArray& array, std::int64_t row) {
  const auto* const bits = static_cast<const std::uint8_t*>(array.buffers[0]);
  return bits == nullptr || (bits[row / 8] >> (row % 8) & 1) != 0;
}

std::string text_at(const ArrowArray& array, std::int64_t row) {
  const auto* const ends = static_cast<const std::int32_t*>(array.buffers[1]);
  const auto* const characters = static_cast<const char*>(array.buffers[2]);
  return std::string(characters + ends[row], characters + ends[row + 1]);
}

TEST_F(ScanTest, GivesEachKindOfColumn) {
  constexpr std::int64_t kLines = Batch::kMostRows + 1000;
  const auto scanned = scan(file(kLines), {"line", "verdict", "success", "traceId", "violations"});
  ArrowArrayStream stream;
  export_stream(scanned, {}, false, &stream);
  ArrowSchema schema;
  ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
  std::string formats;
  for (std::int64_t i = 0; i < schema.n_children; ++i) formats += schema.children[i]->format;
  EXPECT_EQ(formats, "lubu+l");
  EXPECT_STREQ(schema.children[4]->children[0]->format, "u");
  schema.release(&schema);
  std::int64_t row = 0;
  ArrowArray batch;
  while (stream.get_next(&stream, &batch) == 0 && batch.release != nullptr) {
    ASSERT_LE(batch.length, Batch::kMostRows);
    const ArrowArray& success = *batch.children[2];
    const ArrowArray& lists = *batch.children[4];
    const auto* const list_ends = static_cast<const std::int32_t*>(lists.buffers[1]);
    std::int64_t bad = 0;
    for (std::int64_t i = 0; i < batch.length; ++i, ++row) {
      const bool is_bad = row % 3 == 2;
      bad += is_bad ? 1 : 0;
      ASSERT_EQ(static_cast<const std::int64_t*>(batch.children[0]->buffers[1])[i], row + 1);
      ASSERT_EQ(text_at(*batch.children[1], i), is_bad ? "violation" : "created");
      ASSERT_EQ(is_valid(success, i), !is_bad);
      const auto* const bits = static_cast<const std::uint8_t*>(success.buffers[1]);
      ASSERT_EQ(bits[i / 8] >> (i % 8) & 1, is_bad ? 0 : 1);
      ASSERT_FALSE(is_valid(*batch.children[3], i));
      // One of the action's type, three of members that are missing.
      ASSERT_EQ(list_ends[i + 1] - list_ends[i], is_bad ? 4 : 0);
    }
    EXPECT_EQ(success.null_count, bad);
    EXPECT_EQ(lists.children[0]->length, 4 * bad);
    batch.release(&batch);
  }
  EXPECT_EQ(stream.get_last_error(&stream), nullptr);
  EXPECT_EQ(row, kLines);
  stream.release(&stream);
  EXPECT_EQ(stream.release, nullptr);
}

// A child may be taken out of its batch, and live longer.
TEST_F(ScanTest, ChildrenAreTheirOwn) {
  const auto scanned = scan(file(10), {"verdict", "line"});
  ArrowArray batch;
  while (scanned->next(&batch, 1000) == Scan::Next::waiting) {
  }
  ArrowArray moved = *batch.children[0];
  batch.children[0]->release = nullptr;
  batch.release(&batch);
  EXPECT_EQ(text_at(moved, 2), "violation");
  moved.release(&moved);
}

TEST_F(ScanTest, IsDroppedAtAnyTime) {
  const std::string path = file(8 * Batch::kMostRows);
  for (int taken = 0; taken < 4; ++taken) {
    const auto scanned = scan(path, {"line"});
    ArrowArrayStream stream;
    export_stream(scanned, {}, false, &stream);
    ArrowArray batch;
    for (int i = 0; i < taken; ++i) {
      ASSERT_EQ(stream.get_next(&stream, &batch), 0);
      ASSERT_NE(batch.release, nullptr);
      batch.release(&batch);
    }
    stream.release(&stream);
  }
}

TEST_F(ScanTest, WaitsForWhoeverTakes) {
  // Of long rows: 64 MiB of them may wait for the batch that they go into.
  const auto scanned =
      scan(file(12 * Batch::kMostRows), {"file", "file", "file", "file", "file", "file"});
  ArrowArray batch;
  while (scanned->next(&batch, 1000) == Scan::Next::waiting) {
  }
  batch.release(&batch);
  std::uint64_t before = 0;
  for (std::uint64_t now = 1; now != before; now = scanned->progress().records) {
    before = now;
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  EXPECT_LT(before, std::uint64_t{12} * Batch::kMostRows);
}

TEST_F(ScanTest, NamesWhatCannotBeRead) {
  ArrowArrayStream stream;
  export_stream(scan("/no/such/file", {"line"}), {}, false, &stream);
  ArrowArray batch;
  EXPECT_NE(stream.get_next(&stream, &batch), 0);
  EXPECT_STREQ(stream.get_last_error(&stream), "/no/such/file: No such file or directory");
  stream.release(&stream);
  export_stream(scan("/no/such/file", {"line"}), {}, true, &stream);
  EXPECT_EQ(stream.get_next(&stream, &batch), 0);
  EXPECT_EQ(batch.release, nullptr);
  stream.release(&stream);
}

TEST(Columns, DeriveFromTheOneDescription) {
  for (const FieldInfo& info : kFields) {
    if (info.slot.kind == Slot::Kind::none) continue;
    const std::string pointer = "The response's " + std::string(info.pointer);
    const std::string presence = "Whether " + std::string(info.pointer) + " is there";
    EXPECT_TRUE(std::any_of(columns().begin(), columns().end(), [&](const Column& column) {
      return column.meaning == pointer || column.meaning.starts_with(presence);
    })) << pointer;
  }
}

TEST(Document, HasTheValuesOfItsColumns) {
  Row row;
  const std::size_t verdict = find_column("verdict");
  append_document(kGood, verdict, verdict + 1, row);
  const std::size_t status = find_column("statusCode");
  append_document(kGood, status, status + 1, row);
  Values values({row.data(), row.size()});
  EXPECT_EQ(columns()[verdict].words[values.number<std::uint8_t>()].view(), "created");
  EXPECT_TRUE(values.has_value());
  EXPECT_EQ(values.number<std::int64_t>(), 201);
  EXPECT_TRUE(values.is_at_end());
}

}  // namespace
}  // namespace leadscan::arrow
