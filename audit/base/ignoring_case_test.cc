#include "audit/base/ignoring_case.h"

#include <gtest/gtest.h>

namespace leadscan::audit {
namespace {

TEST(IgnoringCase, OfAsciiLettersOnly) {
  EXPECT_TRUE(equals_ignoring_case("Transfer-ENCODING", "transfer-encoding"));
  EXPECT_TRUE(equals_ignoring_case("AZaz", "azaz"));
  EXPECT_FALSE(equals_ignoring_case("chunked", "chunke"));
  EXPECT_FALSE(equals_ignoring_case("chunke", "chunked"));
  EXPECT_TRUE(equals_ignoring_case("", ""));
  // What is beside A and Z, and what is a letter in other alphabets.
  EXPECT_FALSE(equals_ignoring_case("@[", "`{"));
  EXPECT_FALSE(equals_ignoring_case("\xC4", "\xE4"));
}

TEST(IgnoringCase, Contains) {
  EXPECT_TRUE(contains_ignoring_case("Application/JSON; charset=utf-8", "json"));
  EXPECT_TRUE(contains_ignoring_case("JSON", "json"));
  EXPECT_FALSE(contains_ignoring_case("text/jso", "json"));
}

}  // namespace
}  // namespace leadscan::audit
