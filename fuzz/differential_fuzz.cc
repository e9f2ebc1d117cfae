// Fuzz target: the parser against the reading of the same rules in tests/reference_dom, which
// shares no code with it; and the columnar reader against the strict one, line by line.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "leadscan/columns/column_reader.h"
#include "leadscan/leadscan.h"
#include "tests/reference_dom.h"

namespace {

using leadscan::internal::ColumnLine;
using leadscan::internal::ColumnReader;
using leadscan::internal::ColumnVerdict;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

// Whether the two, of the same line, are one, down to where their texts are.
bool same(const leadscan::LeadResponse& a, const leadscan::LeadResponse& b) {
  for (const leadscan::Field field : leadscan::kTextFields) {
    const auto text = leadscan::slot_of(field).text;
    if ((a.*text).raw().data() != (b.*text).raw().data()) return false;
  }
  return a == b;
}

void compare_columns(std::string_view text) {
  static ColumnReader reader = [] {
    ColumnReader columns(leadscan::best_isa());
    (void)columns.allocate();
    return columns;
  }();
  static leadscan::Parser strict = [] {
    leadscan::Parser::Options options;
    options.path = leadscan::Path::strict;
    return leadscan::Parser(options);
  }();
  std::array<ColumnLine, 8> lines;
  const std::size_t size = reader.load(text);
  std::size_t at = 0;
  while (const std::size_t count = reader.next(lines)) {
    for (std::size_t i = 0; i < count; ++i) {
      const leadscan::Line line = leadscan::first_line(text.substr(at));
      if (lines[i].offset != at || lines[i].size != line.size) fail("columns: a line's extent");
      leadscan::LeadResponse response;
      const bool accepted = !strict.parse(line.text, response);
      switch (lines[i].verdict) {
        case ColumnVerdict::accepted:
          if (!accepted || !same(lines[i].response, response)) fail("columns: accepted");
          break;
        case ColumnVerdict::blank:
          if (!leadscan::is_blank_line(line.text)) fail("columns: blank");
          break;
        case ColumnVerdict::refused:
          if (accepted) fail("columns: refused");
          break;
        case ColumnVerdict::deep:
          break;
      }
      at += line.next;
    }
  }
  if (at != size) fail("columns: lines are missing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  leadscan::Parser parser;
  leadscan::LeadResponse response;
  const leadscan::Error error = parser.parse(json, response);
  const std::string found = leadscan::testing::difference(leadscan::testing::read_reference(json),
                                                          error, response, parser.violations());
  if (!found.empty()) fail(found);
  if (ColumnReader::exists_for(leadscan::best_isa())) compare_columns(json);
  return 0;
}
