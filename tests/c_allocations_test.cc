// A parser in the caller's memory allocates nothing at all: here an allocation aborts.
//
// Looked at are operator new and, where no sanitizer has malloc for itself, malloc and its kin.
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/c_support.h"
#include "tests/kind_test.h"
#include "tests/support.h"

namespace {

std::atomic<bool> forbidden{false};

void look() {
  if (!forbidden) return;
  forbidden = false;
  std::fputs("an allocation\n", stderr);
  std::abort();
}

}  // namespace

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define LOOKS_AT_MALLOC 1
#endif
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#undef LOOKS_AT_MALLOC
#endif
#endif

#if defined(LOOKS_AT_MALLOC)

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);

void* malloc(std::size_t size) {
  look();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  look();
  return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) {
  look();
  return __libc_realloc(block, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  look();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  *block = aligned_alloc(alignment, size);
  return *block == nullptr ? 12 : 0;  // ENOMEM
}
void free(void* block) {
  if (block != nullptr) look();
  __libc_free(block);
}
}

#else

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  look();
  return std::malloc(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return operator new(size, std::nothrow);
}
void* operator new(std::size_t size) {
  void* block = operator new(size, std::nothrow);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* block) noexcept {
  if (block != nullptr) look();
  std::free(block);
}
void operator delete[](void* block) noexcept { operator delete(block); }
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }
void operator delete[](void* block, std::size_t) noexcept { operator delete(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { operator delete(block); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { operator delete(block); }

#endif

namespace leadscan::testing {
namespace {

// As long as there is one, an allocation aborts, and so does a release.
class Forbid {
 public:
  Forbid() { forbidden = true; }
  ~Forbid() { forbidden = false; }
  Forbid(const Forbid&) = delete;
  Forbid& operator=(const Forbid&) = delete;
};

void* volatile sink;

TEST(CAllocations, Abort) {
  // The instrument first.
  EXPECT_DEATH(
      {
        const Forbid forbid;
        sink = ::operator new(1);
      },
      "an allocation");
#if defined(LOOKS_AT_MALLOC)
  EXPECT_DEATH(
      {
        const Forbid forbid;
        sink = std::malloc(1);
      },
      "an allocation");
#endif
  EXPECT_DEATH(
      {
        const Forbid forbid;
        const Parser parser;
      },
      "an allocation");
}

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
using Block = std::unique_ptr<void, Free>;

Block aligned_block(std::size_t size) {
  return Block(std::aligned_alloc(Parser::kMemoryAlignment, size));
}

constexpr std::size_t kLargest = 1 << 16;

TEST(CAllocations, NoneFromTheFirstCallToTheLast) {
  (void)fixtures();
  const Block block(
      std::aligned_alloc(leadscan_parser_alignment(), leadscan_parser_size(kLargest)));
  char memory[4096];
  char gathered[kLargest];
  std::size_t accepted = 0;
  std::size_t violations = 0;
  for (int round = 0; round < 2; ++round) {
    const Forbid forbid;
    leadscan_parser* parser =
        leadscan_parser_init(block.get(), leadscan_parser_size(kLargest), kLargest);
    if (parser == nullptr) std::abort();
    for (const Fixture& fixture : fixtures())
      for (int time = 0; time < 4; ++time) {
        const std::string_view json = fixture.bytes;
        leadscan_result result;
        result.size = sizeof result;
        accepted += leadscan_parse(parser, json.data(), json.size(), &result) == 0;
        for (int field = 0; field < leadscan_field_count(); ++field) {
          const leadscan_text* text = leadscan_result_text(&result, field);
          if (text != nullptr && result.status == 0)
            (void)leadscan_decode(text, memory, sizeof memory);
          (void)leadscan_field_pointer(field);
        }
        (void)leadscan_status_description(result.status);
        std::size_t position = 0;
        leadscan_violation violation;
        while (leadscan_next_violation(parser, &position, &violation) != 0) ++violations;
        leadscan_body body;
        leadscan_body_begin(&body, kLargest, LEADSCAN_BODY_UNKNOWN);
        leadscan_body_give(&body, gathered, sizeof gathered);
        leadscan_body_add(&body, json.data(), json.size() / 2, 0);
        leadscan_body_add(&body, json.data() + json.size() / 2, json.size() - json.size() / 2, 1);
        (void)leadscan_parse_body(parser, &body, &result);
      }
  }
  EXPECT_GT(accepted, 500u);
  EXPECT_GT(violations, 500u);
}

class ArenaTest : public KindTest {};
LEADSCAN_FOR_EVERY_KIND(ArenaTest);

// The C++ parser in memory of the caller's: on_demand, and every CPU without AVX2, too.
TEST_P(ArenaTest, GivesTheSameAnswersWithoutAllocating) {
  Parser::Options options = GetParam().options;
  options.max_document_bytes = kLargest;
  const std::size_t size = Parser::memory_size(options);
  const Block block = aligned_block(size);
  std::size_t wrong = 0;
  std::uint64_t recognised = 0;
  std::uint64_t strictly = 0;
  // The answers beforehand: these do allocate.
  std::vector<Error> errors;
  std::vector<LeadResponse> responses;
  Parser other(options);
  for (const Fixture& fixture : fixtures()) {
    LeadResponse response;
    errors.push_back(other.parse(fixture.bytes, response));
    responses.push_back(response);
  }
  {
    const Forbid forbid;
    Parser parser(options, std::span(static_cast<std::byte*>(block.get()), size));
    if (!parser.reserve(kLargest)) std::abort();
    for (std::size_t i = 0; i < fixtures().size(); ++i)
      for (int time = 0; time < 8; ++time) {
        LeadResponse response;
        const Error error = parser.parse(std::string_view(fixtures()[i].bytes), response);
        wrong += error != errors[i] || !(response == responses[i]);
      }
    recognised = hits(parser);
    strictly = parser.statistics().strict;
    Parser moved(std::move(parser));
    LeadResponse response;
    wrong += static_cast<bool>(moved.parse(std::string_view(R"({"message":"m"})"), response));
  }
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(recognised > 100, GetParam().options.path == Path::learned);
  // Where it would have been simdjson's, it is the strict reader's.
  EXPECT_GT(strictly, 0u);
}

TEST_P(ArenaTest, MemoryThatDoesNotDoIsAnError) {
  Parser::Options options = GetParam().options;
  options.max_document_bytes = kLargest;
  const std::size_t size = Parser::memory_size(options);
  const Block block = aligned_block(size + Parser::kMemoryAlignment);
  auto* begin = static_cast<std::byte*>(block.get());
  for (const std::span<std::byte> memory :
       {std::span(begin, size - 1), std::span(begin, std::size_t{0}), std::span(begin + 8, size),
        std::span<std::byte>()}) {
    const Forbid forbid;
    Parser parser(options, memory);
    LeadResponse response;
    const Error error = parser.parse(std::string_view("{}"), response);
    if (error.code != ErrorCode::out_of_memory || parser.reserve(1)) std::abort();
  }
}

}  // namespace
}  // namespace leadscan::testing
