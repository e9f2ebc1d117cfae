// check: each record's verdict and broken rules, one NDJSON line a record.
#pragma once

#include "audit/cli/output_file.h"
#include "audit/judge/sink.h"

namespace leadscan::audit {

class CheckSink final : public RecordSink {
 public:
  // Lives at least as long as this.
  explicit CheckSink(OutputFile& out) : out_(out) {}

  void see(const Judged& judged, std::string& memory) const override;
  void take(std::string_view memory) override { out_.write(memory); }
  std::string error() const override { return out_.error(); }

 private:
  OutputFile& out_;
};

// {"file":...,"member":...,"line":...,"offset":...,"length":... without the closing brace.
void append_position(std::string& out, const Judged& judged);

}  // namespace leadscan::audit
