#include "leadscan/read/ondemand_reader.h"

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <new>

#include "leadscan/json/escapes.h"
#include "leadscan/json/number.h"
#include "leadscan/json/scanner.h"
#include "leadscan/padded_bytes.h"
#include "leadscan/read/walk.h"

namespace leadscan::internal {

static_assert(kPadding >= simdjson::SIMDJSON_PADDING);

namespace ondemand = simdjson::ondemand;

struct OnDemandReader::Simdjson {
  ondemand::parser parser;
};

namespace {

// Over simdjson On-Demand, with all that it leaves open checked.
class OnDemandCursor {
 public:
  // By reference: gcc copies fields and values through the stack, with a stalled load each.
  using Value = ondemand::value&;
  using Copy = ondemand::value;
  using Object = ondemand::object;

  OnDemandCursor(const char* padded, std::string_view home) noexcept
      : padded_(padded),
        home_(home.data()),
        end_(padded + home.size()),
        next_escape_(find_escape(padded)) {}

  char peek(Value value) const noexcept { return *value.raw_json_token().data(); }

  template <typename Take>
  [[gnu::always_inline]] bool object(Value value, Take take) noexcept {
    auto object = value.get_object();
    return object.error() == simdjson::SUCCESS && take(object.value_unsafe());
  }

  template <typename Take>
  [[gnu::always_inline]] bool members(Object& object, Take take) noexcept {
    for (auto result : object) {
      if (result.error() != simdjson::SUCCESS) return false;
      ondemand::field& field = result.value_unsafe();
      if (!take(field.escaped_key(), field.value())) return false;
    }
    return true;
  }

  [[gnu::always_inline]] bool string(Value value, std::string_view& text, bool& escaped) noexcept {
    std::string_view token;
    if (!take_string(value, token)) return false;
    std::size_t quote = token.size() - 1;
    while (token[quote] != '"') --quote;
    text = {token.data() + 1, quote - 1};
    escaped = has_escape(text);
    if (escaped && !pass_escapes(text)) [[unlikely]]
      return false;
    text = at_home(text);
    return true;
  }

  [[gnu::always_inline]] static bool boolean(Value value, bool& boolean) noexcept {
    return value.get_bool().get(boolean) == simdjson::SUCCESS;
  }
  [[gnu::always_inline]] static bool null(Value value) noexcept {
    bool is_null = false;
    return value.is_null().get(is_null) == simdjson::SUCCESS && is_null;
  }
  [[gnu::always_inline]] static bool integer(Value value, std::int64_t& integer) noexcept {
    return value.get_int64().get(integer) == simdjson::SUCCESS;
  }
  // simdjson converts those that it takes, so this one is left for it to skip.
  bool number(Value value, std::string_view& text) const noexcept {
    text = ended_number(value.raw_json_token().data(), end_);
    return !text.empty();
  }

  bool container(Value value, unsigned depth, std::string_view& raw) noexcept {
    if (!is_container(value, depth, raw)) return false;
    raw = at_home(raw);
    return true;
  }

  [[gnu::noinline]] bool skip(Copy value, unsigned depth) noexcept {
    return skip_value(value, depth);
  }

  bool skip_value(Value value, unsigned depth) noexcept {
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
        return boolean(value, ignored);
      }
      case 'n':
        return null(value);
      default:
        return !ended_number(p, end_).empty();
    }
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

 private:
  // Deeper values are checked without recursion: the stack stays small.
  static constexpr unsigned kMaxRecursion = 8;

  const char* find_escape(const char* from) const noexcept {
    const void* found = std::memchr(from, '\\', static_cast<std::size_t>(end_ - from));
    return found == nullptr ? end_ : static_cast<const char*>(found);
  }

  std::string_view at_home(std::string_view text) const noexcept {
    return {home_ + (text.data() - padded_), text.size()};
  }

  // At a quote: the string up to the next token, which is white space behind its closing quote, for
  // stage 1 has found that. Taken, so that simdjson need not skip it, and would not go on behind a
  // colon, as if it were a name.
  [[gnu::always_inline]] static bool take_string(Value value, std::string_view& token) noexcept {
    token = value.raw_json_token();
    ondemand::raw_json_string ignored;
    return value.get_raw_json_string().get(ignored) == simdjson::SUCCESS;
  }

  bool is_container(Value value, unsigned depth, std::string_view& raw) noexcept {
    if (value.raw_json().get(raw) != simdjson::SUCCESS) return false;
    while (is_white_space(static_cast<unsigned char>(raw.back()))) raw.remove_suffix(1);
    if (!is_json(raw.data(), raw.size(), depth)) return false;
    if (has_escape(raw)) next_escape_ = find_escape(raw.data() + raw.size());
    return true;
  }

  bool skip_object(Value value, unsigned depth) noexcept {
    auto object = value.get_object();
    if (object.error() != simdjson::SUCCESS) return false;
    for (auto result : object.value_unsafe()) {
      if (result.error() != simdjson::SUCCESS) return false;
      ondemand::field& field = result.value_unsafe();
      const std::string_view name = field.escaped_key();
      if (has_escape(name) && !pass_escapes(name)) return false;
      if (!skip_value(field.value(), depth + 1)) return false;
    }
    return true;
  }

  bool skip_array(Value value, unsigned depth) noexcept {
    auto array = value.get_array();
    if (array.error() != simdjson::SUCCESS) return false;
    for (auto result : array.value_unsafe()) {
      if (result.error() != simdjson::SUCCESS) return false;
      if (!skip_value(result.value_unsafe(), depth + 1)) return false;
    }
    return true;
  }

  const char* padded_;
  const char* home_;
  const char* end_;
  const char* next_escape_;  // the first one not passed yet; else end_
};

}  // namespace

OnDemandReader::OnDemandReader() noexcept = default;
OnDemandReader::~OnDemandReader() = default;

bool OnDemandReader::reserve(std::size_t bytes) noexcept {
  if (bytes <= capacity_) return true;
  if (simdjson_ == nullptr) simdjson_.reset(new (std::nothrow) Simdjson);
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
  OnDemandCursor cursor(padded, home);
  Walk walk(cursor, reading);
  if (!walk.members<Field::document>(root.value_unsafe()) || !document.value_unsafe().at_end())
    return false;
  const Family family = reading.family();
  if (family == Family::none) return false;
  reading.finish(family);
  return true;
}

}  // namespace leadscan::internal
