// --quarantine: bad records, byte for byte.
//
// Each is a line of JSON ({"file","member","line","offset","length","verdict"}), then `length`
// bytes as they are in the input, then LF.
#pragma once

#include "audit/cli/output_file.h"
#include "audit/judge/sink.h"

namespace leadscan::audit {

class QuarantineSink final : public RecordSink {
 public:
  explicit QuarantineSink(OutputFile& out) : out_(out) {}

  void see(const Judged& judged, std::string& memory) const override;
  void see_part(const Segment& part, std::string_view bytes, std::string& memory) const override;
  void take(std::string_view memory) override;
  std::string mark() override { return std::to_string(out_.size()); }
  void resume(std::string_view mark) override;
  std::string error() const override { return out_.error(); }

 private:
  OutputFile& out_;
  // Of a record that came in parts: where its length is to be filled in.
  std::uint64_t length_at_ = 0;
};

}  // namespace leadscan::audit
