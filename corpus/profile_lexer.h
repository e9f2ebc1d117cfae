// The tokens of any text, JSON or not: what is malformed has tokens, too.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "leadscan/json/characters.h"

namespace leadscan::corpus {

enum class TokenKind : std::uint8_t {
  structural,   // one of {}[]:,
  white_space,  // a run of one kind: of spaces, or of other white space
  literal,      // true, false, null
  cut_literal,  // the beginning of one, at the end of the document
  number,       // or what begins like one
  name,         // a string with a colon behind
  string,
  mark,  // byte order mark in front
  junk,  // whatever else
};

struct Token {
  TokenKind kind;
  std::string_view text;  // of strings without quotes
  bool closed = true;     // of strings
};

namespace lexing {

inline bool is_space(char c) { return internal::is_white_space(static_cast<unsigned char>(c)); }
inline bool is_structural(char c) { return internal::kStructure.find(c) != std::string_view::npos; }
inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_digit(char c) { return internal::is_digit(static_cast<unsigned char>(c)); }
inline bool is_of_number(char c) {
  return is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// The length of what `is` holds for in front of the text.
template <typename Is>
std::size_t length_while(std::string_view text, Is is) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is) - text.begin());
}

// Where the content of a string ends whose quote is in front of `text`.
inline std::size_t end_of_string(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return i;
    if (text[i] == '\\') ++i;
  }
  return text.size();
}

// A word's kind: literal, the beginning of one at the end of all, or neither.
inline TokenKind kind_of_word(std::string_view word, bool at_end) {
  for (const std::string_view literal : {"true", "false", "null"}) {
    if (word == literal) return TokenKind::literal;
    if (at_end && literal.starts_with(word)) return TokenKind::cut_literal;
  }
  return TokenKind::junk;
}

inline Token next_token(std::string_view text, bool at_begin) {
  const char c = text[0];
  if (is_structural(c)) return {TokenKind::structural, text.substr(0, 1)};
  if (is_space(c)) {
    const auto same = [&](char other) { return is_space(other) && (other == ' ') == (c == ' '); };
    return {TokenKind::white_space, text.substr(0, length_while(text, same))};
  }
  if (c == '"') {
    const std::size_t end = end_of_string(text.substr(1));
    const std::string_view behind = text.substr(std::min(end + 2, text.size()));
    const std::size_t space = length_while(behind, is_space);
    const bool is_name = space < behind.size() && behind[space] == ':';
    return {is_name ? TokenKind::name : TokenKind::string, text.substr(1, end),
            end + 1 < text.size()};
  }
  if (at_begin && text.starts_with("\xEF\xBB\xBF")) return {TokenKind::mark, text.substr(0, 3)};
  if (c == '-' || is_digit(c))
    return {TokenKind::number, text.substr(0, length_while(text, is_of_number))};
  if (is_letter(c)) {
    const auto is_word = [](char other) { return is_letter(other) || is_digit(other); };
    const std::string_view word = text.substr(0, length_while(text, is_word));
    const TokenKind kind = kind_of_word(word, word.size() == text.size());
    if (kind != TokenKind::junk) return {kind, word};
  }
  const auto is_junk = [](char other) {
    return !is_space(other) && !is_structural(other) && other != '"';
  };
  return {TokenKind::junk, text.substr(0, length_while(text, is_junk))};
}

}  // namespace lexing

template <typename Use>
void for_each_token(std::string_view document, Use use) {
  for (std::size_t at = 0; at < document.size();) {
    const Token token = lexing::next_token(document.substr(at), at == 0);
    use(token);
    const bool is_string = token.kind == TokenKind::name || token.kind == TokenKind::string;
    at += token.text.size();
    if (is_string) at += token.closed ? 2 : 1;
  }
}

}  // namespace leadscan::corpus
