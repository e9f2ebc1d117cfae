// What the reports for people have in common.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "audit/report/report.h"

namespace leadscan::audit {

// 1234567 as 1,234,567.
std::string grouped(std::uint64_t number);
// "0.05 %". What is neither nothing nor all never looks like it.
std::string percent(std::uint64_t part, std::uint64_t whole);
// "3 files", "1 file".
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

// The whole audit in one sentence, and what it comes to.
std::string headline(const Report& report);
enum class State : std::uint8_t { clean, questionable, bad };
State state_of(const Report& report);

// "7", and "7 in 3 records" if a record may have several.
std::string count_of(const FindingGroup& group);

// What was passed over and why: "15 lines without an object, 2 entries ..."; empty if nothing was.
std::string passed_over_of(const Totals& totals);

std::string hex_of(const Sha256Digest& digest);

// What is in front of the byte at which it is wrong, that one (or the character it begins; empty at
// the end), and what is behind it.
struct ExcerptParts {
  std::string_view before, fault, after;
};
ExcerptParts parts_of(const Excerpt& excerpt);

// As a shell takes it: "leadscan audit 'my logs'".
std::string command_of(const Run& run);

std::uint64_t sum(const VerdictCounts& counts);
std::uint64_t bad(const VerdictCounts& counts);

}  // namespace leadscan::audit
