// Decoders: compressed bytes in, plain bytes out, by the codecs' own streaming libraries.
//
// Memory is bounded whatever the input: 128 KiB of input, and the codec's window: gzip 32 KiB, lz4
// 4 MiB, bzip2 4 MiB, zstd 128 MiB, xz 256 MiB. A stream that asks for more is an error.
#pragma once

#include <memory>

#include "audit/input/byte_source.h"
#include "audit/input/format.h"

namespace leadscan::audit {

// Several gzip members, zstd, lz4 or xz frames or bzip2 streams one behind the other are one text.
// Zeros (tapes are padded so) and line ends (of who sends each member as a line) between them and
// behind the last are passed over; anything else there is an error.
// `memory`: what a zstd window may take, if that is more than 128 MiB.
std::unique_ptr<ByteSource> make_decoder(Format format, std::unique_ptr<ByteSource> compressed,
                                         std::size_t memory = 0);

}  // namespace leadscan::audit
