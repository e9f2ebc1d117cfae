// Text: a JSON string's characters, where they are in the caller's bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "leadscan/lifetime.h"

namespace leadscan {

namespace c {
struct TextLayout;
}

// Whether a member is in the response, and with what.
enum class Presence : std::uint8_t {
  absent,
  null,
  value,
  other,  // a value of a type that the member should not have; only where no schema forbids it
};

// The value of a string member: a view into the parsed bytes, not a copy, so it lives as long as
// they do. What it shows is the JSON text between the quotes; decode() resolves its escapes, if
// there are any, into memory of the caller's. An object (partnerLeadOpportunityId may be one) is
// shown as its raw JSON, braces included.
//
// clang is told that views also live no longer than their Text: it cannot see the bytes behind it,
// and so warns a little early rather than never.
//
// 16 bytes, trivially copyable; const members may be called from any number of threads.
class Text {
 public:
  constexpr Text() = default;
  static constexpr Text null() { return Text({}, Presence::null, false, false); }
  static constexpr Text other() { return Text({}, Presence::other, false, false); }
  static constexpr Text string(std::string_view raw LEADSCAN_LIFETIMEBOUND, bool escaped) {
    return Text(raw, Presence::value, escaped, false);
  }
  static constexpr Text object(std::string_view raw LEADSCAN_LIFETIMEBOUND) {
    return Text(raw, Presence::value, false, true);
  }

  constexpr Presence presence() const { return presence_; }
  constexpr bool has_value() const { return presence_ == Presence::value; }
  // Undecoded bytes; empty unless has_value().
  constexpr std::string_view raw() const LEADSCAN_LIFETIMEBOUND { return {data_, size_}; }
  // Whether raw() holds escapes, so that decode() has something to do.
  constexpr bool escaped() const { return escaped_; }
  constexpr bool is_object() const { return is_object_; }

  // The characters as UTF-8. Without escapes this is raw(), and `memory` is not touched. With
  // escapes they are written to the front of `memory`; raw().size() bytes always suffice. nullopt
  // if memory is too small, and nothing was lost: call again with more.
  std::optional<std::string_view> decode(
      std::span<char> memory LEADSCAN_LIFETIMEBOUND) const noexcept LEADSCAN_LIFETIMEBOUND;

  // Whether the decoded characters are `utf8`. Needs no memory.
  bool equals(std::string_view utf8) const noexcept;

  // The same bytes and the same state: a comparison of representations, not of decoded text.
  friend bool operator==(const Text& a, const Text& b) {
    return a.raw() == b.raw() && a.presence_ == b.presence_ && a.escaped_ == b.escaped_ &&
           a.is_object_ == b.is_object_;
  }

 private:
  friend struct c::TextLayout;  // the C interface, which relies on where the members are

  constexpr Text(std::string_view raw, Presence presence, bool escaped, bool is_object)
      : data_(raw.data()),
        size_(static_cast<std::uint32_t>(raw.size())),
        presence_(presence),
        escaped_(escaped),
        is_object_(is_object) {}

  const char* data_ = nullptr;
  std::uint32_t size_ = 0;  // documents are smaller than 4 GiB
  Presence presence_ = Presence::absent;
  bool escaped_ = false;
  bool is_object_ = false;
};

// A constant text; never null, never allocated.
std::string_view name_of(Presence presence) noexcept;

}  // namespace leadscan
