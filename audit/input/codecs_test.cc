// Decoders on whole, cut and damaged input: what is in front of the damage comes out, the
// damage is told, and reading ends.
#include "audit/input/codecs.h"

#include <bzlib.h>
#include <gtest/gtest.h>
#include <isa-l/igzip_lib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zstd.h>

namespace leadscan::audit {
namespace {

std::string plain_text() {
  std::string text;
  for (int i = 0; i < 300; ++i)
    text +=
        "{\"n\":" + std::to_string(i * 7919 % 1000) + ",\"id\":\"" + std::to_string(i) + "\"}\n";
  return text;
}

std::string compress(Format format, const std::string& text) {
  std::string out(2 * text.size() + 10000, '\0');
  std::size_t size = 0;
  switch (format) {
    case Format::gzip: {
      isal_zstream stream;
      isal_deflate_init(&stream);
      stream.gzip_flag = IGZIP_GZIP;
      stream.end_of_stream = 1;
      std::string copy = text;
      stream.next_in = reinterpret_cast<std::uint8_t*>(copy.data());
      stream.avail_in = static_cast<std::uint32_t>(copy.size());
      stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
      stream.avail_out = static_cast<std::uint32_t>(out.size());
      EXPECT_EQ(isal_deflate(&stream), COMP_OK);
      size = stream.total_out;
      break;
    }
    case Format::zstd: {
      ZSTD_CCtx* context = ZSTD_createCCtx();
      ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
      size = ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size());
      ZSTD_freeCCtx(context);
      break;
    }
    case Format::xz:
      EXPECT_EQ(
          lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, nullptr,
                                  reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                  reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size()),
          LZMA_OK);
      break;
    case Format::bzip2: {
      auto length = static_cast<unsigned>(out.size());
      EXPECT_EQ(BZ2_bzBuffToBuffCompress(out.data(), &length, const_cast<char*>(text.data()),
                                         static_cast<unsigned>(text.size()), 1, 0, 0),
                BZ_OK);
      size = length;
      break;
    }
    default: {
      LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
      preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
      preferences.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled;
      size = LZ4F_compressFrame(out.data(), out.size(), text.data(), text.size(), &preferences);
    }
  }
  out.resize(size);
  return out;
}

struct Decoded {
  std::string text;
  std::string error;
};

Decoded decode(Format format, std::string bytes, std::size_t step = 4096,
               std::size_t most = SIZE_MAX) {
  const auto decoder = make_decoder(format, std::make_unique<StringSource>(std::move(bytes), most));
  Decoded decoded;
  std::string block(step, '\0');
  while (const std::size_t got = decoder->read(block.data(), step)) {
    decoded.text.append(block, 0, got);
    if (decoded.text.size() > (1u << 24)) break;
  }
  EXPECT_EQ(decoder->read(block.data(), step), 0u);  // the end stays the end
  decoded.error = decoder->error();
  return decoded;
}

class Codecs : public testing::TestWithParam<Format> {
 protected:
  const std::string text_ = plain_text();
  const std::string compressed_ = compress(GetParam(), text_);
};

TEST_P(Codecs, Whole) {
  EXPECT_EQ(detect(compressed_), GetParam());
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20})
    for (const std::size_t most : {std::size_t{1}, std::size_t{13}, SIZE_MAX}) {
      const Decoded decoded = decode(GetParam(), compressed_, step, most);
      EXPECT_EQ(decoded.error, "");
      EXPECT_EQ(decoded.text, text_);
    }
}

TEST_P(Codecs, OneBehindTheOther) {
  const std::string empty = compress(GetParam(), "");
  for (const std::string& behind : {std::string(), std::string(1000, '\0'), std::string("\r\n")}) {
    const Decoded decoded =
        decode(GetParam(), compressed_ + empty + behind + compressed_ + behind, 100, 100);
    EXPECT_EQ(decoded.error, "");
    EXPECT_EQ(decoded.text, text_ + text_);
  }
  const Decoded rubbish = decode(GetParam(), compressed_ + "rubbish");
  EXPECT_EQ(rubbish.text, text_);
  EXPECT_NE(rubbish.error.find("something else"), std::string::npos);
}

TEST_P(Codecs, CutAnywhere) {
  for (std::size_t size = 0; size < compressed_.size(); ++size) {
    const Decoded decoded = decode(GetParam(), compressed_.substr(0, size));
    EXPECT_NE(decoded.error, "") << size;
    EXPECT_TRUE(text_.starts_with(decoded.text)) << size;
  }
}

TEST_P(Codecs, AnyBitFlipped) {
  for (std::size_t at = 0; at < compressed_.size(); ++at) {
    std::string damaged = compressed_;
    damaged[at] = static_cast<char>(damaged[at] ^ 1 << at % 8);
    const Decoded decoded = decode(GetParam(), damaged);
    // Checksums cover the content: there is an error, unless the bit has no meaning.
    if (decoded.error.empty()) {
      EXPECT_EQ(decoded.text, text_) << at;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Codecs,
                         testing::Values(Format::gzip, Format::zstd, Format::xz, Format::bzip2,
                                         Format::lz4),
                         [](const auto& info) { return std::string(name_of(info.param)); });

}  // namespace
}  // namespace leadscan::audit
