// Learned layouts: recognising a document must give what reading it gives. Each test makes the
// parser learn a document, shows by its statistics that it did, and then hands it documents that
// are almost the same.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/kind_test.h"
#include "tests/mutate.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

using namespace std::string_view_literals;

std::vector<ParserKind> learning_kinds() {
  std::vector<ParserKind> kinds;
  for (const ParserKind& kind : all_parser_kinds())
    if (kind.options.path == Path::learned) kinds.push_back(kind);
  return kinds;
}

class LayoutsTest : public KindTest {
 protected:
  void forget() { parser_ = Parser(GetParam().options); }
  void learn(std::string_view json) {
    for (int time = 0; time < 4; ++time) expect_same(json);
  }
  // Learns the order of members alone: documents that are never of the same lengths.
  void learn_lengths(const std::string& before, const std::string& after) {
    for (std::size_t size = 0; size < 12; ++size)
      expect_same(before + std::string(size, 'L') + after);
  }

  void expect_same(std::string_view json) {
    const Outcome expected = parse_strictly(json);
    const std::uint64_t before = parser_.statistics().strict;
    ASSERT_EQ(parse_exact(parser_, json), expected) << GetParam() << ":\n"
                                                    << json << '\n'
                                                    << ::testing::PrintToString(std::string(json));
    ASSERT_EQ(parser_.statistics().strict, before + (expected.error ? 1 : 0)) << json;
  }

  bool recognises(std::string_view json) {
    const Statistics before = parser_.statistics();
    expect_same(json);
    const Statistics after = parser_.statistics();
    return after.template_hits + after.layout_hits > before.template_hits + before.layout_hits;
  }

  Parser parser_{GetParam().options};
};

INSTANTIATE_TEST_SUITE_P(All, LayoutsTest, ::testing::ValuesIn(learning_kinds()),
                         [](const auto& info) { return info.param.name; });

const std::string kCreated =
    R"({"partnerLeadOpportunityId":"ACME-000117","dsLeadOpportunityId":"Q7ZK-1M2N3P",)"
    R"("action":"create","info":{"success":true,"statusCode":201,)"
    R"("timestamp":"2025-03-14T09:26:53.589Z","traceId":"0123456789abcdef0123456789abcdef"},)"
    R"("error":null})";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return text.replace(at, from.size(), to);
}

TEST_P(LayoutsTest, AreLearnedAndRecognised) {
  learn(kCreated);
  const Statistics statistics = parser_.statistics();
  EXPECT_GE(statistics.learned, 1u);
  EXPECT_GE(statistics.template_hits, 1u);
  EXPECT_TRUE(recognises(kCreated));
  EXPECT_TRUE(recognises(replaced(kCreated, "ACME-000117", "ACME-999999")));
  // Other lengths of its strings, once such have been seen.
  const std::size_t at = kCreated.find("ACME");
  learn_lengths(kCreated.substr(0, at), kCreated.substr(at));
  EXPECT_GE(parser_.statistics().layout_hits, 1u);
}

TEST_P(LayoutsTest, OfEveryFixture) {
  // The fixture itself is recognised (if it is learnable at all) and keeps its answer.
  int recognised = 0;
  for (const Fixture& fixture : fixtures()) {
    Parser parser(GetParam().options);
    const Outcome expected = parse_strictly(fixture.bytes);
    for (int time = 0; time < 6; ++time)
      ASSERT_EQ(parse_exact(parser, fixture.bytes), expected) << fixture.name << ' ' << time;
    if (expected.error) {
      EXPECT_EQ(hits(parser), 0u) << fixture.name;
      EXPECT_EQ(parser.statistics().learned, 0u) << fixture.name;
    } else if (is_learnable(fixture.bytes)) {
      // Learned the second time, and recognised each time after it.
      EXPECT_EQ(parser.statistics().template_hits, 4u) << fixture.name;
      ++recognised;
    }
  }
  EXPECT_GT(recognised, 80);
}

