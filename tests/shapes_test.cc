// LineResult::shape: what documents of one shape share, told by another JSON parser.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/corpus.h"
#include "leadscan/leadscan.h"
#include "tests/mutate.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

// Names and types in their order: {"a":[1,"b"]} is {a:[ds]}.
class Signature final : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::string text;

  bool null() override { return add('0'); }
  bool boolean(bool) override { return add('b'); }
  bool number_integer(number_integer_t) override { return add('d'); }
  bool number_unsigned(number_unsigned_t) override { return add('d'); }
  bool number_float(number_float_t, const string_t&) override { return add('d'); }
  bool string(string_t&) override { return add('s'); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return add('{'); }
  bool end_object() override { return add('}'); }
  bool start_array(std::size_t) override { return add('['); }
  bool end_array() override { return add(']'); }
  bool key(string_t& name) override {
    text += name;
    return add(':');
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool add(char c) {
    text += c;
    return true;
  }
};

std::string signature_of(std::string_view json) {
  Signature signature;
  EXPECT_TRUE(nlohmann::json::sax_parse(json, &signature)) << json;
  return signature.text;
}

std::vector<Presence> presences_of(const LeadResponse& response) {
  std::vector<Presence> presences;
  for (const Field field : kTextFields)
    presences.push_back((response.*slot_of(field).text).presence());
  return presences;
}

struct Shared {
  std::string signature;
  std::vector<Presence> presences;
  Family family;
  bool operator==(const Shared&) const = default;
};

// How many of the text's lines have a shape.
std::size_t expect_shapes(Parser& parser, std::string_view text,
                          std::map<std::uint32_t, Shared>& shapes) {
  std::array<LineResult, 32> results;
  std::size_t shaped = 0;
  Lines lines(text);
  while (const std::size_t count = lines.next(parser, results)) {
    for (const LineResult& result : std::span(results).first(count)) {
      if (result.shape == 0) continue;
      ++shaped;
      EXPECT_FALSE(result.error);
      const std::string_view line = text.substr(result.offset, result.size);
      const Shared shared{signature_of(line), presences_of(result.response),
                          result.response.family};
      const Shared& first = shapes.emplace(result.shape, shared).first->second;
      EXPECT_EQ(first, shared) << line << "\n" << first.signature << "\n" << shared.signature;
    }
  }
  return shaped;
}

// More layouts than a parser keeps, so that some are forgotten and learned again.
TEST(Shapes, AreOfOneLayoutEach) {
  std::vector<std::string> seeds;
  for (const corpus::Kind kind : corpus::kKinds) {
    corpus::Generator generator(kind, 5);
    for (int i = 0; i < (kind == corpus::Kind::mixed ? 400 : 60); ++i)
      generator.append(seeds.emplace_back());
  }
  Mutator mutator(7, seeds);
  Random random(9);
  Parser parser;
  std::map<std::uint32_t, Shared> shapes;
  std::size_t shaped = 0;
  for (int text_number = 0; text_number < 200; ++text_number) {
    // Few of them at a time, as they come again and again in logs.
    std::string text;
    const std::size_t first = random.below(seeds.size() - 12);
    for (int i = 0; i < 1500; ++i) {
      std::string document = seeds[first + random.below(12)];
      mutator.vary(document);
      if (random.one_in(40)) mutator.mutate(document);
      if (document.find('\n') != document.npos) continue;
      text += document;
      text += random.one_in(9) ? "\r\n" : "\n";
    }
    shaped += expect_shapes(parser, text, shapes);
    if (HasFailure()) return;
  }
  EXPECT_GT(shaped, 20'000u);
  EXPECT_GT(shapes.size(), 256u);
}

TEST(Shapes, AreNoneOfAnotherPath) {
  corpus::Limit limit;
  limit.documents = 500;
  const corpus::Corpus corpus = make_corpus(corpus::Kind::uniform, 1, limit);
  Parser parser(Parser::Options{.path = Path::tokens});
  std::map<std::uint32_t, Shared> shapes;
  EXPECT_EQ(expect_shapes(parser, corpus.text(), shapes), 0u);
  Parser learning;
  EXPECT_GT(expect_shapes(learning, corpus.text(), shapes), 400u);
}

}  // namespace
}  // namespace leadscan::testing
