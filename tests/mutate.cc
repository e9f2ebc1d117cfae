#include "tests/mutate.h"

#include <algorithm>
#include <array>

namespace leadscan::testing {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kBytes =
    "\0\x01\x08\t\n\x0B\x0C\r\x1F !\"#'+,-./0123456789:;EINTU[\\]_abcdefnrstu{}\x7F"
    "\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xC3\xDF\xE0\xE2\xED\xEF\xF0\xF4\xF5\xFE\xFF"sv;

// What a token may become: every class of valid value, and what is almost one.
constexpr auto kTokens = std::to_array<std::string_view>({
    "null",
    "true",
    "false",
    "0",
    "-0",
    "201",
    "200",
    "1.5",
    "201.0",
    "2.01e2",
    "1e999",
    "-1E-2",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "1e400",
    "0e400",
    "\"\"",
    "\"x\"",
    "\"\\u0061\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\xC3\xA9\"",
    "\"\xC3\"",
    "\"\\\\\"",
    "\"\\\"\"",
    "\"\x7F\"",
    "\"\\x\"",
    "\"\\u00\"",
    "[]",
    "{}",
    "[1]",
    "[1,]",
    "{\"a\":1}",
    "{\"a\":1,}",
    "[[[]]]",
    "{\"a\":{\"a\":1,\"a\":2}}",
    "{\"code\":\"c\",\"message\":\"m\"}",
    "{\"success\":true,\"statusCode\":201}",
    "{\"success\":false}",
    "{\"action\":null}",
    "nul",
    "nulll",
    "True",
    "NaN",
    "01",
    "-",
    "1.",
    ".5",
    "1e",
    "+1",
    "--1",
    "0x1",
    "'x'",
    "//",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "",
    " ",
    "\xEF\xBB\xBF",
    "\"\\u0000\"",
    "\"\xED\xA0\x80\"",
    "\"\xF4\x90\x80\x80\"",
    "\"\t\"",
});

constexpr auto kNames = std::to_array<std::string_view>({
    "partnerLeadOpportunityId",
    "dsLeadOpportunityId",
    "action",
    "info",
    "success",
    "statusCode",
    "timestamp",
    "timeStamp",
    "traceId",
    "error",
    "errors",
    "code",
    "message",
    "data",
    "x",
    "",
    "Action",
    "actions",
    "actio",
});

constexpr auto kSpaces = std::to_array<std::string_view>(
    {" ", "\n", "\r\n", "\t", "  \n\t", "\f", "\v", "\0"sv, "\xC2\xA0", "/**/"});

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '+' || c == '.';
}

// Behind the string that begins at `at`, or the end of the text.
std::size_t string_end(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at)
    if (json[at] == '\\') ++at;
  return std::min(at + 1, json.size());
}

}  // namespace

