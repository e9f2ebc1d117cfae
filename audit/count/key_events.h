// Ids of records as bytes: what the workers write down, and KeyStore keeps and compares.
//
// An event is one id of one record: | hash 8 | size 4 | kind 1 | numbers | key | value |, where
// size is the event's and the numbers are LEB128. Without alignment; found by its size alone, and
// told from nearly all others by its hash alone. Ids of more than kMostValueBytes are cut as
// bounded_text() does, and so compared by their beginning, length and a hash of 128 bits.
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

// Events one behind the other; of one chunk, in the order of the input.
struct KeyBatch {
  HashKey hash_key;  // of all events that are to be compared with these
  std::string bytes;
  std::uint64_t events = 0;
  std::uint64_t ids = 0;   // events but for names of members
  std::uint64_t file = 0;  // of the last one
  std::uint64_t member = 0;
};

// Writes down that a record has `key`, unless that is empty: an empty text is no id. `value`: what
// must be the same wherever the key is the same (of a partner's id: the ds id); empty where the key
// itself must not occur again.
void append_key(KeyBatch& keys, KeyKind kind, std::string_view key, std::string_view value,
                const Judged& judged);

// Writes down what the member is called that has the records of the keys behind it.
void append_member(KeyBatch& keys, const MemberInfo& member);

struct KeyEvent {
  std::uint64_t hash = 0;  // of kind and key, by KeyBatch::hash_key
  KeyKind kind = KeyKind::ds_id;
  std::string_view key;
  std::string_view value;
  Position at;  // without the member's name
};
// Of the event that begins there; views into it. Only of bytes that append_key() and
// append_member() wrote, or that are_events() has seen, like for_each_event().
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
