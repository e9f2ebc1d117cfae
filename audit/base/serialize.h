// Structs as bytes, for checkpoints: `template <class A> void archive(A& a) { a(x, y, z); }`.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "leadscan/error.h"
#include "leadscan/fields.h"

namespace leadscan::audit {

template <typename T>
concept Scalar = std::is_arithmetic_v<T> || std::is_enum_v<T>;

// For each enum that is read: whether the number is one of its enumerators; no other may become
// one.
constexpr bool is_enumerator(Verdict verdict) { return verdict <= Verdict::too_large; }
constexpr bool is_enumerator(ErrorCode code) { return code <= ErrorCode::nul_bytes; }
constexpr bool is_enumerator(Field field) { return field <= Field::document; }
constexpr bool is_enumerator(JsonType type) {
  return type == JsonType::none ||
         (type <= JsonType::object && std::has_single_bit(static_cast<unsigned>(type)));
}

class Writer {
 public:
  static constexpr bool kReads = false;
  std::string bytes;

  template <typename... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }

 private:
  template <Scalar T>
  void put(T value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void put(const std::string& text) { put(std::string_view(text)); }
  void put(std::string_view text) {
    put(std::uint64_t{text.size()});
    bytes += text;
  }
  template <typename T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <typename A, typename B>
  void put(const std::pair<A, B>& value) {
    put(value.first);
    put(value.second);
  }
  template <typename T, std::size_t N>
  void put(const std::array<T, N>& values) {
    for (const T& value : values) put(value);
  }
  template <typename T>
  void put(const std::vector<T>& values) {
    put(std::uint64_t{values.size()});
    for (const T& value : values) put(value);
  }
  template <typename K, typename V>
  void put(const std::map<K, V>& values) {
    put(std::uint64_t{values.size()});
    for (const auto& [key, value] : values) {
      put(key);
      put(value);
    }
  }
  template <typename T>
    requires requires(T& value, Writer& writer) { value.archive(writer); }
  void put(const T& value) {
    const_cast<T&>(value).archive(*this);
  }
};

// Throws std::runtime_error if the bytes cannot be what a Writer wrote.
class Reader {
 public:
  static constexpr bool kReads = true;
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <typename... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  bool empty() const { return rest_.empty(); }

 private:
  [[noreturn]] static void fail() { throw std::runtime_error("damaged"); }
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) fail();
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::uint64_t count() {
    std::uint64_t size = 0;
    get(size);
    if (size > rest_.size()) fail();
    return size;
  }
  template <typename T>
    requires std::is_arithmetic_v<T>
  void get(T& value) {
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
  }
  void get(bool& value) {
    const char byte = take(1)[0];
    if (byte != 0 && byte != 1) fail();
    value = byte == 1;
  }
  template <typename T>
    requires std::is_enum_v<T>
  void get(T& value) {
    // Each has a fixed underlying type, so that any number of that type may be looked at.
    std::underlying_type_t<T> number{};
    get(number);
    if (!is_enumerator(static_cast<T>(number))) fail();
    value = static_cast<T>(number);
  }
  void get(std::string& text) { text = take(count()); }
  // A view into the bytes.
  void get(std::string_view& text) { text = take(count()); }
  template <typename T>
  void get(std::optional<T>& value) {
    bool has = false;
    get(has);
    value.reset();
    if (has) get(value.emplace());
  }
  template <typename A, typename B>
  void get(std::pair<A, B>& value) {
    get(value.first);
    get(value.second);
  }
  template <typename T, std::size_t N>
  void get(std::array<T, N>& values) {
    for (T& value : values) get(value);
  }
  template <typename T>
  void get(std::vector<T>& values) {
    values.resize(count());
    for (T& value : values) get(value);
  }
  template <typename K, typename V>
  void get(std::map<K, V>& values) {
    values.clear();
    for (std::uint64_t n = count(); n > 0; --n) {
      K key{};
      get(key);
      get(values[key]);
    }
  }
  template <typename T>
    requires requires(T& value, Reader& reader) { value.archive(reader); }
  void get(T& value) {
    value.archive(*this);
  }

  std::string_view rest_;
};

}  // namespace leadscan::audit
