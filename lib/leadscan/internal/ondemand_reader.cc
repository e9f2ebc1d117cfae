#include "leadscan/internal/ondemand_reader.h"

#include <simdjson.h>

#include <cstdint>
#include <cstring>
#include <new>

#include "leadscan/internal/json_scanner.h"
#include "leadscan/internal/member_names.h"
#include "leadscan/internal/number.h"
#include "leadscan/parser.h"

namespace leadscan::internal {

static_assert(kPadding >= simdjson::SIMDJSON_PADDING);

namespace ondemand = simdjson::ondemand;

struct OnDemandReader::Simdjson {
  ondemand::parser parser;
};

namespace {

// One document being read.
class Walk {
 public:
  Walk(const char* padded, std::string_view home, Reading& reading) noexcept
      : padded_(padded),
        home_(home.data()),
        reading_(reading),
        end_(padded + home.size()),
        next_escape_(find_escape(padded)) {}

  // The members of `object`, which is the value of `Parent`.
  template <Field Parent>
  bool members(ondemand::object object) noexcept {
    for (auto result : object) {
      if (result.error() != simdjson::SUCCESS) return false;
      // By reference: gcc copies fields and values through the stack, with a stalled load each.
      ondemand::field& field = result.value_unsafe();
      const std::string_view name = field.escaped_key();
      const bool escaped = has_escape(name);
      if (escaped && !is_quoted(name)) return false;
      const Field member = find_member<Parent>(name, escaped);
      ondemand::value& value = field.value();
      if (member == Field::document) {
        if (!skip(value, depth_of(Parent))) return false;
      } else {
        if (reading_.seen(member) || !known<Parent>(member, value)) return false;
      }
    }
    return true;
  }

 private:
  // Deeper values are checked without recursion: the stack stays small.
  static constexpr unsigned kMaxRecursion = 8;

  static constexpr unsigned depth_of(Field parent) { return parent == Field::document ? 1 : 2; }

  const char* find_escape(const char* from) const noexcept {
    const void* found = std::memchr(from, '\\', static_cast<std::size_t>(end_ - from));
    return found == nullptr ? end_ : static_cast<const char*>(found);
  }

  // To be asked in the order of the document: a search for each escape rather than for each text.
  bool has_escape(std::string_view text) noexcept {
    if (next_escape_ < text.data()) next_escape_ = find_escape(text.data());
    return next_escape_ < text.data() + text.size();
  }

  std::string_view at_home(std::string_view text) const noexcept {
    return {home_ + (text.data() - padded_), text.size()};
  }

  static std::string_view trimmed(std::string_view token) noexcept {
    while (!token.empty() && is_white_space(static_cast<unsigned char>(token.back())))
      token.remove_suffix(1);
    return token;
  }

  // A token that begins with a quote: stage 1 has found its end.
  bool is_string(std::string_view token) noexcept {
    return token.size() >= 2 && token.back() == '"' &&
           (!has_escape(token) || is_json(token.data(), token.size(), 0));
  }

  static bool is_quoted(std::string_view text) noexcept {
    return is_json(text.data() - 1, text.size() + 2, 0);
  }

  static bool is_container(ondemand::value& value, unsigned depth, std::string_view& raw) noexcept {
    if (value.raw_json().get(raw) != simdjson::SUCCESS) return false;
    raw = trimmed(raw);
    return is_json(raw.data(), raw.size(), depth);
  }

  static JsonType literal(std::string_view token) noexcept {
    if (token == "null") return JsonType::null;
    return token == "true" || token == "false" ? JsonType::boolean : JsonType::none;
  }

  static bool is_number(std::string_view token) noexcept {
    const auto* begin = reinterpret_cast<const unsigned char*>(token.data());
    const NumberEnd end = scan_number(begin, begin + token.size());
    return end.complete && end.at == begin + token.size();
  }

  // A value that leadscan does not read, inside `depth` containers.
  bool skip(ondemand::value& value, unsigned depth) noexcept {
    std::string_view token = value.raw_json_token();
    if (token.empty()) return false;
    switch (token.front()) {
      case '{':
        return depth < kMaxRecursion ? skip_object(value, depth) : is_container(value, depth, token);
      case '[':
        return depth < kMaxRecursion ? skip_array(value, depth) : is_container(value, depth, token);
      case '"':
        return is_string(trimmed(token));
      default:
        token = trimmed(token);
        return literal(token) != JsonType::none || is_number(token);
    }
  }

