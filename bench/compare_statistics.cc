#include "bench/compare_statistics.h"

#include <algorithm>
#include <cmath>

namespace leadscan::bench {

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const std::size_t middle = values.size() / 2;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(middle);
  std::nth_element(values.begin(), at, values.end());
  if (values.size() % 2 == 1) return *at;
  return (*at + *std::max_element(values.begin(), at)) / 2;
}

double deviation(std::vector<double> values) {
  const double center = median(values);
  for (double& value : values) value = std::abs(value - center);
  return center == 0 ? 0 : median(values) / center;
}

Estimate quantile_of_sorted(const std::vector<double>& sorted, double quantile) {
  const auto count = static_cast<double>(sorted.size());
  const double rank = quantile * (count - 1);
  const auto below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  Estimate estimate;
  estimate.value =
      sorted[below] + (rank - static_cast<double>(below)) * (sorted[above] - sorted[below]);
  constexpr double kSigmas = 1.959964;
  const double reach = kSigmas * std::sqrt(count * quantile * (1 - quantile));
  const double low = std::floor(count * quantile - reach);  // ranks from 1
  const double high = std::ceil(count * quantile + reach) + 1;
  if (low < 1 || high > count) return estimate;
  estimate.low = sorted[static_cast<std::size_t>(low) - 1];
  estimate.high = sorted[static_cast<std::size_t>(high) - 1];
  return estimate;
}

Estimate median_estimate(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  return quantile_of_sorted(values, 0.5);
}

}  // namespace leadscan::bench
