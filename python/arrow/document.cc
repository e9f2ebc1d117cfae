#include "python/arrow/document.h"

#include <new>
#include <optional>

#include "leadscan/leadscan.h"

namespace leadscan::arrow {

void append_document(std::string_view json, std::size_t begin, std::size_t end, Row& row) {
  // The layouts it learns make it fast from one call to the next.
  thread_local Parser parser(Parser::Options{kLargestDocument});
  audit::Record record;
  record.data = json.data();
  record.size = record.capacity = json.size();
  record.line = 1;
  const audit::MemberInfo member;
  audit::Judged judged;
  judged.record = &record;
  judged.member = &member;
  judged.body = json;
  judged.error = parser.parse(json, judged.response);
  const std::optional<Verdict> verdict = verdict_of(judged.error, judged.response.family);
  if (!verdict) throw std::bad_alloc();
  judged.verdict = *verdict;
  if (judged.error) judged.violations = parser.violations();
  for (std::size_t i = begin; i < end; ++i) columns()[i].append(judged, row);
}

}  // namespace leadscan::arrow
