// find: the records that have one of some ids or codes.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/cli/options.h"
#include "audit/cli/output_file.h"
#include "audit/judge/sink.h"

namespace leadscan::audit {

// Prints for each match {"file",...,"verdict","record"}: the record as a JSON string, so that what
// is no JSON can be shown too.
class FindSink final : public RecordSink {
 public:
  FindSink(OutputFile& out, const Options& options) : out_(out), options_(options) {}

  // Whether the record can be a match, told from its bytes: it has one of the values as they are,
  // or escapes that may spell one.
  bool may_match(std::string_view record) const;

  void see(const Judged& judged, std::string& memory) const override;
  void take(std::string_view memory) override {
    found_ |= !memory.empty();
    out_.write(memory);
  }
  // Whether anything was.
  bool found() const { return found_; }
  std::string error() const override { return out_.error(); }

 private:
  OutputFile& out_;
  const Options& options_;
  bool found_ = false;
};

}  // namespace leadscan::audit
