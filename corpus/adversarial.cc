// adversarial: no document like another, yet every one conforms to the 201 schema.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "corpus/documents.h"
#include "corpus/json_writer.h"
#include "corpus/values.h"
#include "leadscan/json/characters.h"

namespace leadscan::corpus {
namespace {

// A piece of JSON text that spells an escape or a character beyond ASCII.
constexpr std::string_view kPieces[] = {
    "\\n",
    "\\\"",
    "\\\\",
    "\\/",
    "\\t",
    "\\b",
    "\\u00e9",
    "\\u4E2D",
    "\\uD83D\\uDE80",
    "\\u0022",
    "\xC3\xA9",
    "\xE4\xB8\xAD",
    "\\u005c",
    "\\f",
    "\\r",
    "\\u0041",
    "\xF0\x9F\x9A\x80",
};
// Names that leadscan does not read where they are; some that it reads elsewhere.
constexpr std::string_view kExtraNames[] = {
    "requestId", "tenant", "elapsedMs",  "links",     "warnings",
    "meta",      "_id",    "version",    "Action",    "infos",
    "success",   "code",   "statusCode", "timestamp", "x",
    "comments",  "",       "traceid",    "source",    "dsLeadOpportunityID",
};
constexpr std::string_view kWords[] = {"lead", "EMEA", "partner", "null", "{\\\"a\\\":1}",
                                       "true", "[]",   "ACME",    "0",    "create"};
constexpr std::string_view kActions[] = {"create", "create", "create", "link", "import"};
constexpr std::string_view kStatus[] = {"201", "201", "200", "201.0", "2.01e2", "2010E-1", "-1"};
constexpr std::string_view kNumbers[] = {"0",     "-0",  "17",     "3.25",  "-12.5e-3",
                                         "1E+10", "1e5", "123456", "0.001", "9007199254740993"};

class Adversarial final : public Generator::Documents {
 public:
  explicit Adversarial(std::uint64_t seed) : values_(seed) {}

  void append(std::string& out) override {
    values_.advance();
    JsonWriter json(out, random());
    escaped_names_ = random().chance(100);
    json.gap();
    json.begin();
    members(json, "pdaie", 7);
    json.end();
    json.gap();
  }

 private:
  static constexpr std::size_t kMost = 16;

  Random& random() { return values_.random(); }

  // The given members and up to `extra` unknown ones, in any order.
  void members(JsonWriter& json, std::string_view known, std::uint32_t extra) {
    char order[kMost];
    std::size_t count = known.copy(order, known.size());
    for (std::uint32_t left = random().below(extra + 1); left > 0; --left) order[count++] = 'x';
    for (std::size_t i = count; i > 1; --i)
      std::swap(order[i - 1], order[random().below(static_cast<std::uint32_t>(i))]);
    for (std::size_t i = 0; i < count; ++i) {
      if (order[i] == 'x') {
        extra_name(json, i, i == 0 ? "#" : "");
        value(json, 0);
      } else {
        member(json, order[i]);
      }
    }
  }

  void member(JsonWriter& json, char which) {
    switch (which) {
      case 'p':
        name(json, "partnerLeadOpportunityId");
        if (random().chance(30)) {
          object_id(json);
        } else {
          quoted(json, [&] { values_.partner_id(json.out(), id_style()); });
        }
        return;
      case 'd':
        name(json, "dsLeadOpportunityId");
        quoted(json, [&] { values_.ds_id(json.out()); });
        return;
      case 'a':
        name(json, "action");
        quoted(json, [&] { json.out() += random().pick(kActions); });
        return;
      case 'i':
        name(json, "info");
        json.begin();
        members(json, random().chance(800) ? "sctr" : "sc", 3);
        json.end();
        return;
      case 'e':
        error(json);
        return;
      case 's':
        name(json, "success");
        json.out() += random().chance(900) ? "true" : "false";
        return;
      case 'c':
        name(json, "statusCode");
        json.out() += random().pick(kStatus);
        return;
      case 't':
        name(json, "timestamp");
        or_null(json, [&] { values_.timestamp(json.out()); });
        return;
      case 'r':
        name(json, "traceId");
        or_null(json, [&] { values_.hex(json.out(), 32); });
        return;
      case 'k':
        name(json, "code");
        quoted(json, [&] {
          json.out() += "ERR";
          values_.decimal(json.out(), random().between(800, 899));
        });
        return;
      case 'm':
        name(json, "message");
        quoted(json, [&] { words(json.out(), random().between(2, 8)); });
        return;
    }
  }

