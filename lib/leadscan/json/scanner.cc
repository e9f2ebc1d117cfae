#include "leadscan/json/scanner.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "leadscan/json/characters.h"
#include "leadscan/json/number.h"
#include "leadscan/json/utf8.h"

namespace leadscan::internal {
namespace {

// A quote begins another token, which is then the one that is wrong.
constexpr bool ends_scalar(unsigned char c) { return c == '"' || kEndsScalar.contains(c); }

// How many of the next eight bytes are, from the first, what a string has mostly: printable ASCII
// without quotes and backslashes. A byte's high bit is set where it is something else; from there
// upwards borrows may set others, so only the lowest counts ("Hacker's Delight", 6-1).
unsigned plain_bytes(const unsigned char* eight) noexcept {
  constexpr std::uint64_t kOnes = ~std::uint64_t{0} / 255;
  std::uint64_t word = 0;
  for (unsigned i = 0; i < 8; ++i) word |= std::uint64_t{eight[i]} << (8 * i);
  const std::uint64_t quote = word ^ kOnes * '"';
  const std::uint64_t backslash = word ^ kOnes * '\\';
  const std::uint64_t other = word | ((quote - kOnes) & ~quote) |
                              ((backslash - kOnes) & ~backslash) | ((word - kOnes * 0x20) & ~word);
  return static_cast<unsigned>(std::countr_zero(other & kOnes * 0x80)) / 8;
}

}  // namespace

bool JsonScanner::fail(ErrorCode code, std::size_t offset) noexcept {
  code_ = code;
  error_offset_ = offset;
  return false;
}

bool JsonScanner::fail_at_end() noexcept {
  return fail(root_is_object_ ? ErrorCode::truncated : ErrorCode::unexpected_end, size_);
}

Token JsonScanner::error(ErrorCode code) noexcept {
  at_end() ? fail_at_end() : fail(code, position_);
  return Token::error;
}

void JsonScanner::skip_white_space() noexcept {
  while (!at_end() && is_white_space(byte())) ++position_;
}

Token JsonScanner::next() noexcept {
  skip_white_space();
  switch (expect_) {
    case Expect::value:
      return value(false);
    case Expect::value_or_end:
      return value(true);
    case Expect::name:
      return name(false);
    case Expect::name_or_end:
      return name(true);
    case Expect::comma_or_end:
      if (at_end()) return error(ErrorCode::expected_comma);
      if (byte() == (in_object() ? '}' : ']')) return close();
      if (byte() != ',') return error(ErrorCode::expected_comma);
      ++position_;
      skip_white_space();
      return in_object() ? name(false) : value(false);
    case Expect::end:
      break;
  }
  if (at_end()) return Token::end;
  return error(ErrorCode::content_after_document);
}

Token JsonScanner::done(Token token) noexcept {
  end_ = token == Token::string ? position_ - 1 : position_;
  expect_ = depth_ == 0 ? Expect::end : Expect::comma_or_end;
  return token;
}

Token JsonScanner::value(bool may_end) noexcept {
  if (at_end()) return error(ErrorCode::expected_value);
  const unsigned char c = byte();
  if (depth_ == 0) root_is_object_ = c == '{';
  begin_ = position_;
  switch (c) {
    case '{':
      return open(true);
    case '[':
      return open(false);
    case '"':
      ++begin_;
      return string() ? done(Token::string) : Token::error;
    case 't':
      return literal("true", Token::true_literal);
    case 'f':
      return literal("false", Token::false_literal);
    case 'n':
      return literal("null", Token::null_literal);
    case ']':
      if (may_end) return close();
      break;
    default:
      if (c == '-' || is_digit(c)) return number();
      if (position_ == 0 && size_ >= 3 && std::memcmp(data_, "\xEF\xBB\xBF", 3) == 0)
        return error(ErrorCode::byte_order_mark);
  }
  return error(ErrorCode::expected_value);
}

Token JsonScanner::name(bool may_end) noexcept {
  if (at_end()) return error(ErrorCode::expected_name);
  if (byte() == '}' && may_end) return close();
  if (byte() != '"') return error(ErrorCode::expected_name);
  begin_ = position_ + 1;
  if (!string()) return Token::error;
  end_ = position_ - 1;
  skip_white_space();
  if (at_end() || byte() != ':') return error(ErrorCode::expected_colon);
  ++position_;
  expect_ = Expect::value;
  return Token::name;
}

Token JsonScanner::open(bool object) noexcept {
  if (base_depth_ + depth_ >= kMaxDepth) return error(ErrorCode::too_deep);
  const std::uint64_t bit = std::uint64_t{1} << (depth_ % 64);
  std::uint64_t& word = containers_[depth_ / 64];
  word = object ? word | bit : word & ~bit;
  ++depth_;
  ++position_;
  end_ = position_;
  expect_ = object ? Expect::name_or_end : Expect::value_or_end;
  return object ? Token::begin_object : Token::begin_array;
}

Token JsonScanner::close() noexcept {
  const Token token = in_object() ? Token::end_object : Token::end_array;
  begin_ = position_++;
  --depth_;
  return done(token);
}

Token JsonScanner::literal(const char* rest, Token token) noexcept {
  for (; *rest != '\0'; ++rest, ++position_)
    if (at_end() || byte() != static_cast<unsigned char>(*rest))
      return error(ErrorCode::invalid_literal);
  if (!at_end() && !ends_scalar(byte())) return error(ErrorCode::invalid_literal);
  return done(token);
}

Token JsonScanner::number() noexcept {
  const NumberEnd number = scan_number(data_ + position_, data_ + size_);
  position_ = static_cast<std::size_t>(number.at - data_);
  if (!number.complete) return error(ErrorCode::invalid_number);
  if (!at_end() && !ends_scalar(byte())) return error(ErrorCode::invalid_number);
  return done(Token::number);
}

// From the opening quote to behind the closing one.
bool JsonScanner::string() noexcept {
  escaped_ = false;
  ++position_;
  while (!at_end()) {
    while (size_ - position_ >= 8) {
      const unsigned plain = plain_bytes(data_ + position_);
      position_ += plain;
      if (plain < 8) break;
    }
    if (at_end()) break;
    const unsigned char c = byte();
    if (c == '"') {
      ++position_;
      return true;
    }
    if (c < 0x20) return fail(ErrorCode::control_character, position_);
    if (c == '\\') {
      escaped_ = true;
      if (!escape()) return false;
    } else if (c < 0x80) {
      ++position_;
    } else if (!utf8()) {
      return false;
    }
  }
  return fail_at_end();
}

bool JsonScanner::escape() noexcept {
  const std::size_t start = position_++;
  if (at_end()) return fail_at_end();
  if (kIsSimpleEscape.contains(byte())) {
    ++position_;
    return true;
  }
  if (byte() != 'u') return fail(ErrorCode::invalid_escape, position_);
  ++position_;
  unsigned unit = 0;
  if (!hex4(start, false, unit)) return false;
  if (unit < 0xD800 || unit > 0xDBFF) return true;
  for (const char c : {'\\', 'u'}) {
    if (at_end()) return fail_at_end();
    if (byte() != static_cast<unsigned char>(c)) return fail(ErrorCode::lone_surrogate, start);
    ++position_;
  }
  return hex4(start, true, unit);
}

// Four hexadecimal digits. Told as soon as no further digit could mend it, so that a document cut
// inside an escape is called truncated exactly when it could have gone on.
bool JsonScanner::hex4(std::size_t escape_start, bool low_half, unsigned& unit) noexcept {
  unit = 0;
  for (int i = 0; i < 4; ++i, ++position_) {
    if (at_end()) return fail_at_end();
    const int digit = hex_value(byte());
    if (digit < 0) return fail(ErrorCode::invalid_escape, position_);
    unit = unit << 4 | static_cast<unsigned>(digit);
    const bool is_low = i == 0 ? unit == 0xD : i == 1 ? unit >= 0xDC && unit <= 0xDF : low_half;
    const bool wrong = low_half ? !is_low : i == 1 && is_low;
    if (wrong) return fail(ErrorCode::lone_surrogate, escape_start);
  }
  return true;
}

// One multi-byte sequence.
bool JsonScanner::utf8() noexcept {
  const Utf8Sequence sequence =
      scan_utf8({reinterpret_cast<const char*>(data_) + position_, size_ - position_});
  if (sequence.size == 0) return fail(ErrorCode::invalid_utf8, position_);
  if (!sequence.complete) return fail_at_end();
  position_ += sequence.size;
  return true;
}

bool is_json(const char* data, std::size_t size, unsigned depth) noexcept {
  JsonScanner scanner(data, size, depth);
  for (;;) {
    const Token token = scanner.next();
    if (token == Token::end) return true;
    if (token == Token::error) return false;
  }
}

}  // namespace leadscan::internal
