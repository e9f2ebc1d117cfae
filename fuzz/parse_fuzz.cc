// Fuzz target: documents through every kind of parser, by both overloads, and through the byte-wise
// reader must give the same answer; and every answer must keep what the headers promise.
//
// An input is a sequence of documents with U+001E between them, so that what one document leaves
// behind in the parser, layouts learned from it above all, is found too.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "leadscan/leadscan.h"
#include "tests/support.h"

namespace {

using namespace leadscan;
using namespace leadscan::testing;

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

void check_text(const Text& text, std::string_view json) {
  if (!text.has_value()) {
    require(text.raw().empty() && !text.escaped() && !text.is_object(), "a text of nothing", json);
    return;
  }
  const std::string_view raw = text.raw();
  require(raw.data() >= json.data() && raw.data() + raw.size() <= json.data() + json.size(),
          "a view outside the document", json);
  require(text.is_object() || text.escaped() == (raw.find('\\') != raw.npos), "escaped()", json);
  // An exact block, so that a sanitizer sees a write behind it.
  const auto memory = std::make_unique<char[]>(raw.size());
  const auto decoded = text.decode({memory.get(), raw.size()});
  require(decoded.has_value(), "raw().size() bytes do not suffice", json);
  require(text.equals(*decoded), "decode() and equals() differ", json);
}

void check_answer(const Parser& parser, const Error& error, const LeadResponse& response,
                  std::string_view json) {
  require(static_cast<bool>(error) == (response.family == Family::none), "error and family", json);
  require(error.offset <= json.size(), "an offset behind the document", json);
  require(is_violation(error.code) == !parser.violations().empty(), "error and violations", json);
  for (const Violation& violation : parser.violations()) {
    require(is_violation(violation.code), "a violation that is none", json);
    require(violation.offset < json.size(), "a violation behind the document", json);
  }
  if (!parser.violations().empty()) {
    const Violation& first = parser.violations().front();
    require(error == Error{first.code, first.field, first.offset}, "error is the first", json);
  }
  if (error.code == ErrorCode::truncated)
    require(error.offset == json.size(), "truncated before its end", json);
  require(response.has_success || !response.success, "success without has_success", json);
  require(response.has_status_code || response.status_code == 0, "status_code", json);
  if (error) (void)render(json, error);
  if (error && !is_violation(error.code)) return;
  for (const auto member : kTexts) check_text(response.*member, json);
}

class Parsers {
 public:
  explicit Parsers(std::size_t input_size) : first_(input_size % 2) {
    for (const ParserKind& kind : parser_kinds()) parsers_.emplace_back(kind.options);
  }

  void check(std::string_view document) {
    // An exact block, so that a sanitizer sees a read behind it.
    const auto exact = std::make_unique<char[]>(document.size());
    document.copy(exact.get(), document.size());
    const std::string_view json(exact.get(), document.size());
    const Outcome expected = parse_strictly(json);
    // What could complete the document is behind it.
    static constexpr std::string_view kFillings[] = {",", "}", "]", ":", "\"", "0", "{", "\n"};
    const PaddedCopy copy(json, kFillings[json.size() % std::size(kFillings)]);
    // Every other kind: an input is to be quick, and there are many.
    for (std::size_t i = first_; i < parsers_.size(); i += 2) {
      const char* name = parser_kinds()[i].name.c_str();
      // Seen twice, a layout is learned; the third time it is recognised.
      for (int time = 0; time < 3; ++time) {
        LeadResponse response;
        const Error error = parsers_[i].parse(json, response);
        check_answer(parsers_[i], error, response, json);
        require_same(outcome_of(json.data(), error, response, parsers_[i].violations()), expected,
                     name, json);
      }
      require_same(parse_padded(parsers_[i], copy.bytes()), expected, name, json);
    }
  }

  // The same documents as lines of a stream.
  void check_lines(std::string text) {
    for (char& byte : text)
      if (byte == '\x1E') byte = '\n';
    const auto exact = std::make_unique<char[]>(text.size());
    text.copy(exact.get(), text.size());
    for (std::size_t i = first_; i < parsers_.size(); i += 2) {
      std::string_view rest(exact.get(), text.size());
      while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        LeadResponse response;
        std::size_t size = 0;
        const Error error = parsers_[i].parse_line(rest, response, size);
        require(size == line.size(), "a line's end", rest);
        require_same(outcome_of(line.data(), error, response, parsers_[i].violations()),
                     parse_strictly(leadscan::without_line_end(line)),
                     parser_kinds()[i].name.c_str(), line);
        rest.remove_prefix(std::min(size + 1, rest.size()));
      }
    }
  }

 private:
  std::size_t first_;
  std::vector<Parser> parsers_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string_view rest = input;
  Parsers parsers(size);
  for (;;) {
    const std::size_t end = rest.find('\x1E');
    parsers.check(rest.substr(0, end));
    if (end == rest.npos) break;
    rest.remove_prefix(end + 1);
  }
  parsers.check_lines(std::string(input));
  return 0;
}
