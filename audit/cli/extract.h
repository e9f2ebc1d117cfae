// extract: chosen fields of each response, escapes decoded, nulls and absences kept apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/cli/extract_fields.h"
#include "audit/cli/extract_filter.h"
#include "audit/cli/options.h"
#include "audit/cli/output_file.h"
#include "audit/judge/sink.h"
#include "audit/storage/new_database.h"

namespace leadscan::audit {

// The first line of csv, with its end.
std::string csv_header(const Options& options);

// csv (RFC 4180): texts in quotes, numbers and booleans bare; nulls and absent members are empty,
// and told apart by a column NAME_presence, if that is asked for. For eyes and terminals: what
// to_printable() replaces is shown by its number. For spreadsheets: no text begins as a formula
// does. ndjson: an absent member is left out, and values are exact.
class ExtractSink final : public RecordSink {
 public:
  // Both live at least as long as this.
  ExtractSink(OutputFile& out, const Options& options);

  // Before the first record.
  void write_header();
  void see(const Judged& judged, std::string& memory) const override;
  void take(std::string_view memory) override { out_.write(memory); }
  std::string error() const override { return out_.error(); }

 private:
  void see_csv(const Judged& judged, std::string& memory) const;
  void see_json(const Judged& judged, std::string& memory) const;

  OutputFile& out_;
  std::vector<const ExtractField*> fields_;
  ExtractFilter filter_;
  const Options& options_;
};

// sqlite: a table `responses` with a column for each field. NULL means null or absent;
// which of them it is, the column NAME_is_null behind it tells: 1 or 0.
class ExtractDatabase final : public RecordSink {
 public:
  explicit ExtractDatabase(const Options& options);

  // Each returns false for a failure: see error(). `files`: the inputs, for messages; lives as long
  // as this.
  bool open(const std::string& path, const std::vector<std::string>& files);
  // Before the first record.
  bool begin();
  // Puts the database in its place. `partial`: it was interrupted.
  bool finish(bool partial);

  void see(const Judged& judged, std::string& memory) const override;
  void take(std::string_view memory) override;
  std::string error() const override { return database_.error(); }

 private:
  std::vector<const ExtractField*> fields_;
  ExtractFilter filter_;
  const std::vector<std::string>* files_ = nullptr;
  NewDatabase database_;
  Statement insert_;
};

}  // namespace leadscan::audit
