// Ids of records as bytes that each stand for themselves: as they are on disk, and are sent from
// one process to another.
//
// An event is one id of one record: | hash 8 | size 4 | kind 1 | numbers | key | value |, where
// size is the event's and the numbers are LEB128. Without alignment; found by its size alone, and
// told from nearly all others by its hash alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "audit/base/keyed_hash.h"
#include "audit/judge/position.h"

namespace leadscan::audit {

enum class KeyKind : std::uint8_t {
  ds_id,
  partner_id,  // a string
  trace_id,
  partner_object_id,  // as it is there; never the same as a string that reads like it
  member,             // no id: the name of a member that has ids
};

struct KeyEvent {
  std::uint64_t hash = 0;  // hash_of()
  KeyKind kind = KeyKind::ds_id;
  std::string_view key;
  std::string_view value;
  Position at;  // without the member's name
};

// Keyed, as ids that collide would all be sorted, in memory or on disk. Keys of equal hash are
// compared, so that collisions cost time only.
inline std::uint64_t hash_of(HashKey hash_key, KeyKind kind, std::string_view key) {
  hash_key.low ^= static_cast<std::uint64_t>(kind);
  return keyed_hash(hash_key, key);
}

// Writes the event behind what is there.
void append_event(std::string& events, const KeyEvent& event);
// Of the event that begins there; views into it. Only of bytes that append_event() wrote, or that
// are_events() has seen, like for_each_event().
KeyEvent read_event(const char* at);
// Whether these bytes, from wherever they come, are events one behind the other.
bool are_events(std::string_view bytes);

// The part of it that needs no decoding.
struct KeyEventHead {
  static constexpr std::size_t kSize = 13;

  explicit KeyEventHead(const char* at) : kind(static_cast<KeyKind>(at[12])) {
    std::memcpy(&hash, at, sizeof hash);
    std::memcpy(&size, at + sizeof hash, sizeof size);
  }

  std::uint64_t hash = 0;
  std::uint32_t size = 0;
  KeyKind kind;
};

// Calls `take(const KeyEventHead&, const char*)` for each event.
template <typename Take>
void for_each_event(std::string_view events, Take&& take) {
  for (const char *at = events.data(), *const end = at + events.size(); at != end;) {
    const KeyEventHead head(at);
    take(head, at);
    at += head.size;
  }
}

}  // namespace leadscan::audit
