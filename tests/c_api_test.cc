// The C interface gives the answers of the C++ parser, and takes whatever a C program may hand it.
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "leadscan/c/leadscan.h"
#include "leadscan/fields.h"
#include "leadscan/leadscan.h"
#include "tests/c_support.h"
#include "tests/guarded_pages.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

constexpr std::size_t kLargest = 1 << 16;

TEST(CApi, AnswersAreThoseOfTheParser) {
  const CParser parser;
  for (const Fixture& fixture : fixtures())
    for (int time = 0; time < 3; ++time)  // learned from, then recognised
      EXPECT_EQ(parse_c(parser.get(), fixture.bytes), parse_strictly(fixture.bytes)) << fixture;
}

TEST(CApi, ResultTellsWhatWasReturned) {
  const CParser parser;
  for (const Fixture& fixture : fixtures()) {
    leadscan_result result = new_result();
    const std::int32_t status =
        leadscan_parse(parser.get(), fixture.bytes.data(), fixture.bytes.size(), &result);
    EXPECT_EQ(result.status, status) << fixture;
    EXPECT_EQ(result.size, sizeof result) << fixture;
    EXPECT_EQ(leadscan_verdict_name(result.verdict), fixture.folder) << fixture;
    EXPECT_EQ(leadscan_status_name(status), name_of(static_cast<ErrorCode>(status)));
    EXPECT_STREQ(leadscan_field_pointer(result.error_field),
                 std::string(json_pointer(static_cast<Field>(result.error_field))).c_str());
  }
}

TEST(CApi, NumbersAreFrozen) {
  // Written down once more: programs are compiled with them.
  EXPECT_EQ(LEADSCAN_STATUS_TOO_LARGE, 1);
  EXPECT_EQ(LEADSCAN_STATUS_TRUNCATED, 4);
  EXPECT_EQ(LEADSCAN_STATUS_NUMBER_OUT_OF_RANGE, 22);
  EXPECT_EQ(LEADSCAN_VERDICT_TOO_LARGE, 8);
  EXPECT_EQ(LEADSCAN_FIELD_MESSAGE, 19);
  EXPECT_EQ(LEADSCAN_TYPE_OBJECT, 64);
  if (sizeof(void*) == 8) {
    EXPECT_GE(sizeof(leadscan_result), 168u);
    EXPECT_EQ(sizeof(leadscan_text), 16u);
    EXPECT_EQ(sizeof(leadscan_violation), 16u);
    EXPECT_EQ(sizeof(leadscan_body), 96u);
    EXPECT_EQ(offsetof(leadscan_result, partner_id), 24u);
    EXPECT_EQ(offsetof(leadscan_result, message), 24u + 7 * 16);
    EXPECT_EQ(offsetof(leadscan_result, status_code), 24u + 8 * 16);
    EXPECT_EQ(offsetof(leadscan_result, family), 164u);
  }
}

