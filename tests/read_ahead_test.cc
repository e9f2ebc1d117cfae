// Lines that a parser reads ahead by columns: whatever stream they are of, and whoever reads it,
// each has the answer that it has alone.
#include "leadscan/columns/read_ahead.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/corpus.h"
#include "leadscan/columns/novelty.h"
#include "tests/lines_at_once.h"
#include "tests/mutate.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

class ReadAheadTest : public ::testing::Test {
 protected:
  static bool exists() { return internal::ColumnReader::exists_for(best_isa()); }

  static std::string corpus_text(corpus::Kind kind, std::uint64_t seed, std::size_t documents) {
    return std::string(corpus::make_corpus(kind, seed, {.documents = documents}).text());
  }

  // The next line of a stream, or its end, is as it is alone.
  static bool check_next(Lines& lines, Parser& parser, std::string_view text, std::size_t& at) {
    LeadResponse response;
    Error error;
    Line line{};
    do {
      if (at < text.size()) line = first_line(text.substr(at));
      if (at >= text.size() || !is_blank_line(line.text)) break;
      at += line.next;
    } while (true);
    if (at >= text.size()) {
      EXPECT_FALSE(lines.next(parser, response, error));
      return false;
    }
    EXPECT_TRUE(lines.next(parser, response, error));
    EXPECT_EQ(lines.offset(), at);
    EXPECT_EQ(lines.size(), line.text.size());
    const Outcome expected = parse_strictly(line.text);
    const Outcome found = outcome_of(line.text.data(), error, response, parser.violations());
    EXPECT_EQ(found, expected) << line.text;
    at += line.next;
    return found == expected;
  }

  static void check(Parser& parser, std::string_view text) {
    Lines lines(text);
    std::size_t at = 0;
    while (check_next(lines, parser, text, at)) {
    }
    ASSERT_FALSE(HasFailure());
    ASSERT_GE(at, text.size());
    Parser several;
    expect_lines_at_once(several, text, 1 + text.size() % 100);
  }
};

TEST_F(ReadAheadTest, IsDoneWhereNothingRepeats) {
  Parser parser;
  const std::string text = corpus_text(corpus::Kind::adversarial, 1, 2000);
  check(parser, text);
  EXPECT_EQ(parser.statistics().columns > 1700, exists());
  EXPECT_EQ(parser.statistics().strict, 0u);
}

// Where names or the order of members are new and nothing else, a walk's jumps can be predicted.
TEST_F(ReadAheadTest, IsNotDoneWhereStructuresRepeat) {
  Parser parser;
  std::string text;
  for (int i = 0; i < 3000; ++i)
    text += created_with("\"success\":true,\"statusCode\":201",
                         ",\"name" + std::to_string(i) + "\":[]") +
            '\n';
  check(parser, text);
  EXPECT_EQ(parser.statistics().columns, 0u);
}

TEST(Novelty, IsHighWhileStructuresAreNew) {
  internal::Novelty novelty;
  Random random(1);
  const auto show = [&](bool varied) {
    std::string json = "{\"a\":[";
    for (std::size_t i = 0; i < (varied ? random.below(3000) : 3); ++i) json += "{\"b\":1},";
    novelty.see(json);
  };
  for (int i = 0; i < 1000; ++i) show(false);
  EXPECT_FALSE(novelty.is_high());
  for (int i = 0; i < 300; ++i) show(true);
  EXPECT_TRUE(novelty.is_high());
  for (int i = 0; i < 1000; ++i) show(i % 4 != 0);
  EXPECT_TRUE(novelty.is_high());
  for (int i = 0; i < 1000; ++i) show(i % 4 == 0);
  EXPECT_FALSE(novelty.is_high());
}

TEST_F(ReadAheadTest, IsNotDoneWhereDocumentsRepeat) {
  Parser parser;
  check(parser, corpus_text(corpus::Kind::uniform, 1, 3000));
  EXPECT_EQ(parser.statistics().columns, 0u);
}

