// A warm parser allocates nothing, and a parser that gets no memory says so.
//
// Counted are operator new and, where no sanitizer has malloc for itself, malloc and its kin too:
// a library may allocate by either.
#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

#include "leadscan/columns/column_reader.h"
#include "tests/kind_test.h"
#include "tests/support.h"

namespace {

std::atomic<long> allocations{0};
// From this one on all fail; negative: none does.
std::atomic<long> first_failure{-1};
std::atomic<long> failures{0};
std::atomic<std::size_t> bytes{0};  // asked for

bool allowed(std::size_t size) {
  bytes += size;
  const long number = allocations++;
  if (first_failure < 0 || number < first_failure) return true;
  ++failures;
  return false;
}

}  // namespace

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define COUNTS_MALLOC 1
#endif
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#undef COUNTS_MALLOC
#endif
#endif

#if defined(COUNTS_MALLOC)

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) { return allowed(size) ? __libc_malloc(size) : nullptr; }
void* calloc(std::size_t count, std::size_t size) {
  return allowed(count * size) ? __libc_calloc(count, size) : nullptr;
}
void* realloc(void* block, std::size_t size) {
  return allowed(size) ? __libc_realloc(block, size) : nullptr;
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return allowed(size) ? __libc_memalign(alignment, size) : nullptr;
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  *block = aligned_alloc(alignment, size);
  return *block == nullptr ? 12 : 0;  // ENOMEM
}
}

#else

