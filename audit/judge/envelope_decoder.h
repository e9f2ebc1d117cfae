// EnvelopeDecoder: from a string of an envelope to the text that was logged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct inflate_state;  // of isa-l

namespace leadscan::audit {

// How a string in an envelope is made from the response. In all cases but `none`, a whole HTTP
// response, gzip and a JSON string within are opened, too.
enum class Decoding : std::uint8_t {
  automatic,  // what its first bytes plainly are
  none,       // the string is the text
  base64,     // either alphabet, padding optional; what is no base64 is taken as it is
  nginx,      // \xHH stands for a byte
};

// What decode() gives. Views into what it was given, or into the decoder until the next decode().
struct DecodedText {
  std::string_view text;
  bool copied = false;       // text is in the decoder's memory
  std::size_t capacity = 0;  // if copied: bytes from text.data() on that may be read, with slack
  std::optional<std::int64_t> http_status;  // of an HTTP response that was around it
};

// Keeps buffers for the longest text seen. Each step is linear, and there are few. Throws
// std::bad_alloc.
class EnvelopeDecoder {
 public:
  EnvelopeDecoder();
  ~EnvelopeDecoder();

  // A JSON string's characters: `raw` is what is between its quotes. `budget` is how many bytes
  // decompression may still make, and gets less; where it does not suffice, nothing is
  // decompressed.
  DecodedText decode(std::string_view raw, bool escaped, Decoding decoding, std::size_t& budget);
  // The text of an array of numbers from 0 to 255, as journald writes what is no UTF-8 or has
  // control characters. nullopt if it is another array, or empty.
  std::optional<DecodedText> decode_byte_array(std::string_view array, Decoding decoding,
                                               std::size_t& budget);

 private:
  DecodedText finish(std::string_view text, bool copied, Decoding decoding, std::size_t& budget);
  bool step(std::string_view& text, bool& copied, std::size_t& budget,
            std::optional<std::int64_t>& status);
  bool gunzip(std::string_view bytes, std::size_t& budget);
  bool use_spare(std::string_view& text, bool& copied);

  std::string current_;  // has the text, if it was copied
  std::string spare_;    // the next step writes here
  std::unique_ptr<inflate_state> inflate_;
};

// RFC 4648, either alphabet, with or without padding, white space passed over. False if it is none.
bool decode_any_base64(std::string_view text, std::string& bytes);

// \xHH as the bytes they stand for.
void undo_nginx_escapes(std::string_view text, std::string& bytes);

// JSON except for \xHH in its strings, as nginx writes it: the JSON that was meant. Everything else
// in it stays as it is.
void nginx_to_json(std::string_view text, std::string& json);
// The offset in `text` of what is at `offset` in what nginx_to_json() makes of it; counted on from
// `from`, a pair of such offsets, which then is this one.
struct NginxOffsets {
  std::size_t text = 0;
  std::size_t json = 0;
};
std::size_t offset_before_nginx(std::string_view text, std::size_t offset, NginxOffsets& from);

}  // namespace leadscan::audit
