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
    if (judged.record->data == nullptr) {  // too long to keep
      memory += kTooLong;
      return;
    }
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
  void take(std::string_view memory) override {
    for (std::size_t at = 0; at < memory.size();) {
      const std::size_t end = memory.find('\n', at) + 1;
      const std::string_view line = memory.substr(at, end - at);
      if (line == kTooLong)
        ++too_long_;
      else
        text_ += line;
      at = end;
    }
  }

  std::string& text() { return text_; }
  std::uint64_t too_long() const { return too_long_; }

 private:
  // A line that no document is.
  static constexpr std::string_view kTooLong = "\n";

  std::string text_;
  std::uint64_t too_long_ = 0;
};

std::string counted(std::uint64_t count, const char* one, const char* several) {
  return std::to_string(count) + ' ' + (count == 1 ? one : several);
}

}  // namespace

std::optional<Input> read_input(const Options& options, std::string& error) {
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
  Input input;
  for (const auto* errors : {&tree.errors, &outcome.errors})
    for (const audit::InputError& found : *errors)
      input.skipped.push_back(found.file + (found.member ? ", " + *found.member : "") + ": " +
                              found.why);
  input.too_long = documents.too_long();
  input.most_bytes = pipeline.judge.max_record;
  input.text = std::move(documents.text());
  if (!input.text.empty()) return input;
  if (!input.skipped.empty()) {
    error = "cannot read " + input.skipped.front();
    input.skipped.erase(input.skipped.begin());
  } else {
    error = path +
            " holds no documents: --log=KIND or --at=POINTER may say where they are, and "
            "`leadscan check` tells what is in there";
  }
  for (const std::string& warning : input.warnings()) error += "\n" + warning;
  return std::nullopt;
}

std::vector<std::string> Input::warnings() const {
  constexpr std::size_t kMost = 5;
  std::vector<std::string> warnings;
  for (std::size_t i = 0; i < std::min(skipped.size(), kMost); ++i)
    warnings.push_back("Not read to its end: " + skipped[i]);
  if (skipped.size() > kMost)
    warnings.push_back("Nor were " + counted(skipped.size() - kMost, "other.", "others."));
  if (too_long != 0)
    warnings.push_back(counted(too_long, "record is", "records are") + " left out, as more than " +
                       std::to_string(most_bytes >> 20) + " MiB long.");
  return warnings;
}

}  // namespace leadscan::bench
