#include "audit/count/key_batch.h"

#include <algorithm>

#include "audit/base/bounded_text.h"
#include "audit/base/short_text.h"

namespace leadscan::audit {
namespace {

// The first byte of a key.
class Head {
 public:
  static constexpr unsigned kKind = 7;
  static constexpr unsigned kBegins = 8;      // a record
  static constexpr unsigned kHasValue = 16;   // of its own
  static constexpr unsigned kSameValue = 32;  // as the key in front of it

  explicit Head(char byte) : byte_(static_cast<unsigned char>(byte)) {}
  KeyKind kind() const { return static_cast<KeyKind>(byte_ & kKind); }
  bool begins() const { return (byte_ & kBegins) != 0; }
  bool has_value() const { return (byte_ & kHasValue) != 0; }
  bool same_value() const { return (byte_ & kSameValue) != 0; }

 private:
  unsigned byte_;
};

// Behind the head: the place, or how far its record's first key is in front.
const char* read_place(const char* at, const Head& head, KeyBatch::Place& place,
                       std::uint64_t& back) {
  if (head.begins()) {
    place.line = read_leb128(at);
    place.offset = read_leb128(at);
    place.length = read_leb128(at);
    back = 0;
  } else {
    back = read_leb128(at);
  }
  return at;
}

std::string_view read_text(const char*& at) {
  const std::uint64_t size = read_leb128(at);
  const std::string_view text(at, size);
  at += size;
  return text;
}

char* write_text(char* out, std::string_view text) {
  return copy_short(text, write_leb128(out, text.size()));
}

bool is_of(const KeyBatch::Stretch& stretch, const KeyBatch::Place& place) {
  return stretch.file == place.file && stretch.member == place.member &&
         place.line >= stretch.line && place.offset >= stretch.offset;
}

// The place of the record, of which this is the first key.
char* write_record(KeyBatch& keys, std::size_t begin, char* out) {
  const KeyBatch::Place& record = keys.record;
  if (keys.stretches.empty() || !is_of(keys.stretches.back(), record))
    keys.stretches.push_back({begin, record.file, record.member, record.line, record.offset});
  const KeyBatch::Stretch& stretch = keys.stretches.back();
  out = write_leb128(out, record.line - stretch.line);
  out = write_leb128(out, record.offset - stretch.offset);
  out = write_leb128(out, record.length);
  keys.first_key = begin;
  return out;
}

void make_hash(KeyBatch& keys) {
  if (keys.hash == nullptr) [[unlikely]]
    keys.hash = std::make_unique<KeyHash>(keys.hash_key);
}

// None of its texts is too long.
inline void append(KeyBatch& keys, const NewKey& added) {
  const auto [kind, key, value] = added;
  const std::size_t begin = keys.bytes.size();
  const bool begins = keys.first_key == std::string::npos;
  const bool same_value =
      !value.empty() && !begins && equal_short(keys.bytes.view().substr(keys.last_text), value);
  const bool has_value = !value.empty() && !same_value;

  char* const head = keys.bytes.room(1 + 5 * kMostLeb128Bytes + key.size() + value.size());
  *head =
      static_cast<char>(static_cast<unsigned>(kind) | (begins ? Head::kBegins : 0) |
                        (has_value ? Head::kHasValue : 0) | (same_value ? Head::kSameValue : 0));
  char* out =
      begins ? write_record(keys, begin, head + 1) : write_leb128(head + 1, begin - keys.first_key);
  out = write_text(out, key);
  keys.last_text = begin + static_cast<std::size_t>(out - head) - key.size();
  if (has_value) {
    out = write_text(out, value);
    keys.last_text = begin + static_cast<std::size_t>(out - head);
  }
  keys.bytes.end(out);
  if (keys.hashes.size() % KeyBatch::kMarked == 0) keys.marks.push_back(begin);
  keys.hashes.push_back((*keys.hash)(kind, key));
}

}  // namespace

std::size_t KeyBatch::memory() const {
  std::size_t sum = bytes.capacity() + hashes.capacity() * sizeof hashes[0] +
                    marks.capacity() * sizeof marks[0] + stretches.capacity() * sizeof stretches[0];
  for (const Name& name : names) sum += sizeof name + name.name.capacity();
  return sum;
}

void begin_record(KeyBatch& keys, const KeyBatch::Place& record) {
  if (keys.record == record) return;
  keys.record = record;
  keys.first_key = std::string::npos;
}

void append_keys(KeyBatch& keys, std::span<const NewKey> added) {
  make_hash(keys);
  for (const NewKey& it : added) {
    if (it.key.empty()) continue;
    if (std::max(it.key.size(), it.value.size()) <= kMostValueBytes) [[likely]] {
      append(keys, it);
      continue;
    }
    const std::string key = bounded_text(it.key, kMostValueBytes);
    const std::string value = bounded_text(it.value, kMostValueBytes);
    append(keys, {it.kind, key, value});
  }
}

void append_event(KeyBatch& keys, const KeyEvent& event) {
  const Position& at = event.at;
  if (event.kind == KeyKind::member) {
    keys.names.push_back({at.file, at.member_index, std::string(event.key)});
    return;
  }
  begin_record(keys, {at.file, at.member_index, at.line, at.offset, at.length});
  make_hash(keys);
  append(keys, {event.kind, event.key, event.value});
}

void append_member(KeyBatch& keys, const MemberInfo& member) {
  if (member.member) keys.names.push_back({member.file_index, member.member_index, *member.member});
}

std::size_t next_key(const KeyBatch& keys, std::size_t begin) {
  const char* at = keys.bytes.data() + begin;
  const Head head(*at++);
  KeyBatch::Place place;
  std::uint64_t back = 0;
  at = read_place(at, head, place, back);
  read_text(at);
  if (head.has_value()) read_text(at);
  return static_cast<std::size_t>(at - keys.bytes.data());
}

void go_to_key(const KeyBatch& keys, std::size_t number, KeyPlace& place) {
  const std::size_t mark = number / KeyBatch::kMarked;
  if (mark != place.number / KeyBatch::kMarked)
    place = {mark * KeyBatch::kMarked, keys.marks[mark]};
  for (; place.number < number; ++place.number) place.at = next_key(keys, place.at);
}

KeyEvent read_key(const KeyBatch& keys, std::size_t begin) {
  const char* const first = keys.bytes.data();
  const char* at = first + begin;
  const Head head(*at++);
  KeyBatch::Place place;
  std::uint64_t back = 0;
  at = read_place(at, head, place, back);
  KeyEvent event;
  event.kind = head.kind();
  event.key = read_text(at);
  if (head.has_value()) event.value = read_text(at);
  if (!head.begins()) {
    // Its record's place, and the key in front of it.
    for (std::size_t other = begin - back; other != begin;) {
      const char* text = first + other;
      const Head before(*text++);
      std::uint64_t ignored = 0;
      text = read_place(text, before, place, ignored);
      const std::string_view key = read_text(text);
      if (head.same_value()) event.value = key;
      other = next_key(keys, other);
    }
  }
  const auto stretch = std::upper_bound(
      keys.stretches.begin(), keys.stretches.end(), begin,
      [](std::size_t value, const KeyBatch::Stretch& other) { return value < other.begin; });
  const KeyBatch::Stretch& here = stretch[-1];
  event.at.file = here.file;
  event.at.member_index = here.member;
  event.at.line = here.line + place.line;
  event.at.offset = here.offset + place.offset;
  event.at.length = place.length;
  event.hash = hash_of(keys.hash_key, event.kind, event.key);
  return event;
}

}  // namespace leadscan::audit
