#include "audit/report/story.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <numeric>

namespace leadscan::audit {
namespace {

// Slots that may be filled in, and looked at one by one.
constexpr std::int64_t kMostSlots = 100000;
constexpr std::int64_t kDay = Timeline::kUnits[1];
// A slot without a record says something if so many were to be expected in it and those beside it:
// by chance it happens once in e^10 times.
constexpr double kExpectedInOutage = 10;
// What is no more than that may be chance.
constexpr std::uint64_t kLeastOfEpisode = 8;
constexpr std::size_t kMostTold = 10;

std::uint64_t count_of(const VerdictCounts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

using Slots = std::map<std::int64_t, VerdictCounts>;  // by their number since 1970

void add(const Timeline& timeline, std::int64_t unit, Slots& slots) {
  for (const auto& [row, counts] : timeline.rows()) {
    VerdictCounts& slot = slots[floor_divide(row * timeline.unit(), unit)];
    for (std::size_t v = 0; v < kVerdictCount; ++v) slot[v] += counts[v];
  }
}

// The slots between which nearly all records are: as the archive's range begins (see
// Timeline::range_start()), so it ends.
std::pair<std::int64_t, std::int64_t> bulk_of(const Slots& slots, std::int64_t unit) {
  std::uint64_t all = 0;
  for (const auto& [slot, counts] : slots) all += count_of(counts);
  const std::int64_t first = slots.begin()->first;
  const std::int64_t last = slots.rbegin()->first;
  if (all < 20) return {first, last};
  const std::uint64_t apart = all / 4;
  std::int64_t low = first;
  std::int64_t high = last;
  std::uint64_t seen = 0;
  bool has_low = false;
  for (const auto& [slot, counts] : slots) {
    seen += count_of(counts);
    if (!has_low && seen > apart) {
      low = slot;
      has_low = true;
    }
    if (seen >= all - apart) {
      high = slot;
      break;
    }
  }
  const std::int64_t margin = 3 * (high - low) + std::max<std::int64_t>(kDay / unit, 1);
  const std::int64_t begin = std::max(first, low - margin);
  const std::int64_t end = std::min(last, high + margin);
  // Nothing is left out for little.
  const bool worth = 2 * (last - first + 1) > 3 * (end - begin + 1);
  return worth ? std::pair(begin, end) : std::pair(first, last);
}

// How many records are to be expected in a slot: as many as at that time of other days, or as in
// all slots if there are too few days to tell.
std::vector<double> expected(const Story& story) {
  const auto a_day = static_cast<std::size_t>(std::max<std::int64_t>(kDay / story.unit, 1));
  const std::size_t period = story.moments.size() >= 4 * a_day ? a_day : 1;
  std::vector<double> sums(period);
  for (std::size_t i = 0; i < story.moments.size(); ++i)
    sums[i % period] += static_cast<double>(count_of(story.moments[i].counts));
  std::vector<double> means(story.moments.size());
  for (std::size_t i = 0; i < means.size(); ++i)
    means[i] = sums[i % period] / static_cast<double>((means.size() - 1 - i % period) / period + 1);
  return means;
}

void find_outages(Story& story) {
  const std::vector<double> means = expected(story);
  std::vector<Stretch> found;
  for (std::size_t i = 0; i < means.size();) {
    const std::size_t first = i;
    double missing = 0;
    for (; i < means.size() && count_of(story.moments[i].counts) == 0; ++i) missing += means[i];
    if (i > first && missing >= kExpectedInOutage)
      found.push_back(
          {story.moments[first].start,
           story.moments[first].start + static_cast<std::int64_t>(i - first) * story.unit});
    i = std::max(i, first + 1);
  }
  // The longest, in their order.
  std::stable_sort(found.begin(), found.end(), [](const Stretch& a, const Stretch& b) {
    return a.end - a.start > b.end - b.start;
  });
  found.resize(std::min(found.size(), kMostTold));
  std::sort(found.begin(), found.end(),
            [](const Stretch& a, const Stretch& b) { return a.start < b.start; });
  story.outages = std::move(found);
}

// Times at which records of a kind were more than by chance, and more than twice their share.
template <typename OfKind>
std::vector<Episode> find_episodes(const Story& story, OfKind of_kind) {
  std::uint64_t records = 0;
  std::uint64_t kind = 0;
  for (const Moment& moment : story.moments) {
    records += count_of(moment.counts);
    kind += of_kind(moment.counts);
  }
  std::vector<Episode> found;
  if (kind < kLeastOfEpisode) return found;
  const double share = static_cast<double>(kind) / static_cast<double>(records);
  std::size_t last = 0;
  for (std::size_t i = 0; i < story.moments.size(); ++i) {
    const VerdictCounts& counts = story.moments[i].counts;
    const double usual = share * static_cast<double>(count_of(counts));
    const auto here = static_cast<double>(of_kind(counts));
    if (here <= 2 * usual || here <= usual + 3 * std::sqrt(usual + 1)) continue;
    const std::int64_t start = story.moments[i].start;
    // One with a better hour in it is still one.
    if (found.empty() || i > last + 2) found.push_back({{start, start}, 0, 0, 0, 0});
    found.back().span.end = start + story.unit;
    last = i;
  }
  for (Episode& episode : found) {
    for (auto at = static_cast<std::size_t>((episode.span.start - story.begin()) / story.unit);
         at < story.moments.size() && story.moments[at].start < episode.span.end; ++at) {
      episode.records += count_of(story.moments[at].counts);
      episode.of_kind += of_kind(story.moments[at].counts);
    }
    episode.records_otherwise = records - episode.records;
    episode.of_kind_otherwise = kind - episode.of_kind;
  }
  std::erase_if(found, [](const Episode& episode) { return episode.of_kind < kLeastOfEpisode; });
  std::stable_sort(found.begin(), found.end(),
                   [](const Episode& a, const Episode& b) { return a.of_kind > b.of_kind; });
  found.resize(std::min(found.size(), kMostTold));
  std::sort(found.begin(), found.end(),
            [](const Episode& a, const Episode& b) { return a.span.start < b.span.start; });
  return found;
}

}  // namespace

Story story_of(const Timeline& good, const Timeline& violations, std::int64_t unit) {
  Story story;
  if (good.rows().empty() && violations.rows().empty()) return story;
  Slots slots;
  std::pair<std::int64_t, std::int64_t> bulk;
  for (const std::int64_t longer : Timeline::kUnits) {
    story.unit = longer;
    if (longer < std::max({unit, good.unit(), violations.unit()})) continue;
    slots.clear();
    add(good, longer, slots);
    add(violations, longer, slots);
    bulk = bulk_of(slots, longer);
    if (bulk.second - bulk.first < kMostSlots) break;
  }
  for (const auto& [slot, counts] : slots)
    if (slot < bulk.first || slot > bulk.second)
      story.strays.push_back({slot * story.unit, counts});
  // From the first slot in it that has records.
  const auto end = slots.upper_bound(bulk.second);
  for (auto at = slots.lower_bound(bulk.first); at != end; ++at) {
    while (!story.moments.empty() && story.end() < at->first * story.unit)
      story.moments.push_back({story.end(), {}});
    story.moments.push_back({at->first * story.unit, at->second});
  }
  find_outages(story);
  story.violated = find_episodes(
      story, [](const VerdictCounts& counts) { return counts[index_of(Verdict::violation)]; });
  story.failed = find_episodes(
      story, [](const VerdictCounts& counts) { return counts[index_of(Verdict::failure)]; });
  return story;
}

}  // namespace leadscan::audit
