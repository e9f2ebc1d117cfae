// `truncated` means exactly: a proper prefix of some JSON object. Shown from both sides, on every
// prefix and every single-byte mutation of the fixtures.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/every_way.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

using namespace std::string_view_literals;

bool is_json(Verdict verdict) {
  return verdict != Verdict::malformed && verdict != Verdict::truncated;
}

// Prefixes of long fixtures, which are long by repetition, are only sampled.
std::size_t step_of(std::string_view json) { return json.size() < 1500 ? (kSlow ? 3 : 1) : 31; }

bool white(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

TEST(Truncation, EveryPrefixOfAnObjectIsTruncatedUntilItIsComplete) {
  EveryWay parser;
  int prefixes = 0;
  for (const Fixture& fixture : fixtures()) {
    const std::string_view json = fixture.bytes;
    const Outcome whole = parse_exact(parser, json);
    if (!is_json(whole.verdict()) || whole.error.code == ErrorCode::not_an_object) continue;
    const std::size_t end = json.find_last_of('}') + 1;
    ASSERT_TRUE(white(json.substr(end))) << fixture.name;
    for (std::size_t size = 0; size < json.size(); size += step_of(json), ++prefixes) {
      const std::string_view prefix = json.substr(0, size);
      const Outcome outcome = parse_exact(parser, prefix);
      if (size < end) {
        ASSERT_EQ(outcome.verdict(), Verdict::truncated) << fixture.name << ' ' << size;
        ASSERT_EQ(outcome.error.offset, size) << fixture.name;
      } else {
        ASSERT_EQ(outcome, whole) << fixture.name << ' ' << size;
      }
    }
  }
  EXPECT_GT(prefixes, kSlow ? 5'000 : 20'000);
}

TEST(Truncation, PrefixesOfTruncatedAreTruncated) {
  EveryWay parser;
  for (const Fixture& fixture : fixtures()) {
    if (fixture.folder != "truncated") continue;
    for (std::size_t size = 0; size < fixture.bytes.size(); size += step_of(fixture.bytes))
      ASSERT_EQ(parse_exact(parser, std::string_view(fixture.bytes).substr(0, size)).verdict(),
                Verdict::truncated)
          << fixture.name << ' ' << size;
  }
}

TEST(Truncation, WhatIsTruncatedCanBeCompleted) {
  // The other side: for each truncated fixture there is a text that completes it.
  const std::vector<std::string> endings = {
      "",        "\"",        "n\"",    "0000\"",   "000\"",  "00\"",       "0\"",
      "udc00\"", "\\udc00\"", "DC00\"", "0\"",      "\x80\"", "\x80\x80\"", "\x80\x80\x80\"",
      "0",       "rue",       "ue",     "ull",      "ll",     "{}",         "null",
      "\":0",    "\"\":0",    ":0",     "0041\":0", "1\":0"};
  for (const Fixture& fixture : fixtures()) {
    if (fixture.folder != "truncated") continue;
    bool completed = false;
    for (const std::string& ending : endings) {
      // Closing brackets by trial: whatever the scanner says is missing.
      std::string json = fixture.bytes + ending;
      for (int closed = 0; closed <= 1024 && !completed; ++closed) {
        const Verdict verdict = parse_strictly(json).verdict();
        completed = is_json(verdict);
        if (completed || verdict == Verdict::malformed) break;
        json += '}';
        if (parse_strictly(json).verdict() == Verdict::malformed) json.back() = ']';
      }
      if (!completed && fixture.bytes.empty()) completed = is_json(parse_strictly("{}").verdict());
      if (completed) break;
    }
    EXPECT_TRUE(completed || fixture.name == "truncated/white_space_only") << fixture.name;
  }
}

TEST(Truncation, WhatIsMalformedStaysSo) {
  // No continuation mends it: not the rest of any other fixture.
  EveryWay parser;
  for (const Fixture& fixture : fixtures()) {
    if (fixture.folder != "malformed") continue;
    const Error error = parse_exact(parser, fixture.bytes).error;
    if (error.code == ErrorCode::unexpected_end) continue;
    for (const char* more :
         {"", "}", "\"}", "]}", "0}", "\x80\"}", "\xBF", "dc00\"}", " ", "\n{}"}) {
      const Error longer = parse_exact(parser, fixture.bytes + more).error;
      ASSERT_EQ(longer, error) << fixture.name << " + " << more;
    }
  }
}

TEST(Truncation, RootsThatAreNoObjectsAreNot) {
  EveryWay parser;
  for (const char* json : {"[", "[1,", "\"", "\"a", "\"\\", "\"\\ud8", "\"\xC3", "tru", "f", "n",
                           "-", "1.", "1e", "[{", "[{\"a\":", " ["}) {
    const Error error = parse_exact(parser, json).error;
    EXPECT_EQ(error,
              (Error{ErrorCode::unexpected_end, Field::document, std::string_view(json).size()}))
        << json;
  }
  // Numbers need no end.
  EXPECT_EQ(parse_exact(parser, "12").verdict(), Verdict::violation);
}

// Every kind of parser, without a second overload: for very many documents.
class Quick {
 public:
  Quick() {
    for (const ParserKind& kind : parser_kinds()) parsers_.emplace_back(kind.options);
  }
  // The kind that differs from the byte-wise reader, or "".
  std::string differs(std::string_view json) {
    const Outcome expected = parse_strictly(json);
    for (std::size_t i = 0; i < parsers_.size(); ++i) {
      const std::uint64_t before = parsers_[i].statistics().strict;
      if (parse_exact(parsers_[i], json) != expected) return parser_kinds()[i].name;
      // What is accepted must be so by the path that is asked.
      const bool strictly = expected.error || parser_kinds()[i].options.path == Path::strict;
      if (parsers_[i].statistics().strict != before + (strictly ? 1 : 0))
        return parser_kinds()[i].name + ", by another path";
    }
    return "";
  }

 private:
  std::vector<Parser> parsers_;
};

TEST(Mutation, OfAnyByteGivesEveryReaderTheSameAnswer) {
  // A fast path may only ever accept what the byte-wise reader accepts, with the same result.
  // (layouts_test does this to documents whose layout was learned.)
  constexpr std::string_view kBytes =
      "\0\x01\t\n\r \"\\,:{}[]/019-+.eEutfna\x7F\x80\xBF\xC0\xC3\xE2\xED\xF0\xF4\xFF"sv;
  const std::size_t bytes_step = kSlow ? 37 : 3;
  Quick quick;
  long mutations = 0;
  for (const Fixture& fixture : fixtures()) {
    if (fixture.bytes.size() > 600) continue;
    std::string json = fixture.bytes;
    for (std::size_t at = 0; at < json.size(); ++at) {
      const char original = json[at];
      for (std::size_t i = at % bytes_step; i < kBytes.size(); i += bytes_step, ++mutations) {
        json[at] = kBytes[i];
        ASSERT_EQ(quick.differs(json), "")
            << fixture.name << ", byte " << at << " became " << static_cast<int>(kBytes[i]);
      }
      json[at] = original;
    }
  }
  EXPECT_GT(mutations, kSlow ? 30'000 : 500'000);
}

TEST(Mutation, RemovedAndRepeatedBytes) {
  Quick quick;
  for (const Fixture& fixture : fixtures()) {
    if (fixture.bytes.size() > 600) continue;
    for (std::size_t at = 0; at < fixture.bytes.size(); at += kSlow ? 7 : 1) {
      std::string json = fixture.bytes;
      json.erase(at, 1);
      ASSERT_EQ(quick.differs(json), "") << fixture.name << ' ' << at;
      json = fixture.bytes;
      json.insert(at, 1, json[at]);
      ASSERT_EQ(quick.differs(json), "") << fixture.name << ' ' << at;
    }
  }
}

}  // namespace
}  // namespace leadscan::testing
