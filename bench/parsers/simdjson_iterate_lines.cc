// simdjson 5.x's iterate_many() over lines (stream_format::newline_delimited): a line that is no
// response does not stop it, unless simdjson gives up on it, or a string in it has no end.
#include "bench/parsers/parsers.h"
#include "bench/parsers/simdjson_stream.h"

namespace leadscan::bench {
namespace {

class SimdjsonIterateLines final
    : public SimdjsonStream<simdjson::stream_format::newline_delimited, true> {
 public:
  std::string_view name() const override { return "simdjson_iterate_lines"; }
  Origin origin() const override { return {"simdjson", SIMDJSON_VERSION, LEADSCAN_FLAGS}; }
};

}  // namespace

std::unique_ptr<Adapter> make_simdjson_iterate_lines() {
  return std::make_unique<SimdjsonIterateLines>();
}

}  // namespace leadscan::bench
