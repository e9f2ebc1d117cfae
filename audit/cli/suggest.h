// What was meant by a word that is not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadscan::audit {

// "; did you mean X?", or nothing if none of `known` is like it. Case and the signs between words
// do not count, and half a word will do: trace_id is traceId, and trunc truncated.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);

// "a|b|c".
std::vector<std::string_view> split_choices(std::string_view choices);

}  // namespace leadscan::audit
