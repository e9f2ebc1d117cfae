#include <utility>

#include "bench/board.h"

namespace leadscan::bench {
namespace {

// A response that is right, with a text as its partnerLeadOpportunityId, a status code, and more
// members. The texts are JSON's, without quotes for the id.
std::string created(std::string_view id, std::string_view status = "201",
                    std::string_view more = {}) {
  std::string text = R"({"partnerLeadOpportunityId":")";
  text += id;
  text += R"(","dsLeadOpportunityId":"7KQD-M2X41B","action":"create","info":{"success":true,)";
  text += R"("statusCode":)";
  text += status;
  text += "}";
  text += more;
  text += "}";
  return text;
}

std::string nested(std::size_t levels) {
  return R"(,"x":)" + std::string(levels, '[') + std::string(levels, ']');
}

class Cases {
 public:
  void group(std::string name) { group_ = std::move(name); }
  void accept(std::string name, std::string text, std::string why) {
    cases_.push_back({std::move(name), group_, std::move(text), Right::accept, std::move(why)});
  }
  void refuse(std::string name, std::string text, std::string why) {
    cases_.push_back({std::move(name), group_, std::move(text), Right::refuse, std::move(why)});
  }
  void either(std::string name, std::string text, std::string why) {
    cases_.push_back({std::move(name), group_, std::move(text), Right::either, std::move(why)});
  }
  std::vector<BoardCase> take() { return std::move(cases_); }

