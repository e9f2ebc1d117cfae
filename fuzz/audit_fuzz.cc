// Fuzz target: the audit of any file, from its bytes to the report. Where chunks are cut must not
// matter unless the file is damaged, and every byte must be accounted for.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "audit/base/serialize.h"
#include "audit/cli/check.h"
#include "audit/engine/pipeline.h"
#include "audit/report/json_report.h"
#include "audit/report/text_report.h"
#include "fuzz/memory_file.h"

namespace {

using namespace leadscan::audit;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

// What check prints, in memory. Stops where a bomb would go on for too long.
class Records final : public RecordSink {
 public:
  static constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 20;

  void see(const Judged& judged, std::string& memory) const override {
    count(judged.record->size);
    check_.see(judged, memory);
    if (judged.record->size > 0 && !judged.record->too_large && judged.record->data == nullptr)
      fail("a record without bytes");
  }
  void see_part(const Segment& part, std::string_view bytes, std::string&) const override {
    if (part.size != bytes.size()) fail("a part of another size");
    count(bytes.size());
  }
  void take(std::string_view memory) override { text_ += memory; }

  const std::string& text() const { return text_; }
  const std::atomic<bool>& stop() const { return stop_; }

 private:
  void count(std::uint64_t bytes) const {
    if ((bytes_ += bytes) > kMostBytes) stop_ = true;
  }

  OutputFile nowhere_;
  CheckSink check_{nowhere_};
  std::string text_;
  mutable std::atomic<std::uint64_t> bytes_{0};
  mutable std::atomic<bool> stop_{false};
};

struct Audit {
  std::string records;
  std::string aggregate;
  std::string report;
  bool stopped = false;
  bool damaged = false;
};

Audit audit(const std::string& path, PipelineOptions options) {
  Records records;
  options.sinks = {&records};
  options.stop = &records.stop();
  Tree tree;
  tree.files = {path};
  Progress progress;
  Outcome outcome = run_pipeline(tree, options, progress);
  if (!outcome.failure.empty()) fail(outcome.failure.c_str());
  Audit audit;
  audit.records = records.text();
  audit.stopped = records.stop();
  audit.damaged = !outcome.errors.empty();
  Writer writer;
  outcome.total.archive(writer);
  audit.aggregate = writer.bytes;
  const Report report = make_report(tree, std::move(outcome), {});
  if (report.bytes_in != report.bytes_accounted) fail("bytes that are not accounted for");
  audit.report = to_json(report) + to_text(report, {true, 50, 3});
  return audit;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string& path = memory_file(data, size);

  // The last byte picks the options too, so that seeds need nothing around them.
  const unsigned pick = size == 0 ? 0 : data[size - 1];
  PipelineOptions options;
  options.aggregate.now = 1767225600;
  options.aggregate.limit_findings = pick % 4;
  options.read.mode = static_cast<RecordMode>(pick % 7 < 5 ? pick % 7 : 0);
  if (pick % 3 == 1) options.judge.at = "/response/body";
  if (pick % 3 == 2) options.judge.at = "/0";
  options.read.envelope = options.judge.at.has_value();
  options.read.max_record = options.judge.max_record = pick % 5 == 0 ? 50 : 1 << 20;

  const Audit whole = audit(path, options);
  options.read.chunk_bytes = 1 + pick * 7 % 300;
  options.memory = pick % 16 == 0 ? 0 : options.memory;
  const Audit cut = audit(path, options);
  if (whole.damaged != cut.damaged && !whole.stopped && !cut.stopped)
    fail("damage that is not always seen");
  // How much comes out in front of damage depends on how much decoders are asked for.
  if (whole.stopped || cut.stopped || whole.damaged) return 0;
  if (cut.records != whole.records) {
    std::fprintf(stderr, "-- whole\n%s-- cut\n%s", whole.records.c_str(), cut.records.c_str());
    fail("other records if chunks are cut");
  }
  if (cut.aggregate != whole.aggregate) fail("other counts if chunks are cut");
  if (pick % 16 != 0 && cut.report != whole.report) fail("another report if chunks are cut");
  return 0;
}
