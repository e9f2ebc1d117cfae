// Profiles: that nothing of a value is in them, that what is made of them is like the original, and
// that a profile of anyone's can do no harm.
#include "bench/profile_json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <new>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "corpus/corpus.h"
#include "corpus/profile.h"
#include "corpus/random.h"
#include "leadscan/fields.h"
#include "leadscan/leadscan.h"

// The bytes that were asked for so far, whether they were given back or not: what work leaves, on
// any machine and however busy it is. Not inlined: gcc would see new and free() as one pair.
static std::uint64_t asked_for = 0;
[[gnu::noinline]] void* operator new(std::size_t size) {
  asked_for += size;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  asked_for += size;
  return std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace leadscan::bench {
namespace {

#if defined(NDEBUG) && defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t kDocuments = 10'000;
constexpr int kMutations = 3000;
#else
constexpr std::uint64_t kDocuments = 3000;
constexpr int kMutations = 500;
#endif

corpus::Corpus documents(corpus::Kind kind, std::uint64_t count, std::uint64_t seed = 11) {
  corpus::Limit limit;
  limit.documents = count;
  return make_corpus(kind, seed, limit);
}

corpus::Corpus of(std::string_view ndjson) { return corpus::corpus_from(std::string(ndjson)); }

std::string profile_text(const corpus::Corpus& corpus) {
  return profile_json(corpus::profile_of(corpus));
}

corpus::Corpus made(const std::string& profile, std::uint64_t seed = 1) {
  std::string error;
  std::optional<corpus::Corpus> corpus = corpus_from_profile(profile, seed, error);
  EXPECT_TRUE(corpus.has_value()) << error;
  return corpus ? std::move(*corpus) : corpus::Corpus();
}

std::map<Verdict, double> shares(const corpus::Corpus& corpus) {
  std::map<Verdict, double> shares;
  Parser parser;
  LeadResponse response;
  for (const corpus::Corpus::Extent& extent : corpus.documents) {
    const std::string_view document = corpus.text().substr(extent.offset, extent.length);
    const Error error = parser.parse(document, response);
    shares[verdict_of(error, response.family).value()] +=
        1.0 / static_cast<double>(corpus.documents.size());
  }
  return shares;
}

// The shapes that a profile has, without the numbers of slots and names, which depend on the order.
std::set<std::string> shapes(const corpus::Corpus& corpus) {
  std::set<std::string> shapes;
  for (const corpus::Profile::Shape& shape : corpus::profile_of(corpus).shapes) {
    std::string kinds;
    bool drops = false;
    for (const char c : shape.tokens) {
      const bool digit = c >= '0' && c <= '9';
      if (!digit) drops = std::string_view("vxyzwdgu").find(c) != std::string_view::npos;
      // Which names come again depends on how many documents there are.
      if (!digit || !drops) kinds += c == 'u' ? 'v' : c;
    }
    shapes.insert(kinds);
  }
  return shapes;
}

std::size_t common(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::size_t count = 0;
  for (const std::string& shape : a) count += b.count(shape);
  return count;
}

class OfCorpora : public testing::TestWithParam<corpus::Kind> {};

TEST_P(OfCorpora, TheMadeOneIsLikeTheOriginal) {
  const corpus::Corpus original = documents(GetParam(), kDocuments);
  const std::string profile = profile_text(original);
  const corpus::Corpus copy = made(profile);
  EXPECT_EQ(copy.documents.size(), original.documents.size());
  EXPECT_NEAR(static_cast<double>(copy.size), static_cast<double>(original.size),
              0.01 * static_cast<double>(original.size));
  const std::map<Verdict, double> expected = shares(original);
  const std::map<Verdict, double> found = shares(copy);
  EXPECT_EQ(expected.size(), found.size());
  for (const auto& [verdict, share] : expected)
    EXPECT_NEAR(found.count(verdict) != 0 ? found.at(verdict) : 0, share, 0.002)
        << static_cast<int>(verdict);
  const std::set<std::string> expected_shapes = shapes(original);
  const std::set<std::string> found_shapes = shapes(copy);
  EXPECT_GE(common(found_shapes, expected_shapes) * 100, found_shapes.size() * 99);
  if (GetParam() != corpus::Kind::adversarial) {
    EXPECT_EQ(found_shapes, expected_shapes);
  } else {
    EXPECT_GT(found_shapes.size(), std::min<std::size_t>(7000, kDocuments * 9 / 10))
        << "where no shape comes again, thousands stand for all";
  }
}

TEST_P(OfCorpora, TheSeedDecides) {
  const std::string profile = profile_text(documents(GetParam(), 500));
  EXPECT_EQ(profile, profile_text(documents(GetParam(), 500)));
  EXPECT_EQ(made(profile, 3).text(), made(profile, 3).text());
  EXPECT_NE(made(profile, 3).text(), made(profile, 4).text());
}

TEST_P(OfCorpora, TwiceMadeItStaysTheSame) {
  const corpus::Corpus original = documents(GetParam(), 3000);
  const corpus::Corpus once = made(profile_text(original));
  const corpus::Corpus twice = made(profile_text(once), 2);
  EXPECT_NEAR(static_cast<double>(twice.size), static_cast<double>(original.size),
              0.01 * static_cast<double>(original.size));
}

// All strings and numbers in the documents, without what JSON has around them.
std::set<std::string> values_of(const corpus::Corpus& corpus) {
  std::set<std::string> values;
  std::string value;
  const auto flush = [&] {
    if (value.size() >= 4) values.insert(value);
    value.clear();
  };
  for (const char c : corpus.text()) {
    if (std::string_view("\"{}[]:, \t\n").find(c) == std::string_view::npos)
      value += c;
    else
      flush();
  }
  flush();
  return values;
}

TEST_P(OfCorpora, NoValueIsInTheProfile) {
  const corpus::Corpus original = documents(GetParam(), 3000);
  const std::string profile = profile_text(original);
  // Names of the description are kept, true, false and null are no secrets.
  std::set<std::string> allowed = {"true", "false", "null"};
  for (const FieldInfo& field : kFields) allowed.emplace(field.name);
  std::size_t looked_for = 0;
  for (const std::string& value : values_of(original)) {
    if (allowed.count(value) != 0) continue;
    // Nor a word that is a part of a name which is kept, or of the format. What is all digits may
    // be a count of something else, which no quotes are around.
    const bool number = value.find_first_not_of("0123456789") == value.npos;
    const std::size_t found = profile.find(number ? '"' + value + '"' : value);
    bool of_the_format = false;
    for (const std::string& name : allowed) of_the_format |= name.find(value) != name.npos;
    for (const char* word : {"texts", "forms", "numbers", "names", "shapes", "states", "known",
                             "documents", "bytes", "repeats", "transitions", "leadscan_profile"})
      of_the_format |= std::string_view(word).find(value) != std::string_view::npos;
    if (of_the_format) continue;
    ++looked_for;
    EXPECT_EQ(found, profile.npos) << value;
  }
  EXPECT_GT(looked_for, 3000u);
}

INSTANTIATE_TEST_SUITE_P(Profile, OfCorpora, testing::ValuesIn(corpus::kKinds),
                         [](const auto& info) { return std::string(name_of(info.param)); });

// Each token and each unit of a text, and that it comes out as the same kind of thing.
TEST(Profile, KeepsWhatDecides) {
  for (const std::string_view document : {
           R"({"a":"x","b":[1,-2.5,1e5,0,9223372036854775807,-9223372036854775808]})",
           R"({"info":{"statusCode":201.0}})",
           R"({"info":{"statusCode":2.01e2}})",
           R"({"info":{"statusCode":2010E-1}})",
           R"({"message":"é中🚀 \n\"\\\/\u00e9\uD83D\uDE80\u0041"})",
           R"({"\u006dessage":"m"})",
           R"({"message":"cut)",
           R"({"message":"cut\)",
           R"({"message":"cut\u00)",
           R"({"message":"cut\uD83D)",
           R"({"message":"cut\uD83D\uDE)",
           "{\"message\":\"cut\xF0\x9F",
           "{\"message\":\"cut\xC3",
           R"({"message":tru)",
           R"({"message":12)",
           R"({"message":"\x"})",
           R"({"message":"\u12G4"})",
           R"({"message":"\uD83D"})",
           R"({"message":"\uDE80"})",
           "{\"message\":\"\x01\"}",
           "{\"message\":\"a\xC3(\"}",
           "\xEF\xBB\xBF{\"message\":\"m\"}",
           R"({"message":True})",
           R"({message:"m"})",
           R"({"message":01})",
           R"({"message":1.})",
           R"({"message":"m",})",
           R"({"message":"m"}})",
           R"({"message":"m","message":"n"})",
           R"(nonsense)",
           R"({ "message" : "m" })",
       }) {
    SCOPED_TRACE(std::string(document));
    const corpus::Corpus original = of(document);
    const std::string profile = profile_text(original);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const corpus::Corpus copy = made(profile, seed);
      ASSERT_EQ(copy.documents.size(), 1u);
      EXPECT_EQ(copy.size, of(document).text().size() + 1) << copy.text();
      EXPECT_EQ(shares(copy), shares(original)) << copy.text();
    }
  }
}

