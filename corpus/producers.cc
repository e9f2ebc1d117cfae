// uniform and mixed: producers, each with a member order and a white space style of its own.
#include <cstdint>
#include <string>
#include <string_view>

#include "corpus/documents.h"
#include "corpus/json_writer.h"
#include "corpus/values.h"

namespace leadscan::corpus {
namespace {

enum class Outcome : std::uint8_t { created, failure, update, message };

struct Producer {
  std::uint32_t share;        // of 100 documents
  std::string_view top;       // order: p(artner id), d(s id), a(ction), i(nfo), e(rror)
  std::string_view info;      // order: s(uccess), c(ode), t(imestamp), r (traceId)
  std::string_view envelope;  // order of failures and updates: i(nfo), e(rror), d(ata)
  Spacing spacing;
  IdStyle ids;
  std::string_view status;  // of a success, in the body
  bool null_times;          // timestamp and traceId null in a success
};

constexpr Producer kUniform = {100, "pdaie", "sctr", "ied", kMinified, IdStyle::oppy, "201", false};
constexpr Producer kProducers[] = {
    {34, "pdaie", "sctr", "ied", kMinified, IdStyle::oppy, "201", false},
    {24, "dpaie", "sctr", "ied", kMinified, IdStyle::crm, "200", true},
    {16, "adpie", "sctr", "eid", kSpaced, IdStyle::uuid, "201", false},
    {12, "iadp", "cstr", "ied", kMinified, IdStyle::cloud, "201", false},
    {8, "aeidp", "csrt", "die", kMinified, IdStyle::number, "201", false},
    {6, "pdaie", "rtsc", "ied", kAiry, IdStyle::region, "201", false},
};

struct Failure {
  std::string_view status;
  std::string_view code;
  std::string_view message;
};
constexpr Failure kFailures[] = {
    {"400", "ERR801", "A lead-opportunity with this partner id already exists."},
    {"400", "ERR801", "Duplicate: partnerLeadOpportunityId is linked to another opportunity."},
    {"406", "ERR805", "Wrong format of closeDate: an ISO 8601 date is expected."},
    {"406", "ERR805", "Wrong format of nextMilestoneDate: an ISO 8601 date is expected."},
    {"503", "ERR899", "Service unavailable at the moment. Please try again later."},
};
constexpr std::string_view kGatewayMessages[] = {
    "Too many requests, please try again later",
    "No API key found in request",
    "Invalid authentication credentials",
    "You cannot consume this service",
};
// JSON text of names that real CRMs hold: raw UTF-8, or escaped as some encoders do.
constexpr std::string_view kNames[] = {
    "M\xC3\xBCller & S\xC3\xB6hne",
    "Soci\xC3\xA9t\xC3\xA9 G\xC3\xA9n\xC3\xA9rale d'A\xC3\xA9ronautique",
    "\xE4\xB8\xAD\xE5\x9B\xBD\xE5\x95\x86\xE9\xA3\x9E",
    "\xE6\x97\xA5\xE7\xAB\x8B\xE9\x80\xA0\xE8\x88\xB9",
    "M\\u00fcller Maschinenbau",
    "Citro\\u00ebn R\\u0026D",
    "EMEA\\/DE\\/Stuttgart",
    "12\\\" tooling",
    "Project \\\"Delta\\\"",
    "CRM\\\\imports\\\\lead",
};

class Producers final : public Generator::Documents {
 public:
  Producers(std::uint64_t seed, bool mixed) : values_(seed), mixed_(mixed) {}

  void append(std::string& out) override {
    values_.advance();
    if (!mixed_) {
      special_ = extra_ = false;
      const bool failure = random().chance(10);
      write(out, kUniform, failure ? Outcome::failure : Outcome::created);
      return;
    }
    const std::uint32_t lot = random().below(1000);
    special_ = random().chance(30);
    extra_ = random().chance(50);
    const Producer& producer = pick_producer();
    if (lot < 5) {
      const std::size_t begin = out.size();
      write(out, producer, Outcome::created);
      damage(out, begin);
    } else if (lot < 105) {
      write(out, producer, Outcome::failure);
    } else if (lot < 115) {
      write(out, producer, Outcome::update);
    } else if (lot < 125) {
      write(out, producer, Outcome::message);
    } else {
      write(out, producer, Outcome::created);
    }
  }

 private:
  Random& random() { return values_.random(); }

  const Producer& pick_producer() {
    std::uint32_t lot = random().below(100);
    const Producer* producer = kProducers;
    while (lot >= producer->share) lot -= (producer++)->share;
    return *producer;
  }

  void write(std::string& out, const Producer& producer, Outcome outcome) {
    JsonWriter json(out, producer.spacing);
    json.begin();
    switch (outcome) {
      case Outcome::created:
        for (const char member : producer.top) created_member(json, producer, member);
        break;
      case Outcome::message:
        json.name("message");
        text(out, random().pick(kGatewayMessages));
        break;
      case Outcome::failure:
      case Outcome::update:
        envelope(json, producer, outcome);
        break;
    }
    if (extra_) extra_member(json);
    json.end();
  }

  void created_member(JsonWriter& json, const Producer& producer, char member) {
    switch (member) {
      case 'p':
        json.name("partnerLeadOpportunityId");
        partner_id(json.out(), producer);
        return;
      case 'd':
        ds_id(json);
        return;
      case 'a':
        json.string("action", "create");
        return;
      case 'i':
        info(json, producer, Outcome::created, producer.status);
        return;
      case 'e':
        json.raw("error", "null");
        return;
    }
  }

