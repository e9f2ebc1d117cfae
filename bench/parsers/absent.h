// Stands in for a parser of which no source could be had when this was built, or a plug-in that
// could not.
#pragma once

#include <string>
#include <utility>

#include "bench/parsers/adapter.h"

namespace leadscan::bench {

class Absent final : public Adapter {
 public:
  Absent(std::string name, std::string why) : name_(std::move(name)), why_(std::move(why)) {}

  std::string_view name() const override { return name_; }
  std::string_view unavailable() const override { return why_; }
  Origin origin() const override { return {}; }
  bool parse(const Document&, LeadResponse&) override { return false; }
  BlockResult run_documents(std::span<const Document>) override { return {}; }
  BlockResult run_stream(const Document&) override { return {}; }
  BlockResult visit_stream(const Document&, const Visitor&) override { return {}; }

 private:
  std::string name_;
  std::string why_;
};

}  // namespace leadscan::bench
