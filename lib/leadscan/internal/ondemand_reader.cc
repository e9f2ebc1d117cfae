#include "leadscan/internal/ondemand_reader.h"

#include <simdjson.h>

#include <cstdint>
#include <cstring>
#include <new>

#include "leadscan/internal/json_scanner.h"
#include "leadscan/internal/member_names.h"
#include "leadscan/internal/number.h"
#include "leadscan/parser.h"

// gcc keeps the walk's state in registers only within one function. Only where lib/BUILD says so:
// with a sanitizer that one function takes minutes to compile.
#if !defined(LEADSCAN_FLATTEN)
#define LEADSCAN_FLATTEN
#endif

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
      if (has_escape(name)) [[unlikely]] {
        if (!escaped_member<Parent>(name, field.value())) return false;
        continue;
      }
      const bool valid = take_member<Parent>(
          name, [&](auto member) { return this->member<Parent, member()>(field.value()); });
      if (!valid) return false;
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
  [[gnu::always_inline]] inline bool has_escape(std::string_view text) noexcept {
    if (next_escape_ < text.data()) [[unlikely]]
      next_escape_ = find_escape(text.data());
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

  // A token that begins with a quote, up to the next token: stage 1 has found its end. simdjson
  // would take a string in front of a colon for a name, and go on to the value behind it.
  [[gnu::always_inline]] inline bool is_string(std::string_view& token) noexcept {
    if (token.data()[token.size()] == ':') [[unlikely]]
      return false;
    token = trimmed(token);
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

  // With the size a constant, the comparison is one of words.
  template <std::size_t N>
  static bool is(std::string_view token, const char (&literal)[N]) noexcept {
    return token.size() == N - 1 && std::memcmp(token.data(), literal, N - 1) == 0;
  }

  static JsonType literal(std::string_view token) noexcept {
    if (is(token, "null")) return JsonType::null;
    return is(token, "true") || is(token, "false") ? JsonType::boolean : JsonType::none;
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
        return depth < kMaxRecursion ? skip_object(value, depth)
                                     : is_container(value, depth, token);
      case '[':
        return depth < kMaxRecursion ? skip_array(value, depth) : is_container(value, depth, token);
      case '"':
        return is_string(token);
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
  [[gnu::noinline]] bool escaped_member(std::string_view name, ondemand::value& value) noexcept {
    if (!is_quoted(name)) return false;
    const Field found = find_escaped_member<Parent>(name);
    return take_member<Parent>(found == Field::document ? std::string_view() : info_of(found).name,
                               [&](auto member) { return this->member<Parent, member()>(value); });
  }

  // The value of member F of `Parent`; F is Field::document for one that leadscan does not read.
  template <Field Parent, Field F>
  bool member(ondemand::value& value) noexcept {
    if constexpr (F == Field::document) {
      return skip(value, depth_of(Parent));
    } else {
      if (reading_.seen(F)) return false;
      const std::string_view token = value.raw_json_token();
      if (token.empty()) return false;
      if constexpr (has_members(F)) {
        if (token.front() == '{') return object<F>(value);
      } else if constexpr (info_of(F).types.contains(JsonType::string)) {
        if (token.front() == '"') [[likely]]
          return string<F>(token);
      } else {
        if (token.front() != '"' && token.front() != '{' && token.front() != '[') [[likely]]
          return scalar<F>(trimmed(token));
      }
      if (token.front() == 'n') return scalar<F>(trimmed(token));
      return unusual<F>(value, token);
    }
  }

  template <Field F>
  bool string(std::string_view token) noexcept {
    if (!is_string(token)) return false;
    reading_.see_string(F, at_home(token.substr(1, token.size() - 2)), has_escape(token));
    return true;
  }

  template <Field F>
  bool object(ondemand::value& value) noexcept {
    ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return false;
    reading_.see_object(F);
    return members<F>(object);
  }

  // Not the type that is usual for F.
  template <Field F>
  [[gnu::noinline]] bool unusual(ondemand::value& value, std::string_view token) noexcept {
    constexpr unsigned kDepth = depth_of(info_of(F).parent);
    switch (token.front()) {
      case '"':
        return string<F>(token);
      case '{':
        if (!is_container(value, kDepth, token)) return false;
        reading_.see_object(F, at_home(token));
        return true;
      case '[':
        if (!is_container(value, kDepth, token)) return false;
        reading_.see(F, JsonType::array);
        return true;
      default:
        return scalar<F>(trimmed(token));
    }
  }

  template <Field F>
  bool scalar(std::string_view token) noexcept {
    if constexpr (F == Field::info_success) {
      const bool success = is(token, "true");
      if (success || is(token, "false")) [[likely]] {
        reading_.see_success(success);
        return true;
      }
    }
    if constexpr (F == Field::info_status_code) {
      if (is_number(token)) [[likely]]
        return status_code(token);
    }
    if (is(token, "null")) [[likely]] {
      reading_.see(F, JsonType::null);
      return true;
    }
    const JsonType type = is_number(token) ? JsonType::number : literal(token);
    if (type == JsonType::none) return false;
    reading_.see(F, type);
    return true;
  }

  bool status_code(std::string_view token) noexcept {
    std::int64_t code = 0;
    switch (to_integer(token, code)) {
      case IntegerKind::integer:
        reading_.see_status_code(code);
        return true;
      case IntegerKind::out_of_range:
        reading_.see_status_code_out_of_range();
        return true;
      case IntegerKind::fraction:
        break;
    }
    reading_.see(Field::info_status_code, JsonType::number);
    return true;
  }

  const char* padded_;
  const char* home_;
  Reading& reading_;
  const char* end_;
  const char* next_escape_;  // the first one not before the last text asked for; else end_
};

}  // namespace

OnDemandReader::OnDemandReader() noexcept : simdjson_(new(std::nothrow) Simdjson) {}
OnDemandReader::~OnDemandReader() = default;

bool OnDemandReader::reserve(std::size_t bytes) noexcept {
  if (bytes <= capacity_) return true;
  if (simdjson_ == nullptr) return false;
  if (simdjson_->parser.allocate(bytes) != simdjson::SUCCESS) return false;
  buffer_.reset(new (std::nothrow) char[bytes + kPadding]);
  capacity_ = buffer_ == nullptr ? 0 : bytes;
  return buffer_ != nullptr;
}

LEADSCAN_FLATTEN bool OnDemandReader::read(const char* padded, std::string_view home,
                                           Reading& reading, LeadResponse& response) noexcept {
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
