// leadscan as it is shipped: no flags of its own, a warm parser, padding that is there anyway.
#include "leadscan/leadscan.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "bench/parsers/adapter.h"
#include "bench/parsers/parsers.h"
#include "leadscan/columns/column_reader.h"
#include "leadscan/version.h"

namespace leadscan::bench {
namespace {

constexpr Origin kLeadscan = {"leadscan", LEADSCAN_VERSION, LEADSCAN_FLAGS};

class Leadscan {
 public:
  static constexpr Origin kOrigin = kLeadscan;

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
                                         counts.skipped + counts.columns);
    if (all == 0) return {};
    const auto percent = [&](std::uint64_t count) {
      return 100 * static_cast<double>(count) / all;
    };
    char text[160];
    std::snprintf(text, sizeof text,
                  "templates %.1f %%, layouts %.1f %%, columns %.1f %%, general path %.1f %% and, "
                  "untried, %.1f %%; %llu documents learned from",
                  percent(counts.template_hits), percent(counts.layout_hits),
                  percent(counts.columns), percent(counts.misses), percent(counts.skipped),
                  static_cast<unsigned long long>(counts.learned));
    return text;
  }

 private:
  Path path_;
  Parser parser_;
};

// The columnar reader with nothing in front of it: for streams of documents that fit no layout.
class LeadscanColumns {
 public:
  static constexpr std::string_view kName = "leadscan_columns";
  static constexpr Origin kOrigin = kLeadscan;

  explicit LeadscanColumns(Isa isa)
      : reader_(isa), parser_(Parser::Options{.path = Path::tokens, .isa = isa}) {
    if (!reader_.allocate()) std::abort();
  }

  bool parse(const Document& document, LeadResponse& response) {
    internal::ColumnLine line;
    const bool one = reader_.load({document.data, document.size}) != 0 &&
                     reader_.next({&line, 1}) == 1 && line.size == document.size;
    if (!one || line.verdict != internal::ColumnVerdict::accepted)
      return !parser_.parse(document, response);
    response = line.response;
    return true;
  }

  template <typename Use>
  void for_each_response(const Document& ndjson, LeadResponse& response, Use use) {
    std::string_view rest(ndjson.data, ndjson.size);
    while (!rest.empty()) {
      const std::size_t size = reader_.load(rest);
      if (size == 0) {
        const Line line = first_line(rest);
        use(!parser_.parse(line.text, response));
        rest.remove_prefix(line.next);
        continue;
      }
      while (const std::size_t count = reader_.next(lines_)) {
        for (const internal::ColumnLine& line : std::span(lines_).first(count)) {
          if (line.verdict == internal::ColumnVerdict::accepted) {
            response = line.response;
            use(true);
          } else if (line.verdict != internal::ColumnVerdict::blank) {
            const std::string_view text = without_line_end(rest.substr(line.offset, line.size));
            use(!parser_.parse(text, response));
          }
        }
      }
      rest.remove_prefix(size);
    }
  }

 private:
  internal::ColumnReader reader_;
  Parser parser_;
  std::array<internal::ColumnLine, 32> lines_;
};

}  // namespace

std::unique_ptr<Adapter> make_leadscan(Path path, Isa isa) {
  return std::make_unique<AdapterOf<Leadscan>>(path, isa);
}

std::vector<std::unique_ptr<Adapter>> make_leadscan_paths(Isa isa) {
  std::vector<std::unique_ptr<Adapter>> paths;
  for (const Path path : {Path::tokens, Path::on_demand, Path::strict})
    paths.push_back(make_leadscan(path, isa));
  if (internal::ColumnReader::exists_for(best_isa(isa)))
    paths.push_back(std::make_unique<AdapterOf<LeadscanColumns>>(best_isa(isa)));
  return paths;
}

}  // namespace leadscan::bench
