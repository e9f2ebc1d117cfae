#include "leadscan/render.h"

#include <algorithm>

#include "leadscan/json/utf8.h"
#include "leadscan/line.h"

namespace leadscan {
namespace {

bool starts_character(char c) { return !internal::is_utf8_continuation(c); }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

// The part of `line` around byte `at` that is shown, and how many bytes were cut off its front.
std::string_view window(std::string_view line, std::size_t at, std::size_t& cut) {
  constexpr std::size_t kBefore = 40;
  constexpr std::size_t kWidth = 72;
  cut = at > kBefore ? at - kBefore : 0;
  while (cut > 0 && cut < line.size() && !starts_character(line[cut])) --cut;
  std::size_t size = std::min(line.size() - cut, kWidth);
  while (cut + size < line.size() && !starts_character(line[cut + size])) ++size;
  return line.substr(cut, size);
}

}  // namespace

Position position_of(std::string_view json, std::size_t offset) {
  const std::string_view before = json.substr(0, offset);
  const std::size_t newline = before.rfind('\n');
  const std::size_t start = newline == before.npos ? 0 : newline + 1;
  return {1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
          1 + characters(before.substr(start))};
}

std::string to_string(TypeSet types) {
  std::string text;
  for (const JsonType type : {JsonType::boolean, JsonType::integer, JsonType::number,
                              JsonType::string, JsonType::array, JsonType::object, JsonType::null})
    if (types.contains(type)) {
      if (!text.empty()) text += " or ";
      text += name_of(type);
    }
  return text;
}

std::string render(std::string_view json, const Error& error) {
  const std::size_t offset = std::min<std::size_t>(error.offset, json.size());
  const Position position = position_of(json, offset);
  std::string text = "line " + std::to_string(position.line) + ", column " +
                     std::to_string(position.column) + ", byte " + std::to_string(error.offset) +
                     ": ";
  text += describe(error.code);
  if (error.field != Field::document) text.append(" (").append(json_pointer(error.field)) += ')';
  if (error.code == ErrorCode::wrong_type)
    text.append("; expected ").append(to_string(info_of(error.field).types));
  text += '\n';

  const std::size_t newline = json.substr(0, offset).rfind('\n');
  const std::size_t start = newline == json.npos ? 0 : newline + 1;
  const std::string_view line = first_line(json.substr(start)).text;
  std::size_t cut = 0;
  const std::string_view shown = window(line, offset - start, cut);
  const std::string_view dots = cut > 0 ? "..." : "";
  text.append("  ").append(dots);
  for (const char c : shown) text += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  if (cut + shown.size() < line.size()) text += "...";
  text += '\n';
  // The byte may be one of the line's end, which is not shown.
  text.append(2 + dots.size() + characters(json.substr(start + cut, offset - start - cut)), ' ');
  text += "^\n";
  return text;
}

}  // namespace leadscan
