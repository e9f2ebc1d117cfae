// Counting in chunks and merging them comes to the same wherever they are cut; and what is counted
// survives a checkpoint.
#include "audit/core/aggregate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <random>

#include "audit/core/key_events.h"
#include "audit/core/serialize.h"
#include "audit/core/testing.h"
#include "audit/core/timestamp.h"
#include "bench/corpus/corpus.h"

namespace leadscan::audit {
namespace {

constexpr std::size_t kLimit = 7;

std::vector<std::string> documents() {
  corpus::Generator generator(corpus::Kind::mixed, 5);
  std::vector<std::string> lines;
  for (int i = 0; i < 600; ++i) generator.append(lines.emplace_back());
  // What makes findings.
  lines.push_back(
      R"({"dsLeadOpportunityId":"A","partnerLeadOpportunityId":"P","action":"create","x":1,"x":2,)"
      R"("info":{"success":true,"statusCode":500,"timestamp":"2031-01-01T00:00:00Z"}})");
  lines.push_back(R"({"info":{"success":false,"timestamp":"then"},"data":null})");
  for (int i = 0; i < 20; ++i) {
    lines.push_back(lines[static_cast<std::size_t>(i)].substr(0, 50));
    lines.push_back("{\"action\":" + std::to_string(i) + "}");
  }
  return lines;
}

// What `lines` come to, cut into chunks in front of each of `cuts`.
std::string counted(const std::vector<std::string>& lines, const std::vector<std::size_t>& cuts,
                    const AggregateOptions& options) {
  Aggregate total;
  std::unique_ptr<Aggregate> chunk;
  KeyBatch keys;
  Counter counter(options);
  Judge judge({});
  const MemberInfo first = member_of(0);
  MemberInfo second = member_of(1);
  second.member = "inner";
  const auto end = [&] {
    if (chunk == nullptr) return;
    counter.finish();
    total.merge(*chunk, options.limit_findings);
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i == 0 || std::find(cuts.begin(), cuts.end(), i) != cuts.end()) {
      end();
      chunk = std::make_unique<Aggregate>();
      counter.start(*chunk, keys);
    }
    const PaddedText text(lines[i]);
    Record record = text.record();
    record.line = i + 1;
    record.offset = 1000 * i;
    Judged judged;
    judge.judge(record, i < lines.size() / 2 ? first : second, judged);
    counter.add(judged);
  }
  end();
  Writer writer;
  total.archive(writer);
  return writer.bytes;
}

AggregateOptions options() {
  AggregateOptions options;
  options.now = parse_date("2026-01-01")->seconds;
  options.limit_findings = kLimit;
  return options;
}

TEST(Aggregate, ChunksDoNotMatter) {
  const std::vector<std::string> lines = documents();
  for (const bool since : {false, true}) {
    AggregateOptions with = options();
    if (since) with.since = parse_date("2025-03-01")->seconds;
    const std::string whole = counted(lines, {}, with);
    std::mt19937 random(3);
    for (int time = 0; time < 30; ++time) {
      std::vector<std::size_t> cuts;
      for (std::size_t i = 0; i < lines.size(); ++i)
        if (random() % (1u << (time % 8)) == 0) cuts.push_back(i);
      ASSERT_EQ(counted(lines, cuts, with), whole) << cuts.size() << " chunks";
    }
  }
}

TEST(Serialize, WhatWasWrittenIsRead) {
  const std::string bytes = counted(documents(), {}, options());
  Aggregate total;
  Reader reader(bytes);
  total.archive(reader);
  EXPECT_EQ(total.findings[index_of(FindingKind::timestamp_in_future)].size(), 1u);
  EXPECT_EQ(total.bad_records.size(), kLimit);
  Writer again;
  total.archive(again);
  EXPECT_EQ(again.bytes, bytes);
  // Counting on works too: the tables' indices are there.
  Aggregate twice = total;
  twice.merge(total, kLimit);
  EXPECT_EQ(twice.layouts.entries().size(), total.layouts.entries().size());
  EXPECT_EQ(twice.actions.entries().size(), total.actions.entries().size());
}

TEST(Serialize, DamageIsAnError) {
  const std::string bytes = counted(documents(), {}, options());
  for (std::size_t size = 0; size < bytes.size(); size += size < 2000 ? 1 : 997) {
    Aggregate total;
    Reader reader(std::string_view(bytes).substr(0, size));
    EXPECT_THROW(total.archive(reader), std::runtime_error) << size;
  }
  std::string huge(64, '\xFF');
  std::vector<std::string> list;
  Reader reader(huge);
  EXPECT_THROW(reader(list), std::runtime_error);
}

TEST(Serialize, NoOtherNumberBecomesABoolOrAnEnumerator) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string bytes(1, static_cast<char>(byte));
    const auto reads = [&](auto value) {
      Reader reader(bytes);
      try {
        reader(value);
        return true;
      } catch (const std::runtime_error&) {
        return false;
      }
    };
    EXPECT_EQ(reads(false), byte < 2) << byte;
    EXPECT_EQ(reads(Verdict::created), byte <= static_cast<int>(Verdict::too_large)) << byte;
    EXPECT_EQ(reads(FindingKind::duplicate_member), byte < static_cast<int>(kFindingKinds)) << byte;
    EXPECT_EQ(reads(Field::document), byte <= static_cast<int>(Field::document)) << byte;
    EXPECT_EQ(reads(JsonType::none), std::popcount(static_cast<unsigned>(byte)) <= 1 && byte < 128)
        << byte;
    EXPECT_EQ(reads(ErrorCode::ok), byte <= static_cast<int>(ErrorCode::number_out_of_range))
        << byte;
  }
}

}  // namespace
}  // namespace leadscan::audit
