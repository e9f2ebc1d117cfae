#include "audit/input/codecs.h"

#include <bzlib.h>
#include <isa-l/igzip_lib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace leadscan::audit {
namespace {

constexpr std::size_t kInputBytes = std::size_t{128} << 10;
constexpr int kZstdWindow = 27;  // the library's own limit: 128 MiB
constexpr std::uint64_t kXzMemory = std::uint64_t{256} << 20;

// What a step works on; both are moved past what was used.
struct Window {
  const char* in;
  std::size_t in_size;
  char* out;
  std::size_t out_size;

  void use(std::size_t in_used, std::size_t out_used) {
    in += in_used;
    in_size -= in_used;
    out += out_used;
    out_size -= out_used;
  }
};

enum class Status { more, frame_end, damaged };

// 32 bits are what some libraries count in.
template <typename T = unsigned>
T clamp(std::size_t size) {
  return static_cast<T>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

class Gzip {
 public:
  static constexpr Format kFormat = Format::gzip;
  static constexpr bool kSkips = false;
  Gzip() : state_(std::make_unique<inflate_state>()) {}
  void start() {
    isal_inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP;
  }
  Status step(Window& w) {
    state_->next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(w.in));
    state_->avail_in = clamp<std::uint32_t>(w.in_size);
    state_->next_out = reinterpret_cast<std::uint8_t*>(w.out);
    state_->avail_out = clamp<std::uint32_t>(w.out_size);
    const std::uint32_t in = state_->avail_in;
    const std::uint32_t out = state_->avail_out;
    const int result = isal_inflate(state_.get());
    w.use(in - state_->avail_in, out - state_->avail_out);
    if (result != ISAL_DECOMP_OK && result != ISAL_END_INPUT && result != ISAL_OUT_OVERFLOW) {
      why_ = result == ISAL_INCORRECT_CHECKSUM ? "the checksum is wrong" : "damaged";
      return Status::damaged;
    }
    return state_->block_state == ISAL_BLOCK_FINISH ? Status::frame_end : Status::more;
  }
  const char* why() const { return why_; }

 private:
  std::unique_ptr<inflate_state> state_;
  const char* why_ = "";
};

class Zstd {
 public:
  static constexpr Format kFormat = Format::zstd;
  static constexpr bool kSkips = true;
  explicit Zstd(std::size_t memory) : stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
    const int window = std::min(static_cast<int>(std::bit_width(memory)) - 1,
                                ZSTD_dParam_getBounds(ZSTD_d_windowLogMax).upperBound);
    if (window > kZstdWindow) ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, window);
  }
  ~Zstd() { ZSTD_freeDStream(stream_); }
  void start() {
    ZSTD_DCtx_reset(stream_, ZSTD_reset_session_only);
    wanted_ = 1;
  }
  Status step(Window& w) {
    // No more input than the library asks for, which is one block: at an error it keeps the
    // output of the call to itself, so that good blocks in front of the bad one would be lost.
    ZSTD_inBuffer in = {w.in, std::min(w.in_size, wanted_), 0};
    ZSTD_outBuffer out = {w.out, w.out_size, 0};
    const std::size_t result = ZSTD_decompressStream(stream_, &out, &in);
    w.use(in.pos, out.pos);
    if (ZSTD_isError(result)) {
      why_ = reason(result);
      return Status::damaged;
    }
    wanted_ = std::max<std::size_t>(result, 1);
    return result == 0 ? Status::frame_end : Status::more;
  }
  const char* why() const { return why_; }

 private:
  static const char* reason(std::size_t result) {
    switch (ZSTD_getErrorCode(result)) {
      case ZSTD_error_memory_allocation:
        return kNoMemory;
      case ZSTD_error_frameParameter_windowTooLarge:
        return "its window (zstd --long) is larger than --memory: give it --memory=2G, or "
               "decompress it first, with zstd -dc --long=31";
      default:
        return ZSTD_getErrorName(result);
    }
  }

  ZSTD_DStream* stream_;
  std::size_t wanted_ = 1;
  const char* why_ = "";
};

