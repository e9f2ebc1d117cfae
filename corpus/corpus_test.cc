#include "corpus/corpus.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "leadscan/leadscan.h"

namespace leadscan::corpus {
namespace {

// FNV-1a.
std::uint64_t hash(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

Corpus documents(Kind kind, std::uint64_t seed, std::uint64_t count) {
  Limit limit;
  limit.documents = count;
  return make_corpus(kind, seed, limit);
}

std::string_view text_of(const Corpus& corpus, const Corpus::Extent& extent) {
  return corpus.text().substr(extent.offset, extent.length);
}

// Calls use(document, error, response) for each document, as leadscan reads it.
template <typename Use>
void read_all(const Corpus& corpus, Use use) {
  Parser parser;
  LeadResponse response;
  for (const Corpus::Extent& extent : corpus.documents) {
    const std::string_view document = text_of(corpus, extent);
    const Error error = parser.parse(document, response);
    use(document, error, response);
  }
}

// Figures in the README and results in the tree are about these bytes: whoever changes them
// changes the benchmark, and says so here.
TEST(Corpus, BytesAreTheSameEverywhere) {
  EXPECT_EQ(hash(documents(Kind::uniform, 1, 1000).text()), 0xBD699F4BAD189470u);
  EXPECT_EQ(hash(documents(Kind::mixed, 1, 1000).text()), 0xBC12EA9748B22AF7u);
  EXPECT_EQ(hash(documents(Kind::adversarial, 1, 1000).text()), 0xC99DF177604AAAF0u);
}

TEST(Corpus, SeedDecidesBytes) {
  for (const Kind kind : kKinds) {
    SCOPED_TRACE(name_of(kind));
    const Corpus corpus = documents(kind, 7, 200);
    EXPECT_EQ(corpus.text(), documents(kind, 7, 200).text());
    EXPECT_NE(corpus.text(), documents(kind, 8, 200).text());
  }
}

TEST(Corpus, ExtentsAreTheLines) {
  for (const Kind kind : kKinds) {
    SCOPED_TRACE(name_of(kind));
    const Corpus corpus = documents(kind, 2, 300);
    ASSERT_EQ(corpus.documents.size(), 300u);
    std::size_t offset = 0;
    for (const Corpus::Extent& extent : corpus.documents) {
      EXPECT_EQ(extent.offset, offset);
      EXPECT_GT(extent.length, 0u);
      EXPECT_EQ(text_of(corpus, extent).find('\n'), std::string_view::npos);
      offset += extent.length;
      EXPECT_EQ(corpus.text()[offset++], '\n');
    }
    EXPECT_EQ(offset, corpus.size);
    EXPECT_GE(corpus.capacity() - corpus.size, kPadding);

    const Corpus read = corpus_from(std::string(corpus.text()));
    ASSERT_EQ(read.documents.size(), 300u);
    EXPECT_EQ(read.documents[299].offset, corpus.documents[299].offset);
  }
}

TEST(Corpus, LinesWithoutDocumentAreNone) {
  const Corpus corpus = corpus_from("{}\n\n \t\r\n[]");
  ASSERT_EQ(corpus.documents.size(), 2u);
  EXPECT_EQ(text_of(corpus, corpus.documents[1]), "[]");
}

TEST(Corpus, LimitOfBytesEndsWithTheDocumentThatReachesIt) {
  Limit limit;
  limit.bytes = 10'000;
  const Corpus corpus = make_corpus(Kind::uniform, 1, limit);
  EXPECT_GE(corpus.size, 10'000u);
  EXPECT_LT(corpus.documents.back().offset, 10'000u);
}

TEST(Generate, WritesTheBytesThatMakeCorpusMakes) {
  const std::string file = testing::TempDir() + "/corpus.ndjson";
  for (const Kind kind : kKinds) {
    SCOPED_TRACE(name_of(kind));
    // More than one of its blocks, and not a whole number of them.
    const std::string command = "corpus/generate --kind=" + std::string(name_of(kind)) +
                                " --seed=5 --bytes=1M --out=" + file;
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::ifstream stream(file, std::ios::binary);
    const std::string written((std::istreambuf_iterator<char>(stream)), {});
    Limit limit;
    limit.bytes = 1'000'000;
    EXPECT_TRUE(written == make_corpus(kind, 5, limit).text());
  }
}

TEST(Uniform, IsAcceptedAndMinifiedAndUnique) {
  std::set<std::string> ds_ids;
  std::set<std::string> partner_ids;
  std::map<Family, int> families;
  std::string last_timestamp;
  const Corpus corpus = documents(Kind::uniform, 3, 10'000);
  read_all(corpus, [&](std::string_view document, const Error& error, const LeadResponse& lead) {
    ASSERT_FALSE(error) << render(document, error);
    ++families[lead.family];
    ASSERT_EQ(document.find("\": "), std::string_view::npos);
    ASSERT_EQ(lead.trace_id.raw().size(), 32u);
    ASSERT_EQ(lead.trace_id.raw().find_first_not_of("0123456789abcdef"), std::string_view::npos);
    ASSERT_EQ(lead.timestamp.raw().size(), 24u);
    ASSERT_LE(last_timestamp, lead.timestamp.raw());
    last_timestamp = lead.timestamp.raw();
    if (lead.family != Family::created) return;
    ASSERT_TRUE(ds_ids.emplace(lead.ds_lead_opportunity_id.raw()).second) << document;
    ASSERT_TRUE(partner_ids.emplace(lead.partner_lead_opportunity_id.raw()).second) << document;
  });
  EXPECT_NEAR(families[Family::failure], 100, 40);
  EXPECT_EQ(families[Family::created] + families[Family::failure], 10'000);
}

TEST(Mixed, HasThePromisedShares) {
  constexpr int kCount = 20'000;
  std::map<Verdict, int> verdicts;
  int special = 0;
  int extra = 0;
  int spaced = 0;
  int messages = 0;
  const Corpus corpus = documents(Kind::mixed, 4, kCount);
  read_all(corpus, [&](std::string_view document, const Error& error, const LeadResponse& lead) {
    ++verdicts[verdict_of(error, lead.family).value()];
    messages += lead.family == Family::failure && lead.error_message.has_value();
    bool is_special = document.find('\\') != document.npos;
    for (const char c : document) is_special |= static_cast<unsigned char>(c) >= 0x80;
    special += is_special;
    for (const char* name : {"requestId", "apiVersion", "elapsedMs", "links", "warnings"})
      extra += document.find(name) != document.npos;
    spaced += document.find("\": ") != document.npos || document.find("\" : ") != document.npos;
  });
  // About four standard deviations.
  EXPECT_NEAR(verdicts[Verdict::failure], 0.1 * kCount, 170);
  EXPECT_EQ(messages, verdicts[Verdict::failure]);
  EXPECT_NEAR(verdicts[Verdict::update], 0.01 * kCount, 56);
  EXPECT_NEAR(verdicts[Verdict::message], 0.01 * kCount, 56);
  EXPECT_NEAR(verdicts[Verdict::malformed] + verdicts[Verdict::truncated], 0.005 * kCount, 40);
  EXPECT_GT(verdicts[Verdict::malformed], 20);
  EXPECT_GT(verdicts[Verdict::truncated], 20);
  EXPECT_EQ(verdicts[Verdict::violation], 0);
  EXPECT_NEAR(special, 0.03 * kCount, 100);
  EXPECT_NEAR(extra, 0.05 * kCount, 125);
  EXPECT_NEAR(spaced, 0.22 * kCount, 235);
}

TEST(Adversarial, ConformsAndNoTwoHaveTheSameLayout) {
  std::set<std::string> layouts;
  int escaped = 0;
  int escaped_names = 0;
  int objects = 0;
  const Corpus corpus = documents(Kind::adversarial, 5, 3'000);
  read_all(corpus, [&](std::string_view document, const Error& error, const LeadResponse& lead) {
    ASSERT_FALSE(error) << render(document, error);
    ASSERT_EQ(lead.family, Family::created) << document;
    escaped += document.find('\\') != document.npos;
    escaped_names += document.find("dsLeadOpportunityId\"") == document.npos;
    objects += lead.partner_lead_opportunity_id.is_object();
    std::string layout;
    for (const char c : document)
      if (std::string_view("{}[]:, \t").find(c) != std::string_view::npos) layout += c;
    layouts.insert(layout);
  });
  EXPECT_GT(layouts.size(), 2'950u);
  EXPECT_GT(escaped, 1'500);
  EXPECT_GT(escaped_names, 30);
  EXPECT_GT(objects, 30);
}

}  // namespace
}  // namespace leadscan::corpus
