// SQLite statements with C++ lifetimes.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace leadscan::audit {

// A prepared statement. Null if SQLite refused the text: step() then fails, and the database's
// error message has the reason.
class Statement {
 public:
  Statement() = default;
  Statement(sqlite3* database, std::string_view sql) {
    sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Statement& operator=(Statement&& other) noexcept {
    std::swap(statement_, other.statement_);
    return *this;
  }
  operator sqlite3_stmt*() const { return statement_; }  // NOLINT: it is one

  // Texts and blobs must live until the next reset().
  void bind(int at, std::int64_t value) { sqlite3_bind_int64(statement_, at, value); }
  void bind(int at, std::uint64_t value) { bind(at, static_cast<std::int64_t>(value)); }
  void bind(int at, bool value) { bind(at, std::int64_t{value}); }
  void bind(int at, std::string_view text) {
    // A null pointer would be NULL, and not the empty text.
    sqlite3_bind_text64(statement_, at, text.data() == nullptr ? "" : text.data(), text.size(),
                        SQLITE_STATIC, SQLITE_UTF8);
  }
  void bind(int at, const char* text) { bind(at, std::string_view(text)); }
  void bind(int at, std::nullopt_t) { sqlite3_bind_null(statement_, at); }
  template <typename T>
  void bind(int at, const std::optional<T>& value) {
    if (value) {
      bind(at, *value);
    } else {
      bind(at, std::nullopt);
    }
  }
  void bind_blob(int at, std::string_view bytes) {
    sqlite3_bind_blob64(statement_, at, bytes.data(), bytes.size(), SQLITE_STATIC);
  }
  // From the first parameter on.
  template <typename... T>
  void bind_all(const T&... values) {
    int at = 0;
    (bind(++at, values), ...);
  }

  // Whether there is a row.
  bool next() { return sqlite3_step(statement_) == SQLITE_ROW; }
  // Runs what gives no rows, and makes it ready to be bound again.
  bool run() {
    const bool good = sqlite3_step(statement_) == SQLITE_DONE;
    reset();
    return good;
  }
  void reset() { sqlite3_reset(statement_); }

  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  // A text or blob, until the next step().
  std::string_view bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace leadscan::audit
