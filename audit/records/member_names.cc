#include "audit/records/member_names.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "leadscan/fields.h"

namespace leadscan::audit {
namespace {

constexpr std::size_t kTelling = 10;

struct Name {
  std::string_view name;
  std::size_t rare = 0;  // where its last capital is, which texts have fewer of
};

constexpr bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

constexpr std::size_t last_capital(std::string_view name) {
  std::size_t at = name.size();
  while (at > 0 && !is_capital(name[at - 1])) --at;
  return at == 0 ? 0 : at - 1;
}

// Whether the members in front of it in kFields have another name.
constexpr bool is_first(std::size_t i) {
  for (std::size_t k = 0; k < i; ++k)
    if (kFields[k].name == kFields[i].name) return false;
  return true;
}

constexpr std::size_t kCount = [] {
  std::size_t count = 0;
  for (std::size_t i = 0; i < kFieldCount; ++i)
    count += kFields[i].name.size() >= kTelling && is_first(i);
  return count;
}();

constexpr auto kNames = [] {
  std::array<Name, kCount> names{};
  std::size_t count = 0;
  for (std::size_t i = 0; i < kFieldCount; ++i)
    if (kFields[i].name.size() >= kTelling && is_first(i))
      names[count++] = {kFields[i].name, last_capital(kFields[i].name)};
  return names;
}();
static_assert(kCount > 0);

bool has(std::string_view text, const Name& name) {
  const std::string_view rest = name.name.substr(name.rare);
  for (std::size_t at = text.find(rest, name.rare); at != text.npos; at = text.find(rest, at + 1))
    if (text.substr(0, at).ends_with(name.name.substr(0, name.rare))) return true;
  return false;
}

}  // namespace

std::size_t longest_member_name() {
  std::size_t longest = 0;
  for (const Name& name : kNames) longest = std::max(longest, name.name.size());
  return longest;
}

bool has_member_name(std::string_view text) {
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](const Name& name) { return has(text, name); });
}

}  // namespace leadscan::audit
