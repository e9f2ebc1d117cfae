#include "audit/judge/envelope_decoder.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>
#include <utility>

#include "audit/base/ignoring_case.h"
#include "leadscan/json/characters.h"
#include "leadscan/json/scanner.h"
#include "leadscan/line.h"
#include "leadscan/padded_bytes.h"
#include "leadscan/text.h"

namespace leadscan::audit {
namespace {

using leadscan::internal::hex_value;
using leadscan::internal::is_digit;
using leadscan::internal::is_white_space;
using leadscan::internal::JsonScanner;
using leadscan::internal::kHexDigits;
using leadscan::internal::Token;

// base64 in gzip in an HTTP response in a string in base64 and so on: more is no log.
constexpr int kMostSteps = 8;

std::string_view without_space_in_front(std::string_view text) {
  while (!text.empty() && is_white_space(static_cast<unsigned char>(text[0])))
    text.remove_prefix(1);
  return text;
}

// The beginnings of an object, of an HTTP response and of gzip in base64. None of them can begin
// JSON, and hardly a line of a log.
bool is_plainly_base64(std::string_view text) {
  // HTTP/, gzip and {}.
  for (const std::string_view front : {"SFRUUC8", "H4sI", "e30="})
    if (text.starts_with(front)) return true;
  if (text.starts_with("77u/") || text.starts_with("77u_")) text.remove_prefix(4);  // U+FEFF
  if (text.size() < 4 || text[0] != 'e') return false;
  // A brace, and a quote or white space; the third letter has two bits of what comes next.
  constexpr std::string_view kQuoteOrSpace = "IJKLABCD";
  constexpr std::string_view kLineEndOrTab = "opqr0123klmn";
  return (text[1] == 'y' && kQuoteOrSpace.find(text[2]) != std::string_view::npos) ||
         (text[1] == 'w' && kLineEndOrTab.find(text[2]) != std::string_view::npos);
}

bool is_plainly_nginx(std::string_view text) {
  return text.size() > 4 && (text[0] == '{' || text[0] == '[') && text[1] == '\\' &&
         text[2] == 'x' && hex_value(static_cast<unsigned char>(text[3])) >= 0 &&
         hex_value(static_cast<unsigned char>(text[4])) >= 0;
}

// The byte that \xHH at `at` stands for, or -1.
int nginx_byte(std::string_view text, std::size_t at) {
  if (text.size() - at < 4 || text[at + 1] != 'x') return -1;
  const int high = hex_value(static_cast<unsigned char>(text[at + 2]));
  const int low = hex_value(static_cast<unsigned char>(text[at + 3]));
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

// How the byte is written in a JSON string.
std::string_view json_of(int byte, std::array<char, 6>& memory) {
  const auto c = static_cast<char>(byte);
  if (byte >= 0x20 && c != '"' && c != '\\') {
    memory[0] = c;
    return {memory.data(), 1};
  }
  memory[0] = '\\';
  if (byte >= 0x20) {
    memory[1] = c;
    return {memory.data(), 2};
  }
  memory = {'\\',
            'u',
            '0',
            '0',
            kHexDigits[static_cast<std::size_t>(byte >> 4)],
            kHexDigits[static_cast<std::size_t>(byte & 15)]};
  return {memory.data(), memory.size()};
}

std::string_view take_line(std::string_view& text) {
  const Line line = first_line(text);
  text.remove_prefix(line.next);
  return line.text;
}

struct HttpResponse {
  std::int64_t status;
  std::string_view body;
  bool chunked;
};

std::optional<HttpResponse> parse_http(std::string_view text) {
  if (!text.starts_with("HTTP/")) return std::nullopt;
  const std::string_view line = take_line(text);
  const std::size_t space = line.find(' ');
  if (space > 8 || line.size() < space + 4) return std::nullopt;
  HttpResponse response{};
  for (std::size_t i = space + 1; i < space + 4; ++i) {
    if (!is_digit(static_cast<unsigned char>(line[i]))) return std::nullopt;
    response.status = response.status * 10 + (line[i] - '0');
  }
  while (!text.empty()) {
    const std::string_view field = take_line(text);
    if (field.empty()) {
      response.body = text;
      return response;
    }
    const std::size_t colon = field.find(':');
    if (colon != std::string_view::npos &&
        equals_ignoring_case(field.substr(0, colon), "transfer-encoding")) {
      std::string_view last = field.substr(colon + 1);
      while (last.ends_with(' ')) last.remove_suffix(1);
      response.chunked =
          last.size() >= 7 && equals_ignoring_case(last.substr(last.size() - 7), "chunked");
    }
  }
  return std::nullopt;  // cut in front of the body
}

// The length of the chunk that begins with this line, or nothing: then it is no chunk.
std::optional<std::size_t> chunk_size(std::string_view line) {
  std::size_t size = 0;
  std::size_t digits = 0;
  for (; digits < line.size(); ++digits) {
    const int digit = hex_value(static_cast<unsigned char>(line[digits]));
    if (digit < 0) break;
    if (size >> 32 != 0) return std::nullopt;
    size = size << 4 | static_cast<std::size_t>(digit);
  }
  const bool ends = digits == line.size() || line[digits] == ';' || line[digits] == ' ';
  return digits > 0 && ends ? std::optional(size) : std::nullopt;
}

// False if these are not chunks: many programs that log a body have joined them, and still log the
// header. Of a body that was cut, what there is.
bool join_chunks(std::string_view text, std::string& body) {
  body.clear();
  for (bool first = true; !text.empty(); first = false) {
    const std::optional<std::size_t> size = chunk_size(take_line(text));
    if (!size) return !first;
    if (*size == 0) return true;
    body.append(text.substr(0, *size));
    text.remove_prefix(std::min(*size, text.size()));
    take_line(text);
  }
  return true;
}

}  // namespace

bool decode_any_base64(std::string_view text, std::string& bytes) {
  static constexpr auto kValues = [] {
    std::array<signed char, 256> values{};
    values.fill(-1);
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
      values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<signed char>(i);
    values['-'] = 62;
    values['_'] = 63;
    return values;
  }();
  bytes.clear();
  unsigned bits = 0;
  unsigned count = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (is_white_space(static_cast<unsigned char>(c))) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const int value = kValues[static_cast<unsigned char>(c)];
    if (value < 0 || padding > 0) return false;
    bits = bits << 6 | static_cast<unsigned>(value);
    if (++count == 4) {
      bytes += static_cast<char>(bits >> 16);
      bytes += static_cast<char>(bits >> 8);
      bytes += static_cast<char>(bits);
      bits = count = 0;
    }
  }
  if (count == 1 || padding > 2) return false;
  if (count >= 2) bytes += static_cast<char>(bits >> (count == 2 ? 4 : 10));
  if (count == 3) bytes += static_cast<char>(bits >> 2);
  return true;
}

void undo_nginx_escapes(std::string_view text, std::string& bytes) {
  bytes.clear();
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t at = std::min(text.find('\\', i), text.size());
    bytes.append(text, i, at - i);
    if (at == text.size()) break;
    const int byte = nginx_byte(text, at);
    bytes += byte < 0 ? '\\' : static_cast<char>(byte);
    i = at + (byte < 0 ? 1 : 4);
  }
}