TEST_P(LayoutsTest, EveryByteOfALearnedDocumentMutated) {
  // Between the mutations the document itself, so that the parser keeps its trust in the layout.
  constexpr std::string_view kBytes =
      "\0\x01\x1F\t\n\r !\"#[\\]^_{|}~\x7F\x80\x81\xA2\xBF\xC0\xC3\xDC\xE2\xED\xF0\xF4\xFF"
      ",:/019:-+.eEutfnabz"sv;
  for (const char* name :
       {"created/typical", "created/ds_id_first", "created/pretty_printed", "created/minimal",
        "created/additional_members_at_top", "created/partner_id_object_nested",
        "created/error_code_and_message", "created/names_of_other_levels", "update/typical",
        "failure/already_exists", "failure/request_echo", "failure/errors_beside_error",
        "message/error_and_data_too"}) {
    std::string json = fixture(name);
    forget();
    learn(json);
    std::uint64_t hits = parser_.statistics().template_hits;
    for (std::size_t at = 0; at < json.size(); ++at) {
      const char original = json[at];
      for (std::size_t i = kSlow ? at % 13 : 0; i < kBytes.size(); i += kSlow ? 13 : 1) {
        json[at] = kBytes[i];
        expect_same(json);
        json[at] = original;
        expect_same(json);
        if (HasFatalFailure()) FAIL() << name << ", byte " << at;
      }
    }
    hits = parser_.statistics().template_hits - hits;
    // Or the test has shown little.
    if (json.size() <= 512 && json.size() >= 64) {
      EXPECT_GT(hits, json.size() * kBytes.size() / (kSlow ? 39 : 3)) << name;
    }
  }
}

TEST_P(LayoutsTest, BytesInsertedAndRemovedEverywhere) {
  for (const char* name : {"created/typical", "failure/already_exists", "update/typical",
                           "created/partner_id_object_nested", "created/crlf"}) {
    const std::string json = fixture(name);
    forget();
    learn(json);
    for (std::size_t at = 0; at < json.size(); at += kSlow ? 5 : 1) {
      expect_same(std::string(json).erase(at, 1));
      expect_same(json);  // in a stream of misses few are tried
      for (const char byte : "x\" \\,}\x80"sv) {
        expect_same(std::string(json).insert(at, 1, byte));
        // The layout is not forgotten over it, or the next one would show nothing.
        ASSERT_TRUE(recognises(json)) << name << ", byte " << at;
      }
      if (HasFatalFailure()) FAIL() << name << ", byte " << at;
    }
  }
}

TEST_P(LayoutsTest, TwoBytesMutatedAtOnce) {
  // Differences must not cancel each other out: all pairs of places, with a few pairs of bytes.
  const std::string json = fixture("failure/already_exists");
  learn(json);
  Random random(11);
  for (int i = 0; i < (kSlow ? 2'000 : 60'000); ++i) {
    std::string mutated = json;
    const std::size_t a = random.below(json.size());
    const std::size_t b = random.one_in(2) ? (a + 64 * (1 + random.below(4))) % json.size()
                                           : random.below(json.size());
    const auto change = static_cast<char>(1 << random.below(8));
    mutated[a] = static_cast<char>(mutated[a] ^ change);
    mutated[b] = static_cast<char>(mutated[b] ^ change);
    if (random.one_in(2)) std::swap(mutated[a], mutated[b]);
    expect_same(mutated);
    ASSERT_TRUE(recognises(json)) << i;
    if (HasFatalFailure()) return;
  }
}

