"""Whether one of two samples is larger than the other, by ranks; nothing is assumed of how they are spread.

The test: H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is stochastically
larger than the other", Ann. Math. Statist. 18 (1947), as Google Benchmark's compare.py has it. Of small
samples the distribution is exact, ties or not, by the shift algorithm of B. Streitberg and J. Roehmel,
"Exact distributions for permutation and rank tests", Statistical Software Newsletter 12 (1986). How large a
difference is: J. L. Hodges, E. L. Lehmann, "Estimates of location based on rank tests", Ann. Math. Statist.
34 (1963); its interval as M. Hollander and D. A. Wolfe have it, "Nonparametric Statistical Methods", 4.3.
Many tests at once: S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6
(1979). SciPy has all of them, and with what it needs is 60 MB for four functions; the tests have its answers.
"""

import math
import statistics

MOST_EXACT = 40  # values in both samples: beyond, the normal distribution is as good


def doubled_ranks(values):
    """Twice the rank of each value, from 2 up; those that are equal share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0] * len(values)
    first = 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for i in order[first:last + 1]:
            ranks[i] = first + last + 2
        first = last + 1
    return ranks


def _sums(ranks, size):
    """How many subsets of `size` ranks have each sum."""
    counts = [{} for _ in range(size + 1)]
    counts[0][0] = 1
    for rank in ranks:
        for taken in range(size, 0, -1):
            to = counts[taken]
            for total, ways in counts[taken - 1].items():
                to[total + rank] = to.get(total + rank, 0) + ways
    return counts[size]


def mann_whitney(a, b):
    """Of the hypothesis that neither tends to be larger: U of `a`, and p on two sides."""
    n, m = len(a), len(b)
    ranks = doubled_ranks([*a, *b])
    rank_sum = sum(ranks[:n])
    u = rank_sum / 2 - n * (n + 1) / 2
    middle = n * (n + m + 1)  # of the doubled sums, whose distribution need not be symmetric with ties
    if n + m <= MOST_EXACT:
        counts = _sums(ranks, n)
        far = sum(ways for total, ways in counts.items()
                  if abs(total - middle) >= abs(rank_sum - middle))
        return u, far / math.comb(n + m, n)
    ties = sum(ranks.count(rank) ** 3 - ranks.count(rank) for rank in set(ranks))
    variance = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)))
    if variance == 0:
        return u, 1.0
    # With correction for continuity.
    z = max(0.0, abs(u - n * m / 2) - 0.5) / math.sqrt(variance)
    return u, math.erfc(z / math.sqrt(2))


def least_p(n, m):
    """The least p that samples of these sizes can have: when all of one are larger."""
    return min(1.0, 2 / math.comb(n + m, n))


def holm(p_values):
    """Each p as if it were the only test: compared with a level, it keeps the chance of one false alarm among
    all of them below that level."""
    adjusted = [0.0] * len(p_values)
    least = 0.0
    for place, i in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        least = max(least, min(1.0, (len(p_values) - place) * p_values[i]))
        adjusted[i] = least
    return adjusted


def ratio(a, b, level=0.95):
    """How many times `a` is `b`: the median of all ratios, and between which two it is at that level."""
    ratios = sorted(x / y for x in a for y in b)
    n, m = len(a), len(b)
    z = statistics.NormalDist().inv_cdf((1 + level) / 2)
    skipped = int(n * m / 2 - z * math.sqrt(n * m * (n + m + 1) / 12))
    skipped = min(max(skipped, 0), (len(ratios) - 1) // 2)
    return statistics.median(ratios), ratios[skipped], ratios[-1 - skipped]
