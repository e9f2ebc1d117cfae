#include "audit/count/key_events.h"

#include <algorithm>
#include <array>
#include <utility>

#include "audit/base/leb128.h"

namespace leadscan::audit {
namespace {

constexpr std::size_t kNumbers = 7;

}  // namespace

void append_event(std::string& events, const KeyEvent& event) {
  char front[KeyEventHead::kSize + kNumbers * kMostLeb128Bytes];
  char* out = front + KeyEventHead::kSize;
  for (const std::uint64_t number :
       {std::uint64_t{event.key.size()}, std::uint64_t{event.value.size()}, event.at.file,
        event.at.member_index, event.at.line, event.at.offset, event.at.length})
    out = write_leb128(out, number);
  const auto front_size = static_cast<std::size_t>(out - front);
  const auto size = static_cast<std::uint32_t>(front_size + event.key.size() + event.value.size());
  std::memcpy(front, &event.hash, sizeof event.hash);
  std::memcpy(front + sizeof event.hash, &size, sizeof size);
  front[KeyEventHead::kSize - 1] = static_cast<char>(event.kind);
  events.append(front, front_size);
  events += event.key;
  events += event.value;
}

KeyEvent read_event(const char* at) {
  const KeyEventHead head(at);
  KeyEvent event;
  event.hash = head.hash;
  event.kind = head.kind;
  at += KeyEventHead::kSize;
  const std::uint64_t key_size = read_leb128(at);
  const std::uint64_t value_size = read_leb128(at);
  event.at.file = read_leb128(at);
  event.at.member_index = read_leb128(at);
  event.at.line = read_leb128(at);
  event.at.offset = read_leb128(at);
  event.at.length = read_leb128(at);
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
        if (size == std::min(rest.size(), kMostLeb128Bytes)) return false;
      } while (static_cast<unsigned char>(rest[size++]) >= 0x80);
      const char* at = rest.data();
      number = read_leb128(at);
      rest.remove_prefix(size);
    }
    const auto [key_size, value_size] = std::pair(numbers[0], numbers[1]);
    if (key_size > rest.size() || value_size != rest.size() - key_size) return false;
    bytes.remove_prefix(head.size);
  }
  return true;
}

}  // namespace leadscan::audit
