// Layouts: which members a document has, of which types, in which order and white space style.
//
// Producers keep one layout for long stretches, so what a layout implies (members that leadscan
// does not know, names that come again) is worked out once for each, not for each record. All of it
// takes time in proportion to the bytes, whatever is there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/base/hash_index.h"
#include "audit/base/keyed_hash.h"
#include "audit/base/timestamp.h"
#include "audit/judge/position.h"

namespace leadscan::audit {

// How often something was seen, and where and when first and last.
struct Sightings {
  std::uint64_t count = 0;
  Position first;
  Position last;
  std::optional<std::int64_t> first_time;  // the earliest and the latest timestamp, in seconds
  std::optional<std::int64_t> last_time;

  void add_time(std::int64_t seconds) {
    if (!first_time || seconds < *first_time) first_time = seconds;
    if (!last_time || seconds > *last_time) last_time = seconds;
  }
  // `later` comes behind this one in the input.
  void merge(const Sightings& later);

  template <typename Archive>
  void archive(Archive& a) {
    a(count, first, last, first_time, last_time);
  }
};

// Writes down the layouts of valid documents: members of the top level and of info, error, errors
// and data, each with its type. Everything deeper is its type only. However a name is spelled, in a
// layout it is spelled one way. One thread at a time.
class LayoutWriter {
 public:
  // A view into the writer, until the next call. Empty if the document is no object.
  std::string_view write(std::string_view json);

 private:
  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0;
};

// What a layout holds, for people and for the report.
struct LayoutMembers {
  std::string text;                  // {dsLeadOpportunityId: string, info: {success: boolean}}
  std::vector<std::string> unknown;  // JSON Pointers of members that the API does not have
};
LayoutMembers read_layout(std::string_view layout);

// Which names come again in their object. Keeps its memory for the next layout; one thread at a
// time.
class RepeatedNames {
 public:
  // How many: each of an object's names counts once, however often it comes again. Adds the first
  // `most` to `pointers` as JSON Pointers, in the order in which they came again.
  std::uint64_t find(std::string_view layout, std::size_t most, std::vector<std::string>& pointers);
  std::uint64_t count(std::string_view layout);

 private:
  // The names of one object, which are in a layout. 20 bytes each, as a line of 16 MiB may have
  // more than a million of them.
  class Names {
   public:
    void start(const char* layout);
    // Whether it comes for the second time.
    bool add_and_repeats(std::string_view name);

   private:
    struct Place {
      std::uint32_t begin;
      std::uint32_t size;
    };
    std::string_view name(std::size_t i) const {
      return {layout_ + names_[i].begin, names_[i].size};
    }

    const char* layout_ = nullptr;
    std::vector<Place> names_;
    std::vector<bool> repeated_;
    HashIndex index_;  // of all, or empty while they are few
  };

  std::array<Names, 2> objects_;  // the document, and the object in it
  std::vector<std::string> no_pointers_;
};

// All layouts of some records. add() keeps every one of a chunk except those longer than
// kMostBytesOfOne; merge() keeps the first kMost different ones, as far as kMostBytes hold them.
// Records with other layouts are counted together, as others().
class Layouts {
 public:
  static constexpr std::size_t kMost = 10000;
  static constexpr std::size_t kMostBytes = std::size_t{4} << 20;
  static constexpr std::size_t kMostBytesOfOne = std::size_t{16} << 10;

  struct Entry {
    std::string layout;
    Sightings seen;
    std::uint64_t repeated_names = 0;

    template <typename Archive>
    void archive(Archive& a) {
      a(layout, seen, repeated_names);
    }
  };

  // Null if it is too long to be kept. The caller keeps count, first and last, and works out
  // `repeated_names` of an entry whose count is 0.
  Entry* add(std::string_view layout) {
    if (layout.size() > kMostBytesOfOne) {
      ++others_;
      return nullptr;
    }
    std::size_t& recent = recent_[layout.size() % kRecent];
    if (recent >= entries_.size() || entries_[recent].layout != layout) {
      const std::uint64_t hash = keyed_hash(process_hash_key(), layout);
      const std::size_t found = find(layout, hash);
      recent = found == HashIndex::kNone ? append(layout, hash) : found;
    }
    return &entries_[recent];
  }
  // What add() has returned, by its place in entries(): until merge(), these stay where they are.
  Entry& entry(std::size_t place) { return entries_[place]; }
  void merge(const Layouts& later);

  const std::vector<Entry>& entries() const { return entries_; }
  std::uint64_t others() const { return others_; }
  // Bytes that it takes, about.
  std::size_t memory() const;

  template <typename Archive>
  void archive(Archive& a) {
    a(entries_, others_);
    if constexpr (Archive::kReads) {
      recent_ = {};
      bytes_ = 0;
      index_.clear();
      for (const Entry& entry : entries_) {
        index_.add(keyed_hash(process_hash_key(), entry.layout));
        bytes_ += entry.layout.size();
      }
    }
  }

 private:
  std::size_t find(std::string_view layout, std::uint64_t hash) const {
    return index_.find(hash, [&](std::size_t i) { return entries_[i].layout == layout; });
  }
  // If there is no memory for it, std::bad_alloc, and nothing has changed.
  std::size_t append(std::string_view layout, std::uint64_t hash);

  std::vector<Entry> entries_;
  HashIndex index_;
  // Layouts alternate; their sizes tell most of them apart.
  static constexpr std::size_t kRecent = 64;
  std::array<std::size_t, kRecent> recent_{};
  std::size_t bytes_ = 0;  // of the layouts
  std::uint64_t others_ = 0;
};

}  // namespace leadscan::audit
