// The umbrella header in a program without exceptions and RTTI: built with -fno-exceptions and
// -fno-rtti, hence without GoogleTest.
#include <cstdio>
#include <string_view>

#include "leadscan/leadscan.h"

#if defined(__cpp_exceptions) || defined(__cpp_rtti)
#error "this test is to be built without exceptions and RTTI"
#endif

namespace {

int failures = 0;

void expect(bool condition, const char* what) {
  if (condition) return;
  std::printf("FAILED: %s\n", what);
  ++failures;
}

}  // namespace

int main() {
  constexpr std::string_view kLines =
      "{\"message\":\"a\\u0062c\"}\n"
      "{\"partnerLeadOpportunityId\":\"P\",\"dsLeadOpportunityId\":\"D\",\"action\":\"A\","
      "\"info\":{\"success\":true,\"statusCode\":201}}\n"
      "{\"action\":\n"
      "[]\n";
  constexpr leadscan::Verdict kVerdicts[] = {leadscan::Verdict::message, leadscan::Verdict::created,
                                             leadscan::Verdict::truncated,
                                             leadscan::Verdict::violation};
  leadscan::Parser parser;
  expect(parser.reserve(1000), "reserve");
  leadscan::Lines lines(kLines);
  leadscan::PaddedBytes line;
  std::size_t records = 0;
  while (lines.next(line)) {
    leadscan::LeadResponse response;
    const leadscan::Error error = parser.parse(line, response);
    expect(records < 4 && leadscan::verdict_of(error, response.family) == kVerdicts[records],
           "verdict");
    if (records == 0) {
      char memory[16];
      expect(response.message.decode(memory) == "abc", "decode");
      expect(response.message.equals("abc"), "equals");
    }
    if (error) {
      expect(leadscan::render({line.data, line.size}, error).ends_with("^\n"), "render");
      expect(!leadscan::describe(error.code).empty(), "describe");
    }
    ++records;
  }
  expect(records == 4, "number of records");
  expect(parser.violations().size() == 1, "violations");
  expect(leadscan::info_of(leadscan::Field::action).pointer == "/action", "fields");
  std::printf("%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
