// FastPath: accepts documents that follow a learned layout, with the instruction set chosen at
// run time. layout_cache.h says why that is sound.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include "leadscan/internal/layout_cache.h"
#include "leadscan/isa.h"
#include "leadscan/response.h"

namespace leadscan::internal {

// For documents of this many blocks; [0] is null.
using MatchFunction = bool (*)(LayoutCache&, const char* document, std::size_t size, LeadResponse&,
                               Attempt&) noexcept;
using MatchFunctions = std::array<MatchFunction, kMaxBlocks + 1>;

// One a translation unit.
const MatchFunctions& fast_path_avx512() noexcept;
const MatchFunctions& fast_path_avx2() noexcept;
const MatchFunctions& fast_path_portable() noexcept;

class FastPath {
 public:
  explicit FastPath(Isa isa) noexcept;
  FastPath(const FastPath&) = delete;
  FastPath& operator=(const FastPath&) = delete;

  // To be called once, before the rest. False if there is no memory.
  bool allocate() noexcept;

  // Fills `response` if `json` follows a learned layout; else leaves it.
  bool match(std::string_view json, LeadResponse& response) noexcept {
    if (json.size() - kMinLearnable > kMaxLearnable - kMinLearnable || !cache_->wants()) {
      ++cache_->statistics.skipped;
      attempt_.template_hash = 0;
      return false;
    }
    const MatchFunction match = (*match_)[block_count(json.size())];
    if (match(*cache_, json.data(), json.size(), response, attempt_)) [[likely]] {
      cache_->hit();
      return true;
    }
    cache_->miss();
    return false;
  }

  // To be called with what the general path made of a document that match() left, if it accepted.
  void learn(std::string_view json, const LeadResponse& response) noexcept {
    if (attempt_.template_hash != 0) cache_->learn(attempt_, json, response);
  }

  const Statistics& statistics() const noexcept { return cache_->statistics; }

 private:
  std::unique_ptr<LayoutCache> cache_;
  const MatchFunctions* match_;
  Attempt attempt_;
};

}  // namespace leadscan::internal
