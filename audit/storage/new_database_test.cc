#include "audit/storage/new_database.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace leadscan::audit {
namespace {

class StatementTest : public testing::Test {
 protected:
  StatementTest() {
    sqlite3_open(":memory:", &database_);
    sqlite3_exec(database_, "CREATE TABLE t(a, b)", nullptr, nullptr, nullptr);
  }
  ~StatementTest() override { sqlite3_close(database_); }

  std::int64_t rows() {
    Statement count(database_, "SELECT count(*) FROM t");
    return count.next() ? count.integer(0) : -1;
  }

  sqlite3* database_ = nullptr;
};

TEST_F(StatementTest, ValueThatIsTooLongIsNoNull) {
  sqlite3_limit(database_, SQLITE_LIMIT_LENGTH, 1000);
  const std::string longest(2000, 'x');
  for (const bool blob : {false, true}) {
    Statement insert(database_, "INSERT INTO t VALUES(?, ?)");
    if (blob) {
      insert.bind_blob(1, longest);
    } else {
      insert.bind(1, std::string_view(longest));
    }
    // What is bound without complaint afterwards does not hide it.
    insert.bind(2, std::int64_t{1});
    EXPECT_FALSE(insert.run());
    EXPECT_EQ(insert.error(), "string or blob too big");
  }
  EXPECT_EQ(rows(), 0);
}

TEST_F(StatementTest, RowThatIsTooLong) {
  sqlite3_limit(database_, SQLITE_LIMIT_LENGTH, 1000);
  const std::string text(700, 'x');
  Statement insert(database_, "INSERT INTO t VALUES(?, ?)");
  insert.bind_all(std::string_view(text), std::string_view(text));
  EXPECT_FALSE(insert.run());
  EXPECT_EQ(insert.error(), "string or blob too big");
  EXPECT_EQ(rows(), 0);
}

TEST_F(StatementTest, WrongParameterAndWrongText) {
  Statement insert(database_, "INSERT INTO t VALUES(?, ?)");
  insert.bind(3, std::int64_t{1});
  EXPECT_FALSE(insert.run());
  EXPECT_EQ(insert.error(), "column index out of range");
  EXPECT_EQ(rows(), 0);
  Statement wrong(database_, "SELECT x FROM nowhere");
  EXPECT_FALSE(wrong.good());
  EXPECT_FALSE(wrong.next());
  EXPECT_EQ(wrong.error(), "no such table: nowhere");
  wrong.bind(1, std::int64_t{1});
  EXPECT_EQ(wrong.error(), "no such table: nowhere");
}

TEST_F(StatementTest, NullAfterAValueIsNull) {
  constexpr int kMany = 70;
  std::string parameters = "?";
  for (int i = 1; i < kMany; ++i) parameters += ", ?";
  Statement select(database_, "SELECT " + parameters);
  for (int row = 0; row < 4; ++row) {
    for (int at = 1; at <= kMany; ++at) {
      if ((at + row) % 3 == 0) {
        select.bind(at, std::string_view("text"));
      } else if ((at + row) % 3 == 1) {
        select.bind(at, std::int64_t{row});
      } else {
        select.bind(at, std::nullopt);
      }
    }
    ASSERT_TRUE(select.next());
    for (int at = 1; at <= kMany; ++at) {
      constexpr int kTypes[] = {SQLITE_TEXT, SQLITE_INTEGER, SQLITE_NULL};
      EXPECT_EQ(sqlite3_column_type(select, at - 1), kTypes[(at + row) % 3]) << at << ", " << row;
    }
    select.reset();
  }
}

TEST_F(StatementTest, RowsEndOrFail) {
  sqlite3_exec(database_, "INSERT INTO t VALUES(1, ''), (-9223372036854775807 - 1, 2)", nullptr,
               nullptr, nullptr);
  Statement select(database_, "SELECT b, abs(a) FROM t");
  EXPECT_TRUE(select.next());
  EXPECT_EQ(select.bytes(0), "");
  EXPECT_FALSE(select.next());
  EXPECT_FALSE(select.good());
  EXPECT_EQ(select.error(), "integer overflow");
  Statement good(database_, "SELECT a FROM t");
  while (good.next()) {
  }
  EXPECT_TRUE(good.good());
}

TEST(NewDatabase, FirstFailureStays) {
  const std::string path = testing::TempDir() + "/new_database_test.db";
  {
    NewDatabase database;
    ASSERT_TRUE(database.open(path, false)) << database.error();
    ASSERT_TRUE(database.create()) << database.error();
    ASSERT_TRUE(database.run("CREATE TABLE t(a UNIQUE)"));
    Statement insert = database.prepare("INSERT INTO t VALUES(1)");
    EXPECT_TRUE(database.run(insert));
    EXPECT_FALSE(database.run(insert));
    EXPECT_EQ(database.error(), path + ": UNIQUE constraint failed: t.a");
    EXPECT_FALSE(database.run("DELETE FROM t"));
    insert = Statement();
    EXPECT_FALSE(database.finish());
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(std::filesystem::exists(path + ".partial"));
}

}  // namespace
}  // namespace leadscan::audit
