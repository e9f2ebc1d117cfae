#include "audit/input/sha256.h"

#include <nettle/sha2.h>

namespace leadscan::audit {

struct Sha256::Context {
  Context() { sha256_init(&state); }
  sha256_ctx state;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;

void Sha256::add(const char* data, std::size_t size) noexcept {
  sha256_update(&context_->state, size, reinterpret_cast<const std::uint8_t*>(data));
}

void Sha256::finish(Sha256Digest& digest) noexcept {
  sha256_digest(&context_->state, digest.size(), digest.data());
}

}  // namespace leadscan::audit
