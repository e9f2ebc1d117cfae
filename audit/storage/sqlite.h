// SQLite statements with C++ lifetimes.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace leadscan::audit {

// A prepared statement. What fails first, be it that SQLite refuses the text, a value or a row, is
// kept: from then on nothing is run, and error() has the reason.
class Statement {
 public:
  Statement() = default;
  Statement(sqlite3* database, std::string_view sql) {
    const int result = sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()),
                                          &statement_, nullptr);
    if (result != SQLITE_OK) note(result, database);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(Statement&& other) noexcept { *this = std::move(other); }
  Statement& operator=(Statement&& other) noexcept {
    std::swap(statement_, other.statement_);
    std::swap(result_, other.result_);
    std::swap(bound_, other.bound_);
    std::swap(error_, other.error_);
    return *this;
  }
  operator sqlite3_stmt*() const { return statement_; }  // NOLINT: it is one

  // Texts and blobs must live until the next reset().
  void bind(int at, std::int64_t value) {
    bound_ |= bit(at);
    note(sqlite3_bind_int64(statement_, at, value));
  }
  void bind(int at, std::uint64_t value) { bind(at, static_cast<std::int64_t>(value)); }
  void bind(int at, bool value) { bind(at, std::int64_t{value}); }
  void bind(int at, std::string_view text) {
    bound_ |= bit(at);
    // A null pointer would be NULL, and not the empty text.
    note(sqlite3_bind_text64(statement_, at, text.data() == nullptr ? "" : text.data(), text.size(),
                             SQLITE_STATIC, SQLITE_UTF8));
  }
  void bind(int at, const char* text) { bind(at, std::string_view(text)); }
  void bind(int at, std::nullopt_t) {
    if ((bound_ & bit(at)) == 0) return;
    if (at < 64) bound_ &= ~bit(at);
    note(sqlite3_bind_null(statement_, at));
  }
  template <typename T>
  void bind(int at, const std::optional<T>& value) {
    if (value) {
      bind(at, *value);
    } else {
      bind(at, std::nullopt);
    }
  }
  void bind_blob(int at, std::string_view bytes) {
    bound_ |= bit(at);
    note(sqlite3_bind_blob64(statement_, at, bytes.data() == nullptr ? "" : bytes.data(),
                             bytes.size(), SQLITE_STATIC));
  }
  // From the first parameter on. Returns the last one's number.
  template <typename... T>
  int bind_all(const T&... values) {
    int at = 0;
    (bind(++at, values), ...);
    return at;
  }

  // Whether there is a row. If not, good() tells whether that was the end of them.
  bool next() {
    if (!good()) return false;
    const int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW) return true;
    if (result != SQLITE_DONE) note(result);
    return false;
  }
  // Runs what gives no rows, and makes it ready to be bound again.
  bool run() {
    const bool done = !next() && good();
    reset();
    return done;
  }
  void reset() { sqlite3_reset(statement_); }

  bool good() const { return result_ == SQLITE_OK; }
  const std::string& error() const { return error_; }

  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  // A text or blob, until the next step().
  std::string_view bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    if (data != nullptr)
      return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    // An empty one has no address either.
    if (sqlite3_errcode(sqlite3_db_handle(statement_)) == SQLITE_NOMEM) throw std::bad_alloc();
    return {};
  }

 private:
  void note(int result) {
    if (result != SQLITE_OK) note(result, sqlite3_db_handle(statement_));
  }
  void note(int result, sqlite3* database) {
    if (!good()) return;
    result_ = result;
    // The connection's message is of this only if its code is, and is more exact then.
    const bool is_last = database != nullptr && sqlite3_errcode(database) == result;
    error_ = is_last ? sqlite3_errmsg(database) : sqlite3_errstr(result);
  }

  static constexpr std::uint64_t bit(int at) { return std::uint64_t{1} << (at < 64 ? at : 0); }

  sqlite3_stmt* statement_ = nullptr;
  // Parameters that may not be NULL, as all are at first: a row in which most are stays cheap.
  std::uint64_t bound_ = 1;  // those from the 64th on always
  int result_ = SQLITE_OK;
  std::string error_;
};

}  // namespace leadscan::audit
