// Fuzz target: the C interface gives the C++ parser's answers, a body in pieces, cut anywhere, that
// of the whole, and nothing goes beyond the caller's memory.
//
// An input is a sequence of documents with U+001E between them, as parse_fuzz's.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <string_view>

#include "leadscan/c/leadscan.h"
#include "leadscan/leadscan.h"
#include "tests/c_support.h"
#include "tests/support.h"

namespace {

using namespace leadscan;
using namespace leadscan::testing;

constexpr std::size_t kLargest = 1 << 16;

void require(bool condition, const char* what, std::string_view json) {
  if (condition) return;
  std::fprintf(stderr, "%s\n%.*s\n", what, static_cast<int>(json.size()), json.data());
  std::abort();
}

void require_same(const Outcome& a, const Outcome& b, const char* what, std::string_view json) {
  if (a == b) return;
  std::cerr << a << "---\n" << b;
  require(false, what, json);
}

// Texts are whole strings of the document, whatever is wrong elsewhere in it: they can be decoded.
void check_texts(const leadscan_result& result, std::string_view json) {
  for (int field = 0; field < leadscan_field_count(); ++field) {
    const leadscan_text* text = leadscan_result_text(&result, field);
    if (text == nullptr) continue;
    require(text->presence <= LEADSCAN_PRESENCE_OTHER, "a presence", json);
    if (text->presence != LEADSCAN_PRESENCE_VALUE) {
      require(leadscan_decode(text, nullptr, 0) == 0, "bytes of nothing", json);
      continue;
    }
    // An exact block, so that a sanitizer sees a write behind it.
    const auto memory = std::make_unique<char[]>(text->size);
    const std::size_t size = leadscan_decode(text, memory.get(), text->size);
    require(size <= text->size, "more bytes than the text", json);
    if (size == 0) continue;
    const auto less = std::make_unique<char[]>(size - 1);
    require(leadscan_decode(text, less.get(), size - 1) == LEADSCAN_NO_ROOM, "no room", json);
  }
}

// As a server gets it: each piece is gone after the call.
class Body {
 public:
  Body(std::uint64_t expected, std::size_t limit) { leadscan_body_begin(&body_, limit, expected); }
  void add(std::string_view bytes, bool last) {
    auto piece = std::make_unique<char[]>(bytes.size());
    bytes.copy(piece.get(), bytes.size());
    while (leadscan_body_add(&body_, piece.get(), bytes.size(), last) ==
           LEADSCAN_BODY_NEEDS_MEMORY) {
      require(body_.wanted <= body_.limit, "more than the limit is wanted", bytes);
      auto memory = std::make_unique<char[]>(body_.wanted);
      leadscan_body_give(&body_, memory.get(), body_.wanted);
      memory_ = std::move(memory);
    }
    if (body_.data == piece.get()) piece_ = std::move(piece);
  }
  const leadscan_body& get() const { return body_; }

 private:
  leadscan_body body_;
  std::unique_ptr<char[]> memory_;
  std::unique_ptr<char[]> piece_;
};

void check_body(leadscan_parser* parser, std::string_view json, const Outcome& expected,
                std::size_t first, std::size_t size, bool is_known) {
  Body body(is_known ? json.size() : LEADSCAN_BODY_UNKNOWN, kLargest);
  std::string_view rest = json;
  for (std::size_t next = first;; next = size) {
    const std::string_view piece = rest.substr(0, next);
    rest.remove_prefix(piece.size());
    body.add(piece, rest.empty());
    if (rest.empty()) break;
  }
  leadscan_result result = new_result();
  if (json.size() > kLargest) {
    require(body.get().state == LEADSCAN_BODY_TOO_LARGE, "not too large", json);
    return;
  }
  require(body.get().state == LEADSCAN_BODY_COMPLETE, "not complete", json);
  const std::int32_t status = leadscan_parse_body(parser, &body.get(), &result);
  require(status == result.status, "two statuses", json);
  require_same(outcome_of(body.get().data, parser, result), expected, "in pieces", json);
}

void check(const CParser& parser, std::string_view document) {
  const auto exact = std::make_unique<char[]>(document.size());
  document.copy(exact.get(), document.size());
  const std::string_view json(exact.get(), document.size());
  Outcome expected = parse_strictly(json);
  if (json.size() > kLargest) {
    expected = Outcome();
    expected.error = {ErrorCode::too_large, Field::document, kLargest};
  }
  for (int time = 0; time < 3; ++time) {
    leadscan_result result = new_result();
    leadscan_parse(parser.get(), json.data(), json.size(), &result);
    require_same(outcome_of(json.data(), parser.get(), result), expected, "C", json);
    require(std::string_view(leadscan_verdict_name(result.verdict)) == name_of(expected.verdict()),
            "the verdict", json);
    check_texts(result, json);
  }
  const std::size_t half = json.size() / 2;
  check_body(parser.get(), json, expected, half, json.size(), true);
  check_body(parser.get(), json, expected, json.size(), json.size(), false);
  check_body(parser.get(), json, expected, 1, 1 + json.size() / 7, false);
  // Every cut, of what is short.
  if (json.size() > 300) return;
  for (std::size_t cut = 0; cut <= json.size(); ++cut)
    check_body(parser.get(), json, expected, cut, json.size() + 1, cut % 2 == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const CParser parser(kLargest);
  for (;;) {
    const std::size_t end = rest.find('\x1E');
    check(parser, rest.substr(0, end));
    if (end == rest.npos) break;
    rest.remove_prefix(end + 1);
  }
  return 0;
}
