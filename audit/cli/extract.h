// extract: chosen fields of each response, escapes decoded, nulls and absences kept apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/cli/options.h"
#include "audit/cli/output_file.h"
#include "audit/core/sink.h"

namespace leadscan::audit {

// file, member, line, offset, length, verdict, httpStatus, and the members of a response.
bool is_extract_field(std::string_view name);
std::vector<std::string> all_extract_fields();

// csv (RFC 4180): texts in quotes, numbers and booleans bare; a null is a bare null, an absent
// member is empty. ndjson: an absent member is left out.
class ExtractSink final : public RecordSink {
 public:
  ExtractSink(OutputFile& out, std::vector<std::string> fields, ExtractFormat format);

  // Before the first record.
  void write_header();
  void see(const Judged& judged, std::string& memory) const override;
  void take(std::string_view memory) override { out_.write(memory); }
  std::string error() const override { return out_.error(); }

 private:
  OutputFile& out_;
  std::vector<std::string> names_;
  std::vector<std::size_t> fields_;
  ExtractFormat format_;
};

}  // namespace leadscan::audit
