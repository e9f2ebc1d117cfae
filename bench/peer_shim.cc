// An adapter of bench/parsers/ as a plug-in, for a library that another version in the binary would
// clash with. BUILD defines LEADSCAN_PEER_NAME, and LEADSCAN_PEER_MAKE, which makes the adapter.
#include <memory>
#include <span>
#include <string>

#include "bench/parsers/adapter.h"
#include "bench/parsers/parsers.h"
#include "bench/peer.h"
#include "leadscan/c/layout.h"

namespace leadscan::bench {
namespace {

static_assert(sizeof(leadscan_peer_document) == sizeof(Document));
static_assert(offsetof(leadscan_peer_document, size) == offsetof(Document, size));
static_assert(offsetof(leadscan_peer_document, capacity) == offsetof(Document, capacity));

std::string description() {
  const std::unique_ptr<Adapter> adapter = LEADSCAN_PEER_MAKE();
  const Origin origin = adapter->origin();
  std::string text = LEADSCAN_PEER_NAME;
  for (const std::string_view part : {origin.library, origin.version, origin.flags})
    (text += '\n') += part;
  return text;
}

}  // namespace
}  // namespace leadscan::bench

const char* leadscan_peer_describe(uint32_t abi) {
  static const std::string kText = leadscan::bench::description();
  return abi == LEADSCAN_PEER_ABI ? kText.c_str() : nullptr;
}

void* leadscan_peer_open() { return leadscan::bench::LEADSCAN_PEER_MAKE().release(); }

uint64_t leadscan_peer_run(void* peer, const leadscan_peer_document* documents, size_t count,
                           leadscan_result* result) {
  auto& adapter = *static_cast<leadscan::bench::Adapter*>(peer);
  auto* const read = reinterpret_cast<const leadscan::bench::Document*>(documents);
  if (count != 1) return adapter.run_documents({read, count}).accepted;
  return adapter.parse(*read, reinterpret_cast<leadscan::c::Result*>(result)->response) ? 1 : 0;
}

void leadscan_peer_close(void* peer) { delete static_cast<leadscan::bench::Adapter*>(peer); }
