// For people: an Error as text, with line, column and a caret under the byte.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "leadscan/error.h"

namespace leadscan {

// Both from 1. The column counts characters (UTF-8 sequences) from the line's start, as editors do.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

// Where byte `offset` of `json` is. Lines end with LF or CRLF.
Position position_of(std::string_view json, std::size_t offset);

// For example, for `json` = {"action":12}:
//
//   line 1, column 11, byte 10: a value of the wrong type (/action); expected string
//     {"action":12}
//               ^
//
// Long lines are cut around the byte; control characters show as '?'. Allocates, and so may throw
// std::bad_alloc where exceptions are enabled.
std::string render(std::string_view json, const Error& error);

// The types of a set, as in "string or null".
std::string to_string(TypeSet types);

}  // namespace leadscan
