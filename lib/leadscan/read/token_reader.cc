#include "leadscan/read/token_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "leadscan/error_code.h"
#include "leadscan/json/escapes.h"
#include "leadscan/json/number.h"
#include "leadscan/read/walk.h"

namespace leadscan::internal {
namespace {

// The index ends with this many positions of byte 0, which is the root's brace or white space:
// neither can follow the root's end or complete a value.
constexpr std::size_t kSentinels = 4;
static_assert(kSentinels <= kTokenSlack);

// What TokenIndex wants for a document of `bytes`: of both kinds of bits.
constexpr std::size_t token_count(std::size_t bytes) { return bytes + kTokenSlack; }
constexpr std::size_t word_count(std::size_t bytes) { return 2 * (bytes / 64 + 2); }

// Whether each \u is one of a character. Of the whole document at once: a backslash outside of a
// string is no token's beginning, and will be found where it is.
bool unicode_is_valid(std::string_view json, const TokenIndex& index) noexcept {
  UnicodeEscapes escapes(json);
  for (std::size_t block = 0; block <= (json.size() - 1) / 64; ++block)
    if (!escapes.check(block * 64, index.unicode[block], [](std::size_t) { return false; }))
      return false;
  return true;
}

// A sequence that crosses from one block into the next makes both non-ASCII, so what is
// before the first such block and behind the last one need not be looked at again.
bool utf8_is_valid(std::string_view json, const TokenIndex& index) noexcept {
  return simdjson::validate_utf8(
      json.data() + index.non_ascii_begin,
      std::min(index.non_ascii_end, json.size()) - index.non_ascii_begin);
}

// Over the token index: the position is the next token, so that a Value need not say where it is.
class TokenCursor {
 public:
  struct Value {};
  using Copy = Value;
  struct Object {};

  TokenCursor(std::string_view json, const TokenIndex& index) noexcept
      : document_(json.data()),
        end_(json.data() + json.size()),
        token_(index.tokens),
        backslashes_(index.backslashes) {}

  const std::uint32_t* token() const noexcept { return token_; }
  char peek(Value) const noexcept { return byte(); }

  template <typename Take>
  [[gnu::always_inline]] bool object(Value, Take take) noexcept {
    ++token_;
    Object object;
    return take(object);
  }

  // Behind the opening brace, to behind the closing one.
  template <typename Take>
  [[gnu::always_inline]] bool members(Object&, Take take) noexcept {
    if (byte() == '}') {
      ++token_;
      return true;
    }
    for (;;) {
      if (byte() != '"') return false;
      const std::string_view name = quoted();
      if (byte() != ':') return false;
      ++token_;
      if (!take(name, Value())) return false;
      const char next = byte();
      ++token_;
      if (next == '}') return true;
      if (next != ',') return false;
    }
  }

  [[gnu::always_inline]] bool string(Value, std::string_view& text, bool& escaped) noexcept {
    text = quoted();
    escaped = has_escape(text);
    return true;
  }

  // From the bits of the backslashes, without a jump for all but the longest texts.
  [[gnu::always_inline]] bool has_escape(std::string_view text) const noexcept {
    const auto at = static_cast<std::size_t>(text.data() - document_);
    const std::uint64_t* word = backslashes_ + at / 64;
    const unsigned shift = at % 64;
    std::uint64_t bits = word[0] >> shift | word[1] << 1 << (63 - shift);
    if (text.size() >= 64) [[unlikely]]
      return text.find('\\') != text.npos;
    return (bits & ((std::uint64_t{1} << text.size()) - 1)) != 0;
  }

  // The index has vouched for all of them.
  static constexpr bool pass_escapes(std::string_view) noexcept { return true; }

  static constexpr bool integer(Value, std::int64_t&) noexcept { return false; }

  bool boolean(Value, bool& value) noexcept {
    const char* p = document_ + *token_;
    value = *p == 't';
    return value ? starts_with(p, "true") && ends(p + 4) : starts_with(p, "false") && ends(p + 5);
  }
  bool null(Value) noexcept {
    const char* p = document_ + *token_;
    return starts_with(p, "null") && ends(p + 4);
  }
  bool number(Value, std::string_view& text) noexcept {
    text = number(document_ + *token_);
    return !text.empty();
  }

  bool container(Value, unsigned depth, std::string_view& raw) noexcept {
    const char* begin = document_ + *token_;
    if (!skip_container(depth)) return false;
    raw = {begin, static_cast<std::size_t>(document_ + token_[-1] + 1 - begin)};
    return true;
  }

  // A value that leadscan does not read, inside `depth` containers. One jump by the first byte.
  [[gnu::always_inline]] bool skip(Value, unsigned depth) noexcept {
    const char* p = document_ + *token_;
    switch (*p) {
      case '"':
        token_ += 2;
        return true;
      case '{':
      case '[':
        return skip_container(depth);
      case 't':
        return starts_with(p, "true") && ends(p + 4);
      case 'f':
        return starts_with(p, "false") && ends(p + 5);
      case 'n':
        return starts_with(p, "null") && ends(p + 4);
      default:
        return !number(p).empty();
    }
  }

 private:
  char byte() const noexcept { return document_[*token_]; }