TEST(Profile, IntegersStayWithinOrBeyond64Bits) {
  const auto status = [](std::string_view number) {
    return of(R"({"info":{"success":true,"statusCode":)" + std::string(number) +
              R"(},"data":null})");
  };
  for (const std::string_view number : {"201",
                                        "9223372036854775807",
                                        "9223372036854775808",
                                        "99999999999999999999",
                                        "2.5",
                                        "20.0",
                                        "25e-1",
                                        "20e-1",
                                        "9.2e18",
                                        "93e17",
                                        "-92.0e17",
                                        "1e18",
                                        "1e19",
                                        "1e42",
                                        "1e-42",
                                        "1e123",
                                        "10e-02",
                                        "100e-3",
                                        "0e5",
                                        "0.00e42",
                                        "0.50e1",
                                        "0.05e1"}) {
    SCOPED_TRACE(std::string(number));
    Parser parser;
    LeadResponse expected;
    const corpus::Corpus original = status(number);
    ASSERT_FALSE(parser.parse(original.text(), expected));
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      LeadResponse found;
      const corpus::Corpus copy = made(profile_text(original), seed);
      ASSERT_FALSE(parser.parse(copy.text(), found)) << copy.text();
      EXPECT_EQ(found.has_status_code, expected.has_status_code) << copy.text();
    }
  }
}

