// SHA-256 of what comes piece by piece, by Nettle.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace leadscan::audit {

using Sha256Digest = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  // Throws std::bad_alloc; nothing below does.
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(const char* data, std::size_t size) noexcept;
  // Of all that was added; begins anew.
  void finish(Sha256Digest& digest) noexcept;

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace leadscan::audit