TEST_P(LayoutsTest, ConstantsAreConstants) {
  // Literals and numbers of a learned document are part of its layout, whatever they are.
  learn(kCreated);
  EXPECT_TRUE(recognises(kCreated));
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"true", "fals"},
                                                        {"true", "null"},
                                                        {"true", "TRUE"},
                                                        {"201", "200"},
                                                        {"201", "2.1"},
                                                        {"201", "1e2"},
                                                        {"201", "-01"},
                                                        {"201", "001"},
                                                        {"201", "20 "},
                                                        {"201", " 20"},
                                                        {"201", "2:1"},
                                                        {"201", "099"},
                                                        {"201", "100"},
                                                        {"201", "999"},
                                                        {"201", "000"},
                                                        {"null", "true"},
                                                        {"null", "nul1"},
                                                        {"null", "{}  "},
                                                        {"null", "\"xy\""},
                                                        {"create", "cr\"ate"},
                                                        {"create", "crea\\\""},
                                                        {"create", "crea\\n"},
                                                        {"create", "cr\xC3\xA9te"},
                                                        {"create",
                                                         "cr\xC3"
                                                         "ate"},
                                                        {"create", "\\u0061"},
                                                        {"create", "\\ud800"},
                                                        {"create", "creat\x01"},
                                                        {"create", "creat\x7F"},
                                                        {"action", "Action"},
                                                        {"action", "ac\\ton"},
                                                        {"\"action\":", "\"action\" "},
                                                        {"\"action\"", "\"action,"},
                                                        {",\"action", ";\"action"},
                                                        {"},\"error", "}}\"error"},
                                                        {"null}", "null]"},
                                                        {"{\"partner", "[\"partner"},
                                                        {"{\"partner", " \"partner"}}) {
    expect_same(replaced(kCreated, from, to));
    EXPECT_TRUE(recognises(kCreated)) << from << ' ' << to;
  }
}

TEST_P(LayoutsTest, ADuplicateIsNeverLearned) {
  const std::string json = replaced(kCreated, "\"error\":null", "\"action\":\"x\"");
  learn(json);
  EXPECT_EQ(parser_.statistics().learned, 0u);
  // Nor does a learned document hide one that looks alike.
  learn(kCreated);
  EXPECT_FALSE(recognises(replaced(kCreated, "dsLeadOpportunityId", "partnerLeadOpportun")));
  EXPECT_FALSE(recognises(json));
}

TEST_P(LayoutsTest, EscapesAndNonAsciiInValues) {
  learn(kCreated);
  for (const std::string_view id :
       {"ACME-\\n-117"sv, "ACME\\u0041X"sv,
        "Soc\xC3\xA9t\xC3\xA9-1"
        "0"sv,
        "\xF0\x9F\x98\x80-000117"sv.substr(0, 11), "ACME-\\\"-117"sv.substr(0, 11),
        "ACME-\\\\-117"sv, "\\ud83d\\ude0"sv, "ACME-00011\\"sv, "ACME-0001\\x"sv,
        "\\\\\\\\\\\\\\\\\\\\x"sv, "\\\"\\\"\\\"\\\"\\\"x"sv}) {
    ASSERT_EQ(id.size(), 11u) << id;
    const std::string json = replaced(kCreated, "ACME-000117", id);
    // Valid ones are recognised, unless a quote among them is taken for a string's end.
    const bool valid = !parse_strictly(json).error;
    for (int time = 0; time < 4; ++time)
      EXPECT_EQ(recognises(json), valid && id.find('"') == id.npos) << id;
    EXPECT_TRUE(recognises(kCreated));
  }
}

TEST_P(LayoutsTest, QuotesMovedBetweenStrings) {
  // As many quotes as before, at the same places even, but another meaning.
  learn(kCreated);
  for (std::size_t a = 0; a < kCreated.size(); ++a) {
    if (kCreated[a] != '"') continue;
    for (int i = 0; i < 6; ++i) expect_same(kCreated);  // in a stream of misses few are tried
    for (const int step : {-2, -1, 1, 2}) {
      std::string json = kCreated;
      const std::size_t b = a + static_cast<std::size_t>(step);
      if (b >= json.size()) continue;
      std::swap(json[a], json[b]);
      expect_same(json);
    }
    std::string json = kCreated;
    json[a] = '\'';
    expect_same(json);
    if (a > 0) {
      json = kCreated;
      json[a - 1] = '\\';
      expect_same(json);
    }
    EXPECT_TRUE(recognises(kCreated)) << a;
  }
}

