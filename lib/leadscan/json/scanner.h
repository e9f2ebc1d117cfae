// JsonScanner: a strict pull scanner for JSON (RFC 8259), one byte at a time.
//
// It is the authority on what is valid and on which byte is wrong; the fast readers defer to it
// for everything they do not accept. No recursion, no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "leadscan/error_code.h"
#include "leadscan/json/type.h"
#include "leadscan/lifetime.h"

namespace leadscan::internal {

enum class Token : std::uint8_t {
  begin_object,
  end_object,
  begin_array,
  end_array,
  name,  // of a member; the colon behind it is consumed too
  string,
  number,
  true_literal,
  false_literal,
  null_literal,
  end,    // the text is complete
  error,  // see code() and error_offset(); next() must not be called again
};

// Of the value that begins with this token, all numbers being `number`; none if none does.
constexpr JsonType type_of(Token token) noexcept {
  switch (token) {
    case Token::begin_object:
      return JsonType::object;
    case Token::begin_array:
      return JsonType::array;
    case Token::string:
      return JsonType::string;
    case Token::number:
      return JsonType::number;
    case Token::true_literal:
    case Token::false_literal:
      return JsonType::boolean;
    case Token::null_literal:
      return JsonType::null;
    default:
      return JsonType::none;
  }
}

class JsonScanner {
 public:
  // `depth`: containers around the text, which count towards kMaxDepth.
  JsonScanner(const char* data LEADSCAN_LIFETIMEBOUND, std::size_t size,
              unsigned depth = 0) noexcept
      : data_(reinterpret_cast<const unsigned char*>(data)), size_(size), base_depth_(depth) {}

  Token next() noexcept;

  // The token that next() returned: [begin, end) in the text; of strings and names what is
  // between the quotes.
  std::size_t begin() const noexcept { return begin_; }
  std::size_t end() const noexcept { return end_; }
  std::string_view text() const noexcept {
    return {reinterpret_cast<const char*>(data_) + begin_, end_ - begin_};
  }
  bool escaped() const noexcept { return escaped_; }  // strings and names
  std::string_view source() const noexcept { return {reinterpret_cast<const char*>(data_), size_}; }

  ErrorCode code() const noexcept { return code_; }
  std::size_t error_offset() const noexcept { return error_offset_; }

 private:
  enum class Expect : std::uint8_t { value, value_or_end, name, name_or_end, comma_or_end, end };

  bool at_end() const noexcept { return position_ == size_; }
  unsigned char byte() const noexcept { return data_[position_]; }
  void skip_white_space() noexcept;
  Token value(bool may_end) noexcept;
  Token name(bool may_end) noexcept;
  Token open(bool object) noexcept;
  Token close() noexcept;
  Token done(Token token) noexcept;
  bool string() noexcept;
  bool escape() noexcept;
  bool hex4(std::size_t escape_start, bool low_half, unsigned& unit) noexcept;
  bool utf8() noexcept;
  Token number() noexcept;
  Token literal(const char* rest, Token token) noexcept;
  bool fail(ErrorCode code, std::size_t offset) noexcept;
  bool fail_at_end() noexcept;
  Token error(ErrorCode code) noexcept;

  bool in_object() const noexcept {
    return (containers_[(depth_ - 1) / 64] >> ((depth_ - 1) % 64) & 1) != 0;
  }

  const unsigned char* data_;
  std::size_t size_;
  std::size_t position_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t error_offset_ = 0;
  unsigned base_depth_;
  unsigned depth_ = 0;
  Expect expect_ = Expect::value;
  ErrorCode code_ = ErrorCode::ok;
  bool escaped_ = false;
  bool root_is_object_ = true;                              // until something else has begun
  std::array<std::uint64_t, kMaxDepth / 64> containers_{};  // a bit a level: 1 an object
};

// Whether [data, data + size) is one JSON value, with optional white space around it.
bool is_json(const char* data, std::size_t size, unsigned depth) noexcept;

}  // namespace leadscan::internal
