#include "bench/parsers/parsers.h"

namespace leadscan::bench {

std::vector<std::unique_ptr<Adapter>> make_all(Isa isa) {
  std::vector<std::unique_ptr<Adapter>> adapters;
  adapters.push_back(make_leadscan(Path::learned, isa));
  for (const auto make : {make_simdjson_ondemand, make_simdjson_iterate_many, make_simdjson_dom,
                          make_yyjson, make_rapidjson_dom, make_rapidjson_insitu,
                          make_rapidjson_sax, make_nlohmann, make_boost_json, make_jsoncpp})
    adapters.push_back(make());
  return adapters;
}

}  // namespace leadscan::bench
