#include "leadscan/internal/ondemand_reader.h"

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <new>

#include "leadscan/internal/escapes.h"
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

// What a number may stand in front of: white space, or another token. One look-up, because which of
// them it is cannot be predicted.
constexpr auto kEndsScalar = [] {
  std::array<bool, 256> ends{};
  for (const unsigned char c : {' ', '\n', '\r', '\t', '{', '}', '[', ']', ':', ','})
    ends[c] = true;
  return ends;
}();

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
  bool members(ondemand::object& object) noexcept {
    for (auto result : object) {
      if (result.error() != simdjson::SUCCESS) return false;
      // By reference: gcc copies fields and values through the stack, with a stalled load each.
      ondemand::field& field = result.value_unsafe();
      const std::string_view name = field.escaped_key();
      // All of it inlined, and copies given to what is not: then gcc need not keep the field, and
      // what the lambdas capture, in memory.
      const bool valid = take_member<Parent>(name, [&](auto member) __attribute__((always_inline)) {
        if constexpr (member() == Field::document) {
          return this->other_member<Parent>(name, field.value());
        } else {
          return this->member<member()>(field.value());
        }
      });
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

  // To be asked in the order of the document, of every text that may hold an escape: then one
  // search for each escape does, rather than one for each text.
  bool has_escape(std::string_view text) const noexcept {
    return next_escape_ < text.data() + text.size();
  }

  // Goes on to the first escape behind `text`. False if one in it is not valid.
  [[gnu::noinline]] bool pass_escapes(std::string_view text) noexcept {
    const char* const end = text.data() + text.size();
    while (next_escape_ < end) {
      const std::size_t length = escape_length(next_escape_, end);
      if (length == 0) return false;
      next_escape_ = find_escape(next_escape_ + length);
    }
    return true;
  }

  std::string_view at_home(std::string_view text) const noexcept {
    return {home_ + (text.data() - padded_), text.size()};
  }

  // At a quote: the string up to the next token, which is white space behind its closing quote, for
  // stage 1 has found that. Taken, so that simdjson need not skip it, and would not go on behind a
  // colon, as if it were a name.
  [[gnu::always_inline]] static bool take_string(ondemand::value& value,
                                                 std::string_view& token) noexcept {
    token = value.raw_json_token();
    ondemand::raw_json_string ignored;
    return value.get_raw_json_string().get(ignored) == simdjson::SUCCESS;
  }

  bool is_container(ondemand::value& value, unsigned depth, std::string_view& raw) noexcept {
    if (value.raw_json().get(raw) != simdjson::SUCCESS) return false;
    while (is_white_space(static_cast<unsigned char>(raw.back()))) raw.remove_suffix(1);
    if (!is_json(raw.data(), raw.size(), depth)) return false;
    if (has_escape(raw)) next_escape_ = find_escape(raw.data() + raw.size());
    return true;
  }

  [[gnu::always_inline]] static bool take_boolean(ondemand::value& value, bool& boolean) noexcept {
    return value.get_bool().get(boolean) == simdjson::SUCCESS;
  }

  [[gnu::always_inline]] static bool take_null(ondemand::value& value) noexcept {
    bool is_null = false;
    return value.is_null().get(is_null) == simdjson::SUCCESS && is_null;
  }

  // The number at p up to a token or white space; a null view if there is none. simdjson converts
  // those that it takes, so this one is left for it to skip.
  std::string_view number(const char* p) const noexcept {
    const NumberEnd number = scan_number(reinterpret_cast<const unsigned char*>(p),
                                         reinterpret_cast<const unsigned char*>(end_));
    const char* end = reinterpret_cast<const char*>(number.at);
    if (!number.complete || end == end_ || !kEndsScalar[*number.at]) return {};
    return {p, static_cast<std::size_t>(end - p)};
  }

  // A value that leadscan does not read, inside `depth` containers.
  bool skip(ondemand::value& value, unsigned depth) noexcept {
    std::string_view token = value.raw_json_token();
    switch (const char* p = token.data(); *p) {
      case '{':
        return depth < kMaxRecursion ? skip_object(value, depth)
                                     : is_container(value, depth, token);
      case '[':
        return depth < kMaxRecursion ? skip_array(value, depth) : is_container(value, depth, token);
      case '"':
        return take_string(value, token) && (!has_escape(token) || pass_escapes(token));
      case 't':
      case 'f': {
        bool ignored = false;
        return take_boolean(value, ignored);
      }
      case 'n':
        return take_null(value);
      default:
        return number(p).data() != nullptr;
    }
  }

  bool skip_object(ondemand::value& value, unsigned depth) noexcept {
    auto object = value.get_object();
    if (object.error() != simdjson::SUCCESS) return false;
    for (auto result : object.value_unsafe()) {
      if (result.error() != simdjson::SUCCESS) return false;
      ondemand::field& field = result.value_unsafe();
      const std::string_view name = field.escaped_key();
      if (has_escape(name) && !pass_escapes(name)) return false;
      if (!skip(field.value(), depth + 1)) return false;
    }
    return true;
  }

  bool skip_array(ondemand::value& value, unsigned depth) noexcept {
    auto array = value.get_array();
    if (array.error() != simdjson::SUCCESS) return false;
    for (auto result : array.value_unsafe()) {
      if (result.error() != simdjson::SUCCESS) return false;
      if (!skip(result.value_unsafe(), depth + 1)) return false;
    }
    return true;
  }

  // A member with a name that is none of ours, unless that spells one with escapes.
  template <Field Parent>
  [[gnu::noinline]] bool other_member(std::string_view name, ondemand::value value) noexcept {
    Field found = Field::document;
    if (has_escape(name)) [[unlikely]] {
      if (!pass_escapes(name)) return false;
      found = find_escaped_member<Parent>(name);
    }
    if (found == Field::document) return skip(value, depth_of(Parent));
    return take_member<Parent>(info_of(found).name, [&](auto member) {
      if constexpr (member() == Field::document) {
        return false;
      } else {
        return this->member<member()>(value);
      }
    });
  }

  // The value of member F.
  template <Field F>
  [[gnu::always_inline]] bool member(ondemand::value& value) noexcept {
    if (reading_.seen(F)) return false;
    const char* const p = value.raw_json_token().data();
    if constexpr (has_members(F)) {
      if (*p == '{') return object<F>(value);
    } else if constexpr (info_of(F).types.contains(JsonType::string)) {
      if (*p == '"') [[likely]]
        return string<F>(value);
    } else {
      if (*p != '"' && *p != '{' && *p != '[') [[likely]]
        return scalar<F>(value, p);
    }
    if (*p == 'n') return scalar<F>(value, p);
    return unusual<F>(value, p);
  }

  template <Field F>
  [[gnu::always_inline]] bool string(ondemand::value& value) noexcept {
    std::string_view token;
    if (!take_string(value, token)) return false;
    std::size_t quote = token.size() - 1;
    while (token[quote] != '"') --quote;
    const std::string_view text(token.data() + 1, quote - 1);
    const bool escaped = has_escape(text);
    if (escaped && !pass_escapes(text)) [[unlikely]]
      return false;
    reading_.see_string(F, at_home(text), escaped);
    return true;
  }

  template <Field F>
  bool object(ondemand::value& value) noexcept {
    auto object = value.get_object();
    if (object.error() != simdjson::SUCCESS) return false;
    reading_.see_object(F);
    return members<F>(object.value_unsafe());
  }

  // Not the type that is usual for F.
  template <Field F>
  [[gnu::noinline]] bool unusual(ondemand::value value, const char* p) noexcept {
    constexpr unsigned kDepth = depth_of(info_of(F).parent);
    std::string_view raw;
    switch (*p) {
      case '"':
        return string<F>(value);
      case '{':
        if (!is_container(value, kDepth, raw)) return false;
        reading_.see_object(F, at_home(raw));
        return true;
      case '[':
        if (!is_container(value, kDepth, raw)) return false;
        reading_.see(F, JsonType::array);
        return true;
      default:
        return scalar<F>(value, p);
    }
  }

  // A value that begins at p with neither a quote nor a bracket.
  template <Field F>
  [[gnu::always_inline]] bool scalar(ondemand::value& value, const char* p) noexcept {
    if constexpr (F == Field::info_status_code) {
      std::int64_t code = 0;
      if (value.get_int64().get(code) == simdjson::SUCCESS) [[likely]] {
        reading_.see_status_code(code);
        return true;
      }
    }
    switch (*p) {
      case 't':
      case 'f': {
        bool boolean = false;
        if (!take_boolean(value, boolean)) return false;
        if constexpr (F == Field::info_success) {
          reading_.see_success(boolean);
        } else {
          reading_.see(F, JsonType::boolean);
        }
        return true;
      }
      case 'n':
        reading_.see(F, JsonType::null);
        return take_null(value);
      default: {
        const std::string_view text = number(p);
        if (text.data() == nullptr) return false;
        if constexpr (F == Field::info_status_code) {
          see_status_code(text);
        } else {
          reading_.see(F, JsonType::number);
        }
        return true;
      }
    }
  }

  // One that simdjson does not take for an integer of 64 bits.
  [[gnu::noinline]] void see_status_code(std::string_view number) noexcept {
    std::int64_t code = 0;
    const IntegerKind kind = to_integer(number, code);
    reading_.see_status_code(kind, code);
  }

  const char* padded_;
  const char* home_;
  Reading& reading_;
  const char* end_;
  const char* next_escape_;  // the first one not passed yet; else end_
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
  // By reference here as well, where simdjson's way would be to copy what the results hold.
  auto document = simdjson_->parser.iterate(
      simdjson::padded_string_view(padded, home.size(), home.size() + kPadding));
  if (document.error() != simdjson::SUCCESS) return false;
  auto root = document.value_unsafe().get_object();
  if (root.error() != simdjson::SUCCESS) return false;
  Walk walk(padded, home, reading);
  if (!walk.members<Field::document>(root.value_unsafe()) || !document.value_unsafe().at_end())
    return false;
  const Family family = reading.family();
  if (family == Family::none) return false;
  reading.finish(family);
  return true;
}

}  // namespace leadscan::internal
