// The parsers that are compared; each in a file of its own.
#pragma once

#include <memory>
#include <vector>

#include "bench/parsers/adapter.h"

namespace leadscan::bench {

// Those beside leadscan, in the order of the table; each is made in the file of its name.
#define LEADSCAN_PEERS(PEER)   \
  PEER(simdjson_ondemand)      \
  PEER(simdjson_for_each)      \
  PEER(simdjson_find_field)    \
  PEER(simdjson_iterate_many)  \
  PEER(simdjson_iterate_lines) \
  PEER(simdjson_dom)           \
  PEER(yyjson)                 \
  PEER(rapidjson_dom)          \
  PEER(rapidjson_insitu)       \
  PEER(rapidjson_sax)          \
  PEER(nlohmann)               \
  PEER(nlohmann_sax)           \
  PEER(boost_json)             \
  PEER(jsoncpp)                \
  PEER(json_c)                 \
  PEER(cjson)                  \
  PEER(jansson)

#define LEADSCAN_MAKE(peer) std::unique_ptr<Adapter> make_##peer();
LEADSCAN_PEERS(LEADSCAN_MAKE)
#undef LEADSCAN_MAKE

// Of the CPU's instruction sets, none better than `isa`.
std::unique_ptr<Adapter> make_leadscan(Path path = Path::learned, Isa isa = Isa::avx512);

// leadscan without its faster paths: only where asked for by name.
std::vector<std::unique_ptr<Adapter>> make_leadscan_paths(Isa isa = Isa::avx512);

// All others; leadscan, which is the reference, comes first.
std::vector<std::unique_ptr<Adapter>> make_all(Isa isa = Isa::avx512);

}  // namespace leadscan::bench
