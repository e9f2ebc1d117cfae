// Logs of known kinds with responses in them: for benchmarks and tests of what reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace leadscan::corpus {

// How a response is written where it is part of another text.
enum class Quoting : std::uint8_t {
  none,
  json,   // inside of a JSON string
  nginx,  // escape=default: \xHH
  csv,    // quotes doubled
};

struct LogKind {
  std::string_view name;
  std::string_view front;  // of each response
  std::string_view back;
  Quoting quoting = Quoting::none;
  std::string_view between = {};  // two of them
  std::string_view head = {};     // of the log
  std::string_view tail = {};
  std::string_view options = {};  // that the command reads it with
};

// The first one is NDJSON.
std::span<const LogKind> log_kinds();
// Null if there is none of that name.
const LogKind* find_log_kind(std::string_view name);

// Appends the response with this number, from 0, and what is around it. Behind the last one comes
// the log's tail, or without any its head and tail.
void append_to_log(const LogKind& kind, std::uint64_t number, std::string_view response,
                   std::string& out);

}  // namespace leadscan::corpus
