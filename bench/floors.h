// Floors: what must be done to the bytes of a corpus by whoever reads it, and nothing else. No
// parser is faster than the memory it reads, so each figure can be held against them.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "bench/parsers/adapter.h"

namespace leadscan::bench {

// Timed as parsers are, but they read no response: parse() and visit_stream() must not be called.
// The first is what shares are of:
//   lines     where lines end is found, as whoever cuts a stream must; what comes is fetched ahead
//   read      every byte is loaded, likewise
//   copy      the text is written down elsewhere
//   classify  each byte is a quote, an operator, white space, ...: what indices of tokens begin
//   with
//             (only with AVX2 or better)
//   utf8      the text is proven to be UTF-8, by simdjson
// `documents`: how many the corpus has, of which a stream does not tell.
std::vector<std::unique_ptr<Adapter>> make_floors(std::size_t documents);

}  // namespace leadscan::bench