void nginx_to_json(std::string_view text, std::string& json) {
  json.clear();
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t at = std::min(text.find('\\', i), text.size());
    json.append(text, i, at - i);
    if (at == text.size()) break;
    const int byte = nginx_byte(text, at);
    std::array<char, 6> memory{};
    // A backslash takes the byte behind it along: \\x22 is no \x22.
    json += byte < 0 ? text.substr(at, 2) : json_of(byte, memory);
    i = at + (byte < 0 ? 2 : 4);
  }
}

std::size_t offset_before_nginx(std::string_view text, std::size_t offset, NginxOffsets& from) {
  if (offset < from.json) from = {};
  while (from.json < offset && from.text < text.size()) {
    std::size_t in_text = 1;
    std::size_t in_json = 1;
    if (text[from.text] == '\\') {
      std::array<char, 6> memory{};
      const int byte = nginx_byte(text, from.text);
      in_text = byte < 0 ? 2 : 4;
      in_json = byte < 0 ? 2 : json_of(byte, memory).size();
      // In the middle of an escape, from where counting cannot go on.
      if (offset < from.json + in_json) return from.text + (byte < 0 ? 1 : 0);
    }
    from.text = std::min(from.text + in_text, text.size());
    from.json += in_json;
  }
  return from.text;
}

DecodedText EnvelopeDecoder::decode(std::string_view raw, bool escaped, Decoding decoding,
                                    std::size_t& budget) {
  if (!escaped) return finish(raw, false, decoding, budget);
  current_.resize(raw.size());
  return finish(*Text::string(raw, true).decode(current_), true, decoding, budget);
}