// The aligned forms are left to the sanitizer: simdjson and leadscan have no use for them.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allowed(size) ? std::malloc(size) : nullptr;
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
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { std::free(block); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { std::free(block); }

#endif

namespace leadscan::testing {
namespace {

// How many allocations `action` makes.
template <typename Action>
long count(Action action) {
  const long before = allocations;
  action();
  return allocations - before;
}

std::size_t longest_fixture() {
  std::size_t longest = 0;
  for (const Fixture& fixture : fixtures()) longest = std::max(longest, fixture.bytes.size());
  return longest;
}

class AllocationsTest : public KindTest {};
using OutOfMemoryTest = AllocationsTest;

LEADSCAN_FOR_EVERY_KIND(AllocationsTest);
LEADSCAN_FOR_EVERY_KIND(OutOfMemoryTest);

// Not optimised away, unlike a new-expression whose result is not used.
void* volatile sink;

TEST(Allocations, AreCounted) {
  // The instrument first: a test that counts nothing proves nothing.
  EXPECT_EQ(count([] {
              sink = ::operator new(100);
              ::operator delete(sink);
            }),
            1);
#if defined(COUNTS_MALLOC)
  EXPECT_EQ(count([] {
              sink = std::malloc(100);
              std::free(sink);
            }),
            1);
  EXPECT_EQ(count([] {
              sink = std::calloc(10, 10);
              sink = std::realloc(sink, 1000);
              std::free(sink);
            }),
            2);
#endif
  EXPECT_GT(count([] { const Parser parser; }), 0);
}

TEST_P(AllocationsTest, NonePerResponseOnceWarm) {
  Parser parser(GetParam().options);
  LeadResponse response;
  // Warm by use: one document as long as any, then not even the first of its kind allocates.
  const std::string first(longest_fixture(), ' ');
  const long warming = count([&] { (void)parser.parse(first, response); });
  EXPECT_EQ(warming > 0, GetParam().options.path != Path::strict);
  for (const Fixture& fixture : fixtures()) {
    const PaddedCopy copy(fixture.bytes);
    const PaddedBytes padded = copy.bytes();
    const std::string_view exact = fixture.bytes;
    for (int time = 0; time < 4; ++time) {  // learning is free, too
      EXPECT_EQ(count([&] { (void)parser.parse(exact, response); }), 0) << fixture.name;
      EXPECT_EQ(count([&] { (void)parser.parse(padded, response); }), 0) << fixture.name;
    }
    EXPECT_EQ(count([&] { (void)parser.violations(); }), 0) << fixture.name;
  }
  EXPECT_EQ(hits(parser) > 100, GetParam().options.path == Path::learned);
}

TEST_P(AllocationsTest, NoneAtAllAfterReserve) {
  for (const Fixture& fixture : fixtures()) {
    Parser parser(GetParam().options);
    ASSERT_TRUE(parser.reserve(longest_fixture()));
    LeadResponse response;
    const std::string_view exact = fixture.bytes;
    EXPECT_EQ(count([&] { (void)parser.parse(exact, response); }), 0) << fixture.name;
  }
}

TEST_P(AllocationsTest, AreAsLargeAsPromised) {
  // Of what is reserved in powers of two.
  for (const std::size_t size : {std::size_t{1} << 16, (std::size_t{1} << 20) + 1}) {
    const std::size_t capacity = std::bit_ceil(size);
    const std::size_t before = bytes;
    Parser parser(GetParam().options);
    ASSERT_TRUE(parser.reserve(size));
    const std::size_t fixed = bytes - before;
    const Path path = GetParam().options.path;
    const bool tokens = path == Path::tokens || (path == Path::learned && has_isa(Isa::avx2) &&
                                                 GetParam().options.isa != Isa::portable);
    const std::size_t each = path == Path::strict ? 0 : tokens ? 17 * capacity / 4 : 7 * capacity;
    const std::size_t learned = path == Path::learned ? std::size_t{320} << 10 : 0;
    const Isa isa = best_isa(GetParam().options.isa);
    const std::size_t columns =
        path == Path::learned && isa == Isa::avx512 ? internal::ColumnReader::kMemory : 0;
    EXPECT_LE(fixed, each + learned + columns + (std::size_t{16} << 10)) << size;
    EXPECT_GE(fixed, each * 3 / 4) << size;
  }
}

TEST_P(AllocationsTest, AreNotMadeForDocumentsThatWouldBeRefused) {
  Parser::Options options = GetParam().options;
  options.max_document_bytes = 5000;
  Parser parser(options);
  const std::size_t before = bytes;
  ASSERT_TRUE(parser.reserve(std::size_t{1} << 40));
  EXPECT_LE(bytes - before, 12u * 8192);
}

TEST_P(AllocationsTest, ReserveOfTheSameAgainIsFree) {
  Parser parser(GetParam().options);
  ASSERT_TRUE(parser.reserve(100'000));
  EXPECT_EQ(count([&] { (void)parser.reserve(100'000); }), 0);
  EXPECT_EQ(count([&] { (void)parser.reserve(0); }), 0);
}

TEST(Allocations, NoneForDecodingComparingNamesAndLines) {
  Parser parser;
  LeadResponse response;
  ASSERT_FALSE(parser.parse(fixture("created/escapes_of_every_kind"), response));
  const std::string lines = read_file("data/samples/mixed.ndjson");
  char memory[64];
  EXPECT_EQ(count([&] {
              (void)response.action.decode(memory);
              (void)response.action.equals("x");
              (void)describe(ErrorCode::truncated);
              (void)json_pointer(Field::info_success);
              (void)verdict_of({}, response.family);
              Lines records(lines);
              PaddedBytes line;
              while (records.next(line)) (void)parser.parse(line, response);
            }),
            0);
}

TEST_P(AllocationsTest, NonePerLineOfAStream) {
  const std::string clean = read_file("data/samples/clean.ndjson");
  const std::string text = clean + clean + read_file("data/samples/mixed.ndjson");
  Parser parser(GetParam().options);
  ASSERT_TRUE(parser.reserve(text.size()));
  LeadResponse response;
  for (int time = 0; time < 4; ++time) {
    int records = 0;
    EXPECT_EQ(count([&] {
                Lines lines(text);
                Error error;
                while (lines.next(parser, response, error)) ++records;
              }),
              0);
    EXPECT_EQ(records, 32);
    LineResult results[7];
    EXPECT_EQ(count([&] {
                Lines lines(text);
                while (lines.next(parser, results) != 0) {
                }
              }),
              0);
  }
  EXPECT_EQ(parser.statistics().line_hits > 4, GetParam().options.path == Path::learned);
}

TEST(Allocations, OneForTheColumnarReader) {
  internal::ColumnReader reader(Isa::avx512);
  if (!has_isa(Isa::avx512)) GTEST_SKIP() << "no AVX-512";
#if defined(COUNTS_MALLOC)
  const std::size_t before = bytes;
  EXPECT_EQ(count([&] { ASSERT_TRUE(reader.allocate()); }), 1);
  EXPECT_LE(bytes - before, internal::ColumnReader::kMemory);
#else
  ASSERT_TRUE(reader.allocate());  // in a form that is not counted
#endif
  internal::ColumnLine lines[4];
  for (const Fixture& fixture : fixtures()) {
    std::string_view text = fixture.bytes;
    EXPECT_EQ(count([&] {
                while (const std::size_t size = reader.load(text)) {
                  while (reader.next(lines) != 0) {
                  }
                  text.remove_prefix(size);
                }
              }),
              0)
        << fixture.name;
  }
}

TEST(Allocations, NoneForAStreamInWhichNothingRepeats) {
  // Another structure in each line.
  std::string text;
  for (int line = 0; line < 500; ++line) {
    std::string more = ",\"more\":[0";
    for (int i = 0; i < line % 100; ++i) more += ",0";
    text += created_with("\"success\":true,\"statusCode\":201", more + "]") + '\n';
  }
  Parser parser;
  ASSERT_TRUE(parser.reserve(text.size()));
  const auto read = [&] {
    Lines lines(text);
    LeadResponse response;
    Error error;
    while (lines.next(parser, response, error)) {
    }
  };
  EXPECT_EQ(count(read), 0);
  EXPECT_EQ(parser.statistics().columns > 0, internal::ColumnReader::exists_for(best_isa()));
}

TEST_P(AllocationsTest, NoneForMovingAParser) {
  Parser first(GetParam().options);
  ASSERT_TRUE(first.reserve(1));
  EXPECT_EQ(count([&] {
              Parser second(std::move(first));
              first = std::move(second);
            }),
            0);
}

TEST_P(OutOfMemoryTest, IsAnErrorWhereverItStrikes) {
  // The k-th allocation and all after it fail, for every k.
  const std::string json = fixture("created/typical");
  const std::string longer = std::string(100'000, ' ') + json;
  int refused = 0;
  for (long k = 0;; ++k) {
    ASSERT_LT(k, 100);
    LeadResponse first;
    LeadResponse second;
    first.family = second.family = Family::message;
    failures = 0;
    first_failure = allocations + k;
    Parser parser(GetParam().options);
    const bool born_without = failures > 0;
    const Error first_error = parser.parse(json, first);
    const Error second_error = parser.parse(longer, second);
    // Short, and of no layout that is known: the buffers for it went with those that did not grow.
    LeadResponse third;
    const Error third_error = parser.parse(R"({"b":{"c":[1,"q"]},"message":"x"})", third);
    first_failure = -1;
    EXPECT_EQ(third_error.code, third_error ? ErrorCode::out_of_memory : ErrorCode::ok) << k;
    for (const auto& [error, response] :
         {std::pair(first_error, &first), std::pair(second_error, &second)}) {
      if (error) ++refused;
      EXPECT_EQ(error, error ? (Error{ErrorCode::out_of_memory, Field::document, 0}) : Error());
      EXPECT_EQ(response->family, error ? Family::none : Family::created) << k;
    }
    EXPECT_TRUE(failures > 0 || !second_error) << k;
    // The byte-wise path has no buffers to grow.
    if (GetParam().options.path != Path::strict) {
      EXPECT_TRUE(failures == 0 || second_error) << k;
    }
    // With memory again it recovers; one that was born in want may stay so.
    const Error later = parser.parse(longer, second);
    EXPECT_EQ(later.code, later ? ErrorCode::out_of_memory : ErrorCode::ok) << k;
    EXPECT_TRUE(!later || born_without) << k;
    EXPECT_EQ(static_cast<bool>(parser.parse(json, first)), static_cast<bool>(later)) << k;
    EXPECT_EQ(parser.reserve(1), !later);
    EXPECT_TRUE(parser.violations().empty());
    if (failures == 0) break;
  }
  EXPECT_GT(refused, GetParam().options.path == Path::strict ? 1 : 5);
}

}  // namespace
}  // namespace leadscan::testing