std::uint64_t Random::next() {
  std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

std::size_t Random::below(std::size_t below) {
  // The bias is of no matter here.
  return below == 0 ? 0 : static_cast<std::size_t>(next() % below);
}

const std::string& Mutator::next() {
  document_ = corpus_[random_.below(corpus_.size())];
  // Mostly one: two faults at once hide each other.
  do mutate(document_);
  while (random_.one_in(3));
  return document_;
}

void Mutator::mutate(std::string& json) {
  switch (random_.below(10)) {
    case 0:
    case 1:
    case 2:
      mutate_bytes(json);
      break;
    case 3:
    case 4:
    case 5:
      mutate_tokens(json);
      break;
    case 6:
    case 7:
    case 8:
      mutate_members(json);
      break;
    default: {
      // A cut, or a splice with another seed's end.
      const std::size_t cut = random_.below(json.size() + 1);
      json.resize(cut);
      if (random_.one_in(2)) {
        const std::string& other = corpus_[random_.below(corpus_.size())];
        json += std::string_view(other).substr(random_.one_in(2) ? std::min(cut, other.size())
                                                                 : random_.below(other.size() + 1));
      }
    }
  }
}

void Mutator::vary(std::string& json) {
  find_tokens(json);
  for (std::size_t i = tokens_.size(); i-- > 1;) {
    const Span token = tokens_[i];
    const char before = json[tokens_[i - 1].begin];
    if (json[token.begin] != '"' || (before != ':' && before != '[') || token.size() < 2) continue;
    if (!random_.one_in(2)) continue;
    std::size_t size = token.size() - 2;
    if (random_.one_in(4)) size = random_.below(40);
    std::string text = "\"";
    while (size-- > 0) {
      constexpr std::string_view kPlain = "ABCXYZabcxyz0189-_ :,.{}[]/";
      text += kPlain[random_.below(kPlain.size())];
    }
    // Seldom: an escape or a character beyond ASCII.
    constexpr auto kSpecial = std::to_array<std::string_view>(
        {"\\n", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "\xC3\xA9", "\xF0\x9F\x98\x80"});
    if (random_.one_in(16)) text += kSpecial[random_.below(kSpecial.size())];
    replace(json, token, text + '"');
  }
}

void Mutator::mutate_bytes(std::string& json) {
  const std::size_t at = random_.below(json.size());
  const char byte = kBytes[random_.below(kBytes.size())];
  switch (random_.below(json.empty() ? 1 : 6)) {
    case 0:
      json.insert(at, 1, byte);
      break;
    case 1:
      json[at] = static_cast<char>(json[at] ^ (1 << random_.below(8)));
      break;
    case 2:
      json[at] = byte;
      break;
    case 3:
      json.erase(at, 1 + random_.below(4));
      break;
    case 4:
      json.insert(at, json.substr(at, 1 + random_.below(16)));
      break;
    default:
      std::swap(json[at], json[random_.below(json.size())]);
  }
}

void Mutator::mutate_tokens(std::string& json) {
  find_tokens(json);
  if (tokens_.empty()) return mutate_bytes(json);
  const Span token = any(tokens_);
  const std::string text = json.substr(token.begin, token.size());
  switch (random_.below(8)) {
    case 0:
      replace(json, token, "");
      break;
    case 1:
      replace(json, token, text + text);
      break;
    case 2: {
      const Span other = any(tokens_);
      replace(json, token, json.substr(other.begin, other.size()));
      break;
    }
    case 3:
      json.insert(random_.one_in(2) ? token.begin : token.end,
                  kSpaces[random_.below(kSpaces.size())]);
      break;
    case 4:
      json.insert(random_.one_in(2) ? token.begin : token.end,
                  kTokens[random_.below(kTokens.size())]);
      break;
    case 5: {
      // Wrapped deep: now and then beyond the limit.
      std::size_t levels = 1 + random_.below(random_.one_in(8) ? 1030 : 4);
      const bool object = random_.one_in(2);
      std::string wrapped;
      for (std::size_t i = 0; i < levels; ++i) wrapped += object ? "{\"w\":" : "[";
      wrapped += text;
      if (random_.one_in(8)) --levels;
      wrapped.append(levels, object ? '}' : ']');
      replace(json, token, wrapped);
      break;
    }
    default:
      replace(json, token, kTokens[random_.below(kTokens.size())]);
  }
}

void Mutator::mutate_members(std::string& json) {
  find_members(json);
  if (members_.empty()) return mutate_tokens(json);
  const Span member = any(members_);
  const std::string text = json.substr(member.begin, member.size());
  const std::size_t name_end = string_end(text, 0);
  switch (random_.below(7)) {
    case 0:
      replace(json, member, text + "," + text);
      break;
    case 1: {
      // Moved in front of another, which may be in another object.
      const Span other = any(members_);
      json.insert(other.begin, text + ",");
      break;
    }
    case 2: {
      const Span other = any(members_);
      const std::string other_text = json.substr(other.begin, other.size());
      if (member.begin < other.begin && member.end > other.begin) return mutate_tokens(json);
      if (other.begin < member.begin && other.end > member.begin) return mutate_tokens(json);
      const Span& first = member.begin < other.begin ? member : other;
      const Span& second = member.begin < other.begin ? other : member;
      replace(json, second, member.begin < other.begin ? text : other_text);
      replace(json, first, member.begin < other.begin ? other_text : text);
      break;
    }
    case 3: {
      // Removed, with its comma.
      std::size_t end = json.find_first_not_of(" \t\r\n", member.end);
      if (end != json.npos && json[end] == ',') {
        replace(json, {member.begin, end + 1}, "");
      } else {
        const std::size_t comma = json.find_last_not_of(" \t\r\n", member.begin - 1);
        if (comma != json.npos && json[comma] == ',') replace(json, {comma, member.end}, "");
      }
      break;
    }
    case 4: {
      // One letter of the name, or all, as \u escapes.
      constexpr std::string_view kHex = "0123456789abcdef";
      const bool all = random_.one_in(3);
      const std::size_t one = 1 + random_.below(name_end - 1);
      std::string name;
      for (std::size_t i = 0; i < name_end; ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const bool escape = i > 0 && i + 1 < name_end && c != '\\' && c < 0x80;
        if (escape && (all || i == one)) {
          name += "\\u00";
          name += kHex[c >> 4];
          name += kHex[c & 15];
        } else {
          name += text[i];
        }
      }
      replace(json, member, name + text.substr(name_end));
      break;
    }
    case 5: {
      const std::string_view name = kNames[random_.below(kNames.size())];
      replace(json, member, '"' + std::string(name) + '"' + text.substr(name_end));
      break;
    }
    default: {
      const std::string_view name = kNames[random_.below(kNames.size())];
      const std::string_view value = kTokens[random_.below(kTokens.size())];
      json.insert(member.begin, '"' + std::string(name) + "\":" + std::string(value) + ",");
    }
  }
}

void Mutator::find_tokens(std::string_view json) {
  tokens_.clear();
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    std::size_t end = at + 1;
    if (c == '"') {
      end = string_end(json, at);
    } else if (is_word(c)) {
      while (end < json.size() && is_word(json[end])) ++end;
    } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      ++at;
      continue;
    }
    tokens_.push_back({at, end});
    at = end;
  }
}

// A string, a colon and the value behind it.
void Mutator::find_members(std::string_view json) {
  find_tokens(json);
  members_.clear();
  for (std::size_t i = 0; i + 2 < tokens_.size(); ++i) {
    if (json[tokens_[i].begin] != '"' || json[tokens_[i + 1].begin] != ':') continue;
    std::size_t last = i + 2;
    int depth = 0;
    for (; last < tokens_.size(); ++last) {
      const char c = json[tokens_[last].begin];
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      if (depth <= 0) break;
    }
    if (last < tokens_.size() && depth == 0)
      members_.push_back({tokens_[i].begin, tokens_[last].end});
    // Deep documents have as many members as levels; a few hundred serve.
    if (members_.size() == 256) break;
  }
}

void Mutator::replace(std::string& json, Span span, std::string_view text) {
  json.replace(span.begin, span.size(), text);
}

}  // namespace leadscan::testing
