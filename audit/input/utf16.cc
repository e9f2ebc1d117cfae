#include "audit/input/utf16.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "audit/base/utf8.h"

namespace leadscan::audit {
namespace {

constexpr std::size_t kInputBytes = std::size_t{32} << 10;
// Two bytes become three at most.
constexpr std::size_t kOutputBytes = 2 * kInputBytes;
// How much is looked at to tell where another encoding begins.
constexpr std::size_t kAhead = 64;
constexpr std::size_t kUnits = 4;

bool is_printable(char c) { return c >= ' ' && c < 0x7F; }
bool is_text(char c) { return is_printable(c) || c == '\t' || c == '\n' || c == '\r'; }

// Whether what begins there is UTF-8, in a text that is UTF-16: characters beyond Latin-1 that
// would be letters as bytes are rare enough one by one, and unheard of so many at a time.
bool begins_utf8(std::string_view text) {
  if (text.size() >= 4 && text.starts_with("{\"") && is_printable(text[2]) && is_printable(text[3]))
    return true;
  if (text.size() < kAhead) return false;
  text = text.substr(0, kAhead);
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      if (!is_text(text[at])) return false;
      ++at;
      continue;
    }
    const std::size_t length = utf8_sequence(text.substr(at));
    if (length == 0) return at + 4 > text.size() && at > 0;  // the end may be in a character
    at += length;
  }
  return true;
}

// Whether there are characters of ASCII in UTF-16, the zeros of which come first or second.
bool begins_utf16(std::string_view text, bool zeros_first) {
  if (text.size() < 2 * kUnits) return false;
  for (std::size_t at = 0; at < 2 * kUnits; at += 2)
    if (text[at + (zeros_first ? 0 : 1)] != '\0' || !is_text(text[at + (zeros_first ? 1 : 0)]))
      return false;
  return true;
}

class Utf16Source final : public ByteSource {
 public:
  Utf16Source(Format format, std::unique_ptr<ByteSource> inner)
      : inner_(std::move(inner)),
        // With the order in the name, iconv takes a mark for a character like any other.
        little_(::iconv_open("UTF-8", "UTF-16LE")),
        big_(::iconv_open("UTF-8", "UTF-16BE")),
        is_big_(format == Format::utf16be),
        input_(new char[kInputBytes]),
        output_(new char[kOutputBytes]) {
    if (are_open() || errno != ENOMEM) return;
    close();
    throw std::bad_alloc();
  }
  ~Utf16Source() override { close(); }

  std::size_t read(char* out, std::size_t size) override {
    if (!are_open()) {
      fail("UTF-16: the C library cannot convert it here; convert it to UTF-8 first");
      return 0;
    }
    while (begin_ == end_ && !ended_) convert();
    const std::size_t n = std::min(size, end_ - begin_);
    std::memcpy(out, output_.get() + begin_, n);
    begin_ += n;
    return n;
  }

 private:
  static bool is_open(iconv_t it) { return it != reinterpret_cast<iconv_t>(-1); }
  bool are_open() const { return is_open(little_) && is_open(big_); }
  void close() {
    for (const iconv_t it : {little_, big_})
      if (is_open(it)) ::iconv_close(it);
  }

  // What is left of the input, and more of it, as far as enough is behind it to tell what it is.
  void convert() {
    const std::size_t got = inner_->read(input_.get() + left_, kInputBytes - left_);
    const std::string_view text(input_.get(), left_ + got);
    begin_ = end_ = 0;
    const std::size_t limit = got == 0 ? text.size() : text.size() - std::min(text.size(), kAhead);
    std::size_t at = 0;
    while (at < limit) {
      const bool was_utf8 = is_utf8_;
      const std::size_t stop = was_utf8 ? copy(text, at, limit) : decode(text, at, limit);
      if (stop == at && was_utf8 == is_utf8_) break;
      at = stop;
    }
    left_ = text.size() - at;
    std::memmove(input_.get(), input_.get() + at, left_);
    if (got != 0) return;
    ended_ = true;
    if (!inner_->error().empty()) {
      fail(inner_->error());
    } else if (replaced_ != 0) {
      fail("UTF-16: " + std::to_string(replaced_) +
           (replaced_ == 1 ? " surrogate is no character" : " surrogates are no characters") +
           ", and read as U+FFFD");
    }
  }

