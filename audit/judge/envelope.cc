#include "audit/judge/envelope.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "leadscan/json/scanner.h"
#include "leadscan/text.h"

namespace leadscan::audit {
namespace {

using leadscan::internal::JsonScanner;
using leadscan::internal::Token;
using leadscan::internal::type_of;

constexpr std::uint64_t kObject = ~std::uint64_t{0};

}  // namespace

bool parse_pointer(std::string_view pointer, std::vector<std::string>& tokens) {
  tokens.clear();
  if (pointer.empty()) return true;
  if (pointer[0] != '/') return false;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    const char c = pointer[i];
    if (c == '/') {
      tokens.emplace_back();
    } else if (c != '~') {
      tokens.back() += c;
    } else {
      if (++i == pointer.size() || (pointer[i] != '0' && pointer[i] != '1')) return false;
      tokens.back() += pointer[i] == '0' ? '~' : '/';
    }
  }
  return true;
}

std::size_t PointerFinder::add(std::vector<std::string> tokens) {
  pointers_.push_back({std::move(tokens), {}, 0, 0, 0});
  return pointers_.size() - 1;
}

// The current value is the member or element `name` of the container at `depth`, from 1.
void PointerFinder::enter(std::string_view name, std::size_t depth) {
  for (Pointer& pointer : pointers_) {
    pointer.matched = std::min(pointer.matched, depth - 1);
    if (pointer.matched == depth - 1 && pointer.tokens.size() >= depth &&
        pointer.tokens[depth - 1] == name)
      pointer.matched = depth;
  }
}

Error PointerFinder::scan(std::string_view json) {
  for (Pointer& pointer : pointers_) {
    pointer.value = {};
    pointer.matched = pointer.open_depth = 0;
  }
  indices_.clear();
  JsonScanner scanner(json.data(), json.size());
  for (;;) {
    const Token token = scanner.next();
    switch (token) {
      case Token::error:
        return {scanner.code(), Field::document, scanner.error_offset()};
      case Token::end:
        return {};
      case Token::name: {
        std::string_view name = scanner.text();
        if (scanner.escaped()) {
          name_.resize(name.size());
          name = *Text::string(name, true).decode(name_);
        }
        enter(name, indices_.size());
        continue;
      }
      case Token::end_object:
      case Token::end_array:
        for (Pointer& pointer : pointers_)
          if (pointer.open_depth == indices_.size()) {
            pointer.value.raw = json.substr(pointer.begin, scanner.end() - pointer.begin);
            pointer.open_depth = 0;
          }
        indices_.pop_back();
        continue;
      default:
        break;
    }
    // A value begins here: an element gets its index as its name.
    if (!indices_.empty() && indices_.back() != kObject) {
      char digits[20];
      const auto end = std::to_chars(digits, digits + sizeof digits, indices_.back()++);
      enter({digits, static_cast<std::size_t>(end.ptr - digits)}, indices_.size());
    }
    const JsonType type = type_of(token);
    const bool opens = type == JsonType::object || type == JsonType::array;
    for (Pointer& pointer : pointers_) {
      if (pointer.tokens.size() != indices_.size() || pointer.matched != indices_.size() ||
          pointer.value.type != JsonType::none)
        continue;
      pointer.value = {type, scanner.text(), type == JsonType::string && scanner.escaped()};
      pointer.begin = scanner.begin();
      if (opens) pointer.open_depth = indices_.size() + 1;
    }
    if (opens) indices_.push_back(type == JsonType::object ? kObject : 0);
  }
}

}  // namespace leadscan::audit
