// Sweeps: each corpus has as much as it promises of what its sweep is about.
#include "corpus/sweeps.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "leadscan/leadscan.h"

namespace leadscan::corpus {
namespace {

constexpr std::uint64_t kDocuments = 2000;

Corpus at(std::string_view name, std::uint32_t value, std::uint64_t documents = kDocuments) {
  Limit limit;
  limit.documents = documents;
  return make_sweep(*find_sweep(name), value, 7, limit);
}

// How many documents leadscan takes, or of the given family, or for which `is` holds.
template <typename Is>
std::uint64_t count(const Corpus& corpus, Is is) {
  Parser parser;
  LeadResponse response;
  std::uint64_t found = 0;
  for (const Corpus::Extent& extent : corpus.documents) {
    const std::string_view text = corpus.text().substr(extent.offset, extent.length);
    const bool accepted = !parser.parse(text, response);
    found += is(accepted, response, text);
  }
  return found;
}

std::uint64_t accepted(const Corpus& corpus) {
  return count(corpus, [](bool accepts, const LeadResponse&, std::string_view) { return accepts; });
}

std::uint64_t with(const Corpus& corpus, std::string_view part) {
  return count(corpus, [&](bool, const LeadResponse&, std::string_view text) {
    return text.find(part) != text.npos;
  });
}

// A share in 1000 documents, in 2000: within four standard deviations.
void expect_share(std::uint64_t found, std::uint32_t share) {
  EXPECT_NEAR(static_cast<double>(found), 2.0 * share, 90) << share;
}

TEST(Sweeps, AreAllReadAndDependOnTheSeed) {
  for (const Sweep& sweep : sweeps()) {
    SCOPED_TRACE(sweep.name);
    EXPECT_EQ(find_sweep(sweep.name), &sweep);
    ASSERT_GE(sweep.values.size(), 6u);
    Limit limit;
    limit.documents = 20;
    for (const std::uint32_t value : sweep.values) {
      const Corpus corpus = make_sweep(sweep, value, 1, limit);
      EXPECT_EQ(corpus.documents.size(), 20u);
      if (sweep.name != "malformed") {
        EXPECT_EQ(accepted(corpus), 20u) << value;
      }
      EXPECT_EQ(corpus.text(), make_sweep(sweep, value, 1, limit).text());
      EXPECT_NE(corpus.text(), make_sweep(sweep, value, 2, limit).text());
    }
  }
  EXPECT_EQ(find_sweep("nonsense"), nullptr);
}

TEST(Sweeps, Size) {
  for (const std::uint32_t bytes : find_sweep("size")->values) {
    const Corpus corpus = at("size", bytes, 20);
    const double mean = static_cast<double>(corpus.size) / 20 - 1;
    EXPECT_NEAR(mean, bytes, 0.1 * bytes);
  }
}

TEST(Sweeps, Shares) {
  for (const std::uint32_t share : {0u, 50u, 500u}) {
    expect_share(kDocuments - accepted(at("malformed", share)), share);
    expect_share(count(at("failures", share),
                       [](bool, const LeadResponse& response, std::string_view) {
                         return response.family == Family::failure;
                       }),
                 share);
    expect_share(with(at("escapes", share), "\\u0026"), share);
    expect_share(with(at("non_ascii", share), "\xE4\xB8\xAD"), share);
    expect_share(with(at("extras", share), "\"extra1\":"), share);
    // The usual order is one of 120.
    const std::string_view usual = "{\"partnerLeadOpportunityId\"";
    const std::uint64_t others = kDocuments - with(at("order", share), usual);
    expect_share(others * 5 / 4, share);
    expect_share(count(at("white_space", share),
                       [](bool, const LeadResponse&, std::string_view text) {
                         return text.find_first_of(" \t") != text.npos;
                       }),
                 share);
  }
}

TEST(Sweeps, Layouts) {
  for (const std::uint32_t layouts : {1u, 10u, 100u}) {
    const Corpus corpus = at("layouts", layouts);
    std::set<std::string> seen;
    count(corpus, [&](bool, const LeadResponse& response, std::string_view text) {
      // Without what differs from document to document.
      std::string layout(text);
      for (const Text& value :
           {response.partner_lead_opportunity_id, response.ds_lead_opportunity_id,
            response.timestamp, response.trace_id})
        layout.replace(layout.find(value.raw()), value.raw().size(), "*");
      return seen.insert(layout).second;
    });
    EXPECT_EQ(seen.size(), layouts);
  }
}

TEST(Sweeps, Lengths) {
  for (const std::uint32_t bits : {0u, 3u, 7u}) {
    std::map<std::size_t, unsigned> lengths;
    double sum = 0;
    count(at("lengths", bits), [&](bool, const LeadResponse& response, std::string_view) {
      sum += static_cast<double>(response.partner_lead_opportunity_id.raw().size());
      return ++lengths[response.partner_lead_opportunity_id.raw().size()] != 0;
    });
    EXPECT_EQ(lengths.size(), std::size_t{1} << bits);
    EXPECT_NEAR(sum / kDocuments, 76, 4);
  }
}

}  // namespace
}  // namespace leadscan::corpus
