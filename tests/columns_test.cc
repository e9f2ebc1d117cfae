// The columnar reader against the strict one: whatever lines come next to one another, and wherever
// the text ends, a line is accepted with the same response, or is not.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/corpus.h"
#include "leadscan/columns/column_reader.h"
#include "tests/guarded_pages.h"
#include "tests/mutate.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

using internal::ColumnLine;
using internal::ColumnReader;
using internal::ColumnVerdict;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

class ColumnsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_isa(Isa::avx512)) GTEST_SKIP() << "no AVX-512";
    ASSERT_TRUE(reader_.allocate());
  }

  static Parser::Options options(Path path) {
    Parser::Options options;
    options.path = path;
    return options;
  }

  // All lines of the text, `at_once` at a time.
  void check(std::string_view text, std::size_t at_once = 32) {
    lines_.resize(at_once);
    while (!text.empty()) {
      const std::size_t size = reader_.load(text);
      if (size == 0) {
        const Line line = first_line(text);
        ASSERT_GT(line.next, ColumnReader::kMostBytes);
        ++too_long_;
        text.remove_prefix(line.next);
        continue;
      }
      ASSERT_LE(size, ColumnReader::kMostBytes);
      ASSERT_TRUE(size == text.size() || text[size - 1] == '\n');
      check_chunk(text.substr(0, size));
      if (HasFatalFailure()) return;
      text.remove_prefix(size);
    }
    EXPECT_EQ(reader_.load(text), 0u);
    EXPECT_EQ(reader_.next(lines_), 0u);
  }

  // From guard page to guard page, too.
  void check_guarded(std::string_view text) {
    check(pages_.at_end(text));
    if (!HasFatalFailure()) check(pages_.at_begin(text));
  }

  std::size_t accepted() const {
    return counts_[static_cast<std::size_t>(ColumnVerdict::accepted)];
  }
  std::size_t refused() const { return counts_[static_cast<std::size_t>(ColumnVerdict::refused)]; }
  std::size_t deep() const { return counts_[static_cast<std::size_t>(ColumnVerdict::deep)]; }
  std::size_t blank() const { return counts_[static_cast<std::size_t>(ColumnVerdict::blank)]; }
  std::size_t too_long() const { return too_long_; }

 private:
  void check_chunk(std::string_view chunk) {
    std::size_t at = 0;
    while (const std::size_t count = reader_.next(lines_)) {
      ASSERT_LE(count, lines_.size());
      for (std::size_t i = 0; i < count; ++i) {
        const Line line = first_line(chunk.substr(at));
        ASSERT_EQ(lines_[i].offset, at);
        ASSERT_EQ(lines_[i].size, line.size);
        check_line(lines_[i], line.text);
        if (HasFatalFailure()) return;
        at += line.next;
      }
    }
    ASSERT_EQ(at, chunk.size());
  }

  void check_line(const ColumnLine& line, std::string_view text) {
    ++counts_[static_cast<std::size_t>(line.verdict)];
    ASSERT_EQ(line.verdict == ColumnVerdict::blank, is_blank_line(text)) << text;
    LeadResponse expected;
    const Error error = strict_.parse(text, expected);
    switch (line.verdict) {
      case ColumnVerdict::accepted:
        ASSERT_FALSE(error) << text;
        ASSERT_EQ(outcome_of(text.data(), {}, line.response, {}),
                  outcome_of(text.data(), {}, expected, {}))
            << text;
        break;
      case ColumnVerdict::refused:
        ASSERT_TRUE(error) << text;
        break;
      case ColumnVerdict::deep: {
        const std::string_view opens = "{[";
        ASSERT_GT(std::count_if(text.begin(), text.end(),
                                [&](char c) { return opens.find(c) != opens.npos; }),
                  7)
            << text;
        break;
      }
      case ColumnVerdict::blank:
        break;
    }
  }

  ColumnReader reader_{Isa::avx512};
  Parser strict_{options(Path::strict)};
  std::vector<ColumnLine> lines_;
  GuardedPages pages_{std::size_t{64} << 10};
  std::array<std::size_t, 4> counts_{};
  std::size_t too_long_ = 0;
};

std::string good_line(std::size_t padding = 0) {
  return R"({"partnerLeadOpportunityId":"p","dsLeadOpportunityId":"d","action":"create","info":)"
         R"({"success":true,"statusCode":201},"x":")" +
         std::string(padding, 'x') + "\"}";
}

TEST_F(ColumnsTest, ExistForAvx512Only) {
  EXPECT_TRUE(ColumnReader::exists_for(Isa::avx512));
  for (const Isa isa : {Isa::avx2, Isa::portable}) {
    EXPECT_FALSE(ColumnReader::exists_for(isa));
    EXPECT_FALSE(ColumnReader(isa).allocate());
  }
}