TEST(CApi, NamesAreRangeChecked) {
  using Name = const char* (*)(std::int32_t) noexcept;
  constexpr Name kNames[] = {leadscan_status_name,  leadscan_family_name,
                             leadscan_verdict_name, leadscan_presence_name,
                             leadscan_type_name,    leadscan_status_description,
                             leadscan_field_name,   leadscan_field_pointer,
                             leadscan_field_member, leadscan_body_state_name};
  for (const Name name : kNames) {
    for (const std::int32_t beyond :
         {INT32_MIN, INT32_MIN + 1, -3, 254, 256, 256 + 1, 65536 + 1, INT32_MAX})
      EXPECT_STREQ(name(beyond), "?") << beyond;
    for (std::int32_t number = -300; number < 70000; ++number) ASSERT_NE(name(number), nullptr);
  }
  EXPECT_STREQ(leadscan_status_name(-1), "invalid_argument");
  EXPECT_STREQ(leadscan_status_name(-2), "incomplete");
  EXPECT_STREQ(leadscan_status_name(LEADSCAN_STATUS_NUL_BYTES + 1), "?");
  EXPECT_STREQ(leadscan_status_description(LEADSCAN_STATUS_TRUNCATED), "the document ends early");
  EXPECT_STREQ(leadscan_verdict_name(0), "none");
  EXPECT_STREQ(leadscan_verdict_name(-1), "?");
  EXPECT_STREQ(leadscan_verdict_name(LEADSCAN_VERDICT_TOO_LARGE + 1), "?");
  EXPECT_STREQ(leadscan_family_name(LEADSCAN_FAMILY_UPDATE), "update");
  EXPECT_STREQ(leadscan_presence_name(LEADSCAN_PRESENCE_NULL), "null");
  EXPECT_STREQ(leadscan_type_name(LEADSCAN_TYPE_NOTHING), "nothing");
  EXPECT_STREQ(leadscan_type_name(3), "?");
  EXPECT_STREQ(leadscan_body_state_name(LEADSCAN_BODY_TOO_LARGE), "too_large");
}

TEST(CApi, FieldsAreThoseOfTheDescription) {
  ASSERT_EQ(leadscan_field_count(), static_cast<std::int32_t>(kFieldCount));
  const leadscan_result result = new_result();
  for (const FieldInfo& info : kFields) {
    const auto number = static_cast<std::int32_t>(info.field);
    EXPECT_EQ(leadscan_field_name(number), info.name);
    EXPECT_EQ(leadscan_field_pointer(number), info.pointer);
    EXPECT_EQ(leadscan_field_member(number), info.column);
    EXPECT_EQ(leadscan_result_text(&result, number) != nullptr, info.slot.kind == Slot::Kind::text);
  }
  EXPECT_EQ(leadscan_result_text(&result, LEADSCAN_FIELD_INFO_TRACE_ID), &result.trace_id);
  EXPECT_EQ(leadscan_result_text(&result, LEADSCAN_FIELD_MESSAGE), &result.message);
  for (const std::int32_t none : {-1, leadscan_field_count(), 255, 256, INT32_MIN, INT32_MAX})
    EXPECT_EQ(leadscan_result_text(&result, none), nullptr) << none;
  EXPECT_EQ(leadscan_result_text(nullptr, 0), nullptr);
  for (const int all : {LEADSCAN_FIELD_DOCUMENT}) {
    EXPECT_STREQ(leadscan_field_name(all), "");
    EXPECT_STREQ(leadscan_field_pointer(all), "");
    EXPECT_STREQ(leadscan_field_member(all), "");
  }
  // A text that is beyond the end of an older program's result.
  leadscan_result shorter = result;
  shorter.size = offsetof(leadscan_result, message) + 15;
  EXPECT_EQ(leadscan_result_text(&shorter, LEADSCAN_FIELD_MESSAGE), nullptr);
  EXPECT_EQ(leadscan_result_text(&shorter, LEADSCAN_FIELD_ERROR_MESSAGE), &shorter.error_message);
}

TEST(CApi, VersionIsThatOfTheHeader) {
  EXPECT_EQ(leadscan_version_number(), std::uint32_t{LEADSCAN_C_VERSION});
  int major = -1;
  int minor = -1;
  int patch = -1;
  ASSERT_EQ(std::sscanf(leadscan_version(), "%d.%d.%d", &major, &minor, &patch), 3);
  EXPECT_EQ(major * 10000 + minor * 100 + patch, LEADSCAN_C_VERSION);
}

