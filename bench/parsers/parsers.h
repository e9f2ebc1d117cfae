// The parsers that are compared; each in a file of its own.
#pragma once

#include <memory>
#include <vector>

#include "bench/parsers/adapter.h"

namespace leadscan::bench {

// Of the CPU's instruction sets, none better than `isa`.
std::unique_ptr<Adapter> make_leadscan(Path path = Path::learned, Isa isa = Isa::avx512);
std::unique_ptr<Adapter> make_simdjson_ondemand();
std::unique_ptr<Adapter> make_simdjson_iterate_many();
std::unique_ptr<Adapter> make_simdjson_dom();
std::unique_ptr<Adapter> make_yyjson();
std::unique_ptr<Adapter> make_rapidjson_dom();
std::unique_ptr<Adapter> make_rapidjson_insitu();
std::unique_ptr<Adapter> make_rapidjson_sax();
std::unique_ptr<Adapter> make_nlohmann();
std::unique_ptr<Adapter> make_boost_json();
std::unique_ptr<Adapter> make_jsoncpp();

// leadscan without its faster paths: only where asked for by name.
std::vector<std::unique_ptr<Adapter>> make_leadscan_paths(Isa isa = Isa::avx512);

// All others; leadscan, which is the reference, comes first.
std::vector<std::unique_ptr<Adapter>> make_all(Isa isa = Isa::avx512);

}  // namespace leadscan::bench