  // At an opening quote: what is up to the closing one, which is the next token.
  [[gnu::always_inline]] std::string_view quoted() noexcept {
    const std::string_view text(document_ + token_[0] + 1, token_[1] - token_[0] - 1);
    token_ += 2;
    return text;
  }

  // With the size a constant, the comparison is one of words.
  template <std::size_t N>
  bool starts_with(const char* p, const char (&literal)[N]) const noexcept {
    return static_cast<std::size_t>(end_ - p) >= N - 1 && std::memcmp(p, literal, N - 1) == 0;
  }

  // Whether a scalar may end at p.
  bool ends(const char* p) noexcept {
    ++token_;
    return p != end_ && kEndsScalar.contains(static_cast<unsigned char>(*p));
  }

  // Its text; empty if it is none.
  std::string_view number(const char* p) noexcept {
    ++token_;
    return ended_number(p, end_);
  }

  bool skip_name() noexcept {
    if (byte() != '"') return false;
    token_ += 2;
    return document_[*token_++] == ':';
  }

  // Without recursion: a bit a level says whether it is an object, the innermost level's first.
  // Whenever 64 more levels have been gone down, the bits of those around them are put away.
  bool skip_container(unsigned depth) noexcept {
    const unsigned outside = depth;
    std::uint64_t objects = 0;
    std::array<std::uint64_t, kMaxDepth / 64> put_away;
    for (;;) {  // at a value
      const char* p = document_ + *token_;
      switch (*p) {
        case '{':
        case '[': {
          if (depth == kMaxDepth) return false;
          const std::uint64_t object = *p == '{';
          if (depth % 64 == 0) [[unlikely]]
            put_away[depth / 64] = objects;
          objects = objects << 1 | object;
          ++depth;
          ++token_;
          if (byte() == *p + 2) break;  // its end: } is { + 2, and ] is [ + 2
          if (object != 0 && !skip_name()) return false;
          continue;
        }
        case '"':
          token_ += 2;
          break;
        case 't':
          if (!starts_with(p, "true") || !ends(p + 4)) return false;
          break;
        case 'f':
          if (!starts_with(p, "false") || !ends(p + 5)) return false;
          break;
        case 'n':
          if (!starts_with(p, "null") || !ends(p + 4)) return false;
          break;
        default:
          if (number(p).empty()) return false;
      }
      for (;;) {  // behind a value, or at the end of an empty container
        const bool object = (objects & 1) != 0;
        const char next = byte();
        ++token_;
        if (next == ',') {
          if (object && !skip_name()) return false;
          break;
        }
        if (next != (object ? '}' : ']')) return false;
        if (--depth == outside) return true;
        objects >>= 1;
        if (depth % 64 == 0) [[unlikely]]
          objects = put_away[depth / 64];
      }
    }
  }

  const char* document_;
  const char* end_;
  const std::uint32_t* token_;
  const std::uint64_t* backslashes_;
};

}  // namespace

bool TokenReader::reserve(std::size_t bytes) noexcept {
  if (bytes <= capacity_) return true;
  tokens_.reset(new (std::nothrow) std::uint32_t[token_count(bytes)]);
  bits_.reset(new (std::nothrow) std::uint64_t[word_count(bytes)]);
  capacity_ = tokens_ == nullptr || bits_ == nullptr ? 0 : bytes;
  return capacity_ != 0;
}

bool TokenReader::take_from(Arena& arena, std::size_t bytes) noexcept {
  // simdjson picks its kernel in the first call, under a lock, which read() must not take.
  if (!simdjson::validate_utf8("", 0)) return false;
  tokens_ = held_in_arena<std::uint32_t[]>(arena.take<std::uint32_t>(token_count(bytes)));
  bits_ = held_in_arena<std::uint64_t[]>(arena.take<std::uint64_t>(word_count(bytes)));
  capacity_ = tokens_ == nullptr || bits_ == nullptr ? 0 : bytes;
  return capacity_ != 0;
}

LEADSCAN_FLATTEN bool TokenReader::read(std::string_view json, Reading& reading,
                                        LeadResponse& response) noexcept {
  reading.start(response);
  if (json.empty()) return false;
  TokenIndex index{.tokens = tokens_.get(),
                   .backslashes = bits_.get(),
                   .unicode = bits_.get() + capacity_ / 64 + 2};
  if (!index_(json.data(), json.size(), index)) return false;
  if (index.has_unicode && !unicode_is_valid(json, index)) return false;
  if (index.non_ascii_end != 0 && !utf8_is_valid(json, index)) return false;
  const std::uint32_t* end = index.tokens + index.count;
  std::fill_n(index.tokens + index.count, kSentinels, 0);
  index.backslashes[(json.size() + 63) / 64] = 0;
  TokenCursor cursor(json, index);
  if (cursor.peek({}) != '{') return false;
  Walk walk(cursor, reading);
  const bool valid =
      cursor.object({}, [&](TokenCursor::Object& root) __attribute__((always_inline)) {
        return walk.members<Field::document>(root);
      });
  if (!valid || cursor.token() != end) return false;
  const Family family = reading.family();
  if (family == Family::none) return false;
  reading.finish(family);
  return true;
}

}  // namespace leadscan::internal
