// Counts: how often each value occurs, in the order of first occurrence, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "audit/base/bounded_text.h"
#include "audit/base/hash_index.h"
#include "audit/base/keyed_hash.h"
#include "audit/base/short_text.h"

namespace leadscan::audit {

// add() counts every value: for a chunk, whose bytes are limit enough. merge() keeps, of different
// values in the order of first occurrence, the first kMost, as far as kMostBytes hold them; others
// are counted together. So what chunks come to does not depend on where they were cut.
//
// Texts of more than kMostValueBytes are cut as bounded_text() does.
template <typename Key>
class Counts {
 public:
  static constexpr std::size_t kMost = 10000;
  static constexpr std::size_t kMostBytes = std::size_t{4} << 20;
  static constexpr bool kIsText = std::is_same_v<Key, std::string>;
  using View = std::conditional_t<kIsText, std::string_view, Key>;

  void add(View key, std::uint64_t count = 1) {
    if constexpr (kIsText) {
      if (key.size() > kMostValueBytes) {
        add_bounded(bounded_text(key, kMostValueBytes), count);
        return;
      }
    }
    add_bounded(key, count);
  }

  void merge(const Counts& later) {
    for (std::size_t i = 0; i < later.entries_.size(); ++i) {
      const auto& [key, count] = later.entries_[i];
      const Place place = find(key, i < later.index_.size() ? &later.index_ : nullptr, i);
      if (place.entry != kNone) {
        entries_[place.entry].second += count;
      } else if (entries_.size() < kMost && bytes_ + size_of(key) <= kMostBytes) {
        append(key, count, place.hash);
      } else {
        others_ += count;
      }
    }
    others_ += later.others_;
  }

  const std::vector<std::pair<Key, std::uint64_t>>& entries() const { return entries_; }
  std::uint64_t others() const { return others_; }
  // Bytes that it takes, about.
  std::size_t memory() const {
    return entries_.capacity() * sizeof entries_[0] + bytes_ + index_.memory();
  }

  template <typename Archive>
  void archive(Archive& a) {
    a(entries_, others_);
    if constexpr (Archive::kReads) {
      last_ = 0;
      bytes_ = 0;
      index_.clear();
      for (const auto& [key, count] : entries_) bytes_ += size_of(key);
      if (entries_.size() > kScanned) index_all();
    }
  }

 private:
  static constexpr std::size_t kNone = HashIndex::kNone;
  // Few values need no index.
  static constexpr std::size_t kScanned = 8;

  struct Place {
    std::size_t entry;
    std::uint64_t hash;  // if there are more than kScanned entries
  };

  static std::uint64_t hash_of(View key) {
    if constexpr (kIsText) {
      return keyed_hash(process_hash_key(), key);
    } else {
      return keyed_hash(process_hash_key(), {reinterpret_cast<const char*>(&key), sizeof key});
    }
  }
  static bool is_same(View a, View b) {
    if constexpr (kIsText) {
      return equal_short(a, b);
    } else {
      return a == b;
    }
  }
  static std::size_t size_of(View key) {
    if constexpr (kIsText) {
      return key.size();
    } else {
      return sizeof key;
    }
  }

  void add_bounded(View key, std::uint64_t count) {
    if (last_ < entries_.size() && is_same(entries_[last_].first, key)) {
      entries_[last_].second += count;
      return;
    }
    const Place place = find(key, nullptr, 0);
    if (place.entry != kNone) {
      entries_[place.entry].second += count;
      last_ = place.entry;
      return;
    }
    append(key, count, place.hash);
    last_ = entries_.size() - 1;
  }

  // `known`: an index that has the key's hash already, as that of entry `at`.
  Place find(View key, const HashIndex* known, std::size_t at) const {
    if (entries_.size() <= kScanned) {
      for (std::size_t i = 0; i < entries_.size(); ++i)
        if (is_same(entries_[i].first, key)) return {i, 0};
      return {kNone, 0};
    }
    const std::uint64_t hash = known != nullptr ? known->hash_of(at) : hash_of(key);
    return {index_.find(hash, [&](std::size_t i) { return entries_[i].first == key; }), hash};
  }

  // If there is no memory for it, std::bad_alloc, and nothing has changed.
  void append(View key, std::uint64_t count, std::uint64_t hash) {
    entries_.emplace_back(Key(key), count);
    try {
      if (index_.size() != 0) {
        index_.add(hash);
      } else if (entries_.size() > kScanned) {
        index_all();
      }
    } catch (...) {
      entries_.pop_back();
      throw;
    }
    bytes_ += size_of(key);
  }
  void index_all() {
    HashIndex index;
    for (const auto& [key, count] : entries_) index.add(hash_of(key));
    index_ = std::move(index);
  }

  std::vector<std::pair<Key, std::uint64_t>> entries_;
  HashIndex index_;        // of all entries, or empty while they are few
  std::size_t last_ = 0;   // the one that was counted last, if there is any
  std::size_t bytes_ = 0;  // of the keys
  std::uint64_t others_ = 0;
};

}  // namespace leadscan::audit
