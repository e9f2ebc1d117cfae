// Every parser of the comparison reads what leadscan reads; and the verification would notice if
// one did not.
#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/compare_verify.h"
#include "bench/oddities.h"
#include "bench/parsers/parsers.h"
#include "corpus/corpus.h"
#include "corpus/sweeps.h"
#include "leadscan/fields.h"

namespace leadscan::bench {
namespace {

std::vector<std::unique_ptr<Adapter>> everybody() {
  std::vector<std::unique_ptr<Adapter>> adapters = make_all();
  for (std::unique_ptr<Adapter>& path : make_leadscan_paths()) adapters.push_back(std::move(path));
  return adapters;
}

corpus::Corpus documents(corpus::Kind kind, std::uint64_t seed) {
  corpus::Limit limit;
  limit.documents = 2000;
  return make_corpus(kind, seed, limit);
}

TEST(Adapters, ReadTheSameFields) {
  const std::unique_ptr<Adapter> reference = make_leadscan();
  std::uint64_t seed = 100;
  for (const corpus::Kind kind : corpus::kKinds) {
    const corpus::Corpus corpus = documents(kind, ++seed);
    for (const std::unique_ptr<Adapter>& adapter : everybody()) {
      if (!adapter->unavailable().empty()) continue;
      SCOPED_TRACE(std::string(adapter->name()) + ", " + std::string(name_of(kind)));
      const Verification result = verify(*adapter, *reference, corpus);
      EXPECT_EQ(result.mismatch, "");
      EXPECT_EQ(result.stricter, 0u);
      const bool has_malformed = kind == corpus::Kind::mixed;
      EXPECT_EQ(result.failed_at.has_value(), has_malformed && adapter->stream_only());
      if (!result.failed_at) {
        EXPECT_EQ(result.documents, 2000u);
      }
      if (!has_malformed) {
        EXPECT_EQ(result.laxer, 0u);
      }
    }
  }
}

// Memory that is used again from document to document is not to grow with each.
TEST(Adapters, ReadManyLargeDocuments) {
  corpus::Limit limit;
  limit.documents = 25;
  const corpus::Corpus corpus = make_sweep(*corpus::find_sweep("size"), 100'000, 1, limit);
  const std::unique_ptr<Adapter> reference = make_leadscan();
  for (const std::unique_ptr<Adapter>& adapter : everybody()) {
    if (!adapter->unavailable().empty()) continue;
    SCOPED_TRACE(adapter->name());
    const Verification result = verify(*adapter, *reference, corpus);
    EXPECT_EQ(result.mismatch, "");
    EXPECT_EQ(result.accepted, limit.documents);
  }
}

TEST(Adapters, AgreeOnOddities) {
  const corpus::Corpus corpus = lines(kOddities);
  const std::unique_ptr<Adapter> reference = make_leadscan();
  for (const std::unique_ptr<Adapter>& adapter : everybody()) {
    if (!adapter->unavailable().empty()) continue;
    SCOPED_TRACE(adapter->name());
    const Verification result = verify(*adapter, *reference, corpus);
    EXPECT_EQ(result.mismatch, "");
    EXPECT_EQ(result.documents, std::size(kOddities));
    EXPECT_EQ(result.laxer, 0u);
    EXPECT_EQ(result.stricter, 0u);
    EXPECT_FALSE(result.failed_at.has_value());
  }
}

// A tree that keeps one of several members of the same name cannot tell that there were more; nor
// can who is told of the first one only.
TEST(Adapters, SeeDuplicatesUnlessTheirTreeHidesThem) {
  const std::set<std::string_view> kHiding = {"nlohmann", "boost_json", "json_c",
                                              "simdjson_for_each", "simdjson_find_field"};
  const corpus::Corpus corpus = lines(kDuplicates);
  const std::unique_ptr<Adapter> reference = make_leadscan();
  for (const std::unique_ptr<Adapter>& adapter : everybody()) {
    if (!adapter->unavailable().empty()) continue;
    SCOPED_TRACE(adapter->name());
    const bool hidden = kHiding.count(adapter->name()) != 0;
    EXPECT_EQ(verify(*adapter, *reference, corpus).laxer, hidden ? std::size(kDuplicates) : 0);
  }
}

// Two documents on a line are one malformed document to who reads lines.
TEST(Adapters, StreamsThatDoNotSeeLinesFail) {
  const corpus::Corpus corpus = corpus::corpus_from(R"({"message":"a"}{"message":"b"}
{"message":"c"}
)");
  const std::unique_ptr<Adapter> reference = make_leadscan();
  for (const std::unique_ptr<Adapter>& adapter : everybody()) {
    if (!adapter->unavailable().empty()) continue;
    SCOPED_TRACE(adapter->name());
    const Verification result = verify(*adapter, *reference, corpus);
    EXPECT_EQ(result.mismatch, "");
    EXPECT_EQ(result.failed_at.has_value(), adapter->stream_only());
  }
}

// Of a log with lines that are no documents everybody reads the others, or fails; nobody crashes.
TEST(Adapters, MalformedLinesCrashNobody) {
  constexpr const char* kMalformed[] = {
      R"({"message":"m" /* */ })", "nonsense", R"({"message":"m",})",
      R"({'message':"m"})",        "[1]",      R"({message:"m"})"};
  const std::unique_ptr<Adapter> reference = make_leadscan();
  for (const char* malformed : kMalformed) {
    const std::string message = "{\"message\":\"a\"}\n";
    const corpus::Corpus corpus = corpus::corpus_from(message + malformed + '\n' + message);
    for (const std::unique_ptr<Adapter>& adapter : everybody()) {
      if (!adapter->unavailable().empty()) continue;
      SCOPED_TRACE(std::string(adapter->name()) + ": " + malformed);
      const Verification result = verify(*adapter, *reference, corpus);
      EXPECT_EQ(result.mismatch, "");
      if (!result.failed_at) {
        EXPECT_EQ(result.documents, 3u);
      }
      EXPECT_TRUE(!result.failed_at || adapter->stream_only());
    }
  }
}

TEST(Difference, IsSeenInEveryField) {
  LeadResponse lead;
  EXPECT_FALSE(difference(lead, lead).has_value());
  for (const Field field : kTextFields) {
    Text LeadResponse::* const text = info_of(field).slot.text;
    LeadResponse other;
    other.*text = Text::null();
    EXPECT_TRUE(difference(lead, other).has_value());
    LeadResponse string;
    string.*text = Text::string("a", false);
    EXPECT_TRUE(difference(other, string).has_value());
    other.*text = Text::string("b", false);
    EXPECT_TRUE(difference(other, string).has_value());
    other.*text = Text::string("\\u0061", true);
    EXPECT_FALSE(difference(other, string).has_value());
  }
  LeadResponse other;
  other.status_code = 1;
  EXPECT_TRUE(difference(lead, other).has_value());
  other = LeadResponse();
  other.has_status_code = true;
  EXPECT_TRUE(difference(lead, other).has_value());
  other = LeadResponse();
  other.success = true;
  EXPECT_TRUE(difference(lead, other).has_value());
  other = LeadResponse();
  other.has_success = true;
  EXPECT_TRUE(difference(lead, other).has_value());
  other = LeadResponse();
  other.error = Presence::null;
  EXPECT_TRUE(difference(lead, other).has_value());
  other = LeadResponse();
  other.family = Family::created;
  EXPECT_TRUE(difference(lead, other).has_value());
}

// Reads `action` wrongly in one document, and refuses or accepts others it should not.
class Liar final : public Adapter {
 public:
  std::string_view name() const override { return "liar"; }
  Origin origin() const override { return {}; }
  bool parse(const Document& document, LeadResponse& response) override {
    const bool accepted = honest_->parse(document, response);
    if (response.action.equals("wrong")) response.action = Text::string("right", false);
    if (response.action.equals("refuse")) return false;
    return accepted;
  }
  BlockResult run_documents(std::span<const Document>) override { return {}; }
  BlockResult run_stream(const Document&) override { return {}; }
  BlockResult visit_stream(const Document& ndjson, const Visitor& visitor) override {
    LeadResponse response;
    for_each_line(ndjson, [&](const Document& document) {
      const bool accepted = parse(document, response);
      visitor(accepted, response);
    });
    return {};
  }

 private:
  std::unique_ptr<Adapter> honest_ = make_leadscan();
};

std::string created(std::string_view action) {
  return R"({"partnerLeadOpportunityId":"p","dsLeadOpportunityId":"d","action":")" +
         std::string(action) + R"(","info":{"success":true,"statusCode":201}})" + '\n';
}

TEST(Verify, CountsRefusals) {
  Liar liar;
  const auto result =
      verify(liar, *make_leadscan(), corpus::corpus_from(created("create") + created("refuse")));
  EXPECT_EQ(result.mismatch, "");
  EXPECT_EQ(result.stricter, 1u);
  EXPECT_EQ(result.laxer, 0u);
}

TEST(Verify, TellsDocumentFieldAndValues) {
  Liar liar;
  const auto result =
      verify(liar, *make_leadscan(), corpus::corpus_from(created("create") + created("wrong")));
  for (const char* part : {"document 2", "action", "\"wrong\"", "\"right\"", "liar"})
    EXPECT_NE(result.mismatch.find(part), std::string::npos) << part << "\n" << result.mismatch;
}

}  // namespace
}  // namespace leadscan::bench
