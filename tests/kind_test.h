// KindTest: the base of tests that run once for every kind of parser.
#pragma once

#include <gtest/gtest.h>

#include "tests/support.h"

namespace leadscan::testing {

// For an instruction set that this CPU lacks the test exists and is skipped, so that it is counted
// (.ci/run says which ones were not tested, by these words).
class KindTest : public ::testing::TestWithParam<ParserKind> {
 protected:
  void SetUp() override {
    const Isa isa = GetParam().options.isa;
    if (!has_isa(isa)) GTEST_SKIP() << "this CPU has no " << name_of(isa);
  }
};

}  // namespace leadscan::testing

#define LEADSCAN_FOR_EVERY_KIND(Suite)                                          \
  INSTANTIATE_TEST_SUITE_P(All, Suite, ::testing::ValuesIn(all_parser_kinds()), \
                           [](const auto& info) { return info.param.name; })
