#include "audit/records/http_archive.h"

#include <algorithm>

#include "leadscan/json/scanner.h"

namespace leadscan::audit {

// {"log":{ and one of the names that the format has there.
bool is_http_archive(std::string_view front) noexcept {
  using leadscan::internal::Token;
  const std::size_t first = std::min(front.find_first_not_of(" \t\r\n"), front.size());
  front.remove_prefix(first);
  leadscan::internal::JsonScanner scanner(front.data(), front.size());
  if (scanner.next() != Token::begin_object) return false;
  if (scanner.next() != Token::name || scanner.text() != "log") return false;
  if (scanner.next() != Token::begin_object || scanner.next() != Token::name) return false;
  const std::string_view name = scanner.text();
  return name == "version" || name == "creator" || name == "browser" || name == "pages" ||
         name == "entries" || name == "comment";
}

}  // namespace leadscan::audit
