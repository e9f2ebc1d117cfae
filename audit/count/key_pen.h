// KeyPen: writes down the keys of a record in a KeyBatch, whose form is told there.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "audit/base/bounded_text.h"
#include "audit/base/short_text.h"
#include "audit/count/key_batch.h"

namespace leadscan::audit {

// The first byte of a key.
class KeyHead {
 public:
  static constexpr unsigned kKind = 7;
  static constexpr unsigned kBegins = 8;      // a record
  static constexpr unsigned kHasValue = 16;   // of its own
  static constexpr unsigned kSameValue = 32;  // as the key in front of it

  explicit KeyHead(char byte) : byte_(static_cast<unsigned char>(byte)) {}
  KeyKind kind() const { return static_cast<KeyKind>(byte_ & kKind); }
  bool begins() const { return (byte_ & kBegins) != 0; }
  bool has_value() const { return (byte_ & kHasValue) != 0; }
  bool same_value() const { return (byte_ & kSameValue) != 0; }

 private:
  unsigned byte_;
};

// What changes with each key is kept here until the record has no more. Inline, as every record has
// some: with a call for each key it takes a third longer.
class KeyPen {
 public:
  // Up to kMost keys, which with their values have that many bytes as they are written.
  static constexpr std::size_t kMost = 3;
  [[gnu::always_inline]] KeyPen(KeyBatch& keys, std::size_t bytes)
      : keys_(keys),
        out_(keys.bytes.room(kMostBesides + bytes)),
        begin_(keys.bytes.data()),
        first_(keys.first_key == std::string::npos ? nullptr : begin_ + keys.first_key),
        last_(keys.bytes.view().substr(keys.last_text)) {
    if (keys.hash == nullptr) [[unlikely]]
      keys.hash = std::make_unique<KeyHash>(keys.hash_key);
  }
  ~KeyPen() {
    keys_.bytes.end(out_);
    if (first_ != nullptr) keys_.first_key = static_cast<std::size_t>(first_ - begin_);
    keys_.last_text = static_cast<std::size_t>(last_.data() - begin_);
  }
  KeyPen(const KeyPen&) = delete;
  KeyPen& operator=(const KeyPen&) = delete;

  // What texts of so many bytes have at most once they are bounded.
  static constexpr std::size_t bounded(std::size_t bytes) {
    if (bytes <= kMostValueBytes) return bytes;
    return std::min(bytes, kMost * 2 * kMostValueBytes) + kMost * 2 * kMostMarkBytes;
  }

  // As append_key().
  [[gnu::always_inline]] void write(KeyKind kind, std::string_view key, std::string_view value) {
    if (key.empty()) return;
    if (std::max(key.size(), value.size()) > kMostValueBytes) [[unlikely]]
      return write_bounded(kind, key, value);
    write_short(kind, key, value);
  }
  // Not empty, nor longer than what was bounded.
  [[gnu::always_inline]] void write_short(KeyKind kind, std::string_view key,
                                          std::string_view value) {
    const auto begin = static_cast<std::size_t>(out_ - begin_);
    if (keys_.ids() % KeyBatch::kMarked == 0) keys_.marks.push_back(begin);
    keys_.hashes.push_back((*keys_.hash)(kind, key));
    char* const head = out_;
    auto flags = static_cast<unsigned>(kind);
    if (first_ == nullptr) {
      flags |= KeyHead::kBegins;
      out_ = write_record(begin, head + 1);
      first_ = head;
      last_ = {};
    } else {
      out_ = write_leb128(head + 1, static_cast<std::uint64_t>(head - first_));
    }
    const bool is_same = !value.empty() && equal_short(last_, value);
    out_ = write_text(out_, key);
    last_ = {out_ - key.size(), key.size()};
    if (is_same) {
      flags |= KeyHead::kSameValue;
    } else if (!value.empty()) {
      flags |= KeyHead::kHasValue;
      out_ = write_text(out_, value);
      last_ = {out_, 0};
    }
    *head = static_cast<char>(flags);
  }

 private:
  static constexpr std::size_t kMostBesides = kMost * (1 + 5 * kMostLeb128Bytes);

  static char* write_text(char* out, std::string_view text) {
    return copy_short(text, write_leb128(out, text.size()));
  }
  static bool is_of(const KeyBatch::Stretch& stretch, const KeyBatch::Place& place) {
    return stretch.file == place.file && stretch.member == place.member &&
           place.line >= stretch.line && place.offset >= stretch.offset;
  }
  char* write_record(std::size_t begin, char* out) {
    const KeyBatch::Place& record = keys_.record;
    if (keys_.stretches.empty() || !is_of(keys_.stretches.back(), record))
      keys_.stretches.push_back({begin, record.file, record.member, record.line, record.offset});
    const KeyBatch::Stretch& stretch = keys_.stretches.back();
    out = write_leb128(out, record.line - stretch.line);
    out = write_leb128(out, record.offset - stretch.offset);
    return write_leb128(out, record.length);
  }
  void write_bounded(KeyKind kind, std::string_view key, std::string_view value);

  KeyBatch& keys_;
  char* out_;
  const char* const begin_;
  const char* first_;      // the record's first key; null: there is none
  std::string_view last_;  // the last key's text if it ends the bytes; else empty, where they end
};

}  // namespace leadscan::audit
