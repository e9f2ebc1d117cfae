// Story: what the timeline tells at a glance. Where most records are, what is far from them, when
// there was nothing, and when it was worse than at other times.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/count/timeline.h"

namespace leadscan::audit {

// A slot of the timeline: good records and violations, by their timestamps.
struct Moment {
  std::int64_t start = 0;  // seconds since 1970
  VerdictCounts counts{};
};

// Slots one behind the other, of one kind.
struct Stretch {
  std::int64_t start = 0;
  std::int64_t end = 0;  // behind the last
};

// A time at which more records than usual were of a kind.
struct Episode {
  Stretch span;
  std::uint64_t records = 0;
  std::uint64_t of_kind = 0;
  std::uint64_t records_otherwise = 0;
  std::uint64_t of_kind_otherwise = 0;
};

struct Story {
  std::int64_t unit = Timeline::kUnits[0];  // of the slots, in seconds; one of Timeline::kUnits
  // Every slot from the first record to the last, those without records too; but for the strays.
  std::vector<Moment> moments;
  // What is so far from nearly all others that it would take the axis for itself.
  std::vector<Moment> strays;
  std::vector<Stretch> outages;   // no record, where there should have been some
  std::vector<Episode> violated;  // rules were broken more often
  std::vector<Episode> failed;    // the API failed more often

  std::int64_t begin() const { return moments.front().start; }
  std::int64_t end() const { return moments.back().start + unit; }
};

// `unit`: that of the slots, unless they were too many.
Story story_of(const Timeline& good, const Timeline& violations, std::int64_t unit);

}  // namespace leadscan::audit
