// leadscan against an independent reading of the same rules (reference_dom): fixtures, samples and
// many seeded mutations of them must get the same verdict, violations and fields. There is no list
// of exceptions.
//
// Ten million of them: //tests:differential_long_test.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "leadscan/read/reading.h"
#include "leadscan/read/strict_reader.h"
#include "tests/mutate.h"
#include "tests/reference_dom.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

// The reference against the byte-wise reader, and that against every kind of parser; empty if there
// is no difference.
class Comparison {
 public:
  Comparison() {
    for (const ParserKind& kind : parser_kinds()) parsers_.emplace_back(kind.options);
  }

  std::string operator()(std::string_view json) {
    const Reference reference = read_reference(json);
    LeadResponse response;
    internal::StrictReader strict;
    internal::Reading reading;
    error_ = strict.read(json, reading, response);
    const std::string found = difference(reference, error_, response, strict.violations());
    if (!found.empty()) return found;
    const Outcome expected = outcome_of(json.data(), error_, response, strict.violations());
    verdict_ = expected.verdict();
    for (std::size_t i = 0; i < parsers_.size(); ++i) {
      const std::uint64_t before = parsers_[i].statistics().strict;
      if (parse_exact(parsers_[i], json) != expected) return parser_kinds()[i].name + " differs";
      const bool strictly = parser_kinds()[i].options.path == Path::strict || error_;
      if (parsers_[i].statistics().strict != before + (strictly ? 1 : 0))
        return parser_kinds()[i].name + " leaves a document to another path";
    }
    return "";
  }

  // Of the last document.
  const Error& error() const { return error_; }
  Verdict verdict() const { return verdict_; }

 private:
  std::vector<Parser> parsers_;
  Error error_;
  Verdict verdict_ = Verdict::created;
};

TEST(Differential, Fixtures) {
  Comparison compare;
  for (const Fixture& fixture : fixtures()) EXPECT_EQ(compare(fixture.bytes), "") << fixture.name;
}

TEST(Differential, PrefixesOfFixtures) {
  // The two definitions of `truncated` have nothing in common: the scanner's state here, a text
  // that completes the document there.
  Comparison compare;
  for (const Fixture& fixture : fixtures()) {
    if (fixture.bytes.size() > 600) continue;
    for (std::size_t size = 0; size < fixture.bytes.size(); size += kSlow ? 7 : 1)
      ASSERT_EQ(compare(fixture.bytes.substr(0, size)), "") << fixture.name << ' ' << size;
  }
}

TEST(Differential, Samples) {
  Comparison compare;
  for (const char* file : {"clean", "siblings", "mixed", "crlf"}) {
    std::istringstream lines(read_file("data/samples/" + std::string(file) + ".ndjson"));
    std::string line;
    while (std::getline(lines, line)) EXPECT_EQ(compare(line), "") << line;
  }
}

TEST(Differential, Mutations) {
  std::vector<std::string> corpus;
  for (const Fixture& fixture : fixtures())
    if (fixture.bytes.size() < 3000) corpus.push_back(fixture.bytes);
  const std::uint64_t count = setting("LEADSCAN_MUTATIONS", kSlow ? 20'000 : 100'000);
  Mutator mutator(setting("LEADSCAN_SEED", 2025), corpus);
  Comparison compare;
  std::map<Verdict, std::uint64_t> verdicts;
  std::map<ErrorCode, std::uint64_t> codes;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string& json = mutator.next();
    const std::string found = compare(json);
    ASSERT_EQ(found, "") << "mutation " << i << ":\n"
                         << json << '\n'
                         << ::testing::PrintToString(json) << '\n'
                         << found;
    ++verdicts[compare.verdict()];
    ++codes[compare.error().code];
  }
  // Of every kind enough, or the mutations do not reach it.
  for (const Verdict verdict :
       {Verdict::created, Verdict::update, Verdict::failure, Verdict::message, Verdict::violation,
        Verdict::malformed, Verdict::truncated})
    EXPECT_GT(verdicts[verdict], count / 200) << verdict;
  for (int i = 0; i <= static_cast<int>(ErrorCode::number_out_of_range); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    if (code == ErrorCode::too_large || code == ErrorCode::out_of_memory) continue;
    EXPECT_GT(codes[code], count / 5000) << code;
  }
}

TEST(Mutator, GivesTheSameForTheSameSeed) {
  const std::vector<std::string> corpus = {fixture("created/typical"), fixture("message/escapes")};
  Mutator a(1, corpus);
  Mutator b(1, corpus);
  Mutator c(2, corpus);
  int different = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string json = a.next();
    ASSERT_EQ(json, b.next());
    different += json != c.next() ? 1 : 0;
  }
  EXPECT_GT(different, 900);
}

TEST(Mutator, TakesAnything) {
  const std::vector<std::string> corpus = {"", " ", "{", "\"", "\\", "\"\\", "{\"a\":", "\xFF"};
  Mutator mutator(3, corpus);
  std::size_t longest = 0;
  for (int i = 0; i < 20'000; ++i) longest = std::max(longest, mutator.next().size());
  EXPECT_GT(longest, 10u);
}

}  // namespace
}  // namespace leadscan::testing
