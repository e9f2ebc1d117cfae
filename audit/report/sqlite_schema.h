// The tables, indexes and views of --sqlite. Times are in UTC.
#pragma once

#include <string>
#include <vector>

namespace leadscan::audit {

// Goes up when a table or view changes in a way that queries notice; PRAGMA user_version.
inline constexpr int kSqliteSchemaVersion = 2;

// Statements that make the tables. A record has a column for each member that LeadResponse keeps.
std::string sqlite_tables();
// Inserts a record: a parameter for each column that is not generated, in their order.
std::string sqlite_insert_record();
std::string sqlite_row_indexes();
extern const char* const kSqliteIndexes;
std::vector<std::string> sqlite_lookups();
std::string sqlite_views();

}  // namespace leadscan::audit
