#include "corpus/sweeps.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "corpus/documents.h"
#include "corpus/json_writer.h"
#include "corpus/values.h"

namespace leadscan::corpus {
namespace {

// What a corpus is made of. Shares are in 1000 documents.
struct Recipe {
  std::uint32_t bytes = 0;  // of a document, about; 0: as long as its members are
  std::uint32_t malformed = 0;
  std::uint32_t failures = 0;
  std::uint32_t escapes = 0;
  std::uint32_t non_ascii = 0;
  std::uint32_t extras = 0;
  std::uint32_t layouts = 1;
  std::uint32_t length_bits = 0;  // of the length of partnerLeadOpportunityId
  bool lengths = false;
  std::uint32_t shuffled = 0;
  std::uint32_t white_space = 0;
};

// The shortest response with all its required members, without any other.
constexpr std::uint32_t kShortest = 130;
constexpr std::uint32_t kSizes[] = {kShortest, 250, 500, 1000, 3000, 10'000, 100'000, 1'000'000};
constexpr std::uint32_t kShares[] = {0, 10, 50, 200, 500, 1000};
// Not all: a corpus that nobody accepts is an error.
constexpr std::uint32_t kMalformed[] = {0, 1, 10, 50, 200, 500, 900};
constexpr std::uint32_t kLayouts[] = {1, 3, 10, 30, 100, 300, 1000, 3000, 10'000};
constexpr std::uint32_t kBits[] = {0, 1, 2, 3, 4, 5, 6, 7};

constexpr std::string_view kShare = "in 1000 documents";
constexpr Sweep kSweeps[] = {
    {"size", "Document size", "bytes", true, kSizes},
    {"malformed", "Malformed and truncated lines", kShare, false, kMalformed},
    {"failures", "Failures", kShare, false, kShares},
    {"escapes", "Documents with escapes in a text", kShare, false, kShares},
    {"non_ascii", "Documents with non-ASCII characters in a text", kShare, false, kShares},
    {"extras", "Documents with extra members", kShare, false, kShares},
    {"layouts", "Distinct layouts", "layouts", true, kLayouts},
    {"lengths", "Entropy of the length of a text", "bits", false, kBits},
    {"order", "Documents whose members are shuffled", kShare, false, kShares},
    {"white_space", "Documents with white space at random", kShare, false, kShares},
};

Recipe recipe_of(const Sweep& sweep, std::uint32_t value) {
  Recipe recipe;
  if (sweep.name == "size") recipe.bytes = value;
  if (sweep.name == "malformed") recipe.malformed = value;
  if (sweep.name == "failures") recipe.failures = value;
  if (sweep.name == "escapes") recipe.escapes = value;
  if (sweep.name == "non_ascii") recipe.non_ascii = value;
  if (sweep.name == "extras") recipe.extras = value;
  if (sweep.name == "layouts") recipe.layouts = value;
  if (sweep.name == "lengths") {
    recipe.lengths = true;
    recipe.length_bits = value;
  }
  if (sweep.name == "order") recipe.shuffled = value;
  if (sweep.name == "white_space") recipe.white_space = value;
  return recipe;
}

class Recipes final : public Generator::Documents {
 public:
  Recipes(const Recipe& recipe, std::uint64_t seed) : recipe_(recipe), values_(seed) {}

  void append(std::string& out) override {
    values_.advance();
    const std::size_t begin = out.size();
    if (random().chance(recipe_.white_space)) {
      JsonWriter json(out, random());
      document(json);
    } else {
      JsonWriter json(out, kMinified);
      document(json);
    }
    if (random().chance(recipe_.malformed)) damage(out, begin);
  }

 private:
  Random& random() { return values_.random(); }

  void document(JsonWriter& json) {
    const std::size_t begin = json.out().size();
    json.begin();
    if (random().chance(recipe_.failures)) {
      failure(json);
    } else {
      created(json);
    }
    if (random().chance(recipe_.extras)) extra(json);
    if (recipe_.bytes != 0) lines(json, begin + recipe_.bytes);
    json.end();
  }

  // A layout is an order of the members and a name of its own for one that nobody reads.
  void created(JsonWriter& json) {
    std::string order = recipe_.bytes == kShortest ? "pdai" : "pdaie";
    Random* shuffle = nullptr;
    const std::uint32_t layout = random().below(recipe_.layouts);
    Random of_layout(layout);
    if (layout != 0) {
      order += 'v';
      shuffle = &of_layout;
    }
    if (random().chance(recipe_.shuffled)) shuffle = &random();
    if (shuffle != nullptr)
      for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[shuffle->below(static_cast<std::uint32_t>(i))]);
    for (const char member : order) created_member(json, member, layout);
  }

  void created_member(JsonWriter& json, char member, std::uint32_t layout) {
    std::string& out = json.out();
    switch (member) {
      case 'p':
        quoted(json, "partnerLeadOpportunityId", [&] { partner_id(out); });
        return;
      case 'd':
        quoted(json, "dsLeadOpportunityId", [&] { values_.ds_id(out); });
        return;
      case 'a':
        json.string("action", "create");
        return;
      case 'i':
        info(json, "true", "201");
        return;
      case 'e':
        json.raw("error", "null");
        return;
      case 'v': {
        std::string name = "v";
        values_.decimal(name, layout);
        json.raw(name, "0");
        return;
      }
    }
  }

  void failure(JsonWriter& json) {
    info(json, "false", "400");
    json.name("error");
    json.begin();
    json.string("code", "ERR801");
    json.string("message", "A lead-opportunity with this partner id already exists.");
    json.end();
    json.name("data");
    json.begin();
    json.raw("partnerLeadOpportunityId", "null");
    json.raw("dsLeadOpportunityId", "null");
    json.raw("action", "null");
    json.end();
  }

  void info(JsonWriter& json, std::string_view success, std::string_view status) {
    json.name("info");
    json.begin();
    json.raw("success", success);
    json.raw("statusCode", status);
    if (recipe_.bytes != kShortest) {
      quoted(json, "timestamp", [&] { values_.timestamp(json.out()); });
      quoted(json, "traceId", [&] { values_.hex(json.out(), 32); });
    }
    json.end();
  }

  void partner_id(std::string& out) {
    if (recipe_.bytes == kShortest) {
      values_.base36(out, random().next(), 4);
      return;
    }
    if (random().chance(recipe_.escapes)) out += "12\\\" R\\u0026D ";
    if (random().chance(recipe_.non_ascii)) out += "M\xC3\xBCller \xE4\xB8\xAD ";
    values_.partner_id(out, IdStyle::oppy);
    if (!recipe_.lengths) return;
    // Of 2^bits lengths, all of them as likely, whose mean is always the same.
    const std::uint32_t lengths = 1u << recipe_.length_bits;
    const std::uint32_t length = 64 - lengths / 2 + random().below(lengths);
    for (std::uint32_t i = 0; i < length; ++i) values_.base36(out, random().next(), 1);
  }

  void extra(JsonWriter& json) {
    for (std::uint32_t count = random().between(1, 4); count > 0; --count) {
      std::string name = "extra";
      values_.decimal(name, count);
      switch (random().below(4)) {
        case 0:
          quoted(json, name, [&] { values_.hex(json.out(), random().between(1, 32)); });
          break;
        case 1:
          json.name(name);
          values_.decimal(json.out(), random().below(100'000));
          break;
        case 2:
          json.name(name);
          json.begin();
          json.string("self", "/partner/v2/leads-opportunities");
          json.end();
          break;
        case 3:
          json.raw(name, "[1,2.5,null,true]");
          break;
      }
    }
  }

  // Lines of an offer, as a member that nobody reads, until the text is as long as `end`.
  void lines(JsonWriter& json, std::size_t end) {
    constexpr std::size_t kLine = 70;  // the shortest there is
    std::string& out = json.out();
    if (out.size() + kLine > end) return;
    json.name("offerLines");
    out += '[';
    for (bool first = true; first || out.size() + kLine < end; first = false) {
      if (!first) out += ',';
      json.begin();
      quoted(json, "offerNameId", [&] { values_.hex(out, random().between(4, 16)); });
      json.name("quantity");
      values_.decimal(out, random().below(1000));
      json.name("amount");
      values_.decimal(out, random().below(100'000));
      out += ".50";
      json.end();
    }
    out += ']';
  }

  void damage(std::string& out, std::size_t begin) {
    const auto size = static_cast<std::uint32_t>(out.size() - begin);
    if (random().chance(500)) {
      out.resize(begin + 1 + random().below(size - 1));
    } else {
      out.back() = ',';
      out += '}';
    }
  }

  template <typename Write>
  void quoted(JsonWriter& json, std::string_view name, Write write) {
    json.name(name);
    json.out() += '"';
    write();
    json.out() += '"';
  }

  Recipe recipe_;
  Values values_;
};

}  // namespace

std::span<const Sweep> sweeps() { return kSweeps; }

const Sweep* find_sweep(std::string_view name) {
  const Sweep* const found = std::find_if(std::begin(kSweeps), std::end(kSweeps),
                                          [&](const Sweep& sweep) { return sweep.name == name; });
  return found == std::end(kSweeps) ? nullptr : found;
}

Corpus make_sweep(const Sweep& sweep, std::uint32_t value, std::uint64_t seed, const Limit& limit) {
  Recipes documents(recipe_of(sweep, value), seed);
  return make_corpus(documents, limit);
}

}  // namespace leadscan::corpus