TEST_F(ReadAheadTest, EndsWhenDocumentsRepeatAgain) {
  Parser parser;
  check(parser, corpus_text(corpus::Kind::adversarial, 1, 500));
  check(parser, corpus_text(corpus::Kind::uniform, 1, 6000));
  const std::uint64_t before = parser.statistics().columns;
  check(parser, corpus_text(corpus::Kind::uniform, 2, 3000));
  EXPECT_EQ(parser.statistics().columns, before);
  check(parser, corpus_text(corpus::Kind::adversarial, 2, 1500));
  EXPECT_EQ(parser.statistics().columns > before + 300, exists());
}

TEST_F(ReadAheadTest, DamagedLinesAreReadStrictly) {
  Parser parser;
  std::string text;
  std::vector<std::string> seeds;
  for (const corpus::Kind kind : {corpus::Kind::adversarial, corpus::Kind::mixed}) {
    const corpus::Corpus documents = corpus::make_corpus(kind, 3, {.documents = 300});
    for (const corpus::Corpus::Extent& document : documents.documents)
      seeds.emplace_back(documents.text().substr(document.offset, document.length));
  }
  Mutator mutator(4, seeds);
  Random random(5);
  for (int i = 0; i < (kSlow ? 2000 : 30'000); ++i) {
    text += random.one_in(6) ? mutator.next() : seeds[random.below(300)];
    text += random.one_in(9) ? "\r\n" : "\n";
    if (random.one_in(30)) text += " \n\n";
  }
  check(parser, text);
  EXPECT_EQ(parser.statistics().columns > 500, exists());
  EXPECT_GT(parser.statistics().strict, 100u);
}

// How many of the lines are read ahead.
std::size_t count_read_ahead(std::string_view text, std::size_t most_of_a_chunk) {
  internal::ReadAhead ahead(best_isa());
  ahead.allocate();
  internal::Ticket ticket;
  std::size_t count = 0;
  std::size_t of_chunk = 0;
  while (!text.empty()) {
    const Line line = first_line(text);
    const internal::ColumnLine* column = nullptr;
    if (ticket.reader != nullptr) column = ahead.next(text, ticket);
    if (column == nullptr) {
      of_chunk = 0;
      ticket = {};
      if (ahead.read(text, ticket)) column = ahead.next(text, ticket);
    }
    if (column != nullptr) {
      EXPECT_EQ(column->size, line.size);
      ++count;
      if (++of_chunk == most_of_a_chunk) ticket = {};
    }
    text.remove_prefix(line.next);
  }
  return count;
}

TEST_F(ReadAheadTest, PausesWhereItDoesNotPay) {
  if (!exists()) GTEST_SKIP() << "no AVX-512";
  constexpr std::size_t kLines = 40'000;
  std::string good;
  std::string refused;
  std::string deep;
  for (std::size_t i = 0; i < kLines; ++i) {
    const std::string info = "\"success\":true,\"statusCode\":201";
    good += created_with(info, ",\"x\":" + std::to_string(i)) + '\n';
    refused += created_with(info, ",\"x\":" + std::to_string(i) + ",") + '\n';
    deep += created_with(info, ",\"x\":[[[[[[[" + std::to_string(i) + "]]]]]]]") + '\n';
  }
  EXPECT_EQ(count_read_ahead(good, kLines), kLines);
  EXPECT_LT(count_read_ahead(refused, kLines), kLines / 20);
  EXPECT_LT(count_read_ahead(deep, kLines), kLines / 20);
  EXPECT_GT(count_read_ahead(deep, kLines), 0u);
  // Nor where only some lines of each chunk are asked for.
  EXPECT_LT(count_read_ahead(good, 5), kLines / 20);
  // One chunk that is bad is not held against the stream for long.
  const std::size_t some = std::min(refused.find('\n', 20'000) + 1, refused.size());
  EXPECT_GT(count_read_ahead(refused.substr(0, some) + good, kLines), kLines - 1000);
}

TEST_F(ReadAheadTest, DocumentsByThemselves) {
  Parser parser;
  const auto check_one = [&](const std::string& json) {
    ASSERT_EQ(parse_exact(parser, json), parse_strictly(json)) << json;
  };
  const auto documents = [](std::uint64_t seed) {
    return corpus::make_corpus(corpus::Kind::adversarial, seed, {.documents = 1500});
  };
  const auto check_all = [&](std::uint64_t seed, std::string_view in_front,
                             std::string_view behind) {
    const corpus::Corpus made = documents(seed);
    for (const corpus::Corpus::Extent& document : made.documents) {
      std::string json(in_front);
      json += made.text().substr(document.offset, document.length);
      json += behind;
      check_one(json);
    }
  };
  check_all(1, "", "");
  check_all(2, "\r", "\n");
  const std::uint64_t by_columns = parser.statistics().columns;
  EXPECT_EQ(by_columns > 2600, exists()) << by_columns;
  EXPECT_EQ(parser.statistics().strict, 0u);
  // Of several lines: left to the tokens, and soon not tried any more.
  check_all(3, "\n", "");
  check_all(4, "", "\n\n");
  EXPECT_EQ(parser.statistics().columns, by_columns);
  // Those that are damaged.
  Parser other;
  const std::string text = corpus_text(corpus::Kind::adversarial, 5, 300);
  std::vector<std::string> seeds;
  for (std::string_view rest = text; !rest.empty();) {
    const Line line = first_line(rest);
    seeds.emplace_back(line.text);
    rest.remove_prefix(line.next);
  }
  Mutator mutator(6, seeds);
  Random random(7);
  for (int i = 0; i < (kSlow ? 2000 : 30'000); ++i) {
    const std::string json = random.one_in(6) ? mutator.next() : seeds[random.below(seeds.size())];
    ASSERT_EQ(parse_exact(other, json), parse_strictly(json)) << json;
  }
  EXPECT_EQ(other.statistics().columns > 100, exists());
}

TEST_F(ReadAheadTest, DocumentsInTheMiddleOfAStream) {
  Parser parser;
  const std::string text = corpus_text(corpus::Kind::adversarial, 7, 3000);
  const corpus::Corpus others =
      corpus::make_corpus(corpus::Kind::adversarial, 8, {.documents = 3000});
  Lines lines(text);
  std::size_t at = 0;
  for (const corpus::Corpus::Extent& document : others.documents) {
    ASSERT_TRUE(check_next(lines, parser, text, at));
    const std::string json(others.text().substr(document.offset, document.length));
    ASSERT_EQ(parse_exact(parser, json), parse_strictly(json));
  }
  // No chunk is read anew for the sake of one document; the stream's lines are those by columns.
  EXPECT_EQ(parser.statistics().columns > 2700, exists());
  EXPECT_LT(parser.statistics().columns, 3300u);
  // A stream that nobody goes on with does not keep documents from it for long.
  const std::uint64_t before = parser.statistics().columns;
  Lines abandoned(text);
  at = 0;
  ASSERT_TRUE(check_next(abandoned, parser, text, at));
  for (std::size_t i = 0; i < 500; ++i) {
    const corpus::Corpus::Extent& document = others.documents[i];
    const std::string json(others.text().substr(document.offset, document.length));
    ASSERT_EQ(parse_exact(parser, json), parse_strictly(json));
  }
  EXPECT_EQ(parser.statistics().columns > before + 400, exists());
}

TEST_F(ReadAheadTest, StreamsSideBySide) {
  // Two with one parser, two parsers for one, copies, and lines passed over.
  Random random(6);
  const std::string texts[] = {corpus_text(corpus::Kind::adversarial, 7, kSlow ? 300 : 3000),
                               corpus_text(corpus::Kind::adversarial, 8, kSlow ? 300 : 3000)};
  for (int round = 0; round < 10; ++round) {
    Parser parsers[2];
    std::vector<std::pair<Lines, std::size_t>> streams;
    std::vector<std::size_t> text_of;
    for (const std::size_t i : {0, 1, 0}) {
      streams.emplace_back(Lines(texts[i]), 0);
      text_of.push_back(i);
    }
    bool more = true;
    while (more && !HasFailure()) {
      const std::size_t i = random.below(streams.size());
      auto& [lines, at] = streams[i];
      Parser& parser = parsers[random.one_in(20) ? 1 : 0];
      for (std::size_t n = random.below(60); n > 0 && more; --n)
        more = check_next(lines, parser, texts[text_of[i]], at);
      if (random.one_in(10)) {
        streams[2] = streams[i];
        text_of[2] = text_of[i];
      }
      PaddedBytes line;
      if (random.one_in(10) && streams[i].second < texts[text_of[i]].size() &&
          streams[i].first.next(line))
        streams[i].second +=
            first_line(std::string_view(texts[text_of[i]]).substr(streams[i].second)).next;
    }
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(ReadAheadTest, StreamsOfTheSameBytesThatEndElsewhere) {
  const std::string text = corpus_text(corpus::Kind::adversarial, 13, 800);
  for (std::size_t cut = 300'000; cut < 300'600; cut += kSlow ? 97 : 17) {
    Parser parser;
    Lines whole(text);
    Lines part(std::string_view(text).substr(0, cut));
    std::size_t at_whole = 0;
    std::size_t at_part = 0;
    // Both up to the line that is cut in one of them. Each has had lines read ahead by then: behind
    // the chunk that the first one has left comes a pause of 256 lines.
    const std::size_t line = text.rfind('\n', cut - 1) + 1;
    while (at_whole < line) ASSERT_TRUE(check_next(whole, parser, text, at_whole));
    while (at_part < line)
      ASSERT_TRUE(check_next(part, parser, std::string_view(text).substr(0, cut), at_part));
    ASSERT_TRUE(check_next(whole, parser, text, at_whole));
  }
}

TEST_F(ReadAheadTest, ABufferThatIsFilledAnew) {
  // The stream before was not read to its end: what was read ahead of it is of no use for the one
  // that is in the same place now.
  std::vector<char> buffer(std::size_t{64} << 10);
  Parser parser;
  Random random(9);
  for (int round = 0; round < (kSlow ? 20 : 300); ++round) {
    const std::string text = corpus_text(corpus::Kind::adversarial, 100 + round, 60);
    std::copy(text.begin(), text.end(), buffer.begin());
    const std::string_view here(buffer.data(), text.size());
    Lines lines(here);
    std::size_t at = 0;
    for (std::size_t n = random.below(80); n > 0; --n)
      if (!check_next(lines, parser, here, at)) break;
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(ReadAheadTest, TheLimitOfDocuments) {
  Parser::Options options;
  options.max_document_bytes = 400;
  Parser parser(options);
  const std::string text = corpus_text(corpus::Kind::adversarial, 10, 1000);
  Lines lines(text);
  LeadResponse response;
  Error error;
  std::map<ErrorCode, std::size_t> codes;
  while (lines.next(parser, response, error)) {
    ++codes[error.code];
    EXPECT_EQ(error.code == ErrorCode::too_large, lines.size() > 400);
    if (error) {
      EXPECT_EQ(error.offset, 400u);
    }
  }
  EXPECT_GT(codes[ErrorCode::too_large], 100u);
  EXPECT_GT(codes[ErrorCode::ok], 100u);
}

TEST_F(ReadAheadTest, LongAndShortLines) {
  Parser parser;
  Random random(11);
  std::string text;
  const std::string adversarial = corpus_text(corpus::Kind::adversarial, 12, 200);
  for (int i = 0; i < 60; ++i) {
    text += adversarial;
    // Longer than a chunk.
    text += created_with("\"success\":true,\"statusCode\":201",
                         ",\"x\":\"" + std::string(random.below(40'000), 'x') + "\"") +
            "\n";
    for (int n = 0; n < 20; ++n)
      text += "{\"message\":\"" + std::string(random.below(30), 'm') + "\"}\n";
  }
  check(parser, text);
}

TEST(Repetition, IsRareBelowOneInFive) {
  for (const std::size_t every : {1u, 2u, 4u, 8u, 20u, 1000u}) {
    internal::Repetition repetition;
    EXPECT_FALSE(repetition.is_rare(0));
    std::size_t rare = 0;
    std::uint64_t hits = 0;
    for (std::size_t i = 0; i < 1000; ++i) {
      if (i % every == 0) {
        ++hits;
      } else {
        repetition.miss(hits);
      }
      rare += repetition.is_rare(hits);
    }
    if (every >= 8) {
      EXPECT_GT(rare, 850u) << every;
    } else {
      EXPECT_EQ(rare, 0u) << every;
    }
    // Nothing but hits, of which nobody tells: it is no longer rare when it is asked.
    EXPECT_FALSE(repetition.is_rare(hits + 9)) << every;
  }
}

}  // namespace
}  // namespace leadscan::testing