class Lz4 {
 public:
  static constexpr Format kFormat = Format::lz4;
  static constexpr bool kSkips = true;
  Lz4() {
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context_, LZ4F_VERSION)))
      throw std::bad_alloc();
  }
  ~Lz4() { LZ4F_freeDecompressionContext(context_); }
  void start() {
    LZ4F_resetDecompressionContext(context_);
    wanted_ = 7;
  }
  Status step(Window& w) {
    std::size_t in = std::min(w.in_size, wanted_);  // a block at a time, as with zstd
    std::size_t out = w.out_size;
    const std::size_t result = LZ4F_decompress(context_, w.out, &out, w.in, &in, nullptr);
    if (LZ4F_isError(result)) {
      why_ = LZ4F_getErrorName(result);
      if (std::string_view(why_) == "ERROR_allocation_failed") why_ = kNoMemory;
      return Status::damaged;
    }
    w.use(in, out);
    wanted_ = std::max<std::size_t>(result, 1);
    return result == 0 ? Status::frame_end : Status::more;
  }
  const char* why() const { return why_; }

 private:
  LZ4F_dctx* context_ = nullptr;
  std::size_t wanted_ = 7;
  const char* why_ = "";
};

class Bzip2 {
 public:
  static constexpr Format kFormat = Format::bzip2;
  static constexpr bool kSkips = false;
  ~Bzip2() { stop(); }
  void start() {
    stop();
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
    started_ = true;
    given_ = filled_ = 0;
    status_ = Status::more;
  }
  Status step(Window& w) {
    if (given_ == filled_) {
      if (status_ != Status::more) return std::exchange(status_, Status::more);
      fill(w);
    }
    const std::size_t size = std::min(w.out_size, filled_ - given_);
    std::memcpy(w.out, block_.data() + given_, size);
    given_ += size;
    w.use(0, size);
    return Status::more;
  }
  const char* why() const { return why_; }

 private:
  // A little at a time: of the call that finds damage the library loses the output.
  void fill(Window& w) {
    stream_.next_in = const_cast<char*>(w.in);
    stream_.avail_in = clamp(w.in_size);
    stream_.next_out = block_.data();
    stream_.avail_out = static_cast<unsigned>(block_.size());
    const unsigned in = stream_.avail_in;
    const int result = BZ2_bzDecompress(&stream_);
    w.use(in - stream_.avail_in, 0);
    given_ = 0;
    filled_ = block_.size() - stream_.avail_out;
    if (result == BZ_STREAM_END) {
      status_ = Status::frame_end;
    } else if (result != BZ_OK) {
      if (result == BZ_MEM_ERROR) why_ = kNoMemory;
      status_ = Status::damaged;
    }
  }
  void stop() {
    if (started_) BZ2_bzDecompressEnd(&stream_);
    started_ = false;
  }
  std::array<char, 4096> block_;
  std::size_t given_ = 0;
  std::size_t filled_ = 0;
  Status status_ = Status::more;
  bz_stream stream_ = {};
  bool started_ = false;
  const char* why_ = "damaged";
};

class Xz {
 public:
  static constexpr Format kFormat = Format::xz;
  static constexpr bool kSkips = false;
  ~Xz() { lzma_end(&stream_); }
  void start() {
    if (lzma_stream_decoder(&stream_, kXzMemory, LZMA_TELL_UNSUPPORTED_CHECK) != LZMA_OK)
      throw std::bad_alloc();
  }
  Status step(Window& w) {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(w.in);
    stream_.avail_in = w.in_size;
    stream_.next_out = reinterpret_cast<std::uint8_t*>(w.out);
    stream_.avail_out = w.out_size;
    const lzma_ret result = lzma_code(&stream_, LZMA_RUN);
    w.use(w.in_size - stream_.avail_in, w.out_size - stream_.avail_out);
    switch (result) {
      case LZMA_OK:
      case LZMA_BUF_ERROR:  // no progress, which the caller sees by itself
        return Status::more;
      case LZMA_STREAM_END:
        return Status::frame_end;
      case LZMA_MEMLIMIT_ERROR:
        why_ = "needs more than 256 MiB of memory";
        return Status::damaged;
      case LZMA_MEM_ERROR:
        why_ = kNoMemory;
        return Status::damaged;
      case LZMA_UNSUPPORTED_CHECK:
        why_ = "its checksum is of an unknown kind";
        return Status::damaged;
      default:
        return Status::damaged;
    }
  }
  const char* why() const { return why_; }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  const char* why_ = "damaged";
};

