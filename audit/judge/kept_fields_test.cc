#include "audit/judge/kept_fields.h"

#include <gtest/gtest.h>

namespace leadscan::audit {
namespace {

TEST(KeptFields, MayBeNullWhereTheSchemaHasThem) {
  EXPECT_TRUE(may_be_null(Field::action));
  EXPECT_TRUE(may_be_null(Field::info_timestamp));
  EXPECT_TRUE(may_be_null(Field::error_message));
  EXPECT_TRUE(may_be_null(Field::error));     // of which nothing but this is kept
  EXPECT_FALSE(may_be_null(Field::message));  // of a sibling
  EXPECT_FALSE(may_be_null(Field::info_status_code));
  EXPECT_FALSE(may_be_null(Field::info_success));
}

}  // namespace
}  // namespace leadscan::audit
