#include "audit/cli/suggest.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace leadscan::audit {
namespace {

std::string plain(std::string_view word) {
  std::string out;
  for (const char c : word)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Of Damerau and Levenshtein, for neighbours that changed places.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before;
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = above;
    above.swap(row);
  }
  return above[b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  constexpr std::size_t kLongest = 60;  // of a word that is worth the time
  const std::string wanted = plain(word);
  if (wanted.empty() || wanted.size() > kLongest) return {};
  std::size_t least = wanted.size() / 4 + 2;
  std::string_view best;
  for (const std::string_view candidate : known) {
    const std::string name = plain(candidate);
    std::size_t far = distance(wanted, name);
    // Half a word may be meant, but what was only mistyped goes before it.
    if (wanted.size() >= 3 && (name.starts_with(wanted) || name.ends_with(wanted)))
      far = std::min<std::size_t>(far, 1);
    if (far >= least || far >= name.size()) continue;
    least = far;
    best = candidate;
  }
  return best.empty() ? std::string() : "; did you mean " + std::string(best) + "?";
}

std::vector<std::string_view> split_choices(std::string_view choices) {
  std::vector<std::string_view> list;
  while (!choices.empty()) {
    const std::size_t bar = std::min(choices.find('|'), choices.size());
    list.push_back(choices.substr(0, bar));
    choices.remove_prefix(std::min(bar + 1, choices.size()));
  }
  return list;
}

}  // namespace leadscan::audit
