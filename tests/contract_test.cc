// What the headers promise and a compiler can check: noexcept, sizes, what does not compile.
// (must_not_compile_test shows the latter to a compiler once more, as users meet it.)
#include <gtest/gtest.h>

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "leadscan/leadscan.h"

namespace leadscan {
namespace {

template <typename T>
T& an() noexcept;  // an lvalue, for unevaluated use

// Nothing of the library throws, but for what makes a std::string.
static_assert(noexcept(Parser()));
static_assert(noexcept(Parser(Parser::Options())));
static_assert(noexcept(an<Parser>().parse(std::string_view(), an<LeadResponse>())));
static_assert(noexcept(an<Parser>().parse(PaddedBytes(), an<LeadResponse>())));
static_assert(noexcept(an<Parser>().parse_line(std::string_view(), an<LeadResponse>(),
                                               an<std::size_t>())));
static_assert(noexcept(an<Lines>().next(an<Parser>(), an<LeadResponse>(), an<Error>())));
static_assert(noexcept(an<const Parser>().statistics()));
static_assert(noexcept(best_isa()) && noexcept(has_isa(Isa::avx2)) && noexcept(name_of(Isa::avx2)));
static_assert(noexcept(an<const Parser>().violations()));
static_assert(noexcept(an<Parser>().reserve(1)));
static_assert(std::is_nothrow_move_constructible_v<Parser>);
static_assert(std::is_nothrow_move_assignable_v<Parser>);
static_assert(std::is_nothrow_destructible_v<Parser>);
static_assert(noexcept(an<const Text>().decode({})));
static_assert(noexcept(an<const Text>().equals("")));
static_assert(noexcept(verdict_of(Error(), Family::none)));
static_assert(noexcept(name_of(ErrorCode::ok)) && noexcept(describe(ErrorCode::ok)));
static_assert(noexcept(name_of(Verdict::created)) && noexcept(name_of(JsonType::null)));
static_assert(noexcept(name_of(Family::none)) && noexcept(rule_of(ErrorCode::ok)));
static_assert(noexcept(Lines("")) && noexcept(an<Lines>().next(an<PaddedBytes>())));
static_assert(noexcept(an<const Lines>().offset()) && noexcept(an<const Lines>().number()));

// A parser is one thread's: moved, not copied.
static_assert(!std::is_copy_constructible_v<Parser> && !std::is_copy_assignable_v<Parser>);

// Plain data, of the sizes that their comments tell.
static_assert(Error() == Error{ErrorCode::ok, Field::document, 0});
static_assert(sizeof(Error) == 16 && std::is_trivially_copyable_v<Error>);
static_assert(!Text::other().is_object() && !Text::other().escaped() && !Text::null().is_object());
static_assert(!Text::null().escaped() && !Text::object("{}").escaped() && !Text().is_object());
static_assert(sizeof(Text) == 16 && std::is_trivially_copyable_v<Text>);
static_assert(std::is_trivially_copyable_v<Violation>);
static_assert(std::is_trivially_copyable_v<LeadResponse>);
static_assert(std::is_trivially_copyable_v<PaddedBytes>);

// Bytes that die before the views into them are refused; bytes that live on are taken.
template <typename Bytes>
concept Parsable = requires(Parser parser, LeadResponse response) {
  (void)parser.parse(std::declval<Bytes>(), response);
};
static_assert(Parsable<std::string&> && Parsable<const std::string&>);
static_assert(!Parsable<std::string> && !Parsable<const std::string>);
static_assert(Parsable<std::string_view> && Parsable<std::string_view&>);
static_assert(Parsable<const char (&)[3]> && Parsable<const char*>);
static_assert(Parsable<PaddedBytes> && Parsable<PaddedBytes&>);
static_assert(!Parsable<std::vector<char>> && !Parsable<std::vector<char>&>);
static_assert(!Parsable<std::array<char, 3>>);

template <typename Bytes>
concept LineParsable = requires(Parser parser, LeadResponse response, std::size_t size) {
  (void)parser.parse_line(std::declval<Bytes>(), response, size);
};
static_assert(LineParsable<std::string&> && LineParsable<std::string_view>);
static_assert(!LineParsable<std::string> && !LineParsable<const std::string>);
static_assert(!LineParsable<std::vector<char>>);

template <typename Memory>
concept DecodesInto = requires(const Text text) { text.decode(std::declval<Memory>()); };
static_assert(DecodesInto<std::string&> && !DecodesInto<std::string>);
static_assert(DecodesInto<std::vector<char>&> && !DecodesInto<std::vector<char>>);
static_assert(DecodesInto<std::array<char, 8>&> && !DecodesInto<std::array<char, 8>>);
static_assert(DecodesInto<char (&)[8]> && !DecodesInto<const std::string&>);
static_assert(DecodesInto<std::span<char>>);

static_assert(std::is_constructible_v<Lines, std::string&>);
static_assert(std::is_constructible_v<Lines, std::string_view>);
static_assert(std::is_constructible_v<Lines, const char (&)[3], std::size_t>);
static_assert(!std::is_constructible_v<Lines, std::string>);
static_assert(!std::is_constructible_v<Lines, const std::string, std::size_t>);

// Errors are truthy.
static_assert(!Error() && Error{ErrorCode::truncated, Field::document, 0});
static_assert(!std::is_convertible_v<Error, int>, "explicit");

// Constants that documentation and users rely on.
static_assert(kMaxDepth == 1024);
static_assert(Parser::Options().max_document_bytes == 16 << 20);
static_assert(kPadding == 64);
static_assert(json_pointer(Field::document).empty());
static_assert(json_pointer(Field::info_status_code) == "/info/statusCode");

TEST(Contract, HoldsIfThisCompiles) {
  // The rest of this file is checked at compile time; run time shows the default values.
  const LeadResponse response;
  EXPECT_EQ(response.family, Family::none);
  EXPECT_EQ(response.error, Presence::absent);
  EXPECT_EQ(response.action.presence(), Presence::absent);
  EXPECT_FALSE(response.has_success || response.success || response.has_status_code);
  EXPECT_EQ(Error().code, ErrorCode::ok);
  EXPECT_EQ(Error().field, Field::document);
}

TEST(Contract, PointersAreMadeOfTheNames) {
  for (const FieldInfo& field : kFields) {
    const std::string parent(json_pointer(field.parent));
    EXPECT_EQ(json_pointer(field.field), parent + "/" + std::string(field.name));
    EXPECT_EQ(field.name.find_first_of("~/"), field.name.npos) << "would need escapes";
  }
}

TEST(Contract, ParentsAreObjectsAndStandBeforeTheirMembers) {
  for (const FieldInfo& field : kFields) {
    if (field.parent == Field::document) continue;
    EXPECT_LT(field.parent, field.field) << field.pointer;
    EXPECT_TRUE(info_of(field.parent).types.contains(JsonType::object)) << field.pointer;
    EXPECT_EQ(info_of(field.parent).parent, Field::document) << "two levels at most";
    EXPECT_TRUE(has_members(field.parent)) << field.pointer;
  }
  EXPECT_TRUE(has_members(Field::document));
  EXPECT_FALSE(has_members(Field::partner_lead_opportunity_id));
  EXPECT_FALSE(has_members(Field::message));
}

}  // namespace
}  // namespace leadscan
