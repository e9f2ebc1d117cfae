// simdjson's iterate_many() as it is by default: documents end where the next one begins.
#include "bench/parsers/parsers.h"
#include "bench/parsers/simdjson_stream.h"

namespace leadscan::bench {
namespace {

class SimdjsonIterateMany final
    : public SimdjsonStream<simdjson::stream_format::whitespace_delimited, false> {
 public:
  std::string_view name() const override { return "simdjson_iterate_many"; }
  Origin origin() const override { return {"simdjson", SIMDJSON_VERSION, LEADSCAN_FLAGS}; }
};

}  // namespace

std::unique_ptr<Adapter> make_simdjson_iterate_many() {
  return std::make_unique<SimdjsonIterateMany>();
}

}  // namespace leadscan::bench