 private:
  std::string group_;
  std::vector<BoardCase> cases_;
};

void add_duplicates(Cases& cases) {
  cases.group("duplicates");
  const std::string why = "two readers may disagree about which one counts";
  cases.refuse("a member twice", created("p", "201", R"(,"action":"delete")"), why);
  cases.refuse("a member twice, alike", created("p", "201", R"(,"action":"create")"), why);
  cases.refuse("a member twice, once escaped", created("p", "201", R"(,"\u0061ction":"delete")"),
               "an escaped name is the same name; " + why);
  cases.refuse("statusCode twice", created("p", R"(201,"statusCode":500)"), why);
  cases.accept("an unread member twice", created("p", "201", R"(,"x":1,"x":2)"),
               "nobody reads it; RFC 8259 allows it");
}

void add_cuts(Cases& cases) {
  cases.group("truncated");
  const std::string whole = created("p");
  const std::string why = "a cut response is none";
  cases.refuse("nothing", "", why);
  cases.refuse("without the last brace", whole.substr(0, whole.size() - 1), why);
  cases.refuse("in a text", whole.substr(0, 60), why);
  cases.refuse("in an escape", R"({"message":"a\)", why);
  cases.refuse("behind a comma", R"({"message":"a",)", why);
  cases.refuse("in an unread array", R"({"message":"a","x":[1,2)", why);
}

void add_depths(Cases& cases) {
  cases.group("deep");
  cases.accept("100 levels", created("p", "201", nested(100)), "valid");
  const std::string why = "RFC 8259 allows a limit: to be told, not to crash";
  cases.either("1,000 levels", created("p", "201", nested(1000)), why);
  cases.either("100,000 levels", created("p", "201", nested(100'000)), why);
  cases.refuse("brackets that do not match", created("p", "201", R"(,"x":[[1}])"), "not JSON");
}

void add_numbers(Cases& cases) {
  cases.group("numbers");
  cases.accept("2^53 + 1 as status", created("p", "9007199254740993"), "an integer of 64 bits");
  cases.accept("2^63 - 1 as status", created("p", "9223372036854775807"), "an integer of 64 bits");
  cases.refuse("2^63 as status", created("p", "9223372036854775808"), "beyond 64 bits");
  cases.refuse("1e400 as status", created("p", "1e400"), "beyond 64 bits");
  cases.accept("201.0 as status", created("p", "201.0"), "its value is an integer");
  cases.refuse("201.5 as status", created("p", "201.5"), "its value is no integer");
  const std::string why = "nobody wants its value, but RFC 8259 allows limits";
  cases.either("2^64 unread", created("p", "201", R"(,"x":18446744073709551616)"), why);
  cases.either("400 digits unread", created("p", "201", R"(,"x":)" + std::string(400, '9')), why);
  cases.either("1e400 unread", created("p", "201", R"(,"x":1e400)"), why);
  for (const char* number : {"01", "1.", ".5", "+1", "-", "0x10", "1e", "NaN", "Infinity"})
    cases.refuse(std::string(number) + " unread",
                 created("p", "201", R"(,"x":)" + std::string(number)), "no number of RFC 8259");
}

void add_encodings(Cases& cases) {
  using namespace std::string_literals;
  cases.group("UTF-8");
  cases.accept("valid, four bytes", created("\xF0\x9F\x9A\x80"), "valid");
  const std::string why = "JSON is UTF-8";
  cases.refuse("a byte that is none", created("\xFF"), why);
  cases.refuse("such a byte, unread", created("p", "201", ",\"x\":\"\xFF\""), why);
  cases.refuse("such a byte in a name", created("p", "201", ",\"\xFF\":1"), why);
  cases.refuse("a sequence cut short", created("\xE4\xB8"), why);
  cases.refuse("overlong slash", created("\xC0\xAF"), why);
  cases.refuse("a surrogate in three bytes", created("\xED\xA0\x80"), why);
  cases.refuse("beyond U+10FFFF", created("\xF4\x90\x80\x80"), why);
  cases.refuse("Latin-1", created("M\xFCller"), why);
  cases.either("a byte order mark in front", "\xEF\xBB\xBF" + created("p"),
               "no text may begin with one; RFC 8259 lets a parser ignore it");
}

void add_escapes(Cases& cases) {
  cases.group("escapes");
  cases.accept("an escaped name", R"({"m\u0065ssage":"a"})", "the same name");
  cases.accept("a pair of surrogates", created(R"(\ud83d\ude80)"), "valid");
  cases.accept("NUL, escaped", created(R"(a\u0000b)"), "valid, three characters");
  cases.refuse("\\x41", created(R"(\x41)"), "no escape of RFC 8259");
  cases.refuse("\\u00g0", created(R"(\u00g0)"), "no escape of RFC 8259");
  cases.refuse("\\x41 unread", created("p", "201", R"(,"x":"\x41")"), "no escape of RFC 8259");
  const std::string why = "no text has such a character, but the grammar of RFC 8259 does";
  cases.either("a first surrogate alone", created(R"(\ud83d)"), why);
  cases.either("a second surrogate alone", created(R"(\ude80)"), why);
  cases.either("a surrogate alone, unread", created("p", "201", R"(,"x":"\ud83d")"), why);
}

void add_bytes(Cases& cases) {
  using namespace std::string_literals;
  cases.group("bytes");
  const std::string why = "a control character has to be escaped";
  cases.refuse("NUL in a text", created("a\0b"s), why);
  cases.refuse("a tab in a text", created("a\tb"), why);
  cases.refuse("a line end in an unread text", created("p", "201", ",\"x\":\"a\nb\""), why);
  cases.refuse("NUL for white space", created("p", "201", ",\0\"x\":1"s), "no white space");
  cases.refuse("form feed for white space", created("p", "201", ",\f\"x\":1"), "no white space");
  cases.accept("white space around", " \t\r\n" + created("p") + "\n \t\r", "valid");
}

void add_ends(Cases& cases) {
  using namespace std::string_literals;
  cases.group("trailing");
  const std::string why = "one document is expected";
  cases.refuse("a brace", created("p") + "}", why);
  cases.refuse("another document", created("p") + created("q"), why);
  cases.refuse("a letter", created("p") + " x", why);
  cases.refuse("a comma", created("p") + ",", why);
  cases.refuse("NUL behind", created("p") + "\0"s, why);
}

void add_dialects(Cases& cases) {
  cases.group("dialects");
  const std::string why = "not JSON";
  cases.refuse("a comment", created("p", "201", R"(/* x */)"), why);
  cases.refuse("a comma too many", created("p", "201", ","), why);
  cases.refuse("a comma too many, unread", created("p", "201", R"(,"x":[1,])"), why);
  cases.refuse("a comma missing", created("p", "201", R"("x":1)"), why);
  cases.refuse("single quotes", created("p", "201", ",'x':1"), why);
  cases.refuse("a name without quotes", created("p", "201", ",x:1"), why);
  cases.refuse("True", created("p", "201", R"(,"x":True)"), why);
  cases.refuse("nul", created("p", "201", R"(,"x":nul)"), why);
  cases.refuse("Message for message", R"({"Message":"a"})", "names have a case");
  cases.refuse("an array around", "[" + created("p") + "]", "not an object");
}

}  // namespace

std::vector<BoardCase> board_cases() {
  Cases cases;
  add_duplicates(cases);
  add_cuts(cases);
  add_depths(cases);
  add_numbers(cases);
  add_encodings(cases);
  add_escapes(cases);
  add_bytes(cases);
  add_ends(cases);
  add_dialects(cases);
  return cases.take();
}

}  // namespace leadscan::bench