TEST_P(LayoutsTest, StatusCodeOfAnUnreadMember) {
  // A three-digit number under that name is read from the document; it must be info's.
  for (
      const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{
          {R"({"partnerLeadOpportunityId":")",
           R"(","dsLeadOpportunityId":"D","action":"A","info":{"success":true,"statusCode":201},"statusCode":777})"},
          {R"({"statusCode":777,"partnerLeadOpportunityId":")",
           R"(","dsLeadOpportunityId":"D","action":"A","info":{"success":true,"statusCode":201}})"},
          {R"({"partnerLeadOpportunityId":")",
           R"(","dsLeadOpportunityId":"D","action":"A","info":{"success":true,"statusCode":201,"x":{"statusCode":777}}})"},
          {R"({"partnerLeadOpportunityId":")",
           R"(","dsLeadOpportunityId":"D","action":"A","info":{"success":true,"statusCode":2010},"statusCode":777})"},
          {R"({"partnerLeadOpportunityId":")",
           R"(","dsLeadOpportunityId":"D","action":"A","info":{"success":true,"statusCode":2010}})"},
          {R"({"message":")",
           R"(","info2":{"success":true},"statusCode":777,"padding":"xxxxxxxxx"})"},
          {R"({"info":{"success":false,"traceId":")",
           R"("},"data":{"statusCode":777,"action":null},"padding":"xxxxxxxxxxxxx"})"},
          {R"({"info":{"success":false,"statusCode":"400","traceId":")",
           R"("},"data":null,"error":{"statusCode":777,"code":"ERR801"}})"},
          {R"({"info":{"statusCode":400,"success":false,"traceId":")",
           R"("},"data":null,"errors":[{"statusCode":777},{"statusCode":778}]})"}}) {
    forget();
    learn_lengths(before, after);
    EXPECT_GT(parser_.statistics().layout_hits, 0u) << before;
    // Other digits in all the places.
    for (const char* digits : {"778", "100", "999", "077", "7.7", "7e7", "-77", "77 "})
      for (std::size_t size = 20; size < 24; ++size) {
        std::string rest = after;
        if (rest.find("777") == rest.npos) continue;
        expect_same(before + std::string(size, 'S') + replaced(rest, "777", digits));
        expect_same(before + std::string(size, 'S') + after);
      }
  }
}

TEST_P(LayoutsTest, StatusCodesThatChange) {
  const std::size_t at = kCreated.find("ACME");
  learn_lengths(kCreated.substr(0, at), kCreated.substr(at));
  for (int code = 0; code < 1000; code += kSlow ? 7 : 1) {
    std::string digits = std::to_string(code);
    digits.insert(0, 3 - digits.size(), '0');
    std::string json = replaced(kCreated, ":201", ":" + digits);
    json.insert(at, static_cast<std::size_t>(code % 17), 'S');
    // No number begins with a zero: such a document is malformed.
    EXPECT_EQ(recognises(json), code >= 100) << code;
    expect_same(kCreated);  // keeps the parser's trust
  }
  for (const char* code : {"2 1", "2.0", "2e1", "-20", "+20", "20,", "20}", "2\"1", "a01", "20a",
                           "\xC3\xA9"
                           "1",
                           "null", "2011", "20", "2"}) {
    expect_same(replaced(kCreated, "201", code));
    EXPECT_TRUE(recognises(kCreated)) << code;
  }
}