TEST_F(ColumnsTest, Fixtures) {
  std::string all;
  for (const Fixture& fixture : fixtures()) {
    if (fixture.bytes.size() > (std::size_t{60} << 10)) continue;
    check_guarded(fixture.bytes);
    std::string line = fixture.bytes;
    std::replace(line.begin(), line.end(), '\n', ' ');
    check_guarded(line);
    ASSERT_FALSE(HasFatalFailure()) << fixture.name;
    all += line + '\n';
  }
  check(all);
  EXPECT_GT(accepted(), 100u);
  EXPECT_GT(refused(), 100u);
}

TEST_F(ColumnsTest, PrefixesOfFixtures) {
  for (const Fixture& fixture : fixtures()) {
    if (fixture.bytes.size() > 1000) continue;
    std::string line = fixture.bytes;
    std::replace(line.begin(), line.end(), '\n', ' ');
    for (std::size_t size = 1; size < line.size(); size += kSlow ? 11 : 1)
      check_guarded(std::string_view(line).substr(0, size));
    ASSERT_FALSE(HasFatalFailure()) << fixture.name;
  }
}

TEST_F(ColumnsTest, CorporaAreReadWhole) {
  for (const corpus::Kind kind : corpus::kKinds) {
    const corpus::Corpus documents =
        corpus::make_corpus(kind, 5, {.documents = kSlow ? 500u : 5000u});
    check(documents.text());
  }
  EXPECT_EQ(deep(), 0u);
  EXPECT_GT(accepted(), kSlow ? 1400u : 14'000u);
}

TEST_F(ColumnsTest, EveryLengthOfALine) {
  for (std::size_t length = 0; length < 600; length += kSlow ? 7 : 1) {
    check_guarded(good_line(length));
    check_guarded(good_line(length) + '\n');
    check_guarded(std::string(length, ' ') + good_line() + "\r\n" + good_line(length));
    check_guarded(std::string(length + 1, ' '));
    check_guarded(std::string(length + 1, '['));
    check_guarded(R"({"x":)" + std::string(length, '1'));
    check_guarded(R"({"x":")" + std::string(length, '\\'));
    check_guarded(R"({")" + std::string(length, '\\') + "\n" + good_line());
    check_guarded(std::string(length, 'n') + "\nnull\ntrue\n\n" + good_line());
    ASSERT_FALSE(HasFatalFailure()) << length;
  }
  EXPECT_GT(accepted(), kSlow ? 800u : 6000u);
  EXPECT_GT(blank(), 0u);
}

TEST_F(ColumnsTest, BordersOfChunksAtEveryByte) {
  for (std::size_t length = 0; length < 700; length += kSlow ? 29 : 1) {
    std::string text;
    while (text.size() < 2 * ColumnReader::kMostBytes) text += good_line(length) + '\n';
    check(text, 1 + length % 70);
    ASSERT_FALSE(HasFatalFailure()) << length;
  }
  EXPECT_EQ(refused(), 0u);
}

TEST_F(ColumnsTest, LinesAroundTheSizeOfAChunk) {
  const std::size_t rest = ColumnReader::kMostBytes - good_line().size();
  for (std::size_t length = rest - 70; length < rest + 70; ++length)
    for (const std::string_view end : {"", "\n", "\r\n", "\n\n", "\n{}"})
      check_guarded(good_line(length) + std::string(end));
  EXPECT_GT(too_long(), 500u);
  EXPECT_GT(accepted(), 500u);
}

TEST_F(ColumnsTest, OneLineAtATimeOrMany) {
  const corpus::Corpus documents =
      corpus::make_corpus(corpus::Kind::mixed, 6, {.documents = kSlow ? 50u : 500u});
  for (std::size_t at_once = 1; at_once < 100; ++at_once) check(documents.text(), at_once);
}

TEST_F(ColumnsTest, ManyShortLines) {
  check(std::string(40'000, '\n'));
  EXPECT_EQ(blank(), 40'000u);
  std::string text;
  for (int i = 0; i < 9000; ++i) text += i % 7 == 0 ? "[\n" : "{}\n";
  check(text);
  EXPECT_EQ(refused(), 9000u);
}

TEST_F(ColumnsTest, AsManyTokensAsThereCanBe) {
  const auto repeated = [](std::string_view begin, std::string_view text, std::string_view end) {
    std::string all(begin);
    while (all.size() + text.size() + end.size() <= ColumnReader::kMostBytes) all += text;
    return all + std::string(end);
  };
  const std::string good = good_line();
  const std::string_view without_end = std::string_view(good).substr(0, good.size() - 1);
  check_guarded(repeated(std::string(without_end) + ",\"y\":[0", ",1", "]}"));
  check_guarded(repeated(std::string(without_end) + ",\"y\":[null", ",null", "]}"));
  check_guarded(repeated(R"({"message":"m")", R"(,"":0)", "}"));
  check_guarded(repeated(R"({"message":"m")", R"(,"":"")", "}"));
  EXPECT_EQ(accepted(), 8u);
  for (const std::string_view text :
       {"{\"\n", "{\"\"", "{\"\":0,", "1,",    "[1,",  "[",           "]",   "{",
        "}",     "{}",    "{}\n",     ",",     ":",    "\"",          "\n",  "\"\n",
        "\\",    "1 ",    "n ",       "{\"\\", "\xC3", "{\"\xC3\"\n", "\\u", "{\"\\u\n"})
    check_guarded(repeated("", text, ""));
}

// A line with a fault is refused alone, whatever and wherever the fault is.
TEST_F(ColumnsTest, DamageCostsItsLineOnly) {
  const std::string line =
      R"({"partnerLeadOpportunityId":{"id":[1,"a\u00e9"]},"dsLeadOpportunityId":"d","action":)"
      "\"cr\xC3\xA9"
      R"(ate","info":{"success":true,"statusCode":2.01e2,"timestamp":null},"x":[{},-1]})";
  constexpr std::string_view kBytes = "\"\\{}[]:,\n\x01\xF0 0x";
  std::size_t lines = 0;
  for (std::size_t at = 0; at < line.size(); ++at)
    for (std::size_t byte = 0; byte < kBytes.size(); ++byte)
      for (const int way : {0, 1}) {
        std::string damaged = line;
        way == 0 ? damaged.replace(at, 1, 1, kBytes[byte]) : damaged.insert(at, 1, kBytes[byte]);
        const std::string text = line + '\n' + damaged + '\n' + line + '\n' + line;
        const std::size_t before = accepted();
        check(text);
        ASSERT_FALSE(HasFatalFailure());
        ASSERT_GE(accepted() - before, 3u) << damaged;
        ++lines;
      }
  EXPECT_GT(refused(), lines / 2);
  EXPECT_EQ(deep(), 0u);
}

TEST_F(ColumnsTest, DeepLinesAreLeft) {
  for (std::size_t levels = 1; levels < 1100; levels += levels < 20 ? 1 : 77)
    for (const bool object : {false, true}) {
      std::string value;
      for (std::size_t i = 0; i < levels; ++i) value += object ? "{\"a\":" : "[";
      value += '1';
      value += std::string(levels, object ? '}' : ']');
      const std::string line = good_line();
      const std::size_t deep_before = deep();
      const std::size_t accepted_before = accepted();
      check(line + '\n' + line.substr(0, line.size() - 1) + ",\"y\":" + value + "}\n" + line);
      ASSERT_FALSE(HasFatalFailure());
      EXPECT_EQ(deep() - deep_before, levels + 1 > 7 ? 1u : 0u) << levels;
      EXPECT_EQ(accepted() - accepted_before, levels + 1 > 7 ? 2u : 3u) << levels;
    }
}

constexpr auto kValues = std::to_array<std::string_view>({
    "null",
    "true",
    "false",
    "0",
    "-0",
    "201",
    "201.0",
    "2.01e2",
    "2010E-1",
    "201.5",
    "1e400",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "12345678",
    "123456789",
    "1.2345678901234567e16",
    "\"\"",
    "\"x\"",
    "\"a\\\"b\"",
    "\"}\"",
    "\"a text that is longer than the fifty-seven bytes that one word tells of\"",
    "\"one that is longer than fifty-seven bytes, too, and has an escape: \\n\"",
    "[]",
    "[{\"id\":1}]",
    "{}",
    "{\"id\":\"}\"}",
    "{ \"a\" : {\"b\":[{}, {}]} , \"code\":\"c\" }",
    "{\"code\":\"c\",\"message\":\"m\"}",
    "{\"code\":null}",
    "{\"success\":true,\"statusCode\":201}",
    "{\"success\":false,\"statusCode\":400,\"timeStamp\":\"t\"}",
    "{\"success\":true,\"statusCode\":201,\"timestamp\":null,\"timeStamp\":\"t\",\"traceId\":7}",
    "{\"partnerLeadOpportunityId\":\"p\",\"dsLeadOpportunityId\":\"d\",\"action\":\"a\"}",
    "{\"partnerLeadOpportunityId\":{\"a\":1},\"dsLeadOpportunityId\":null}",
});

TEST_F(ColumnsTest, EveryMemberWithEveryValue) {
  const auto put_first = [](std::string object, const std::string& member) {
    return object.insert(object.find('{') + 1, member);
  };
  std::string text;
  const auto add = [&](const std::string& line) {
    if (text.size() + line.size() > ColumnReader::kMostBytes) {
      check(text);
      text.clear();
    }
    text += line + '\n';
  };
  const std::string created = good_line();
  const std::string message = R"({"message":"m"})";
  const std::string update =
      R"({"info":{"success":true,"statusCode":200,"timeStamp":"t"},"data":{"action":"update"}})";
  for (const FieldInfo& field : kFields)
    for (const std::string_view value : kValues) {
      const std::string member = "\"" + std::string(field.name) + "\":" + std::string(value);
      for (const std::string& base : {created, message, update}) {
        // At the top, and in each object, where it may be the second one of its name.
        add(put_first(base, member + ","));
        for (std::size_t at = base.find('{', 1); at != base.npos; at = base.find('{', at + 1))
          add(base.substr(0, at) + put_first(base.substr(at), member + ","));
        // In place of the one that is there.
        const std::string name = "\"" + std::string(field.name) + "\":";
        if (const std::size_t there = base.find(name); there != base.npos) {
          const std::size_t end = base.find_first_of(",}", there);
          add(base.substr(0, there) + member + base.substr(end));
        }
      }
      add("{" + member + "}");
      ASSERT_FALSE(HasFatalFailure());
    }
  check(text);
  EXPECT_GT(accepted(), 2000u);
  EXPECT_GT(refused(), 1000u);
}

TEST_F(ColumnsTest, ManyMembersInAnyOrder) {
  Random random(7);
  std::string text;
  for (int round = 0; round < (kSlow ? 5'000 : 200'000); ++round) {
    // A valid object, whose members and their values are any of those that there are.
    const auto members = [&](auto& self, Field parent, unsigned level) -> std::string {
      std::vector<std::string> list;
      for (const FieldInfo& field : kFields) {
        if (field.parent != parent || (random.one_in(3) && !field.required)) continue;
        std::string value(kValues[random.below(kValues.size())]);
        if (!random.one_in(12)) {
          if (field.types.contains(JsonType::boolean)) value = random.one_in(2) ? "true" : "false";
          if (field.types.contains(JsonType::integer)) value = kValues[3 + random.below(6)];
          if (field.types.contains(JsonType::string)) value = "\"text\"";
          if (has_members(field.field) && level == 0) value = self(self, field.field, 1);
        }
        list.push_back("\"" + std::string(field.name) + "\":" + value);
      }
      if (random.one_in(4))
        list.push_back("\"unknown\":" + std::string(kValues[random.below(kValues.size())]));
      std::string object = "{";
      while (!list.empty()) {
        const std::size_t chosen = random.below(list.size());
        object += (object.size() > 1 ? "," : "") + list[chosen];
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(chosen));
      }
      return object + "}";
    };
    text += members(members, Field::document, 0) + '\n';
    if (text.size() > ColumnReader::kMostBytes) {
      check(text);
      text.clear();
      ASSERT_FALSE(HasFatalFailure());
    }
  }
  EXPECT_GT(accepted(), 1000u);
  EXPECT_GT(refused(), 1000u);
}

// LEADSCAN_MUTATIONS=10000000 for a long run.
TEST_F(ColumnsTest, Mutations) {
  std::vector<std::string> seeds;
  for (const Fixture& fixture : fixtures())
    if (fixture.bytes.size() < 3000) seeds.push_back(fixture.bytes);
  for (const corpus::Kind kind : corpus::kKinds) {
    const corpus::Corpus documents = corpus::make_corpus(kind, 8, {.documents = 300});
    for (const corpus::Corpus::Extent& document : documents.documents)
      seeds.emplace_back(documents.text().substr(document.offset, document.length));
  }
  const std::uint64_t count = setting("LEADSCAN_MUTATIONS", kSlow ? 20'000 : 200'000);
  const std::uint64_t seed = setting("LEADSCAN_SEED", 2026);
  Mutator mutator(seed, seeds);
  Random random(seed + 1);
  std::uint64_t done = 0;
  std::string text;
  while (done < count) {
    text.clear();
    // Among others that are not mutated, or are seldom.
    const std::size_t mutated = 1 + random.below(8);
    for (std::size_t lines = 1 + random.below(40); lines > 0; --lines, ++done) {
      text += random.below(8) < mutated ? mutator.next() : seeds[random.below(seeds.size())];
      if (lines > 1 || random.one_in(2)) text += random.one_in(10) ? "\r\n" : "\n";
    }
    if (text.size() < (std::size_t{60} << 10) && random.one_in(4)) {
      check_guarded(text);
    } else {
      check(text, 1 + random.below(64));
    }
    ASSERT_FALSE(HasFatalFailure()) << done;
  }
  EXPECT_GT(accepted(), count / 4);
  EXPECT_GT(refused(), count / 10);
}

}  // namespace
}  // namespace leadscan::testing
