#include "bench/compare_input.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "audit/engine/pipeline.h"
#include "audit/input/tree.h"
#include "audit/judge/log_presets.h"
#include "audit/judge/sink.h"
#include "audit/records/chunk_reader.h"

namespace leadscan::bench {
namespace {

class Documents final : public audit::RecordSink {
 public:
  void see(const audit::Judged& judged, std::string& memory) const override {
    if (judged.record->data == nullptr) return;  // too long to keep
    std::string_view body = judged.body.empty() ? judged.record->bytes() : judged.body;
    // Of an envelope it often has the line end that the program wrote.
    body.remove_prefix(std::min(body.find_first_not_of("\r\n"), body.size()));
    body = body.substr(0, body.find_last_not_of("\r\n") + 1);
    if (body.empty()) return;
    const auto begin = static_cast<std::ptrdiff_t>(memory.size());
    memory += body;
    std::replace_if(
        memory.begin() + begin, memory.end(), [](char c) { return c == '\n' || c == '\r'; }, '\t');
    memory += '\n';
  }
  void take(std::string_view memory) override { text_ += memory; }

  std::string& text() { return text_; }

 private:
  std::string text_;
};

}  // namespace

std::optional<std::string> read_input(const Options& options, std::string& error) {
  const std::string path = resolve_path(options.file);
  Documents documents;
  audit::PipelineOptions pipeline;
  pipeline.totals_only = true;
  pipeline.sinks = {&documents};
  if (!options.log.empty()) {
    pipeline.judge.log = audit::find_preset(options.log);
    if (pipeline.judge.log->shape == audit::LogShape::har)
      pipeline.read.mode = audit::RecordMode::har;
    pipeline.read.joins_docker = pipeline.judge.log->join == audit::PartsJoin::docker;
    pipeline.read.envelope = pipeline.judge.log->shape == audit::LogShape::documents;
  }
  if (!options.at.empty()) {
    pipeline.judge.at = options.at;
    pipeline.read.joins_docker = options.at == "/log" || options.at.starts_with("/log/");
    pipeline.read.envelope = true;
  }
  const audit::Tree tree = audit::list_files({path}, {});
  audit::Progress progress;
  const audit::Outcome outcome = audit::run_pipeline(tree, pipeline, progress);
  if (!outcome.failure.empty()) {
    error = outcome.failure;
    return std::nullopt;
  }
  for (const auto* errors : {&tree.errors, &outcome.errors}) {
    if (errors->empty()) continue;
    error = "cannot read " + errors->front().file + ": " + errors->front().why;
    return std::nullopt;
  }
  if (!documents.text().empty()) return std::move(documents.text());
  error = path +
          " holds no documents: --log=KIND or --at=POINTER may say where they are, and "
          "`leadscan check` tells what is in there";
  return std::nullopt;
}

}  // namespace leadscan::bench
