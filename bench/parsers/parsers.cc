#include "bench/parsers/parsers.h"

namespace leadscan::bench {

// A parser that is built but not named would be missing from the table, and nothing would say so.
#define LEADSCAN_COUNT(peer) +1
static_assert(LEADSCAN_PEERS(LEADSCAN_COUNT) == LEADSCAN_PEERS_IN_BUILD,
              "LEADSCAN_PEERS in parsers.h and PEERS in BUILD name different parsers");
#undef LEADSCAN_COUNT

std::vector<std::unique_ptr<Adapter>> make_all(Isa isa) {
  std::vector<std::unique_ptr<Adapter>> adapters;
  adapters.push_back(make_leadscan(Path::learned, isa));
#define LEADSCAN_ADD(peer) adapters.push_back(make_##peer());
  LEADSCAN_PEERS(LEADSCAN_ADD)
#undef LEADSCAN_ADD
  return adapters;
}

}  // namespace leadscan::bench
