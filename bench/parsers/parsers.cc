#include "bench/parsers/parsers.h"

namespace leadscan::bench {

std::vector<std::unique_ptr<Adapter>> make_all() {
  std::vector<std::unique_ptr<Adapter>> adapters;
  for (const auto make : {make_leadscan, make_simdjson_ondemand}) adapters.push_back(make());
  return adapters;
}

}  // namespace leadscan::bench
