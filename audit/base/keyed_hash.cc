#include "audit/base/keyed_hash.h"

#include <sys/random.h>

#include <random>

namespace leadscan::audit {

HashKey random_hash_key() {
  HashKey key;
  if (::getrandom(&key, sizeof key, 0) == static_cast<ssize_t>(sizeof key)) return key;
  // A kernel without the call, or one that forbids it.
  std::random_device device;
  const auto word = [&] { return std::uint64_t{device()} << 32 | device(); };
  key.low = word();
  key.high = word();
  return key;
}

const HashKey& process_hash_key() {
  static const HashKey key = random_hash_key();
  return key;
}

}  // namespace leadscan::audit