template <typename Codec>
class Decoder final : public ByteSource {
 public:
  template <typename... Settings>
  explicit Decoder(std::unique_ptr<ByteSource> inner, Settings... settings)
      : inner_(std::move(inner)), input_(new char[kInputBytes]), codec_(settings...) {}

  std::size_t read(char* out, std::size_t size) override {
    Window w = {input_.get() + begin_, end_ - begin_, out, size};
    try {
      decode(w);
    } catch (const std::bad_alloc&) {
      stop(kNoMemory);
    }
    begin_ = static_cast<std::size_t>(w.in - input_.get());
    return size - w.out_size;
  }

 private:
  void decode(Window& w) {
    while (w.out_size != 0 && !ended_) {
      if (w.in_size == 0) refill(w);
      if (!in_frame_) {
        start_frame(w);
        continue;
      }
      const std::size_t before = w.in_size + w.out_size;
      const Status status = codec_.step(w);
      if (status == Status::damaged) {
        stop(codec_.why());
      } else if (status == Status::frame_end) {
        in_frame_ = false;
      } else if (w.in_size + w.out_size == before && (w.in_size != 0 || input_ended_)) {
        // No progress with room and all the input there is: it ends inside a frame. A codec that
        // stands still with input left would do so for ever.
        stop(w.in_size != 0 ? "damaged" : "cut off");
      }
    }
  }

  // Behind a frame, or at the very front: begins the next one, or ends.
  void start_frame(Window& w) {
    if (!first_) {
      while (w.in_size != 0 && (*w.in == '\0' || *w.in == '\n' || *w.in == '\r')) w.use(1, 0);
      if (w.in_size == 0) {
        if (input_ended_) stop("");
        return;
      }
      // What detect() wants may not all be there yet.
      while (w.in_size < kDetectBytes && !input_ended_) refill(w);
      const Format format = detect({w.in, std::min(w.in_size, kDetectBytes)});
      if (format != Codec::kFormat && !(format == Format::skippable && Codec::kSkips)) {
        stop("something else is behind the compressed data");
        return;
      }
    }
    first_ = false;
    in_frame_ = true;
    codec_.start();
  }

  void refill(Window& w) {
    if (input_ended_) return;
    std::memmove(input_.get(), w.in, w.in_size);
    w.in = input_.get();
    const std::size_t got = inner_->read(input_.get() + w.in_size, kInputBytes - w.in_size);
    input_ended_ = got == 0;
    w.in_size += got;
    end_ = w.in_size;
  }

  void stop(const char* why) {
    ended_ = true;
    if (!inner_->error().empty()) {
      fail(inner_->error());
    } else if (*why != '\0') {
      fail(std::string(name_of(Codec::kFormat)) + ": " + why);
    }
  }

  std::unique_ptr<ByteSource> inner_;
  std::unique_ptr<char[]> input_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  Codec codec_;
  bool first_ = true;
  bool in_frame_ = false;
  bool input_ended_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> make_decoder(Format format, std::unique_ptr<ByteSource> compressed,
                                         std::size_t memory) {
  switch (format) {
    case Format::gzip:
      return std::make_unique<Decoder<Gzip>>(std::move(compressed));
    case Format::zstd:
      return std::make_unique<Decoder<Zstd>>(std::move(compressed), memory);
    case Format::xz:
      return std::make_unique<Decoder<Xz>>(std::move(compressed));
    case Format::bzip2:
      return std::make_unique<Decoder<Bzip2>>(std::move(compressed));
    case Format::lz4:
      return std::make_unique<Decoder<Lz4>>(std::move(compressed));
    default:
      return compressed;
  }
}

}  // namespace leadscan::audit
