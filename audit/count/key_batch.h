// KeyBatch: the ids of a chunk's records, as its worker writes them down, in the order of the input
// and as small as can be, for they stay in memory to the end of the audit.
//
//   | head 1 | place | size | key | size | value |
//
// head:   the key's kind, and what follows (KeyHead in key_pen.h).
// place:  of a record's first key: line, offset (both from its stretch's beginning on) and length;
//         of its others: how many bytes in front of the head the first one's is.
// value:  none; or as the key, with its size; or not there: the key in front of it is its value.
//
// Numbers are LEB128. Keys are found one behind the other, from every kMarked-th on, and read from
// anywhere among them. Of each one its KeyHash is in an array of its own: all that most of them are
// ever asked for.
// Texts of more than kMostValueBytes are cut as bounded_text() does, and so compared by their
// beginning, length and a hash of 128 bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/base/byte_buffer.h"
#include "audit/base/leb128.h"
#include "audit/count/key_events.h"
#include "audit/count/key_hash.h"

namespace leadscan::audit {

struct KeyBatch {
  // Keys of one member, from `begin` on in `bytes`.
  struct Stretch {
    std::size_t begin = 0;
    std::uint64_t file = 0;
    std::uint64_t member = 0;
    std::uint64_t line = 0;  // what those of its records are counted from
    std::uint64_t offset = 0;
  };
  // What a member is called that has keys.
  struct Name {
    std::uint64_t file = 0;
    std::uint64_t member = 0;
    std::string name;
  };

  HashKey hash_key;  // of all keys that are to be compared with these
  ByteBuffer bytes;
  static constexpr std::size_t kMarked = 32;
  std::vector<std::uint32_t> hashes;  // by key
  std::vector<std::size_t> marks;     // where every kMarked-th key is, from the first on
  std::vector<Stretch> stretches;     // one at least if there are keys
  std::vector<Name> names;
  // The record that keys are written down of.
  struct Place {
    std::uint64_t file = 0;
    std::uint64_t member = 0;
    std::uint64_t line = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    friend bool operator==(const Place&, const Place&) = default;
  };
  Place record;
  std::size_t first_key =
      std::string::npos;  // where the record's first one is; npos: there is none
  std::size_t last_text =
      0;  // where the last key's text begins if it ends the bytes; else their end

  std::unique_ptr<KeyHash> hash;  // of hash_key, while keys are written down

  std::size_t ids() const { return hashes.size(); }
  // Bytes that it takes, about.
  std::size_t memory() const;
};

// From here on keys are of this record.
inline void begin_record(KeyBatch& keys, const KeyBatch::Place& record) {
  if (keys.record == record) return;
  keys.record = record;
  keys.first_key = std::string::npos;
}
inline void begin_record(KeyBatch& keys, const Judged& judged) {
  begin_record(keys, {judged.member->file_index, judged.member->member_index, judged.record->line,
                      judged.record->offset, judged.record->size});
}
// Writes down that the record has `key`, unless that is empty: an empty text is no id. `value`:
// what must be the same wherever the key is the same (of a partner's id: the ds id); empty where
// the key itself must not occur again. Throws std::bad_alloc, and the batch is of no use then.
void append_key(KeyBatch& keys, KeyKind kind, std::string_view key, std::string_view value);
// The same of an event; of a member's name, its name.
void append_event(KeyBatch& keys, const KeyEvent& event);

// Writes down what the member is called that has the records of the keys behind it.
void append_member(KeyBatch& keys, const MemberInfo& member);

// The key at `begin` in the batch's bytes; views into it. Its hash is worked out again.
KeyEvent read_key(const KeyBatch& keys, std::size_t begin);

// Where the key behind the one at `begin` is.
std::size_t next_key(const KeyBatch& keys, std::size_t begin);

// One of a batch's keys.
struct KeyPlace {
  std::size_t number = 0;
  std::size_t at = 0;  // in the batch's bytes
};
// Goes on to that key, which is not in front of the place.
void go_to_key(const KeyBatch& keys, std::size_t number, KeyPlace& place);

// Calls `take(const KeyEvent&)` for each key and, behind them, for the name of each member.
template <typename Take>
void for_each_key(const KeyBatch& keys, Take&& take) {
  for (std::size_t at = 0; at < keys.bytes.size(); at = next_key(keys, at))
    take(read_key(keys, at));
  for (const KeyBatch::Name& name : keys.names) {
    KeyEvent event;
    event.kind = KeyKind::member;
    event.hash = hash_of(keys.hash_key, event.kind, name.name);
    event.key = name.name;
    event.at.file = name.file;
    event.at.member_index = name.member;
    take(event);
  }
}

}  // namespace leadscan::audit
