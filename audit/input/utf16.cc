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

class Utf16Source final : public ByteSource {
 public:
  Utf16Source(Format format, std::unique_ptr<ByteSource> inner)
      : inner_(std::move(inner)),
        // With the order in the name, iconv takes a mark for a character like any other.
        iconv_(::iconv_open("UTF-8", format == Format::utf16le ? "UTF-16LE" : "UTF-16BE")),
        input_(new char[kInputBytes]),
        output_(new char[kOutputBytes]) {
    if (is_open() || errno != ENOMEM) return;
    throw std::bad_alloc();
  }
  ~Utf16Source() override {
    if (is_open()) ::iconv_close(iconv_);
  }

  std::size_t read(char* out, std::size_t size) override {
    if (!is_open()) {
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
  bool is_open() const { return iconv_ != reinterpret_cast<iconv_t>(-1); }

  // What is left of the input, and more of it, as far as it goes.
  void convert() {
    const std::size_t got = inner_->read(input_.get() + left_, kInputBytes - left_);
    const std::size_t all = left_ + got;
    char* in = input_.get();
    std::size_t in_size = all;
    char* out = output_.get();
    std::size_t out_size = kOutputBytes;
    while (in_size != 0) {
      if (::iconv(iconv_, &in, &in_size, &out, &out_size) != static_cast<std::size_t>(-1)) continue;
      // Half a character: the rest of it is yet to come.
      if (errno == EINVAL && got != 0) break;
      replace(in, in_size, out, out_size);
    }
    begin_ = 0;
    end_ = kOutputBytes - out_size;
    std::memmove(input_.get(), in, in_size);
    left_ = in_size;
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

  void replace(char*& in, std::size_t& in_size, char*& out, std::size_t& out_size) {
    const std::size_t size = std::min<std::size_t>(in_size, 2);
    in += size;
    in_size -= size;
    std::memcpy(out, kReplacement.data(), kReplacement.size());
    out += kReplacement.size();
    out_size -= kReplacement.size();
    ++replaced_;
  }

  std::unique_ptr<ByteSource> inner_;
  iconv_t iconv_;
  std::unique_ptr<char[]> input_;
  std::unique_ptr<char[]> output_;
  std::size_t left_ = 0;             // of the input: less than a character
  std::size_t begin_ = 0, end_ = 0;  // of the output
  std::uint64_t replaced_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> make_utf16_source(Format format, std::unique_ptr<ByteSource> bytes) {
  return std::make_unique<Utf16Source>(format, std::move(bytes));
}

}  // namespace leadscan::audit