std::optional<DecodedText> EnvelopeDecoder::decode_byte_array(std::string_view array,
                                                              Decoding decoding,
                                                              std::size_t& budget) {
  JsonScanner scanner(array.data(), array.size());
  if (scanner.next() != Token::begin_array) return std::nullopt;
  current_.clear();
  for (;;) {
    const Token token = scanner.next();
    if (token == Token::end_array) break;
    if (token != Token::number || scanner.text().size() > 3) return std::nullopt;
    int byte = 0;
    for (const char c : scanner.text()) {
      if (!is_digit(static_cast<unsigned char>(c))) return std::nullopt;
      byte = byte * 10 + (c - '0');
    }
    if (byte > 255) return std::nullopt;
    current_ += static_cast<char>(byte);
  }
  if (current_.empty()) return std::nullopt;
  return finish(current_, true, decoding, budget);
}

bool EnvelopeDecoder::use_spare(std::string_view& text, bool& copied) {
  std::swap(current_, spare_);
  text = current_;
  copied = true;
  return true;
}

DecodedText EnvelopeDecoder::finish(std::string_view text, bool copied, Decoding decoding,
                                    std::size_t& budget) {
  DecodedText decoded;
  if (decoding == Decoding::base64 && decode_any_base64(text, spare_)) use_spare(text, copied);
  if (decoding == Decoding::nginx && text.find("\\x") != std::string_view::npos) {
    undo_nginx_escapes(text, spare_);
    use_spare(text, copied);
  }
  if (decoding != Decoding::none)
    for (int i = 0; i < kMostSteps && step(text, copied, budget, decoded.http_status);) ++i;
  decoded.copied = copied;
  if (copied) {
    const auto begin = static_cast<std::size_t>(text.data() - current_.data());
    current_.resize(begin + text.size());
    current_.append(kPadding, ' ');
    text = std::string_view(current_).substr(begin, text.size());
    decoded.capacity = current_.size() - begin;
  }
  decoded.text = text;
  return decoded;
}

EnvelopeDecoder::EnvelopeDecoder() = default;
EnvelopeDecoder::~EnvelopeDecoder() = default;

// Into spare_. False if it is damaged, or longer than `budget`. The state is kept: it has 80 KB,
// and a record may have very many bodies of a few bytes.
bool EnvelopeDecoder::gunzip(std::string_view bytes, std::size_t& budget) {
  constexpr std::size_t kStep = std::size_t{64} << 10;
  if (bytes.size() > UINT32_MAX) return false;
  if (inflate_ == nullptr) inflate_ = std::make_unique<inflate_state>();
  isal_inflate_init(inflate_.get());
  inflate_->crc_flag = ISAL_GZIP;
  inflate_->next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data()));
  inflate_->avail_in = static_cast<std::uint32_t>(bytes.size());
  spare_.clear();
  for (std::size_t step = bytes.size() + 64;; step = kStep) {
    const std::size_t size = spare_.size();
    const std::size_t most = std::min(std::min(step, kStep), budget - size + 1);
    spare_.resize(size + most);
    inflate_->next_out = reinterpret_cast<std::uint8_t*>(spare_.data() + size);
    inflate_->avail_out = static_cast<std::uint32_t>(most);
    const int result = isal_inflate(inflate_.get());
    const std::size_t got = most - inflate_->avail_out;
    spare_.resize(size + got);
    if (result != ISAL_DECOMP_OK && result != ISAL_END_INPUT && result != ISAL_OUT_OVERFLOW)
      return false;
    if (spare_.size() > budget) return false;
    if (inflate_->block_state == ISAL_BLOCK_FINISH) break;
    if (got == 0) return false;  // cut
  }
  budget -= spare_.size();
  return true;
}

// Undoes one encoding that the text's first bytes plainly show. False if they show none.
bool EnvelopeDecoder::step(std::string_view& text, bool& copied, std::size_t& budget,
                           std::optional<std::int64_t>& status) {
  if (text.starts_with("\x1F\x8B")) return gunzip(text, budget) && use_spare(text, copied);
  const std::string_view trimmed = without_space_in_front(text);
  if (const std::optional<HttpResponse> response = parse_http(trimmed)) {
    status = response->status;
    text = response->body;
    if (response->chunked && join_chunks(text, spare_)) use_spare(text, copied);
    return true;
  }
  if (is_plainly_base64(trimmed))
    return decode_any_base64(trimmed, spare_) && use_spare(text, copied);
  if (is_plainly_nginx(trimmed)) {
    undo_nginx_escapes(text, spare_);
    return use_spare(text, copied);
  }
  if (!trimmed.starts_with('"')) return false;
  JsonScanner scanner(text.data(), text.size());
  if (scanner.next() != Token::string) return false;
  const Text string = Text::string(scanner.text(), scanner.escaped());
  if (scanner.next() != Token::end) return false;
  if (!string.escaped()) {
    text = string.raw();
    return true;
  }
  spare_.resize(string.raw().size());
  spare_.resize(string.decode(spare_)->size());
  return use_spare(text, copied);
}

}  // namespace leadscan::audit