// Of a number what decides is kept, and not one more of its digits.
TEST(Profile, NumbersAreNotKept) {
  const auto profile = [](std::string_view number) {
    return profile_text(of(R"({"secret":)" + std::string(number) + '}'));
  };
  for (const auto& [one, other] : {
           std::pair("5e123", "7e246"),
           std::pair("1e42", "8e77"),
           std::pair("1E-042", "3E-019"),
           std::pair("5e1234", "6e9999"),
           std::pair("20304e2", "71625e2"),
           std::pair("1.0203e2", "9.8765e2"),
           std::pair("20100e-1", "34500e-1"),
           std::pair("4000-0000-0000-0002", "1234-5678-9012-3456"),
           std::pair("1.20.3", "4.56.7"),
           std::pair("10e5.20", "23e4.56"),
           std::pair("-1.05e+17e3", "-2.34e+56e7"),
       }) {
    EXPECT_EQ(profile(one), profile(other)) << one;
  }
}

TEST(Profile, TextsThatRepeatDo) {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += R"({"message":")" + std::string(i % 4 == 0 ? "rare" : "usual") + R"(","id":")" +
            std::to_string(100000 + i) + "\"}\n";
  const corpus::Corpus copy = made(profile_text(of(text)));
  std::map<std::string, int> messages;
  std::set<std::string> ids;
  Parser parser;
  LeadResponse response;
  for (const corpus::Corpus::Extent& extent : copy.documents) {
    const std::string_view document = copy.text().substr(extent.offset, extent.length);
    ASSERT_FALSE(parser.parse(document, response));
    ++messages[std::string(response.message.raw())];
    ids.emplace(document.substr(document.size() - 8, 6));
  }
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages.begin()->second + messages.rbegin()->second, 1000);
  EXPECT_NEAR(std::min(messages.begin()->second, messages.rbegin()->second), 250, 3);
  EXPECT_GT(ids.size(), 990u) << "ids are new ones each time";
}

