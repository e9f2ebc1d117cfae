#include "audit/input/sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <new>

namespace leadscan::audit {

struct Sha256::Context {
  Context() : digest(EVP_MD_CTX_new()) {}
  ~Context() { EVP_MD_CTX_free(digest); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  EVP_MD_CTX* digest;
};

Sha256::Sha256() {
  // Nothing that the machine's configuration says of ciphers matters here.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  context_ = std::make_unique<Context>();
  if (context_->digest == nullptr ||
      EVP_DigestInit_ex(context_->digest, EVP_sha256(), nullptr) != 1)
    throw std::bad_alloc();
}

Sha256::~Sha256() = default;

void Sha256::add(const char* data, std::size_t size) noexcept {
  if (EVP_DigestUpdate(context_->digest, data, size) != 1) failed_ = true;
}

bool Sha256::finish(Sha256Digest& digest) noexcept {
  unsigned size = 0;
  return EVP_DigestFinal_ex(context_->digest, digest.data(), &size) == 1 && !failed_ &&
         size == digest.size();
}

}  // namespace leadscan::audit
