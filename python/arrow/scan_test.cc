// Batches as C sees them, and scans that end before their end: what runs under the sanitizers. What
// is in the rows is compared with the command's by //python/tests.
#include "python/arrow/scan.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "python/arrow/document.h"
#include "python/arrow/exports.h"

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
    for (const char* name : names) projection.push_back({find_column(name)});
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

std::string view_at(const ArrowArray& array, std::int64_t row) {
  const TextView& view = static_cast<const TextView*>(array.buffers[1])[row];
  const auto size = static_cast<std::size_t>(view.size);
  if (size <= TextView::kMostInline) {
    const char* const inlined = reinterpret_cast<const char*>(&view) + sizeof view.size;
    for (std::size_t i = size; i < TextView::kMostInline; ++i) EXPECT_EQ(inlined[i], 0);
    return std::string(inlined, size);
  }
  EXPECT_EQ(array.n_buffers, 4);
  EXPECT_EQ(view.buffer, 0);
  const std::int64_t buffer_size = *static_cast<const std::int64_t*>(array.buffers[3]);
  EXPECT_LE(view.offset + view.size, buffer_size);
  const char* const begin = static_cast<const char*>(array.buffers[2]) + view.offset;
  EXPECT_EQ(std::string(view.front, sizeof view.front), std::string(begin, sizeof view.front));
  return std::string(begin, size);
}

// Of a column of any kind, as text; nothing of a null.
std::optional<std::string> value_at(const ArrowSchema& schema, const ArrowArray& array,
                                    std::int64_t row) {
  const std::string format = schema.format;
  if (!is_valid(array, row)) return std::nullopt;
  if (schema.dictionary != nullptr) {
    const std::int64_t number = format == "c"
                                    ? static_cast<const std::int8_t*>(array.buffers[1])[row]
                                    : static_cast<const std::int32_t*>(array.buffers[1])[row];
    EXPECT_LT(number, array.dictionary->length);
    return value_at(*schema.dictionary, *array.dictionary, number);
  }
  if (format == "vu") return view_at(array, row);
  if (format == "u") return text_at(array, row);
  if (format == "l") return std::to_string(static_cast<const std::int64_t*>(array.buffers[1])[row]);
  if (format == "b") {
    const auto* const bits = static_cast<const std::uint8_t*>(array.buffers[1]);
    return std::to_string(bits[row / 8] >> (row % 8) & 1);
  }
  const auto* const ends = static_cast<const std::int32_t*>(array.buffers[1]);
  std::string all;
  for (std::int32_t i = ends[row]; i < ends[row + 1]; ++i)
    all += *value_at(*schema.children[0], *array.children[0], i) + "; ";
  return all;
}

// All columns of all rows.
std::vector<std::vector<std::optional<std::string>>> values_of(const std::string& path,
                                                               TextForm form) {
  Settings settings;
  settings.paths = {path};
  settings.threads = 2;
  Projection projection;
  for (std::size_t i = 0; i < columns().size(); ++i) projection.push_back({i, form});
  ArrowSchema schema;
  export_schema(projection, &schema);
  Scan scan(settings, projection);
  std::vector<std::vector<std::optional<std::string>>> rows;
  for (;;) {
    ArrowArray batch;
    const Scan::Next next = scan.next(&batch, 1000);
    if (next == Scan::Next::end) break;
    if (next == Scan::Next::waiting) continue;
    for (std::int64_t row = 0; row < batch.length; ++row) {
      auto& values = rows.emplace_back();
      for (std::int64_t i = 0; i < batch.n_children; ++i)
        values.push_back(value_at(*schema.children[i], *batch.children[i], row));
    }
    for (std::int64_t i = 0; i < batch.n_children; ++i) {
      const ArrowArray& child = *batch.children[i];
      std::int64_t nulls = 0;
      for (std::int64_t row = 0; row < batch.length; ++row) nulls += is_valid(child, row) ? 0 : 1;
      EXPECT_EQ(child.null_count, nulls) << columns()[static_cast<std::size_t>(i)].name;
    }
    batch.release(&batch);
  }
  schema.release(&schema);
  return rows;
}

