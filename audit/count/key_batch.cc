#include "audit/count/key_batch.h"

#include <algorithm>

#include "audit/base/bounded_text.h"

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

struct Place {
  std::uint64_t line = 0;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

// Behind the head: the place, or how far its record's first key is in front.
const char* read_place(const char* at, const Head& head, Place& place, std::uint64_t& back) {
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
  return std::copy(text.begin(), text.end(), write_leb128(out, text.size()));
}

bool is_of(const KeyBatch::Stretch& stretch, const Position& at) {
  return stretch.file == at.file && stretch.member == at.member_index && at.line >= stretch.line &&
         at.offset >= stretch.offset;
}

bool is_same_record(const Position& a, const Position& b) {
  return a.offset == b.offset && a.line == b.line && a.length == b.length && a.file == b.file &&
         a.member_index == b.member_index;
}

void append(KeyBatch& keys, const KeyEvent& event) {
  const Position& at = event.at;
  const std::size_t begin = keys.bytes.size();
  const bool begins = keys.stretches.empty() || !is_same_record(keys.last, at);
  if (begins && (keys.stretches.empty() || !is_of(keys.stretches.back(), at)))
    keys.stretches.push_back({begin, at.file, at.member_index, at.line, at.offset});
  const bool same_value = !begins && !event.value.empty() &&
                          std::string_view(keys.bytes).substr(keys.last_text) == event.value;
  const bool has_value = !event.value.empty() && !same_value;

  // Written beside it, as a string that grows would be filled with zeros first.
  char usual[1 + 5 * kMostLeb128Bytes + 2 * (kMostValueBytes + kMostMarkBytes)];
  std::string longer;
  char* front = usual;
  if (event.key.size() + event.value.size() > 2 * kMostValueBytes) [[unlikely]] {
    longer.resize(sizeof usual + event.key.size() + event.value.size());
    front = longer.data();
  }
  *front =
      static_cast<char>(static_cast<unsigned>(event.kind) | (begins ? Head::kBegins : 0) |
                        (has_value ? Head::kHasValue : 0) | (same_value ? Head::kSameValue : 0));
  char* out = front + 1;
  if (begins) {
    const KeyBatch::Stretch& stretch = keys.stretches.back();
    out = write_leb128(out, at.line - stretch.line);
    out = write_leb128(out, at.offset - stretch.offset);
    out = write_leb128(out, at.length);
    keys.last_record = begin;
    keys.last.file = at.file;
    keys.last.member_index = at.member_index;
    keys.last.line = at.line;
    keys.last.offset = at.offset;
    keys.last.length = at.length;
  } else {
    out = write_leb128(out, begin - keys.last_record);
  }
  out = write_text(out, event.key);
  keys.last_text = begin + static_cast<std::size_t>(out - front) - event.key.size();
  if (has_value) {
    out = write_text(out, event.value);
    keys.last_text = begin + static_cast<std::size_t>(out - front);  // no key's
  }
  keys.bytes.append(front, static_cast<std::size_t>(out - front));
  keys.hashes.push_back(static_cast<std::uint32_t>(event.hash));
}

}  // namespace

std::size_t KeyBatch::memory() const {
  std::size_t sum = bytes.capacity() + hashes.capacity() * sizeof hashes[0] +
                    stretches.capacity() * sizeof stretches[0];
  for (const Name& name : names) sum += sizeof name + name.name.capacity();
  return sum;
}

void append_key(KeyBatch& keys, KeyKind kind, std::string_view key, std::string_view value,
                const Judged& judged) {
  if (key.empty()) return;
  KeyEvent event;
  event.kind = kind;
  event.at.file = judged.member->file_index;
  event.at.member_index = judged.member->member_index;
  event.at.line = judged.record->line;
  event.at.offset = judged.record->offset;
  event.at.length = judged.record->size;
  const auto append_it = [&](std::string_view bounded_key, std::string_view bounded_value) {
    event.hash = hash_of(keys.hash_key, kind, bounded_key);
    event.key = bounded_key;
    event.value = bounded_value;
    append(keys, event);
  };
  if (std::max(key.size(), value.size()) <= kMostValueBytes) [[likely]]
    append_it(key, value);
  else
    append_it(bounded_text(key, kMostValueBytes), bounded_text(value, kMostValueBytes));
}

void append_event(KeyBatch& keys, const KeyEvent& event) {
  if (event.kind == KeyKind::member)
    keys.names.push_back({event.at.file, event.at.member_index, std::string(event.key)});
  else
    append(keys, event);
}

void append_member(KeyBatch& keys, const MemberInfo& member) {
  if (member.member) keys.names.push_back({member.file_index, member.member_index, *member.member});
}

std::size_t next_key(const KeyBatch& keys, std::size_t begin) {
  const char* at = keys.bytes.data() + begin;
  const Head head(*at++);
  Place place;
  std::uint64_t back = 0;
  at = read_place(at, head, place, back);
  read_text(at);
  if (head.has_value()) read_text(at);
  return static_cast<std::size_t>(at - keys.bytes.data());
}

KeyEvent read_key(const KeyBatch& keys, std::size_t begin) {
  const char* const first = keys.bytes.data();
  const char* at = first + begin;
  const Head head(*at++);
  Place place;
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