TEST_P(LayoutsTest, EveryLengthOfADocument) {
  // Around each number of blocks, where the last block overlaps the one before it.
  int lengths_learned = 0;
  for (std::size_t size = 0; size < 520; size += kSlow ? 5 : 1) {
    const std::string json =
        R"({"message":")" + std::string(size, 'm') + R"(","x":[1,"y",{"z":2}]})";
    forget();
    learn(json);
    for (std::size_t at = 0; at < json.size(); at += 1 + json.size() / 40) {
      for (const char byte : {'"', '\\', '\x1F', '\x80', '0'}) {
        std::string mutated = json;
        mutated[at] = byte;
        expect_same(mutated);
      }
      expect_same(json);
    }
    if (HasFatalFailure()) FAIL() << size;
    const bool learned = parser_.statistics().template_hits > 15;
    if (json.size() < 64 || json.size() > 512) {
      EXPECT_FALSE(learned) << json.size();
    }
    lengths_learned += learned ? 1 : 0;
  }
  // Not quite all 449: hashes that meet in a slot keep each other from being learned.
  EXPECT_GT(lengths_learned, kSlow ? 80 : 430);
}

TEST_P(LayoutsTest, MoreProducersThanRoom) {
  // More layouts than the cache holds, in turns: whichever is forgotten, answers stay.
  std::vector<std::string> documents;
  for (int producer = 0; producer < 150; ++producer) {
    const std::string tag = std::to_string(producer);
    documents.push_back(
        replaced(kCreated, "\"error\":null", "\"error\":null,\"producer" + tag + "\":" + tag));
    documents.push_back(R"({"info":{"success":false,"statusCode":400},"data":null,"p)" + tag +
                        R"(":"x","error":{"code":"ERR801","message":"m)" + tag + R"("}})");
  }
  Random random(5);
  for (int i = 0; i < (kSlow ? 5'000 : 60'000); ++i) {
    // The first few more often than the others.
    const std::size_t most = random.one_in(3) ? documents.size() : 8;
    std::string json = documents[random.below(most)];
    if (random.one_in(4)) json.insert(json.find(":\"") + 2, random.below(20), 'v');
    if (random.one_in(10)) json[random.below(json.size())] ^= 1;
    expect_same(json);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(parser_.statistics().template_hits, 1000u);
  EXPECT_GT(parser_.statistics().layout_hits, 10u);
  EXPECT_GT(parser_.statistics().learned, 30u);
}

