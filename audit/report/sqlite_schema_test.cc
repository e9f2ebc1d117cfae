#include "audit/report/sqlite_schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "audit/judge/judge.h"
#include "leadscan/fields.h"

namespace leadscan::audit {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

// What queries of users rely on, said once more.
TEST(SqliteSchema, NamesAreThoseOfBefore) {
  EXPECT_TRUE(has(sqlite_tables(),
                  "rule      TEXT NOT NULL CHECK (rule = 'missing' OR rule = 'type' OR "
                  "rule = 'duplicate' OR rule = 'range'),"));
  EXPECT_TRUE(has(sqlite_views(),
                  "WHERE r.verdict IN ('violation', 'malformed', 'truncated', 'too_large');"));
  EXPECT_TRUE(has(sqlite_views(),
                  "SELECT partner_id, partner_id_is_object, count(DISTINCT ds_id) AS ds_ids,"));
  EXPECT_TRUE(has(sqlite_views(), "AND verdict = 'created' AND action = 'create'"));
  EXPECT_TRUE(has(sqlite_views(), "GROUP BY action, status_code, success ORDER BY"));
  EXPECT_TRUE(has(sqlite_views(), "SELECT error_code, error_message, count(*)"));
  EXPECT_TRUE(has(sqlite_row_indexes(),
                  "CREATE INDEX records_error_code ON records(error_code) "
                  "WHERE error_code IS NOT NULL;"));
  const std::vector<std::string> lookups = sqlite_lookups();
  ASSERT_EQ(lookups.size(), 6u);
  for (const char* const id : {"trace_id", "ds_id", "partner_id"}) {
    const std::string sql = std::string("CREATE INDEX IF NOT EXISTS records_") + id +
                            " ON records(" + id + ") WHERE " + id + " IS NOT NULL";
    EXPECT_EQ(std::count(lookups.begin(), lookups.end(), sql), 1) << sql;
  }
}

TEST(SqliteSchema, EveryRuleAndBadVerdictIsThere) {
  unsigned rules = 0;
  for (int code = 0; code <= static_cast<int>(ErrorCode::nul_bytes); ++code) {
    if (!is_violation(static_cast<ErrorCode>(code))) continue;
    ++rules;
    const std::string rule(rule_of(static_cast<ErrorCode>(code)));
    EXPECT_TRUE(has(sqlite_tables(), "rule = '" + rule + "'")) << rule;
  }
  EXPECT_EQ(rules, 5u);
  const std::string views = sqlite_views();
  const std::string bad = views.substr(views.find("r.verdict IN ("), 70);
  for (std::size_t i = 0; i < kVerdictCount; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    const std::string name = "'" + std::string(name_of(verdict)) + "'";
    EXPECT_TRUE(has(sqlite_tables(), "verdict = " + name)) << name;
    EXPECT_EQ(has(bad, name), is_bad(verdict)) << name;
  }
}

}  // namespace
}  // namespace leadscan::audit
