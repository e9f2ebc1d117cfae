#include "audit/count/key_events.h"

#include <algorithm>
#include <array>
#include <utility>

#include "audit/base/bounded_text.h"

namespace leadscan::audit {
namespace {

constexpr std::size_t kNumbers = 7;
constexpr std::size_t kMostNumberBytes = 10;

// Keyed, as ids that collide would all be sorted, in memory or on disk. Keys of equal hash are
// compared, so that collisions cost time only.
std::uint64_t hash_of(HashKey hash_key, KeyKind kind, std::string_view key) {
  hash_key.low ^= static_cast<std::uint64_t>(kind);
  return keyed_hash(hash_key, key);
}

char* write_number(char* out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) *out++ = static_cast<char>(number | 0x80);
  *out++ = static_cast<char>(number);
  return out;
}

std::uint64_t read_number(const char*& at) {
  std::uint64_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    number |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return number;
  }
}

void append(KeyBatch& keys, KeyKind kind, std::string_view key, std::string_view value,
            const std::array<std::uint64_t, kNumbers - 2>& place) {
  char front[KeyEventHead::kSize + kNumbers * kMostNumberBytes];
  char* out = write_number(front + KeyEventHead::kSize, key.size());
  out = write_number(out, value.size());
  for (const std::uint64_t number : place) out = write_number(out, number);
  const auto front_size = static_cast<std::size_t>(out - front);
  const std::uint64_t hash = hash_of(keys.hash_key, kind, key);
  const auto size = static_cast<std::uint32_t>(front_size + key.size() + value.size());
  std::memcpy(front, &hash, sizeof hash);
  std::memcpy(front + sizeof hash, &size, sizeof size);
  front[KeyEventHead::kSize - 1] = static_cast<char>(kind);
  keys.bytes.append(front, front_size);
  keys.bytes += key;
  keys.bytes += value;
  ++keys.events;
  keys.ids += kind != KeyKind::member;
  keys.file = place[0];
  keys.member = place[1];
}

}  // namespace

void append_key(KeyBatch& keys, KeyKind kind, std::string_view key, std::string_view value,
                const Judged& judged) {
  if (key.empty()) return;
  const std::array<std::uint64_t, kNumbers - 2> place = {
      judged.member->file_index, judged.member->member_index, judged.record->line,
      judged.record->offset, judged.record->size};
  if (std::max(key.size(), value.size()) <= kMostValueBytes) [[likely]] {
    append(keys, kind, key, value, place);
  } else {
    append(keys, kind, bounded_text(key, kMostValueBytes), bounded_text(value, kMostValueBytes),
           place);
  }
}

void append_member(KeyBatch& keys, const MemberInfo& member) {
  if (member.member)
    append(keys, KeyKind::member, *member.member, {},
           {member.file_index, member.member_index, 0, 0, 0});
}

KeyEvent read_event(const char* at) {
  const KeyEventHead head(at);
  KeyEvent event;
  event.hash = head.hash;
  event.kind = head.kind;
  at += KeyEventHead::kSize;
  const std::uint64_t key_size = read_number(at);
  const std::uint64_t value_size = read_number(at);
  event.at.file = read_number(at);
  event.at.member_index = read_number(at);
  event.at.line = read_number(at);
  event.at.offset = read_number(at);
  event.at.length = read_number(at);
  event.key = {at, key_size};
  event.value = {at + key_size, value_size};
  return event;
}

bool are_events(std::string_view bytes) {
  while (!bytes.empty()) {
    if (bytes.size() < KeyEventHead::kSize) return false;
    const KeyEventHead head(bytes.data());
    if (head.size > bytes.size() || static_cast<unsigned char>(bytes[KeyEventHead::kSize - 1]) >
                                        static_cast<unsigned char>(KeyKind::member))
      return false;
    std::string_view rest = bytes.substr(0, head.size);
    if (rest.size() < KeyEventHead::kSize) return false;
    rest.remove_prefix(KeyEventHead::kSize);
    std::array<std::uint64_t, kNumbers> numbers{};
    for (std::uint64_t& number : numbers) {
      std::size_t size = 0;
      do {
        if (size == std::min(rest.size(), kMostNumberBytes)) return false;
      } while (static_cast<unsigned char>(rest[size++]) >= 0x80);
      const char* at = rest.data();
      number = read_number(at);
      rest.remove_prefix(size);
    }
    const auto [key_size, value_size] = std::pair(numbers[0], numbers[1]);
    if (key_size > rest.size() || value_size != rest.size() - key_size) return false;
    bytes.remove_prefix(head.size);
  }
  return true;
}

}  // namespace leadscan::audit
