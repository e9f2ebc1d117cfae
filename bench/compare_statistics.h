// Medians and other quantiles, with confidence intervals that assume nothing of the distribution.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

namespace leadscan::bench {

// 0 of no values.
double median(std::vector<double> values);

// The median absolute deviation, relative to the median.
double deviation(std::vector<double> values);

// A value, and the 95 % confidence interval around it; NaN where there are too few values for one.
struct Estimate {
  double value = 0;
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

// Of sorted values, which must not be empty: the quantile, from 0 to 1. The interval is between the
// two values whose ranks a binomial variable has with 95 %, by its normal approximation.
Estimate quantile_of_sorted(const std::vector<double>& sorted, double quantile);

// The same for the median of values in any order.
Estimate median_estimate(std::vector<double> values);

}  // namespace leadscan::bench