// Long and short texts, and columns that have their first value late, never, or at once.
TEST_F(ScanTest, GivesTheSameValuesInEachForm) {
  constexpr int kEach = 700;
  const std::string path = file(0);
  {
    std::ofstream out(path);
    for (int i = 0; i < kEach; ++i) out << R"({"message":"Forbidden, for a long time"})" << '\n';
    for (int i = 0; i < kEach; ++i) out << kGood << '\n';
    for (int i = 0; i < kEach; ++i) out << kBad << '\n' << R"({"action":"create")" << '\n';
  }
  const auto wanted = values_of(path, TextForm::utf8);
  ASSERT_EQ(wanted.size(), std::size_t{4} * kEach);
  const auto at = [&](std::size_t row, const char* name) { return wanted[row][find_column(name)]; };
  const auto is = [](const char* text) { return std::optional<std::string>(text); };
  EXPECT_EQ(at(0, "message"), is("Forbidden, for a long time"));
  EXPECT_EQ(at(0, "file"), is(path.c_str()));
  EXPECT_EQ(at(0, "statusCode"), std::nullopt);
  EXPECT_EQ(at(kEach, "statusCode"), is("201"));
  EXPECT_EQ(at(kEach, "success"), is("1"));
  EXPECT_EQ(at(kEach, "verdict"), is("created"));
  EXPECT_EQ(at(2 * kEach - 1, "violations"), is(""));
  EXPECT_NE(at(2 * kEach, "violations"), is(""));
  EXPECT_EQ(at(2 * kEach, "error_code"), std::nullopt);
  EXPECT_NE(at(2 * kEach + 1, "error_code"), std::nullopt);
  EXPECT_EQ(at(4 * kEach - 1, "httpStatus"), std::nullopt);
  EXPECT_EQ(at(4 * kEach - 1, "member"), std::nullopt);
  for (const TextForm form : {TextForm::view, TextForm::dictionary})
    EXPECT_TRUE(values_of(path, form) == wanted) << name_of(form);
}

// More characters than are copied.
TEST_F(ScanTest, GivesTheSameLongTextsInEachForm) {
  const std::string path = file(0);
  {
    std::ofstream out(path);
    for (int i = 0; i < 40; ++i)
      out << R"({"message":")" << std::string(200'000, static_cast<char>('a' + i % 26)) << "\"}\n";
  }
  const auto wanted = values_of(path, TextForm::utf8);
  ASSERT_EQ(wanted.size(), 40u);
  EXPECT_EQ(wanted[39][find_column("message")], std::string(200'000, 'n'));
  for (const TextForm form : {TextForm::view, TextForm::dictionary})
    EXPECT_TRUE(values_of(path, form) == wanted) << name_of(form);
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

// A child may be taken out of its batch, and live longer, and longer than the scan.
TEST_F(ScanTest, ChildrenAreTheirOwnInEachForm) {
  const std::string path = file(10);
  for (const TextForm form : {TextForm::view, TextForm::dictionary}) {
    Settings settings;
    settings.paths = {path};
    const Projection projection = {
        {find_column("file"), form}, {find_column("verdict"), form}, {find_column("member"), form}};
    auto scanned = std::make_shared<Scan>(settings, projection);
    ArrowSchema schema;
    export_schema(projection, &schema);
    ArrowArray batch;
    while (scanned->next(&batch, 1000) == Scan::Next::waiting) {
    }
    std::vector<ArrowArray> moved;
    for (std::int64_t i = 0; i < batch.n_children; ++i) {
      moved.push_back(*batch.children[i]);
      batch.children[i]->release = nullptr;
    }
    batch.release(&batch);
    scanned.reset();
    EXPECT_EQ(value_at(*schema.children[0], moved[0], 9), path);
    EXPECT_EQ(value_at(*schema.children[1], moved[1], 2), "violation");
    EXPECT_EQ(value_at(*schema.children[2], moved[2], 9), std::nullopt);
    for (ArrowArray& array : moved) array.release(&array);
    schema.release(&schema);
  }
}

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
