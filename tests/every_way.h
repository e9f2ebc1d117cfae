// EveryWay: a stand-in for Parser in tests that asks every kind of parser, by both overloads, and
// expects them all to agree with the byte-wise reader.
#pragma once

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "tests/support.h"

namespace leadscan::testing {

class EveryWay {
 public:
  EveryWay() {
    for (const ParserKind& kind : parser_kinds()) parsers_.emplace_back(kind.options);
  }

  // The answer, which is that of the byte-wise reader.
  Outcome outcome(std::string_view json) {
    LeadResponse response;
    const Error error = parse(json, response);
    return outcome_of(json.data(), error, response, violations());
  }

  Error parse(std::string_view json, LeadResponse& response) {
    const Outcome expected = parse_strictly(json);
    // What could complete a document is behind it, a different thing each time.
    static constexpr std::string_view kFillings[] = {
        ",", "}", "\"}", "]}", ":1}", "0", "\\", "\xFF", "{\"message\":\"m\"}", "\n", " "};
    const PaddedCopy padded(json, kFillings[calls_++ % std::size(kFillings)]);
    for (std::size_t i = 0; i < parsers_.size(); ++i) {
      // Without optimisation the two overloads take turns.
      const std::string& name = parser_kinds()[i].name;
      const std::uint64_t read_strictly = parsers_[i].statistics().strict;
      if (!kSlow || calls_ % 2 == 0) {
        EXPECT_EQ(parse_padded(parsers_[i], padded.bytes()), expected) << name << ", padded:\n"
                                                                       << json;
      }
      if (!kSlow || calls_ % 2 == 1) {
        EXPECT_EQ(parse_exact(parsers_[i], json), expected) << name << ":\n" << json;
      }
      // Or the path that is asked has shown nothing.
      if (!expected.error && parser_kinds()[i].options.path != Path::strict) {
        EXPECT_EQ(parsers_[i].statistics().strict, read_strictly) << name << ":\n" << json;
      }
    }
    return strict_.parse(json, response);
  }

  std::span<const Violation> violations() const { return strict_.violations(); }

  // The layouts of the learning kinds.
  Statistics statistics() const {
    Statistics sum;
    for (const Parser& parser : parsers_) {
      const Statistics one = parser.statistics();
      sum.template_hits += one.template_hits;
      sum.line_hits += one.line_hits;
      sum.layout_hits += one.layout_hits;
      sum.columns += one.columns;
      sum.misses += one.misses;
      sum.skipped += one.skipped;
      sum.learned += one.learned;
      sum.strict += one.strict;
    }
    return sum;
  }

 private:
  static Parser::Options strictly() {
    Parser::Options options;
    options.path = Path::strict;
    return options;
  }

  std::vector<Parser> parsers_;
  Parser strict_{strictly()};
  std::size_t calls_ = 0;
};

inline Outcome parse_exact(EveryWay& ways, std::string_view json) { return ways.outcome(json); }

}  // namespace leadscan::testing
