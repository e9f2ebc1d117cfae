// HashIndex: which of the entries of a table has a hash. The table keeps the entries themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace leadscan::audit {

// Open addressing. Hashes must be keyed ones (keyed_hash.h), or entries could be chosen that all
// come to lie in one row.
class HashIndex {
 public:
  static constexpr std::size_t kNone = ~std::size_t{0};

  std::size_t size() const { return hashes_.size(); }
  std::uint64_t hash_of(std::size_t entry) const { return hashes_[entry]; }
  std::size_t memory() const {
    return hashes_.capacity() * sizeof hashes_[0] + slots_.capacity() * sizeof slots_[0];
  }

  // The entry of that hash for which `equals(entry)` is true, or kNone.
  template <typename Equals>
  std::size_t find(std::uint64_t hash, Equals equals) const {
    if (slots_.empty()) return kNone;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask; slots_[at] != 0; at = (at + 1) & mask) {
      const std::size_t entry = slots_[at] - 1;
      if (hashes_[entry] == hash && equals(entry)) return entry;
    }
    return kNone;
  }

  // Of entry number size(). If there is no memory for it, std::bad_alloc, and nothing has changed.
  void add(std::uint64_t hash) {
    if (2 * (hashes_.size() + 1) <= slots_.size()) {
      hashes_.push_back(hash);
      place(hashes_.size() - 1);
      return;
    }
    std::vector<std::uint32_t> slots(slots_.empty() ? 32 : 2 * slots_.size());
    hashes_.push_back(hash);
    slots_ = std::move(slots);
    for (std::size_t entry = 0; entry < hashes_.size(); ++entry) place(entry);
  }

  void clear() {
    hashes_.clear();
    slots_.clear();
  }

 private:
  void place(std::size_t entry) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hashes_[entry] & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = static_cast<std::uint32_t>(entry + 1);
  }

  std::vector<std::uint64_t> hashes_;  // by entry
  std::vector<std::uint32_t> slots_;   // a power of two of them: an entry's number and 1, or 0
};

}  // namespace leadscan::audit