  bool skip_object(ondemand::value& value, unsigned depth) noexcept {
    ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return false;
    for (auto result : object) {
      if (result.error() != simdjson::SUCCESS) return false;
      ondemand::field& field = result.value_unsafe();
      const std::string_view name = field.escaped_key();
      if (has_escape(name) && !is_quoted(name)) return false;
      if (!skip(field.value(), depth + 1)) return false;
    }
    return true;
  }

  bool skip_array(ondemand::value& value, unsigned depth) noexcept {
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return false;
    for (auto result : array) {
      if (result.error() != simdjson::SUCCESS) return false;
      if (!skip(result.value_unsafe(), depth + 1)) return false;
    }
    return true;
  }

  template <Field Parent>
  bool known(Field field, ondemand::value& value) noexcept {
    std::string_view token = value.raw_json_token();
    if (token.empty()) return false;
    switch (token.front()) {
      case '"':
        token = trimmed(token);
        if (!is_string(token)) return false;
        token = token.substr(1, token.size() - 2);
        reading_.see_string(field, at_home(token), has_escape(token));
        return true;
      case '{':
        if constexpr (Parent == Field::document) {
          if (field == Field::info) return object<Field::info>(value);
          if (field == Field::error) return object<Field::error>(value);
          if (field == Field::data) return object<Field::data>(value);
          if (field == Field::errors) return object<Field::errors>(value);
        }
        if (!is_container(value, depth_of(Parent), token)) return false;
        reading_.see_object(field, at_home(token));
        return true;
      case '[':
        if (!is_container(value, depth_of(Parent), token)) return false;
        reading_.see(field, JsonType::array);
        return true;
      default:
        return scalar(field, trimmed(token));
    }
  }

  template <Field Container>
  bool object(ondemand::value& value) noexcept {
    ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return false;
    reading_.see_object(Container);
    return members<Container>(object);
  }

  bool scalar(Field field, std::string_view token) noexcept {
    if (field == Field::info_success && (token == "true" || token == "false")) {
      reading_.see_success(token == "true");
      return true;
    }
    if (field == Field::info_status_code && is_number(token)) {
      std::int64_t code = 0;
      switch (to_integer(token, code)) {
        case IntegerKind::integer:
          reading_.see_status_code(code);
          return true;
        case IntegerKind::out_of_range:
          reading_.see_status_code_out_of_range();
          return true;
        case IntegerKind::fraction:
          reading_.see(field, JsonType::number);
          return true;
      }
    }
    const JsonType type = is_number(token) ? JsonType::number : literal(token);
    if (type == JsonType::none) return false;
    reading_.see(field, type);
    return true;
  }

  const char* padded_;
  const char* home_;
  Reading& reading_;
  const char* end_;
  const char* next_escape_;  // the first one not before the last text asked for; else end_
};

}  // namespace

OnDemandReader::OnDemandReader() noexcept : simdjson_(new (std::nothrow) Simdjson) {}
OnDemandReader::~OnDemandReader() = default;

bool OnDemandReader::reserve(std::size_t bytes) noexcept {
  if (bytes <= capacity_) return true;
  if (simdjson_ == nullptr) return false;
  if (simdjson_->parser.allocate(bytes) != simdjson::SUCCESS) return false;
  buffer_.reset(new (std::nothrow) char[bytes + kPadding]);
  capacity_ = buffer_ == nullptr ? 0 : bytes;
  return buffer_ != nullptr;
}

bool OnDemandReader::read(const char* padded, std::string_view home, Reading& reading,
                          LeadResponse& response) noexcept {
  reading.start(response);
  // simdjson would skip a byte order mark.
  if (home.empty() || static_cast<unsigned char>(padded[0]) == 0xEF) return false;
  ondemand::document document;
  ondemand::object root;
  if (simdjson_->parser
          .iterate(simdjson::padded_string_view(padded, home.size(), home.size() + kPadding))
          .get(document) != simdjson::SUCCESS)
    return false;
  if (document.get_object().get(root) != simdjson::SUCCESS) return false;
  Walk walk(padded, home, reading);
  if (!walk.members<Field::document>(root) || !document.at_end()) return false;
  const Family family = reading.family();
  if (family == Family::none) return false;
  reading.finish(family);
  return true;
}

}  // namespace leadscan::internal