TEST(CApi, InvalidArguments) {
  const CParser parser;
  const std::string& json = fixture("created/typical");
  leadscan_result result = new_result();
  const leadscan_result before = result;
  EXPECT_EQ(leadscan_parse(nullptr, json.data(), json.size(), &result), -1);
  EXPECT_EQ(leadscan_parse(parser.get(), nullptr, 1, &result), -1);
  EXPECT_EQ(leadscan_parse(parser.get(), json.data(), json.size(), nullptr), -1);
  EXPECT_EQ(std::memcmp(&result, &before, sizeof result), 0);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{8}, std::size_t{160}, std::size_t{167}, std::size_t{169},
        sizeof result + 4, std::size_t{4097}, std::size_t{4104}, SIZE_MAX - 7, SIZE_MAX}) {
    leadscan_result wrong = new_result();
    wrong.size = size;
    const leadscan_result untouched = wrong;
    EXPECT_EQ(leadscan_parse(parser.get(), json.data(), json.size(), &wrong), -1) << size;
    EXPECT_EQ(std::memcmp(&wrong, &untouched, sizeof wrong), 0) << size;
  }
  // As large as a result may become.
  alignas(leadscan_result) unsigned char largest[LEADSCAN_RESULT_SIZE_LIMIT];
  auto* most = reinterpret_cast<leadscan_result*>(largest);
  most->size = sizeof largest;
  EXPECT_EQ(leadscan_parse(parser.get(), json.data(), json.size(), most), 0);
  // No bytes are a document, though a bad one.
  EXPECT_EQ(leadscan_parse(parser.get(), nullptr, 0, &result), LEADSCAN_STATUS_TRUNCATED);
  std::size_t position = 0;
  leadscan_violation violation;
  EXPECT_EQ(leadscan_next_violation(nullptr, &position, &violation), 0);
  EXPECT_EQ(leadscan_next_violation(parser.get(), nullptr, &violation), 0);
  EXPECT_EQ(leadscan_next_violation(parser.get(), &position, nullptr), 0);
  EXPECT_EQ(leadscan_decode(nullptr, nullptr, 0), 0u);
  EXPECT_EQ(leadscan_body_begin(nullptr, 1, 1), -1);
  EXPECT_EQ(leadscan_body_add(nullptr, "", 0, 1), -1);
  EXPECT_EQ(leadscan_body_give(nullptr, nullptr, 0), -1);
  EXPECT_EQ(leadscan_body_end(nullptr), -1);
  leadscan_body body;
  leadscan_body_begin(&body, 100, LEADSCAN_BODY_UNKNOWN);
  EXPECT_EQ(leadscan_body_add(&body, nullptr, 1, 0), -1);
  EXPECT_EQ(leadscan_body_give(&body, nullptr, 1), -1);
  EXPECT_EQ(leadscan_parse_body(nullptr, &body, &result), -1);
  EXPECT_EQ(leadscan_parse_body(parser.get(), nullptr, &result), -1);
  EXPECT_EQ(leadscan_parse_body(parser.get(), &body, nullptr), -1);
}

TEST(CApi, NewerProgramGetsZeros) {
  // Its result is longer than this library's.
  struct {
    leadscan_result result;
    unsigned char more[48];
    unsigned char behind[16];
  } newer;
  const CParser parser;
  for (const char* name : {"created/typical", "message/escapes", "malformed/html"}) {
    const std::string& json = fixture(name);
    std::memset(&newer, 0xA5, sizeof newer);
    newer.result.size = sizeof newer.result + sizeof newer.more;
    leadscan_parse(parser.get(), json.data(), json.size(), &newer.result);
    EXPECT_EQ(outcome_of(json.data(), parser.get(), newer.result), parse_strictly(json));
    for (const unsigned char byte : newer.more) EXPECT_EQ(byte, 0);
    for (const unsigned char byte : newer.behind) EXPECT_EQ(byte, 0xA5);
    EXPECT_EQ(newer.result.size, sizeof newer.result + sizeof newer.more);
  }
}

