#include "audit/cli/extract_filter.h"

#include <algorithm>

#include "audit/base/timestamp.h"

namespace leadscan::audit {

ExtractFilter::ExtractFilter(const Options& options)
    : verdicts_(options.verdicts), since_(options.since), until_(options.until) {
  for (const auto& [name, value] : options.where) {
    const ExtractField* field = find_extract_field(name);
    const auto known = std::find_if(conditions_.begin(), conditions_.end(),
                                    [&](const Condition& c) { return c.field == field; });
    Condition& condition =
        known == conditions_.end() ? conditions_.emplace_back(Condition{field, {}}) : *known;
    condition.values.push_back(value);
  }
}

bool ExtractFilter::passes(const Judged& judged) const {
  if (verdicts_ && !(*verdicts_)[index_of(judged.verdict)]) return false;
  if (since_ || until_) {
    const ExtractField& field = timestamp_field();
    // Of a record without a timestamp nobody knows that it is in the range.
    const std::optional<Timestamp> time = parse_timestamp(field.get(judged).content);
    if (!time || (since_ && time->seconds < *since_) || (until_ && time->seconds >= *until_))
      return false;
  }
  return std::all_of(conditions_.begin(), conditions_.end(), [&](const Condition& condition) {
    // What is null or absent has no content, and so is what `FIELD=` picks.
    const ExtractValue value = condition.field->get(judged);
    return std::find(condition.values.begin(), condition.values.end(), value.content) !=
           condition.values.end();
  });
}

}  // namespace leadscan::audit
