// A profile (corpus/profile.h) as a JSON file: docs/benchmarks.md has the format.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "corpus/profile.h"

namespace leadscan::bench {

std::string profile_json(const corpus::Profile& profile);

// Nullopt with a message in `error`, which says where, if the text is no profile. It may come from
// anyone: what it can cost is bounded.
std::optional<corpus::Profile> parse_profile(std::string_view text, std::string& error);

// The documents that a profile's text stands for: the same of the same seed. At most 1 GiB, with
// 16 bytes for where each is. Nullopt with a message in `error` as above.
std::optional<corpus::Corpus> corpus_from_profile(std::string_view text, std::uint64_t seed,
                                                  std::string& error);

// Of files; nullopt or false with a message in `error`.
std::optional<corpus::Corpus> corpus_from_profile_file(const std::string& path, std::uint64_t seed,
                                                       std::string& error);
bool save_profile(const std::string& path, const corpus::Corpus& corpus, std::string& error);

}  // namespace leadscan::bench
