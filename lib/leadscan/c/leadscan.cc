#include "leadscan/c/leadscan.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <span>
#include <string_view>

#include "leadscan/arena.h"
#include "leadscan/c/abi_checks.h"
#include "leadscan/c/layout.h"
#include "leadscan/leadscan.h"

namespace leadscan::c {
namespace {

using internal::Arena;

// The handle's type is never defined: what it points to is not part of the binary interface.
Parser& parser_of(leadscan_parser* handle) noexcept { return *reinterpret_cast<Parser*>(handle); }
const Parser& parser_of(const leadscan_parser* handle) noexcept {
  return *reinterpret_cast<const Parser*>(handle);
}

Parser::Options options_for(std::size_t largest_document) noexcept {
  Parser::Options options;
  options.max_document_bytes = largest_document;
  return options;
}

std::uint8_t number_of(std::optional<Verdict> verdict) noexcept {
  return static_cast<std::uint8_t>(verdict ? static_cast<int>(*verdict) + 1
                                           : LEADSCAN_VERDICT_NONE);
}

// Where nothing is wrong, the verdict is the family.
static_assert(static_cast<int>(LEADSCAN_VERDICT_CREATED) == LEADSCAN_FAMILY_CREATED &&
              static_cast<int>(LEADSCAN_VERDICT_UPDATE) == LEADSCAN_FAMILY_UPDATE &&
              static_cast<int>(LEADSCAN_VERDICT_FAILURE) == LEADSCAN_FAMILY_FAILURE &&
              static_cast<int>(LEADSCAN_VERDICT_MESSAGE) == LEADSCAN_FAMILY_MESSAGE);

// By value: `error` stays in registers where there is none. Nor is it inlined there, nor what fills
// other results: parse() has fewer registers to save.
[[gnu::noinline]] std::uint8_t verdict_of_bad(Error error, Family family) noexcept {
  return number_of(verdict_of(error, family));
}

[[gnu::always_inline]] inline std::int32_t read(Parser& parser, std::string_view document,
                                                Result& result) noexcept {
  const Error error = parser.parse(document, result.response);
  result.error_offset = error.offset;
  result.status = static_cast<std::int32_t>(error.code);
  result.error_field = static_cast<std::uint16_t>(error.field);
  result.verdict = error ? verdict_of_bad(error, result.response.family)
                         : static_cast<std::uint8_t>(result.response.family);
  return static_cast<std::int32_t>(error.code);
}

// Lets `fill` fill a result of this version, of which the caller's struct may be a prefix, or
// longer. A size that no version can have is an invalid argument: it was not set.
template <typename Fill>
std::int32_t fill_other(leadscan_result& result, Fill fill) noexcept {
  const std::size_t size = result.size;
  if (size < kFirstResultSize || size > LEADSCAN_RESULT_SIZE_LIMIT || size % alignof(Result) != 0) {
    return LEADSCAN_STATUS_INVALID_ARGUMENT;
  }
  if (size >= sizeof(Result)) {
    std::memset(reinterpret_cast<char*>(&result) + sizeof(Result), 0, size - sizeof(Result));
    return fill(reinterpret_cast<Result&>(result));
  }
  Result whole;
  whole.size = size;
  whole.reserved0 = 0;
  const std::int32_t status = fill(whole);
  std::memcpy(&result, static_cast<const void*>(&whole), size);
  return status;
}

[[gnu::noinline]] std::int32_t read_other(Parser& parser, std::string_view document,
                                          leadscan_result& result) noexcept {
  return fill_other(result, [&](Result& filled) { return read(parser, document, filled); });
}

// What the C interface says of a document that was not read.
std::int32_t refuse(leadscan_result& result, std::int32_t status, std::uint64_t offset,
                    std::uint8_t verdict) noexcept {
  return fill_other(result, [&](Result& filled) {
    filled.response = LeadResponse();
    filled.error_offset = offset;
    filled.status = status;
    filled.error_field = LEADSCAN_FIELD_DOCUMENT;
    filled.verdict = verdict;
    return status;
  });
}

// The enumerator's name, or "?" for an unknown number.
template <typename Enum>
const char* name_or_unknown(std::int32_t number) noexcept {
  if (number < 0 || number > UINT8_MAX) return "?";
  return name_of(static_cast<Enum>(number)).data();
}

// What `get` returns for a field; empty for the document.
template <typename Get>
const char* of_field(std::int32_t field, Get get) noexcept {
  if (field == LEADSCAN_FIELD_DOCUMENT) return "";
  if (field < 0 || field >= static_cast<std::int32_t>(kFieldCount)) return "?";
  const std::string_view text = get(info_of(static_cast<Field>(field)));
  return text.empty() ? "" : text.data();
}

}  // namespace
}  // namespace leadscan::c

using namespace leadscan;
using namespace leadscan::c;

