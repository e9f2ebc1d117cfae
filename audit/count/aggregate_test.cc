// Counting in chunks and merging them comes to the same wherever they are cut; and what is counted
// survives a checkpoint.
#include "audit/count/aggregate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <map>
#include <memory>
#include <random>

#include "audit/base/serialize.h"
#include "audit/base/timestamp.h"
#include "audit/count/key_batch.h"
#include "audit/judge/kept_fields.h"
#include "audit/judge/testing.h"
#include "corpus/corpus.h"

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

// The shape of a judged line, by its number.
using ShapeOf = std::function<std::uint32_t(const Judged&, std::size_t)>;

// What `lines` come to, cut into chunks in front of each of `cuts`.
Aggregate aggregate_of(const std::vector<std::string>& lines, const std::vector<std::size_t>& cuts,
                       const AggregateOptions& options, KeyBatch* all_keys = nullptr,
                       const ShapeOf& shape_of = nullptr) {
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
    counter.add(judged, shape_of ? shape_of(judged, i) : 0);
  }
  end();
  if (all_keys != nullptr) *all_keys = std::move(keys);
  return total;
}

std::string counted(const std::vector<std::string>& lines, const std::vector<std::size_t>& cuts,
                    const AggregateOptions& options) {
  Writer writer;
  writer(aggregate_of(lines, cuts, options));
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

// Shapes of which several have one layout, or one place among those that are known, and between
// them lines of the same layouts without a shape.
TEST(Aggregate, ShapesDoNotMatter) {
  std::vector<std::string> lines = documents();
  lines.insert(lines.end(), 5, R"({"message":"","x":1,"x":2})");
  const Aggregate without = aggregate_of(lines, {}, options());
  Writer expected;
  expected(without);
  LayoutWriter layout;
  for (const std::uint32_t apart : {1u, 128u, 256u}) {
    std::map<std::string, std::uint32_t> numbers;
    const ShapeOf shape_of = [&](const Judged& judged, std::size_t i) -> std::uint32_t {
      if (judged.verdict > Verdict::violation || i % 5 == 0) return 0;
      std::string shape(layout.write(judged.body));
      for (const Field field : kKeptFields)
        shape += static_cast<char>(presence_of(judged.response, info_of(field).slot));
      const auto next = static_cast<std::uint32_t>(numbers.size() + 1) * apart;
      return numbers.emplace(shape + std::to_string(i % 3), next).first->second;
    };
    for (const std::size_t cut : {1u, 100u, 333u}) {
      Writer writer;
      writer(aggregate_of(lines, {cut}, options(), nullptr, shape_of));
      EXPECT_EQ(writer.bytes, expected.bytes) << apart;
    }
  }
}

// With more different values, layouts and hours than are kept.
TEST(Aggregate, ChunksDoNotMatterBeyondWhatIsKept) {
  std::vector<std::string> lines;
  std::mt19937 random(4);
  for (int i = 0; i < 16000; ++i) {
    const std::string name = std::to_string(random() % 40000);
    lines.push_back(R"({"message":"m)" + name + R"(","k)" + name + R"(":1,"k)" + name + R"(":2})");
    if (i % 70 != 0) continue;
    // Longer than a layout that is kept.
    lines.push_back(R"({"message":"","a":1,"\u0061":2,")" + std::string(20000, 'n') + name +
                    "\":1}");
  }
  const Aggregate total = aggregate_of(lines, {}, options());
  EXPECT_EQ(total.finding_counts[index_of(FindingKind::duplicate_member)], lines.size());
  EXPECT_EQ(total.records_with_duplicates, lines.size());
  EXPECT_EQ(total.messages.entries().size(), Counts<std::string>::kMost);
  EXPECT_EQ(total.layouts.entries().size(), Layouts::kMost);
  const std::string whole = counted(lines, {}, options());
  for (const std::size_t each : {500u, 6000u, 15000u}) {
    std::vector<std::size_t> cuts;
    for (std::size_t i = each; i < lines.size(); i += each) cuts.push_back(i);
    ASSERT_EQ(counted(lines, cuts, options()), whole) << each;
  }
}

TEST(Aggregate, EachNameThatComesAgainIsAFindingOfItsOwn) {
  const std::vector<std::string> lines = {
      R"({"message":"","x":1,"x":2,"x":3,"y":1,"y":2})",
      R"({"message":"","x":1})",
      R"({"info":{"success":true,"statusCode":200,"zz":1,"z\u007a":2},"data":null})",
      R"({"inf\u006f":{"success":true,"statusCode":200,"zz":1,"zz":2},"data":null})",
      // Violations: of a name that is known, and for another reason.
      R"({"action":"a","action":"b","info":{"success":true,"success":true}})",
      R"({"action":1,"u":1,"u":1})",
      R"({"x":1,"x":2)",
  };
  const Aggregate total = aggregate_of(lines, {}, options());
  EXPECT_EQ(total.finding_counts[index_of(FindingKind::duplicate_member)], 7u);
  EXPECT_EQ(total.records_with_duplicates, 5u);
  std::vector<std::string> pointers;
  for (const Finding& finding : total.findings[index_of(FindingKind::duplicate_member)])
    pointers.push_back(std::to_string(finding.at.line) + finding.detail);
  EXPECT_EQ(pointers, (std::vector<std::string>{"1/x", "1/y", "3/info/zz", "4/info/zz", "5/action",
                                                "5/info/success", "6/u"}));
}

