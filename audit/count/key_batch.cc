#include "audit/count/key_batch.h"

#include <algorithm>

#include "audit/count/key_pen.h"

namespace leadscan::audit {
namespace {

// Behind the head: the place, or how far its record's first key is in front.
const char* read_place(const char* at, const KeyHead& head, KeyBatch::Place& place,
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

}  // namespace

std::size_t KeyBatch::memory() const {
  std::size_t sum = bytes.capacity() + hashes.capacity() * sizeof hashes[0] +
                    marks.capacity() * sizeof marks[0] + stretches.capacity() * sizeof stretches[0];
  for (const Name& name : names) sum += sizeof name + name.name.capacity();
  return sum;
}

void KeyPen::write_bounded(KeyKind kind, std::string_view key, std::string_view value) {
  write_short(kind, bounded_text(key, kMostValueBytes), bounded_text(value, kMostValueBytes));
}

void append_key(KeyBatch& keys, KeyKind kind, std::string_view key, std::string_view value) {
  KeyPen(keys, KeyPen::bounded(key.size() + value.size())).write(kind, key, value);
}

void append_event(KeyBatch& keys, const KeyEvent& event) {
  const Position& at = event.at;
  if (event.kind == KeyKind::member) {
    keys.names.push_back({at.file, at.member_index, std::string(event.key)});
    return;
  }
  begin_record(keys, {at.file, at.member_index, at.line, at.offset, at.length});
  // What was too long is bounded already.
  KeyPen(keys, event.key.size() + event.value.size())
      .write_short(event.kind, event.key, event.value);
}

void append_member(KeyBatch& keys, const MemberInfo& member) {
  if (member.member) keys.names.push_back({member.file_index, member.member_index, *member.member});
}

std::size_t next_key(const KeyBatch& keys, std::size_t begin) {
  const char* at = keys.bytes.data() + begin;
  const KeyHead head(*at++);
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
  const KeyHead head(*at++);
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
      const KeyHead before(*text++);
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
