// What the two halves of TextScanner look for in bytes.
#pragma once

#include <cstddef>
#include <string_view>

#include "audit/records/xml_entity.h"
#include "leadscan/json/characters.h"
#include "leadscan/line.h"

namespace leadscan::audit::internal {

inline constexpr std::size_t kDeepest = 4096;  // far beyond what the parser takes
// How far ahead to look for what follows a bracket. If it is further, the bracket is taken for a
// document's.
inline constexpr std::size_t kFarAhead = 4096;
// An array whose first element has this text is one around documents.
inline constexpr std::string_view kNullElement = "null,";
inline constexpr char kRecordSeparator = '\x1e';  // RFC 7464

using leadscan::internal::is_blank;
constexpr bool is_white(char c) {
  return leadscan::internal::is_white_space(static_cast<unsigned char>(c));
}

using leadscan::internal::CharacterSet;
// What ends a run of plain bytes in a string of a document.
inline constexpr CharacterSet kInString{std::string_view("\"\\\n\0", 4)};
// What text between documents is looked at for.
inline constexpr CharacterSet kInText{std::string_view("{\n\0", 3)};
// What ends a number, a literal, or what is neither.
inline constexpr CharacterSet kEndsWord{leadscan::internal::kEndsScalar,
                                        std::string_view("\"\0\x1e", 3)};

// Whether `text` begins with a document in UTF-16, from the low byte of its first character on; of
// a text that is not UTF-16, none of JSON's has a NUL there. Beside text an empty object is text.
constexpr bool begins_utf16(std::string_view text, bool may_be_empty) {
  return text.size() > 2 && text.starts_with(std::string_view("{\0", 2)) &&
         (text[2] == '"' || (text[2] == '}' && may_be_empty) || is_white(text[2])) &&
         (text.size() == 3 || text[3] == '\0');
}

inline std::size_t run_until(const CharacterSet& set, std::string_view text, std::size_t at) {
  while (at < text.size() && !set.contains(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

}  // namespace leadscan::audit::internal