  // UTF-16 from `at` on, up to `limit` or where UTF-8 begins; how far it got.
  std::size_t decode(std::string_view text, std::size_t at, std::size_t limit) {
    const bool is_end = limit == text.size();
    std::size_t stop = at;
    while (stop < limit && !(text[stop] != '\0' && begins_utf8(text.substr(stop)))) stop += 2;
    is_utf8_ = stop < limit;
    stop = std::min(stop, is_end ? limit : stop);
    // The other half of a pair is yet to come.
    if (!is_utf8_ && !is_end && stop > at && is_first_of_pair(text, stop - 2)) stop -= 2;
    char* in = input_.get() + at;
    std::size_t in_size = stop - at;
    char* out = output_.get() + end_;
    std::size_t out_size = kOutputBytes - end_;
    while (in_size != 0)
      if (::iconv(is_big_ ? big_ : little_, &in, &in_size, &out, &out_size) ==
          static_cast<std::size_t>(-1))
        replace(in, in_size, out, out_size);
    end_ = kOutputBytes - out_size;
    return stop;
  }

  bool is_first_of_pair(std::string_view text, std::size_t at) const {
    const auto high = static_cast<unsigned char>(text[at + (is_big_ ? 0 : 1)]);
    return high >= 0xD8 && high < 0xDC;
  }

  void replace(char*& in, std::size_t& in_size, char*& out, std::size_t& out_size) {
    const std::size_t size = std::min<std::size_t>(in_size, 2);
    in += size;
    in_size -= size;
    std::memcpy(out, kReplacement.data(), kReplacement.size());
    out += kReplacement.size();
    out_size -= kReplacement.size();
    ++replaced_;
  }

  // UTF-8 from `at` on, up to `limit` or where UTF-16 begins; how far it got.
  std::size_t copy(std::string_view text, std::size_t at, std::size_t limit) {
    std::size_t stop = limit;
    // A zero of its first character, in front of which may be a letter and a mark.
    for (std::size_t zero = text.find('\0', at); zero < limit + 4;
         zero = text.find('\0', zero + 1)) {
      // Behind a line's end, which is no part of it, the zero is.
      const bool is_big = zero == at || text[zero - 1] == '\n' || text[zero - 1] == '\xFF';
      std::size_t begin = is_big ? zero : zero - 1;
      if (!begins_utf16(text.substr(begin), is_big)) continue;
      const std::string_view mark = is_big ? "\xFE\xFF" : "\xFF\xFE";
      if (begin >= at + 2 && text.substr(begin - 2, 2) == mark) begin -= 2;
      if (begin >= limit) break;
      stop = begin;
      is_big_ = is_big;
      is_utf8_ = false;
      break;
    }
    std::memcpy(output_.get() + end_, text.data() + at, stop - at);
    end_ += stop - at;
    return stop;
  }

  std::unique_ptr<ByteSource> inner_;
  iconv_t little_;
  iconv_t big_;
  bool is_big_;
  bool is_utf8_ = false;  // what comes next: appended by another program
  std::unique_ptr<char[]> input_;
  std::unique_ptr<char[]> output_;
  std::size_t left_ = 0;             // of the input: what may not be told yet
  std::size_t begin_ = 0, end_ = 0;  // of the output
  std::uint64_t replaced_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> make_utf16_source(Format format, std::unique_ptr<ByteSource> bytes) {
  return std::make_unique<Utf16Source>(format, std::move(bytes));
}

}  // namespace leadscan::audit
