#include "audit/records/http_archive.h"

#include <algorithm>

#include "leadscan/json/characters.h"
#include "leadscan/json/scanner.h"

namespace leadscan::audit {

// A document with a member log, an object, that has one of the names which the format has there.
bool is_http_archive(std::string_view front) noexcept {
  using leadscan::internal::Token;
  const std::size_t first =
      std::min(front.find_first_not_of(leadscan::internal::kWhiteSpace), front.size());
  front.remove_prefix(first);
  leadscan::internal::JsonScanner scanner(front.data(), front.size());
  if (scanner.next() != Token::begin_object) return false;
  std::size_t depth = 1;
  bool is_log = false;  // the member of the document that is being read
  for (;;) {
    const Token token = scanner.next();
    switch (token) {
      case Token::name: {
        const std::string_view name = scanner.text();
        if (depth == 1) is_log = name == "log";
        if (depth == 2 && is_log &&
            (name == "version" || name == "creator" || name == "browser" || name == "pages" ||
             name == "entries"))
          return true;
        break;
      }
      case Token::begin_object:
      case Token::begin_array:
        // Of an array's elements nothing is a member of log.
        if (++depth == 2 && token == Token::begin_array) is_log = false;
        break;
      case Token::end_object:
      case Token::end_array:
        if (--depth == 0) return false;
        break;
      case Token::end:
      case Token::error:
        return false;
      default:
        break;
    }
  }
}

}  // namespace leadscan::audit