// Numbers that are counted up get longer once, not now and then.
TEST(Profile, LengthsHaveTheirTime) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "{\"message\":\"" + std::to_string(9000 + i) + "\"}\n";
  const corpus::Corpus copy = made(profile_text(of(text)));
  ASSERT_EQ(copy.documents.size(), 2000u);
  int changes = 0;
  for (std::size_t i = 1; i < copy.documents.size(); ++i)
    changes += copy.documents[i].length != copy.documents[i - 1].length;
  EXPECT_EQ(copy.documents[0].length + 1, copy.documents[1999].length);
  EXPECT_LT(changes, 10);
}

// Of runs of 100: one shape follows itself in 99 of 100 cases.
TEST(Profile, OrderIsAsPredictable) {
  std::string text;
  for (int i = 0; i < 10'000; ++i)
    text += (i / 100) % 2 == 0 ? "{\"message\":\"m\"}\n" : "[\"message\"]\n";
  const corpus::Corpus copy = made(profile_text(of(text)));
  int changes = 0;
  char last = '{';
  for (const corpus::Corpus::Extent& extent : copy.documents) {
    const char first = copy.text()[extent.offset];
    changes += first != last;
    last = first;
  }
  EXPECT_NEAR(changes, 100, 10);
}

std::string error_of(const std::string& profile) {
  std::string error;
  EXPECT_FALSE(corpus_from_profile(profile, 1, error).has_value()) << profile;
  return error;
}

std::string changed(std::string text, std::string_view old, std::string_view with) {
  const std::size_t at = text.find(old);
  EXPECT_NE(at, text.npos) << old;
  return at == text.npos ? text : text.replace(at, old.size(), with);
}

TEST(Profile, ADamagedOneSaysWhere) {
  const std::string good =
      profile_text(of("{\"message\":\"text\",\"n\":1}\n{\"message\":\"text\",\"n\":1}\n"));
  ASSERT_EQ(made(good).documents.size(), 2u);
  const auto expect = [&](std::string_view old, std::string_view with, std::string_view error) {
    const std::string found = error_of(changed(good, old, with));
    EXPECT_NE(found.find(error), found.npos) << found;
  };
  EXPECT_NE(error_of(good.substr(0, 20)).find("byte 21: parse error at line 1, column 21"),
            std::string::npos)
      << error_of(good.substr(0, 20));
  EXPECT_EQ(error_of("[]"), "the document: an object is expected");
  expect("\"leadscan_profile\":1", "\"leadscan_profile\":2", "/leadscan_profile: this is format 2");
  expect("\"documents\":2", "\"documents\":-2", "/documents: an integer that is not negative");
  expect("\"documents\":2", "\"documents\":0", "/documents, character 0: from 1 to");
  expect("\"documents\":2,", "", "/documents: is missing");
  expect("a4", "a4q", "/texts/0/0, character 3: a count of at least 1");
  expect("a4", "a4?1", "/texts/0/0, character 2: an unknown letter");
  expect("a4", "a99999999", "/texts/0/0, character 1: more than a document can have");
  expect("a4", "(a4", "/texts/0/0, character 3: a parenthesis without its other");
  expect("a4", "t2a4", "/texts/0/0, character 0: only the end of a text can be cut");
  expect(":x0", ":x9", "/shapes/0/0, character ");
  expect(":x0", ":x9", "there is no such slot");
  expect("\"{k", "\"?{k", "/shapes/0/0, character 0: an unknown token");
  expect("\"{k", "\"{k99e1", "there is no such known name");
  expect("\"{k", "\"s99999999", "a number of white space characters");
  expect("\"states\":0", "\"states\":7", "/states, character 0: from 0 to 1");
  expect("\"transitions\":[[0,", "\"transitions\":[[5,", "/transitions/0, character 0");
  expect("[\"a4\",2]", "[\"a4\",2,7,6]", "/slots/0/texts/0: no part of the time");
  expect("\"of\":\"texts\"", "\"of\":\"letters\"", "/slots/0/of: ");
}

TEST(Profile, NothingEndlessComesOfOne) {
  EXPECT_NE(error_of(std::string(100, '[')).find("deeper than 8 levels"), std::string::npos);
  EXPECT_NE(error_of('[' + std::string(std::size_t{40} << 20, '0')).find("larger than"),
            std::string::npos);
  std::string many = "[0";
  for (int i = 0; i < 1'100'000; ++i) many += ",0";
  EXPECT_NE(error_of(many + ']').find("more than 1048576 values"), std::string::npos);

  const auto profile = [](std::string_view form, std::string_view shape) {
    return R"({"leadscan_profile":1,"documents":1000000000000,"bytes":1000000,"known":[],)"
           R"("names":[],"slots":[{"of":"texts","texts":[],"forms":[[")" +
           std::string(form) + R"(",1]],"repeats":0}],"states":0,"shapes":[[")" +
           std::string(shape) + R"(",1]],"transitions":[]})";
  };
  // As many documents as the bytes allow, not as many as it says.
  EXPECT_LT(made(profile("a3", "x0")).size, 1'200'000u);
  EXPECT_NE(error_of(profile("a9000000", "x0x0")).find("longer than a document"),
            std::string::npos);
  EXPECT_NE(error_of(profile("", "g0")).find("an empty form"), std::string::npos);
  EXPECT_NE(error_of(profile("", "s5h5")).find("a document of white space"), std::string::npos);
  EXPECT_NE(error_of(profile("", "")).find("a document of white space"), std::string::npos);
}