TEST(CApi, ViolationsComeOneByOne) {
  const CParser parser;
  const std::string json = R"({"action":1,"info":{"success":true,"statusCode":"x"}})";
  const Outcome expected = parse_strictly(json);
  ASSERT_GT(expected.violations.size(), 3u);
  EXPECT_EQ(parse_c(parser.get(), json), expected);
  // Behind the last one there is none, however often one asks; nor of a document without.
  std::size_t position = expected.violations.size();
  leadscan_violation violation;
  EXPECT_EQ(leadscan_next_violation(parser.get(), &position, &violation), 0);
  position = SIZE_MAX;
  EXPECT_EQ(leadscan_next_violation(parser.get(), &position, &violation), 0);
  EXPECT_EQ(position, SIZE_MAX);
  EXPECT_TRUE(parse_c(parser.get(), fixture("created/typical")).violations.empty());
}

TEST(CApi, DecodesIntoTheCallersMemory) {
  const CParser parser;
  const std::string json = R"({"message":"\ud83d\ude00\u20ac\n"})";
  const std::string decoded = "\xF0\x9F\x98\x80\xE2\x82\xAC\n";
  leadscan_result result = new_result();
  ASSERT_EQ(leadscan_parse(parser.get(), json.data(), json.size(), &result), 0);
  ASSERT_EQ(result.message.escaped, 1);
  GuardedPages pages(64);
  for (std::size_t size = 0; size < decoded.size(); ++size)
    EXPECT_EQ(leadscan_decode(&result.message, pages.end() - size, size), LEADSCAN_NO_ROOM);
  char* memory = pages.end() - decoded.size();
  EXPECT_EQ(leadscan_decode(&result.message, memory, decoded.size()), decoded.size());
  EXPECT_EQ(std::string_view(memory, decoded.size()), decoded);
  EXPECT_EQ(leadscan_decode(&result.message, nullptr, 0), LEADSCAN_NO_ROOM);
  // No value, no bytes.
  EXPECT_EQ(leadscan_decode(&result.action, nullptr, 0), 0u);
}

TEST(CApi, DecodesPlainTextsAndObjects) {
  const CParser parser;
  for (const char* name : {"created/partner_id_object_with_escapes", "created/typical"}) {
    const std::string& json = fixture(name);
    leadscan_result result = new_result();
    ASSERT_EQ(leadscan_parse(parser.get(), json.data(), json.size(), &result), 0) << name;
    std::string memory(result.partner_id.size, '?');
    const std::size_t size =
        leadscan_decode(&result.partner_id, memory.data(), result.partner_id.size);
    EXPECT_EQ(memory.substr(0, size), std::string(result.partner_id.data, result.partner_id.size));
    EXPECT_EQ(leadscan_decode(&result.partner_id, memory.data(), size - 1), LEADSCAN_NO_ROOM);
  }
}

TEST(CApi, ParserStaysInItsMemory) {
  // Both ends flush against a page that cannot be touched, as the document and the result are.
  const std::size_t size = leadscan_parser_size(4096);
  GuardedPages memory(size);
  GuardedPages documents(8192);
  GuardedPages results(sizeof(leadscan_result));
  ASSERT_EQ(size % leadscan_parser_alignment(), 0u);
  auto* result = reinterpret_cast<leadscan_result*>(results.end() - sizeof(leadscan_result));
  for (char* begin : {memory.end() - size, memory.begin()}) {
    leadscan_parser* parser = leadscan_parser_init(begin, size, 4096);
    ASSERT_NE(parser, nullptr);
    for (const Fixture& fixture : fixtures()) {
      if (fixture.bytes.size() > 8192) continue;
      const std::string_view json = documents.at_end(fixture.bytes);
      Outcome expected = parse_strictly(json);
      if (json.size() > 4096) {
        expected = Outcome();
        expected.error = {ErrorCode::too_large, Field::document, 4096};
      }
      for (int time = 0; time < 3; ++time) {
        std::memset(result, 0xA5, sizeof *result);
        result->size = sizeof *result;
        leadscan_parse(parser, json.data(), json.size(), result);
        EXPECT_EQ(outcome_of(json.data(), parser, *result), expected) << fixture;
      }
    }
    // As large as it may be.
    std::string largest = R"({"message":"\u20ac)";
    largest += std::string(4096 - largest.size() - 2, 'm') + "\"}";
    EXPECT_EQ(parse_c(parser, documents.at_end(largest)), parse_strictly(largest));
    std::string quotes = R"({"message":"","x":[1)";
    while (quotes.size() + 4 < 4096) quotes += ",1";
    quotes += std::string(4096 - quotes.size() - 2, ' ') + "]}";
    EXPECT_EQ(parse_c(parser, documents.at_end(quotes)), parse_strictly(quotes));
  }
}

