// leadscan as it is shipped: no flags of its own, a warm parser, padding that is there anyway.
#include "leadscan/leadscan.h"

#include <cstdio>

#include "bench/parsers/adapter.h"
#include "bench/parsers/parsers.h"

namespace leadscan::bench {
namespace {

class Leadscan {
 public:
  Leadscan(Path path, Isa isa) : path_(path), parser_(Parser::Options{.path = path, .isa = isa}) {}

  std::string_view name() const {
    switch (path_) {
      case Path::learned:
        return "leadscan";
      case Path::tokens:
        return "leadscan_tokens";
      case Path::on_demand:
        return "leadscan_ondemand";
      case Path::strict:
        return "leadscan_strict";
    }
    return {};
  }

  bool parse(const Document& document, LeadResponse& response) {
    return !parser_.parse(document, response);
  }

  template <typename Use>
  void for_each_response(const Document& ndjson, LeadResponse& response, Use use) {
    Lines lines(std::string_view(ndjson.data, ndjson.size), ndjson.capacity);
    for (Error error; lines.next(parser_, response, error);) use(!error);
  }

  // How many documents each tier has read.
  std::string details() const {
    if (path_ != Path::learned) return {};
    const Statistics counts = parser_.statistics();
    const auto all = static_cast<double>(counts.template_hits + counts.layout_hits + counts.misses +
                                         counts.skipped);
    if (all == 0) return {};
    const auto percent = [&](std::uint64_t count) {
      return 100 * static_cast<double>(count) / all;
    };
    char text[160];
    std::snprintf(text, sizeof text,
                  "templates %.1f %%, layouts %.1f %%, general path %.1f %% and, untried, %.1f %%; "
                  "%llu documents learned from",
                  percent(counts.template_hits), percent(counts.layout_hits),
                  percent(counts.misses), percent(counts.skipped),
                  static_cast<unsigned long long>(counts.learned));
    return text;
  }

 private:
  Path path_;
  Parser parser_;
};

}  // namespace

std::unique_ptr<Adapter> make_leadscan(Path path, Isa isa) {
  return std::make_unique<AdapterOf<Leadscan>>(path, isa);
}

std::vector<std::unique_ptr<Adapter>> make_leadscan_paths(Isa isa) {
  std::vector<std::unique_ptr<Adapter>> paths;
  for (const Path path : {Path::tokens, Path::on_demand, Path::strict})
    paths.push_back(make_leadscan(path, isa));
  return paths;
}

}  // namespace leadscan::bench