TEST(Profile, AnObjectHasFewMembers) {
  std::string many = "{";
  for (int i = 0; i < 33; ++i) many += '"' + std::to_string(i) + "\":{},";
  many.back() = '}';
  EXPECT_EQ(error_of(many), "value 66: an object of more than 32 members");
  EXPECT_EQ(error_of('[' + changed(many, "\"0\":{},", "") + ',' + many + ']'),
            "value 132: an object of more than 32 members");
}

// Counts are of one who says that there were so many: nothing is done for them beforehand.
TEST(Profile, WorkIsThatOfWhatIsMade) {
  const auto work = [](int slots, std::string_view documents) {
    std::string text = R"({"leadscan_profile":1,"known":[],"names":[],"states":1,"bytes":1000,)"
                       R"("documents":)" +
                       std::string(documents) + R"(,"slots":[)";
    std::string shape;
    for (int i = 0; i < slots; ++i) {
      text += R"({"of":"texts","texts":[["a1",67108864,0,500],["s1",67108864,300,1000]],)"
              R"("forms":[],"repeats":0},)";
      shape += 'x' + std::to_string(i);
    }
    text.back() = ']';
    text += R"(,"shapes":[[")" + shape + R"(",67108864]],"transitions":[[0,0,67108864]]})";
    const std::uint64_t before = asked_for;
    const corpus::Corpus corpus = made(text);
    EXPECT_GE(corpus.size, 3u * static_cast<unsigned>(slots));
    return (asked_for - before) / (text.size() + corpus.size);
  };
  for (const std::string_view documents : {"1", "1000000000"}) {
    EXPECT_LT(work(256, documents), 150u) << documents;
    EXPECT_LT(work(4096, documents), 150u) << documents;
  }
}