TEST(CApi, MemoryThatDoesNotDo) {
  const std::size_t size = leadscan_parser_size(kLargest);
  const std::size_t alignment = leadscan_parser_alignment();
  EXPECT_EQ(alignment & (alignment - 1), 0u);
  EXPECT_LE(alignment, 64u);
  std::vector<char> memory(size + 2 * alignment);
  char* begin = memory.data();
  while (reinterpret_cast<std::uintptr_t>(begin) % alignment != 0) ++begin;
  EXPECT_NE(leadscan_parser_init(begin, size, kLargest), nullptr);
  EXPECT_NE(leadscan_parser_init(begin, size + 1, kLargest), nullptr);
  EXPECT_EQ(leadscan_parser_init(begin, size - 1, kLargest), nullptr);
  EXPECT_EQ(leadscan_parser_init(begin, 0, kLargest), nullptr);
  EXPECT_EQ(leadscan_parser_init(nullptr, size, kLargest), nullptr);
  for (std::size_t shift = 1; shift < alignment; ++shift)
    EXPECT_EQ(leadscan_parser_init(begin + shift, size, kLargest), nullptr) << shift;
  // Beyond what any parser reads, sizes that would overflow included.
  EXPECT_GT(leadscan_parser_size((std::size_t{1} << 32) - 1024), std::size_t{1} << 16);
  for (const std::size_t beyond : {(std::size_t{1} << 32) - 1023, SIZE_MAX / 5, SIZE_MAX}) {
    EXPECT_EQ(leadscan_parser_size(beyond), 0u);
    EXPECT_EQ(leadscan_parser_init(begin, SIZE_MAX, beyond), nullptr);
  }
}

TEST(CApi, SizeIsAsTheHeaderSays) {
  const std::size_t fixed = leadscan_parser_size(0);
  EXPECT_LE(fixed, 320u << 10);
  if (has_isa(Isa::avx2)) {
    const std::size_t more = leadscan_parser_size(1 << 20) - leadscan_parser_size(1 << 19);
    EXPECT_EQ(more, (std::size_t{1} << 19) * 17 / 4);
  }
}

TEST(CApi, SmallestParser) {
  const CParser parser(0);
  EXPECT_EQ(parse_c(parser.get(), "").error.code, ErrorCode::truncated);
  EXPECT_EQ(parse_c(parser.get(), "{").error, (Error{ErrorCode::too_large, Field::document, 0}));
}

TEST(CApi, OneParserAThread) {
  // All begin at once, the first parsers of the process included if this test runs alone.
  (void)fixtures();
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      const CParser parser;
      for (const Fixture& fixture : fixtures())
        wrong += !(parse_c(parser.get(), fixture.bytes) == parse_strictly(fixture.bytes));
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(CApi, MemoryMayBeUsedAnew) {
  // Nothing is to be released: a parser is begun where one was.
  const std::size_t size = leadscan_parser_size(kLargest);
  void* memory = std::aligned_alloc(leadscan_parser_alignment(), size);
  for (int time = 0; time < 3; ++time) {
    leadscan_parser* parser = leadscan_parser_init(memory, size, kLargest);
    for (int again = 0; again < 3; ++again)
      EXPECT_EQ(parse_c(parser, fixture("created/typical")).family, Family::created);
  }
  std::free(memory);
}

}  // namespace
}  // namespace leadscan::testing