TEST_P(LayoutsTest, StreamsOfVariedAndMutatedDocuments) {
  // As an archive: a few producers, values that differ in every document, now and then a fault.
  std::vector<std::string> corpus;
  for (const char* name :
       {"created/typical", "created/ds_id_first", "created/reverse_order", "update/typical",
        "failure/already_exists", "failure/service_unavailable", "created/partner_id_object",
        "created/additional_members_at_top", "created/error_code_and_message",
        "created/escapes_of_every_kind", "created/non_ascii", "failure/request_echo"})
    corpus.push_back(fixture(name));
  Mutator mutator(17, corpus);
  Random random(23);
  for (int i = 0; i < (kSlow ? 8'000 : 200'000); ++i) {
    std::string json = corpus[random.below(random.one_in(4) ? corpus.size() : 3)];
    mutator.vary(json);
    if (random.one_in(4)) mutator.mutate(json);
    expect_same(json);
    if (HasFatalFailure()) return;
  }
  const Statistics statistics = parser_.statistics();
  EXPECT_GT(statistics.template_hits, kSlow ? 200u : 5'000u);
  EXPECT_GT(statistics.layout_hits, kSlow ? 200u : 5'000u);
}

TEST_P(LayoutsTest, QuotesInEveryPlaceOfABlock) {
  // Up to 42 quotes in 64 bytes, and up to more strings than are learned.
  for (std::size_t strings = 1; strings < 20; ++strings) {
    forget();
    std::string after = "\"";
    for (std::size_t i = 1; i < strings; ++i) after += R"(,"":"")";
    after += R"(,"padding":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]})";
    const std::string before = R"({"message":")";
    learn_lengths(before, after);
    if (strings <= 11) {
      EXPECT_GT(parser_.statistics().layout_hits, 0u) << strings;
    }
    for (std::size_t size = 0; size < 70; ++size) {
      const bool recognised = recognises(before + std::string(size, 'q') + after);
      EXPECT_TRUE(recognised || strings > 11) << strings << ' ' << size;
      expect_same(before + std::string(size, 'q') + "\"" + after);
    }
    if (HasFatalFailure()) return;
  }
}

TEST_P(LayoutsTest, AllThatWereLearnedAreFoundAgain) {
  // As many as there is room for, so that none has to give way.
  std::vector<std::string> documents;
  for (std::size_t size = 0; size < 48; ++size)
    documents.push_back(R"({"message":")" + std::string(60 + size, 'm') + R"("})");
  for (int time = 0; time < 2; ++time)
    for (const std::string& json : documents) expect_same(json);
  const std::uint64_t learned = parser_.statistics().learned;
  EXPECT_GT(learned, 40u);  // hashes that meet in a slot keep each other from being learned
  std::uint64_t found = 0;
  for (const std::string& json : documents) {
    const std::uint64_t before = parser_.statistics().template_hits;
    expect_same(json);
    found += parser_.statistics().template_hits - before;
  }
  EXPECT_GE(found + 1, learned);  // of one layout, too
}

TEST_P(LayoutsTest, WhatComesOnceIsNotLearnedAndSoonNotTried) {
  for (int i = 0; i < 1000; ++i) {
    // No two have their quotes in the same places, or begin alike.
    std::string json = "{\"" + std::to_string(i) + R"(":1,"message":")" +
                       std::string(static_cast<std::size_t>(60 + i % 370), 'm') + R"(","x)" +
                       std::string(static_cast<std::size_t>(i / 37), 'x') + R"(":2})";
    expect_same(json);
  }
  const Statistics statistics = parser_.statistics();
  EXPECT_EQ(statistics.learned, 0u);
  EXPECT_EQ(hits(parser_), 0u);
  // The first 64, then one in 32.
  EXPECT_EQ(statistics.misses, 64u + (1000u - 64u) / 32u);
}

TEST_P(LayoutsTest, StatisticsAddUp) {
  for (int i = 0; i < 1000; ++i)
    expect_same(i % 10 == 0 ? "{}" : i % 3 == 0 ? kCreated : fixture("failure/date_format"));
  const Statistics s = parser_.statistics();
  EXPECT_EQ(s.template_hits + s.layout_hits + s.misses + s.skipped, 1000u);
  EXPECT_EQ(s.line_hits, 0u);
  EXPECT_EQ(s.strict, 100u);
  EXPECT_GT(s.template_hits, 800u);
  EXPECT_EQ(s.learned > 0, true);
}

TEST(Statistics, AreZeroForTheOtherPaths) {
  for (const ParserKind& kind : parser_kinds()) {
    if (kind.options.path == Path::learned) continue;
    Parser parser(kind.options);
    for (int i = 0; i < 10; ++i) (void)parse_exact(parser, kCreated);
    const Statistics s = parser.statistics();
    EXPECT_EQ(s.template_hits + s.line_hits + s.layout_hits + s.misses + s.skipped + s.learned, 0u)
        << kind;
    EXPECT_EQ(s.strict, kind.options.path == Path::strict ? 10u : 0u) << kind;
  }
}

TEST(Isa, IsChosenByTheCpu) {
  EXPECT_TRUE(has_isa(Isa::portable));
  EXPECT_EQ(best_isa(Isa::portable), Isa::portable);
  for (const Isa isa : {Isa::portable, Isa::avx2, Isa::avx512}) {
    EXPECT_LE(best_isa(isa), isa);
    EXPECT_TRUE(has_isa(best_isa(isa)));
    EXPECT_EQ(best_isa(isa) == isa, has_isa(isa));
    EXPECT_FALSE(name_of(isa).empty() || name_of(isa) == "?");
  }
}

}  // namespace
}  // namespace leadscan::testing
