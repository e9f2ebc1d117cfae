// Layouts: which members a document has, of which types, in which order and white space style.
//
// Producers keep one layout for long stretches, so what a layout implies (members that leadscan
// does not know, names that stand twice) is worked out once for each, not for each record.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "audit/core/position.h"
#include "audit/core/timestamp.h"

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

// Writes down the layout of a valid document: members of the top level and of info, error, errors
// and data, each with its type. Everything deeper is its type only.
void write_layout(std::string_view json, std::string& layout);

// What a layout holds, for people and for the report.
struct LayoutMembers {
  std::string text;                     // {dsLeadOpportunityId: string, info: {success: boolean}}
  std::vector<std::string> unknown;     // JSON Pointers of members that the API does not have
  std::vector<std::string> duplicates;  // of names that stand twice in their object
};
LayoutMembers read_layout(std::string_view layout);
bool repeats_a_name(std::string_view layout);

// All layouts of some records. At most kMost; more are counted together, as `others`.
class Layouts {
 public:
  static constexpr std::size_t kMost = 10000;

  struct Entry {
    std::string layout;
    Sightings seen;
    bool has_duplicates = false;

    template <typename Archive>
    void archive(Archive& a) {
      a(layout, seen, has_duplicates);
    }
  };

  // Null beyond kMost. The caller keeps count, first and last.
  Entry* find_or_add(std::string_view layout) {
    return find_or_add(layout, [&] { return repeats_a_name(layout); });
  }
  // `has_duplicates()`: for those who know already what costs a reading of the layout.
  template <typename HasDuplicates>
  Entry* find_or_add(std::string_view layout, HasDuplicates has_duplicates) {
    std::size_t& recent = recent_[layout.size() % kRecent];
    if (recent < entries_.size() && entries_[recent].layout == layout) return &entries_[recent];
    const auto found = index_.find(layout);
    if (found != index_.end()) {
      recent = found->second;
      return &entries_[recent];
    }
    if (entries_.size() == kMost) {
      ++others_;
      return nullptr;
    }
    recent = entries_.size();
    entries_.push_back({std::string(layout), {}, has_duplicates()});
    index_.emplace(layout, recent);
    return &entries_.back();
  }
  void merge(const Layouts& later);

  const std::vector<Entry>& entries() const { return entries_; }
  std::uint64_t others() const { return others_; }

  template <typename Archive>
  void archive(Archive& a) {
    a(entries_, others_);
    if constexpr (Archive::kReads) {
      index_.clear();
      for (std::size_t i = 0; i < entries_.size(); ++i) index_.emplace(entries_[i].layout, i);
    }
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> index_;
  // Layouts alternate; their sizes tell most of them apart.
  static constexpr std::size_t kRecent = 64;
  std::array<std::size_t, kRecent> recent_{};
  std::uint64_t others_ = 0;
};

}  // namespace leadscan::audit