TEST(Profile, ManyDocumentsAreBoundedToo) {
  corpus::Profile profile = corpus::profile_of(of("{}\n"));
  profile.documents = profile.bytes = corpus::ProfileLimits::kCount;
  corpus::Limit limit = limit_of(profile);
  EXPECT_EQ(limit.memory, std::uint64_t{1} << 30);
  limit.memory = std::uint64_t{1} << 20;
  corpus::ProfileFlaw flaw;
  const auto documents = make_from_profile(profile, 1, flaw);
  ASSERT_NE(documents, nullptr) << flaw.why;
  const corpus::Corpus corpus = make_corpus(*documents, limit);
  EXPECT_NEAR(static_cast<double>(corpus.size + 16 * corpus.documents.size()), 1 << 20, 20);
}

// Whatever becomes of a profile: an error, or a corpus within its bounds.
TEST(Profile, MutationsDoNoHarm) {
  const std::string good = profile_text(documents(corpus::Kind::mixed, 150));
  corpus::Random random(5);
  const std::string_view pieces[] = {"0",  "9",  "e",  "x",  "(",    ")",  "t3", "H1",
                                     "K1", "\"", "[",  "]",  "{",    "}",  ",",  "-",
                                     "k0", "u0", "s9", "w0", "null", "1e9"};
  int errors = 0;
  for (int i = 0; i < kMutations; ++i) {
    std::string text = good;
    for (std::uint32_t changes = random.between(1, 3); changes > 0; --changes) {
      const std::size_t at = random.below(static_cast<std::uint32_t>(text.size()));
      switch (random.below(4)) {
        case 0:
          text[at] = static_cast<char>(random.next());
          break;
        case 1:
          text.insert(at, random.pick(pieces));
          break;
        case 2:
          text.erase(at, random.between(1, 4));
          break;
        case 3:
          text.replace(at, 1, random.pick(pieces));
          break;
      }
    }
    std::string error;
    const std::optional<corpus::Corpus> corpus = corpus_from_profile(text, 1, error);
    errors += !corpus;
    ASSERT_EQ(corpus.has_value(), error.empty());
    if (!corpus) continue;
    ASSERT_GT(corpus->documents.size(), 0u);
    ASSERT_LT(corpus->size, std::size_t{64} << 20);
  }
  EXPECT_GT(errors, kMutations / 4);
  EXPECT_LT(errors, kMutations) << "mutations that change a count only are profiles still";
}

TEST(Profile, OfFiles) {
  const std::string path = testing::TempDir() + "/profile.json";
  std::string error;
  const corpus::Corpus original = documents(corpus::Kind::mixed, 100);
  ASSERT_TRUE(save_profile(path, original, error)) << error;
  const std::optional<corpus::Corpus> copy = corpus_from_profile_file(path, 1, error);
  ASSERT_TRUE(copy.has_value()) << error;
  EXPECT_EQ(copy->text(), made(profile_text(original)).text());
  EXPECT_FALSE(corpus_from_profile_file("/no/such/file", 1, error).has_value());
  EXPECT_NE(error.find("No such file"), error.npos) << error;
  EXPECT_FALSE(save_profile("/no/such/folder/file", original, error));
  EXPECT_NE(error.find("cannot write /no/such/folder/file: No such file"), error.npos) << error;
  std::ofstream(path) << "{}";
  EXPECT_FALSE(corpus_from_profile_file(path, 1, error).has_value());
  EXPECT_EQ(error, path + " is no profile: /leadscan_profile: is missing");
}

}  // namespace
}  // namespace leadscan::bench
