// Counts: how often each value occurs, in the order of first occurrence, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace leadscan::audit {

// The first kMost different values are counted each; later ones together, as `others`. Merging in
// the order of the input gives what counting in that order would have given.
template <typename Key>
class Counts {
 public:
  static constexpr std::size_t kMost = 10000;
  using View = std::conditional_t<std::is_same_v<Key, std::string>, std::string_view, Key>;

  void add(View key, std::uint64_t count = 1) {
    if (last_ < entries_.size() && entries_[last_].first == key) {
      entries_[last_].second += count;
      return;
    }
    const auto found = find(key);
    if (found != kNone) {
      entries_[found].second += count;
      last_ = found;
    } else if (entries_.size() < kMost) {
      last_ = entries_.size();
      entries_.emplace_back(Key(key), count);
      index(last_);
    } else {
      others_ += count;
    }
  }

  void merge(const Counts& other) {
    for (const auto& [key, count] : other.entries_) add(key, count);
    others_ += other.others_;
  }

  const std::vector<std::pair<Key, std::uint64_t>>& entries() const { return entries_; }
  std::uint64_t others() const { return others_; }

  template <typename Archive>
  void archive(Archive& a) {
    a(entries_, others_);
    if constexpr (Archive::kReads) {
      index_.clear();
      last_ = 0;
      for (std::size_t i = 0; i < entries_.size(); ++i) index(i);
    }
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};
  // Few values need no table.
  static constexpr std::size_t kScanned = 8;

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(View key) const { return std::hash<View>()(key); }
  };

  std::size_t find(View key) const {
    if (entries_.size() <= kScanned) {
      for (std::size_t i = 0; i < entries_.size(); ++i)
        if (entries_[i].first == key) return i;
      return kNone;
    }
    const auto found = index_.find(key);
    return found == index_.end() ? kNone : found->second;
  }
  void index(std::size_t at) {
    if (at < kScanned) return;
    if (at == kScanned)
      for (std::size_t i = 0; i < kScanned; ++i) index_.emplace(entries_[i].first, i);
    index_.emplace(entries_[at].first, at);
  }

  std::vector<std::pair<Key, std::uint64_t>> entries_;
  std::unordered_map<Key, std::size_t, Hash, std::equal_to<>> index_;
  std::size_t last_ = 0;
  std::uint64_t others_ = 0;
};

}  // namespace leadscan::audit
