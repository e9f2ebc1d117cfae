// leadscan as it is shipped: no flags of its own, a warm parser, padding that is there anyway.
#include "leadscan/leadscan.h"

#include "bench/parsers/adapter.h"
#include "bench/parsers/parsers.h"

namespace leadscan::bench {
namespace {

class Leadscan {
 public:
  static constexpr std::string_view kName = "leadscan";

  bool parse(const Document& document, LeadResponse& response) {
    return !parser_.parse(document, response);
  }

  template <typename Use>
  static void for_each_document(const Document& ndjson, Use use) {
    Lines lines({ndjson.data, ndjson.size}, ndjson.capacity);
    for (PaddedBytes line; lines.next(line);) use(line);
  }

 private:
  Parser parser_;
};

}  // namespace

std::unique_ptr<Adapter> make_leadscan() { return std::make_unique<AdapterOf<Leadscan>>(); }

}  // namespace leadscan::bench
