#include "audit/input/utf16.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "audit/base/utf8.h"

namespace leadscan::audit {
namespace {

constexpr std::size_t kInputBytes = std::size_t{32} << 10;
// Two bytes become three at most, and one at the end does.
constexpr std::size_t kOutputBytes = 2 * kInputBytes;
// How much is looked at to tell where another encoding begins.
constexpr std::size_t kAhead = 64;
constexpr std::size_t kFewest = 8;
constexpr std::size_t kUnits = 4;

bool is_printable(char c) { return c >= ' ' && c < 0x7F; }
bool is_text(char c) { return is_printable(c) || c == '\t' || c == '\n' || c == '\r'; }

// Whether a document of ASCII begins there.
bool begins_document(std::string_view text) {
  return text.size() >= 4 && text.starts_with("{\"") && is_printable(text[2]) &&
         is_printable(text[3]);
}

// Whether what begins there is a line in UTF-8: characters of UTF-16 whose bytes all are letters
// occur alone, or as a row of one that repeats.
bool is_utf8_line(std::string_view text) {
  text = text.substr(0, std::min(kAhead, std::min(text.find('\n'), text.size() - 1) + 1));
  std::array<bool, 256> seen{};
  std::size_t different = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    different += std::exchange(seen[c], true) ? 0 : 1;
    if (c < 0x80) {
      if (!is_text(text[at])) return false;
      ++at;
      continue;
    }
    const std::size_t length = utf8_sequence(text.substr(at));
    if (length == 0 && at + 4 <= text.size()) return false;  // else it may be cut
    at += std::max<std::size_t>(length, 1);
  }
  return text.size() >= kFewest && different >= 4;
}

// Whether there are characters of ASCII in UTF-16, the zeros of which come first or second.
bool are_units(std::string_view text, bool zeros_first) {
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
    for (; stop < limit; stop += 2) {
      const std::string_view here = text.substr(stop);
      if (is_utf8_ = begins_utf8(here); is_utf8_) break;
      is_line_begin_ = is_line_end(here);
    }
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

  // Where another program has gone on: with a line of its own, or with a document behind one that
  // was cut. Or a byte was inserted, and all behind it is shifted.
  bool begins_utf8(std::string_view here) const {
    if (are_units(here, !is_big_) && !are_units(here, is_big_)) return true;
    if (here[0] == '\0') return false;
    if (begins_document(here)) return !is_big_ || is_line_begin_;
    return is_line_begin_ && (is_utf8_line(here) || is_short_line(here));
  }
  // Of so few bytes nothing is sure but that UTF-16 goes on behind their line's end.
  bool is_short_line(std::string_view here) const {
    for (std::size_t at = 0; at < std::min(kFewest, here.size()) && is_text(here[at]); ++at) {
      const std::string_view rest = here.substr(at + 1);
      if (here[at] == '\n' && (rest.empty() || are_units(rest, is_big_))) return true;
    }
    return false;
  }
  // Of a mark's, too.
  bool is_line_end(std::string_view here) const {
    return here.starts_with(mark_of(is_big_)) ||
           here.starts_with(is_big_ ? std::string_view("\0\n", 2) : std::string_view("\n\0", 2));
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
    for (std::size_t zero = text.find('\0', at); zero < limit + 4;
         zero = text.find('\0', zero + 1)) {
      const bool is_big = order_at(text, zero);
      if (!is_big && zero == at) continue;
      std::size_t begin = is_big ? zero : zero - 1;
      if (!are_units(text.substr(begin), is_big)) continue;
      if (begin >= at + 2 && text.substr(begin - 2, 2) == mark_of(is_big)) begin -= 2;
      if (begin >= limit) break;
      stop = begin;
      is_big_ = is_big;
      is_utf8_ = false;
      is_line_begin_ = true;
      break;
    }
    std::memcpy(output_.get() + end_, text.data() + at, stop - at);
    end_ += stop - at;
    return stop;
  }

  static std::string_view mark_of(bool is_big) { return is_big ? "\xFE\xFF" : "\xFF\xFE"; }

  // Whether the first character that has a zero, at `zero`, is big-endian: as a mark in front of it
  // says, or as the text was before.
  bool order_at(std::string_view text, std::size_t zero) const {
    const std::string_view front = text.substr(0, zero);
    if (front.ends_with(mark_of(true))) return true;
    if (!front.empty() && front.substr(0, zero - 1).ends_with(mark_of(false))) return false;
    return is_big_;
  }

  std::unique_ptr<ByteSource> inner_;
  iconv_t little_;
  iconv_t big_;
  bool is_big_;
  bool is_utf8_ = false;       // what comes next: appended by another program
  bool is_line_begin_ = true;  // of a stretch in UTF-16
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
