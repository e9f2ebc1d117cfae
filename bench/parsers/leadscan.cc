// leadscan as it is shipped: no flags of its own, a warm parser, padding that is there anyway.
#include "leadscan/leadscan.h"

#include "bench/parsers/adapter.h"
#include "bench/parsers/parsers.h"

namespace leadscan::bench {
namespace {

constexpr std::string_view name_of(Path path) {
  switch (path) {
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

template <Path P>
class Leadscan {
 public:
  static constexpr std::string_view kName = name_of(P);

  bool parse(const Document& document, LeadResponse& response) {
    return !parser_.parse(document, response);
  }

  template <typename Use>
  static void for_each_document(const Document& ndjson, Use use) {
    Lines lines(std::string_view(ndjson.data, ndjson.size), ndjson.capacity);
    for (PaddedBytes line; lines.next(line);) use(line);
  }

 private:
  static Parser::Options options() {
    Parser::Options options;
    options.path = P;
    return options;
  }

  Parser parser_{options()};
};

}  // namespace

std::unique_ptr<Adapter> make_leadscan() {
  return std::make_unique<AdapterOf<Leadscan<Path::learned>>>();
}

std::vector<std::unique_ptr<Adapter>> make_leadscan_paths() {
  std::vector<std::unique_ptr<Adapter>> paths;
  paths.push_back(std::make_unique<AdapterOf<Leadscan<Path::tokens>>>());
  paths.push_back(std::make_unique<AdapterOf<Leadscan<Path::on_demand>>>());
  paths.push_back(std::make_unique<AdapterOf<Leadscan<Path::strict>>>());
  return paths;
}

}  // namespace leadscan::bench