  void envelope(JsonWriter& json, const Producer& producer, Outcome outcome) {
    const Failure& failure = random().pick(kFailures);
    const bool is_failure = outcome == Outcome::failure;
    // Of PATCH, in another spelling; and of requests that are echoed in `data`.
    const bool errors = is_failure && mixed_ && random().chance(60);
    const bool echo = is_failure && mixed_ && random().chance(40);
    for (const char member : producer.envelope) {
      if (member == 'i') {
        info(json, producer, outcome, is_failure ? failure.status : "200");
      } else if (member == 'd') {
        data(json, producer, is_failure, echo);
      } else if (!is_failure) {
        json.raw("error", "null");
      } else {
        json.name(errors ? "errors" : "error");
        json.begin();
        json.string("code", failure.code);
        json.name("message");
        text(json.out(), failure.message);
        json.end();
      }
    }
  }

  void data(JsonWriter& json, const Producer& producer, bool is_failure, bool echo) {
    json.name("data");
    json.begin();
    if (echo) {
      echoed_request(json, producer);
    } else if (is_failure) {
      json.raw("partnerLeadOpportunityId", "null");
      json.raw("dsLeadOpportunityId", "null");
      json.raw("action", "null");
    } else {
      json.name("partnerLeadOpportunityId");
      partner_id(json.out(), producer);
      ds_id(json);
      json.string("action", "update");
    }
    json.end();
  }

  void echoed_request(JsonWriter& json, const Producer& producer) {
    json.name("leadOpportunity");
    json.begin();
    json.name("partnerExternalId");
    partner_id(json.out(), producer);
    json.string("name", "Simulation seats for plant 4");
    json.string("status", "Open");
    json.string("closeDate", "31.12.2025");
    json.raw("competitors", "[]");
    json.string("currency", "EUR");
    json.end();
    json.name("offerLines");
    json.out() += '[';
    json.begin();
    json.raw("amount", "12500.50");
    json.string("offerNameId", "OFR-3401");
    json.end();
    json.out() += ']';
    json.name("customerContact");
    json.out() += "[]";
  }

  void info(JsonWriter& json, const Producer& producer, Outcome outcome, std::string_view status) {
    const bool success = outcome != Outcome::failure;
    const bool null_times = success && producer.null_times;
    // The two spellings of the API's own examples; 503 comes from elsewhere than 400 and 406.
    const bool capital = outcome == Outcome::update || (!success && status != "503");
    json.name("info");
    json.begin();
    for (const char member : producer.info) {
      switch (member) {
        case 's':
          json.raw("success", success ? "true" : "false");
          break;
        case 'c':
          json.raw("statusCode", status);
          break;
        case 't':
          json.name(capital ? "timeStamp" : "timestamp");
          if (null_times) {
            json.out() += "null";
          } else {
            json.out() += '"';
            values_.timestamp(json.out());
            json.out() += '"';
          }
          break;
        case 'r':
          json.name("traceId");
          if (null_times) {
            json.out() += "null";
          } else {
            json.out() += '"';
            values_.hex(json.out(), 32);
            json.out() += '"';
          }
          break;
      }
    }
    json.end();
  }

  void extra_member(JsonWriter& json) {
    switch (random().below(5)) {
      case 0:
        json.name("requestId");
        json.out() += '"';
        values_.partner_id(json.out(), IdStyle::uuid);
        json.out() += '"';
        return;
      case 1:
        json.string("apiVersion", "v2.1");
        return;
      case 2:
        json.name("elapsedMs");
        values_.decimal(json.out(), random().between(8, 900));
        return;
      case 3:
        json.name("links");
        json.begin();
        json.string("self", "/partner/v2/leads-opportunities");
        json.end();
        return;
      case 4:
        json.raw("warnings", "[]");
        return;
    }
  }

  void ds_id(JsonWriter& json) {
    json.name("dsLeadOpportunityId");
    json.out() += '"';
    values_.ds_id(json.out());
    json.out() += '"';
  }

  void partner_id(std::string& out, const Producer& producer) {
    out += '"';
    special(out);
    values_.partner_id(out, producer.ids);
    out += '"';
  }

  void text(std::string& out, std::string_view text) {
    out += '"';
    special(out);
    out += text;
    out += '"';
  }

  // Once a document, where it has a text for it.
  void special(std::string& out) {
    if (!special_) return;
    special_ = false;
    out += random().pick(kNames);
    out += ' ';
  }

  // Makes the document at `begin` malformed or truncated, never blank and never valid.
  void damage(std::string& out, std::size_t begin) {
    const std::size_t size = out.size() - begin;
    if (random().chance(500)) {
      out.resize(begin + 1 + random().below(static_cast<std::uint32_t>(size - 1)));
      return;
    }
    const auto replace = [&](std::string_view old, std::string_view with) {
      out.replace(out.find(old, begin), old.size(), with);
    };
    switch (random().below(8)) {
      case 0:
        out.insert(out.size() - 1, ",");
        return;
      case 1:
        replace("\"action\"", "action");
        return;
      case 2:
        replace("true", "True");
        return;
      case 3:
        replace("\"statusCode\"", "\"statusCode\":");
        return;
      case 4:
        replace("create", "cre\\ate");
        return;
      case 5:
        replace("create", "cre\xC3te");
        return;
      case 6:
        replace("create", "cre\tate");
        return;
      case 7:
        out += '}';
        return;
    }
  }

  Values values_;
  bool mixed_;
  bool special_ = false;
  bool extra_ = false;
};

}  // namespace

std::unique_ptr<Generator::Documents> make_uniform(std::uint64_t seed) {
  return std::make_unique<Producers>(seed, false);
}

std::unique_ptr<Generator::Documents> make_mixed(std::uint64_t seed) {
  return std::make_unique<Producers>(seed, true);
}

}  // namespace leadscan::corpus