  void error(JsonWriter& json) {
    const std::uint32_t form = random().below(10);
    if (form < 2) return;
    name(json, "error");
    if (form < 8) {
      json.out() += "null";
      return;
    }
    json.begin();
    members(json, form == 8 ? "km" : "m", 2);
    json.end();
  }

  void object_id(JsonWriter& json) {
    json.begin();
    json.name("system");
    quoted(json, [&] { words(json.out(), 1); });
    json.name("id");
    quoted(json, [&] { values_.partner_id(json.out(), id_style()); });
    json.end();
  }

  IdStyle id_style() { return static_cast<IdStyle>(random().below(6)); }

  // Any value, nested up to a few levels.
  void value(JsonWriter& json, unsigned depth) {
    std::string& out = json.out();
    switch (random().below(depth < 3 ? 8 : 5)) {
      case 0:
        out += random().pick(kNumbers);
        return;
      case 1:
        out += random().chance(500) ? "true" : "null";
        return;
      case 2:
      case 3:
        quoted(json, [&] { words(out, random().between(1, 3)); });
        return;
      case 4:
        out += random().chance(500) ? "{}" : "[]";
        return;
      case 5:
      case 6: {
        json.begin();
        const std::uint32_t count = random().between(1, 3);
        for (std::uint32_t i = 0; i < count; ++i) {
          extra_name(json, i, "");
          value(json, depth + 1);
        }
        json.end();
        return;
      }
      case 7: {
        out += '[';
        const std::uint32_t count = random().between(1, 3);
        for (std::uint32_t i = 0; i < count; ++i) {
          if (i != 0) out += ',';
          json.gap();
          value(json, depth + 1);
          json.gap();
        }
        out += ']';
        return;
      }
    }
  }

  template <typename Content>
  void quoted(JsonWriter& json, Content content) {
    std::string& out = json.out();
    out += '"';
    if (random().chance(60)) out += random().pick(kPieces);
    content();
    if (random().chance(60)) out += random().pick(kPieces);
    out += '"';
  }

  template <typename Content>
  void or_null(JsonWriter& json, Content content) {
    if (random().chance(100)) {
      json.out() += "null";
    } else {
      quoted(json, content);
    }
  }

  void words(std::string& out, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i != 0) out += ' ';
      out += random().pick(kWords);
    }
  }

  // A known name, now and then with one of its letters as an escape.
  void name(JsonWriter& json, std::string_view text) {
    if (!escaped_names_ || !random().chance(300)) {
      json.name(text);
      return;
    }
    const std::size_t at = random().below(static_cast<std::uint32_t>(text.size()));
    std::string& out = json.out();
    json.separate();
    out += '"';
    out += text.substr(0, at);
    out += "\\u00";
    out += internal::kHexDigits[static_cast<unsigned char>(text[at]) >> 4];
    out += internal::kHexDigits[static_cast<unsigned char>(text[at]) & 15];
    out += text.substr(at + 1);
    out += '"';
    json.colon();
  }

  // Of an unknown member: never a duplicate, nor at a place where leadscan reads that name.
  void extra_name(JsonWriter& json, std::size_t number, std::string_view suffix) {
    std::string& out = json.out();
    json.separate();
    out += '"';
    out += random().pick(kExtraNames);
    if (random().chance(50)) out += random().pick(kPieces);
    if (number != 0) values_.decimal(out, number);
    out += suffix;
    out += '"';
    json.colon();
  }

  Values values_;
  bool escaped_names_ = false;
};

}  // namespace

std::unique_ptr<Generator::Documents> make_adversarial(std::uint64_t seed) {
  return std::make_unique<Adversarial>(seed);
}

}  // namespace leadscan::corpus
