// What flags do with their values: each function stores one, and returns why it cannot, or nothing.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/cli/options.h"

namespace leadscan::audit {

template <typename T>
bool parse_number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

template <typename T>
std::string set_number(T& number, const std::string& value) {
  return parse_number(value, number) ? std::string() : "not a number: " + value;
}

std::string set_bytes(std::size_t& bytes, const std::string& value);  // 4096, 16M, 2GiB
std::string set_max_record(Options& options, const std::string& value);
std::string set_jobs(Options& options, const std::string& value);
std::string set_pointer(std::optional<std::string>& pointer, const std::string& value);
std::string set_time(std::optional<std::int64_t>& time, const std::string& value);
std::string set_log(Options& options, const std::string& value);
std::string set_decoding(Options& options, const std::string& value);
std::string set_fail_on(Options& options, const std::string& value);
std::string set_max_bad(Options& options, const std::string& value);
std::string set_records(Options& options, const std::string& value);
std::string set_fields(Options& options, const std::string& value);
std::string set_verdicts(Options& options, const std::string& value);
std::string add_where(Options& options, const std::string& value);  // FIELD=VALUE
std::string set_format(Options& options, const std::string& value);
std::string add_code(Options& options, const std::string& value);
std::string set_every(Options& options, const std::string& value);  // seconds
std::string set_file(std::string& file, const std::string& value);  // a name, not standard output
std::string set_checkpoint(Options& options, const std::string& value);
std::string set_output(Options& options, const std::string& value);

// "auto|docker|cri|...".
const std::string& log_names();
const std::string& log_help();
// Of gen: the kinds of logs that it writes.
const std::string& log_kind_names();
const std::string& log_kinds_help();

// "created|update|...", for lists with commas between.
const std::string& verdict_words();
const std::string& fail_on_words();
const std::string& field_words();

const std::string& fail_on_help();
const std::string& verdict_help();
const std::string& code_help();
// The help of --fields: it names them.
const std::string& fields_help();

}  // namespace leadscan::audit