TEST(Aggregate, FindingsAreAboutGoodRecords) {
  const std::string good = R"({"info":{"success":true,"statusCode":200,"timestamp":")";
  const std::string bad = R"({"info":{"success":1,"statusCode":200,"timestamp":")";
  std::vector<std::string> lines;
  for (int i = 0; i < 30; ++i) lines.push_back(good + "2025-06-01T12:00:00Z\"},\"data\":null}");
  for (const char* time : {"nonsense", "2999-01-01T00:00:00Z", "1999-01-01T00:00:00Z"}) {
    lines.push_back(bad + time + "\"},\"data\":null}");
    lines.push_back(good + time + "\"},\"data\":nul}");
    lines.push_back(good + time + "\"},\"data\":nu");
  }
  const Aggregate total = aggregate_of(lines, {}, options());
  for (const std::uint64_t count : total.finding_counts) EXPECT_EQ(count, 0u);
  EXPECT_EQ(total.timeline.rows().size(), 1u);
  EXPECT_EQ(total.timeline.before(*total.timeline.range_start()), 0u);
  for (const auto& [seconds, at] : total.earliest) EXPECT_EQ(seconds, 1748779200);
  // All records are in the timeline or counted beside it.
  EXPECT_EQ(total.timeline.rows().begin()->second[index_of(Verdict::update)], 30u);
  for (const Verdict verdict : {Verdict::violation, Verdict::malformed, Verdict::truncated})
    EXPECT_EQ(total.without_timestamp[index_of(verdict)], 3u);
  EXPECT_EQ(total.violations_timeline.rows().size(), 2u);
}

TEST(Aggregate, AFractionOfASecondIsInTheFuture) {
  AggregateOptions at_noon = options();
  at_noon.now = parse_date("2025-06-01T12:00:00Z")->seconds;
  std::vector<std::string> lines;
  for (const char* time : {"12:05:00Z", "12:05:00.000Z", "12:05:00.001Z", "12:05:01Z"})
    lines.push_back(R"({"info":{"success":true,"statusCode":200,"timestamp":"2025-06-01T)" +
                    std::string(time) + "\"},\"data\":null}");
  EXPECT_EQ(
      aggregate_of(lines, {}, at_noon).finding_counts[index_of(FindingKind::timestamp_in_future)],
      2u);
}

TEST(Aggregate, IdsAreNotEmptyAndAnObjectIsNoString) {
  const auto line = [](std::string partner, std::string ds, std::string trace) {
    return R"({"partnerLeadOpportunityId":)" + partner + R"(,"dsLeadOpportunityId":")" + ds +
           R"(","action":"create","info":{"success":true,"statusCode":201,"traceId":")" + trace +
           "\"}}";
  };
  KeyBatch keys;
  const Aggregate total = aggregate_of(
      {line("\"\"", "", ""), line("\"\"", "", ""), line("\"\"", "A", ""), line("\"\"", "B", "t"),
       line("\"p\"", "", ""), line(R"("{\"a\":1}")", "C", ""), line(R"({"a":1})", "D", "")},
      {}, options(), &keys);
  std::vector<std::string> ids;
  for_each_key(keys, [&](const KeyEvent& event) {
    ids.push_back(std::to_string(static_cast<int>(event.kind)) + std::string(event.key));
  });
  EXPECT_EQ(ids,
            (std::vector<std::string>{"0A", "2t", "0B", "0C", R"(1{"a":1})", "0D", R"(3{"a":1})"}));
  EXPECT_EQ(keys.ids(), ids.size());
  EXPECT_EQ(total.partner_id_strings, 2u);
  EXPECT_EQ(total.partner_id_objects, 1u);
}

// Whatever is in the records: texts of all kinds, each different and long.
TEST(Aggregate, MemoryIsBounded) {
  std::vector<std::string> lines;
  const std::string longest(std::size_t{1} << 18, 'x');
  for (int i = 0; i < 40; ++i) {
    const std::string text = longest + std::to_string(i);
    lines.push_back(R"({"partnerLeadOpportunityId":")" + text + R"(","dsLeadOpportunityId":")" +
                    text + R"(","action":")" + text +
                    R"(","info":{"success":true,"statusCode":201,)" + R"("timestamp":")" + text +
                    R"(","traceId":")" + text + R"(","\u0041)" + text + R"(":1,"A)" + text +
                    R"(":2},"error":{"code":")" + text + R"(","message":")" + text + "\"}}");
    // In the future, with a long fraction.
    lines.push_back(
        R"({"info":{"success":true,"statusCode":200,"timestamp":"2030-01-01T00:00:00.)" +
        std::string(longest.size(), '0') + "Z\"},\"data\":null}");
  }
  AggregateOptions all = options();
  all.limit_findings = 1000;
  KeyBatch keys;
  const Aggregate total = aggregate_of(lines, {}, all, &keys);
  EXPECT_EQ(total.messages.entries().size(), 40u);
  EXPECT_EQ(total.finding_counts[index_of(FindingKind::timestamp_in_future)], 40u);
  EXPECT_EQ(total.finding_counts[index_of(FindingKind::duplicate_member)], 40u);
  EXPECT_LT(total.memory(), std::size_t{1} << 20);
  EXPECT_LT(keys.memory(), std::size_t{1} << 20);
  Writer writer;
  writer(total);
  EXPECT_LT(writer.bytes.size(), std::size_t{1} << 20);
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
    EXPECT_EQ(reads(ErrorCode::ok), byte <= static_cast<int>(ErrorCode::nul_bytes)) << byte;
  }
}

}  // namespace
}  // namespace leadscan::audit