extern "C" {

uint32_t leadscan_version_number(void) noexcept { return LEADSCAN_C_VERSION; }
const char* leadscan_version(void) noexcept {
  static_assert(LEADSCAN_C_VERSION == LEADSCAN_VERSION_NUMBER);
  return LEADSCAN_VERSION;
}

const char* leadscan_status_name(int32_t status) noexcept {
  if (status == LEADSCAN_STATUS_INCOMPLETE) return "incomplete";
  if (status == LEADSCAN_STATUS_INVALID_ARGUMENT) return "invalid_argument";
  return name_or_unknown<ErrorCode>(status);
}
const char* leadscan_status_description(int32_t status) noexcept {
  if (status == LEADSCAN_STATUS_INCOMPLETE) return "the body has not come whole";
  if (status == LEADSCAN_STATUS_INVALID_ARGUMENT) return "a null pointer or a size that is wrong";
  if (status < 0 || status > UINT8_MAX) return "?";
  return describe(static_cast<ErrorCode>(status)).data();
}
const char* leadscan_family_name(int32_t family) noexcept {
  return name_or_unknown<Family>(family);
}
const char* leadscan_verdict_name(int32_t verdict) noexcept {
  if (verdict == LEADSCAN_VERDICT_NONE) return "none";
  return verdict < 0 ? "?" : name_or_unknown<Verdict>(verdict - 1);
}
const char* leadscan_presence_name(int32_t presence) noexcept {
  return name_or_unknown<Presence>(presence);
}
const char* leadscan_type_name(int32_t type) noexcept { return name_or_unknown<JsonType>(type); }

const char* leadscan_field_name(int32_t field) noexcept {
  return of_field(field, [](const FieldInfo& info) { return info.name; });
}
const char* leadscan_field_pointer(int32_t field) noexcept {
  return of_field(field, [](const FieldInfo& info) { return info.pointer; });
}
const char* leadscan_field_member(int32_t field) noexcept {
  return of_field(field, [](const FieldInfo& info) { return info.column; });
}
int32_t leadscan_field_count(void) noexcept { return static_cast<int32_t>(kFieldCount); }

// In an arena: the handle, then the parser's state and what it needs.
size_t leadscan_parser_size(size_t largest_document) noexcept {
  if (largest_document > kLargestDocument) return 0;
  Arena handle;
  (void)handle.take<Parser>();
  return handle.taken() + Parser::memory_size(options_for(largest_document));
}
size_t leadscan_parser_alignment(void) noexcept { return Parser::kMemoryAlignment; }

leadscan_parser* leadscan_parser_init(void* memory, size_t size, size_t largest_document) noexcept {
  const std::size_t wanted = leadscan_parser_size(largest_document);
  if (memory == nullptr || wanted == 0 || size < wanted) return nullptr;
  if (reinterpret_cast<std::uintptr_t>(memory) % Parser::kMemoryAlignment != 0) return nullptr;
  Arena arena({static_cast<std::byte*>(memory), size});
  auto* handle = arena.take<Parser>();
  const std::span<std::byte> rest(static_cast<std::byte*>(memory) + arena.taken(),
                                  size - arena.taken());
  return reinterpret_cast<leadscan_parser*>(new (handle)
                                                Parser(options_for(largest_document), rest));
}

int32_t leadscan_parse(leadscan_parser* parser, const char* document, size_t size,
                       leadscan_result* result) noexcept {
  if (parser == nullptr || result == nullptr || (document == nullptr && size != 0)) [[unlikely]]
    return LEADSCAN_STATUS_INVALID_ARGUMENT;
  const std::string_view text(document, size);
  if (result->size == sizeof(Result)) [[likely]]
    return read(parser_of(parser), text, reinterpret_cast<Result&>(*result));
  return read_other(parser_of(parser), text, *result);
}

int32_t leadscan_parse_body(leadscan_parser* parser, const leadscan_body* body,
                            leadscan_result* result) noexcept {
  if (parser == nullptr || body == nullptr || result == nullptr)
    return LEADSCAN_STATUS_INVALID_ARGUMENT;
  if (body->state == LEADSCAN_BODY_COMPLETE)
    return leadscan_parse(parser, body->data, body->size, result);
  if (body->state == LEADSCAN_BODY_TOO_LARGE)
    return refuse(*result, LEADSCAN_STATUS_TOO_LARGE, body->limit, LEADSCAN_VERDICT_TOO_LARGE);
  return refuse(*result, LEADSCAN_STATUS_INCOMPLETE, body->size, LEADSCAN_VERDICT_NONE);
}

const leadscan_text* leadscan_result_text(const leadscan_result* result, int32_t field) noexcept {
  if (result == nullptr || field < 0 || field >= static_cast<int32_t>(kFieldCount)) return nullptr;
  const Slot& slot = info_of(static_cast<Field>(field)).slot;
  const std::size_t offset = offsetof(Result, response) + slot.offset;
  if (slot.kind != Slot::Kind::text || offset + sizeof(leadscan_text) > result->size)
    return nullptr;
  return reinterpret_cast<const leadscan_text*>(reinterpret_cast<const char*>(result) + offset);
}

size_t leadscan_decode(const leadscan_text* text, char* memory, size_t size) noexcept {
  if (text == nullptr || text->presence != LEADSCAN_PRESENCE_VALUE || text->size == 0) return 0;
  if (memory == nullptr) return LEADSCAN_NO_ROOM;
  const std::string_view raw(text->data, text->size);
  if (text->escaped == 0) {
    if (size < raw.size()) return LEADSCAN_NO_ROOM;
    std::memcpy(memory, raw.data(), raw.size());
    return raw.size();
  }
  const Text escaped = Text::string(raw, true);
  const std::optional<std::string_view> decoded = escaped.decode({memory, size});
  return decoded ? decoded->size() : LEADSCAN_NO_ROOM;
}

int leadscan_next_violation(const leadscan_parser* parser, size_t* position,
                            leadscan_violation* violation) noexcept {
  if (parser == nullptr || position == nullptr || violation == nullptr) return 0;
  const std::span<const Violation> all = parser_of(parser).violations();
  if (*position >= all.size()) return 0;
  const Violation& next = all[(*position)++];
  *violation = {next.offset, static_cast<std::int32_t>(next.code),
                static_cast<std::uint16_t>(next.field), static_cast<std::uint8_t>(next.found), 0};
  return 1;
}

}  // extern "C"
