#include "audit/judge/log_presets.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "audit/records/log_parts.h"
#include "leadscan/fields.h"
#include "leadscan/json/characters.h"
#include "leadscan/json/scanner.h"
#include "leadscan/line.h"
#include "leadscan/text.h"

namespace leadscan::audit {
namespace {

using leadscan::internal::is_digit;
using leadscan::internal::is_white_space;
using leadscan::internal::JsonScanner;
using leadscan::internal::Token;
using leadscan::internal::type_of;

// What loggers for JSON write beside a message, and gateways do not. timestamp, time, status, code
// and the like are no signs: Spring's answers have them, too, and others.
constexpr std::string_view kOfLoggers[] = {
    "level",        "lvl",           "levelname",      "level_name",      "levelno",  "level_value",
    "log.level",    "log_level",     "loglevel",       "logLevel",        "LogLevel", "severity",
    "severityText", "severity_text", "severityNumber", "severity_number", "logger",   "logger_name",
    "loggerName",   "log.logger",    "@timestamp",     "@version",        "thread",   "threadName",
    "thread_name",  "funcName",      "lineno"};

constexpr LogPreset kPresets[] = {
    {.name = "docker",
     .writer = "Docker's json-file driver, and Fluent Bit behind it",
     .at = {"/log"},
     .join = PartsJoin::docker,
     .is_recognised = true,
     // Without time, as Fluent Bit may leave it out; LogParts joins by the same signs.
     .signs = {{{.name = "log", .type = JsonType::string},
                {.name = "stream", .type = JsonType::string, .values = {"stdout", "stderr"}}}}},
    {.name = "cri",
     .writer = "Kubernetes: containerd and CRI-O",
     .shape = LogShape::lines,
     .join = PartsJoin::cri,
     .is_recognised = true},
    {.name = "journald",
     .writer = "journalctl -o json",
     .at = {"/MESSAGE"},
     .is_recognised = true,
     .signs = {{{"__CURSOR"}, {"__REALTIME_TIMESTAMP"}}}},
    {.name = "cloudwatch",
     .writer = "CloudWatch Logs: subscriptions, and `aws logs filter-log-events`",
     .at = {"/logEvents/*/message", "/events/*/message"},
     .is_recognised = true,
     .signs = {{{"messageType"}, {"logGroup"}, {.name = "logEvents", .type = JsonType::array}}}},
    {.name = "cloudtrail",
     .writer = "CloudTrail and what is written like it",
     .at = {"/Records/*"}},
    {.name = "lambda",
     .writer = "AWS Lambda proxy responses, isBase64Encoded or not",
     .at = {"/body"}},
    // "Handling errors for data format conversion" in Firehose's guide has the members: rawData is
    // in base64. What Splunk did not take has it by the same name, beside EventId.
    {.name = "firehose",
     .writer = "Firehose's records that could not be delivered, and its requests",
     .at = {"/rawData", "/records/*/data"},
     .decoding = Decoding::base64},
    // Event Hubs get {"records":[...]}; in storage accounts each record is a line since November
    // 2018 ("Prepare for format change to Azure Monitor platform logs archived to a storage
    // account"). Where the backend's body is not logged, the gateway's may be.
    {.name = "azure",
     .writer = "Azure API Management's diagnostic logs",
     .at = {"/records/*/properties/backendResponseBody", "/properties/backendResponseBody",
            "/records/*/properties/responseBody", "/properties/responseBody"},
     .status_at = {"/records/*/properties/backendResponseCode", "/properties/backendResponseCode",
                   "/records/*/properties/responseCode", "/properties/responseCode"}},
    // Continuous export, by "Application Insights Export Data Model": message, an array with raw.
    // Diagnostic settings: AppTraces' column Message, in records or a line each as above.
    {.name = "appinsights",
     .writer = "Application Insights: continuous export, or AppTraces of diagnostic settings",
     .at = {"/message/*/raw", "/records/*/Message", "/Message"}},
    {.name = "gcp",
     .writer = "Google Cloud Logging's sinks",
     .at = {"/jsonPayload", "/textPayload"}},
    // Pushed, or an element of what gcloud pulls; and what the REST API answers.
    {.name = "pubsub",
     .writer = "Google Pub/Sub, pulled or pushed",
     .at = {"/message/data", "/receivedMessages/*/message/data"},
     .decoding = Decoding::base64},
    {.name = "elasticsearch",
     .writer = "Elasticsearch and OpenSearch: searches, and dumps of a hit a line",
     .at = {"/hits/hits/*/_source", "/_source"}},
    // What is between the documents; of an update, the document is inside.
    {.name = "bulk",
     .writer = "files for the bulk API of Elasticsearch and OpenSearch",
     .shape = LogShape::lines,
     .at = {"/doc"},
     .is_recognised = true,
     .one_sign_is_enough = true,
     .signs = {{{.name = "index", .below = "_index"},
                {.name = "index", .below = "_id"},
                {.name = "create", .below = "_index"},
                {.name = "update", .below = "_index"},
                {.name = "delete", .below = "_index"},
                {.name = "doc", .below = info_of(Field::info).name, .type = JsonType::object}}},
     // Where the index is in the request's address, and ids are made by the server.
     .alone = {"index", "create"}},
    // Beats and Logstash have @timestamp in every event, and the line that was read as message.
    {.name = "beats",
     .writer = "Filebeat and Logstash, in files and Kafka",
     .at = {"/message"},
     .is_recognised = true,
     .signs = {{{"@timestamp"}, {.name = "message", .type = JsonType::string}}}},
    {.name = "logger",
     .writer = "loggers that write JSON: winston, log4j2, logback, Python's and others",
     .shape = LogShape::lines,
     .at = {"/message"},
     .is_recognised = true,
     .of_messages = true,
     // An object in Lambda's logs, and wherever one was logged.
     .signs = {{{.name = "message"}, {.name = kOfLoggers[0], .or_names = kOfLoggers}}}},
    {.name = "pino",
     .writer = "loggers for JSON whose text is msg: pino, bunyan, Go's slog and zap, logrus",
     .shape = LogShape::lines,
     .at = {"/msg"},
     .is_recognised = true,
     .of_no_response = true,
     .signs = {{{.name = "msg"}, {.name = kOfLoggers[0], .or_names = kOfLoggers}}}},
    {.name = "structlog",
     .writer = "Python's structlog, as JSON",
     .shape = LogShape::lines,
     .at = {"/event"},
     .is_recognised = true,
     .of_no_response = true,
     .signs = {{{.name = "event"}, {.name = kOfLoggers[0], .or_names = kOfLoggers}}}},
    // "Lambda Telemetry API event schema": what the platform itself writes beside the function.
    {.name = "lambda-platform",
     .writer = "AWS Lambda's own lines in JSON (platform.report)",
     .shape = LogShape::lines,
     .at = {"/record"},
     .is_recognised = true,
     .of_no_response = true,
     .signs = {{{"time"},
                {.name = "type", .type = JsonType::string, .begins = "platform."},
                {.name = "record", .type = JsonType::object}}}},
    {.name = "splunk",
     .writer = "Splunk's exports and searches as JSON, and its HTTP collector's events",
     .at = {"/result/_raw", "/results/*/_raw", "/event"},
     .has_previews = true},
    // Loki's HTTP API: values of [time, line]; logcli's jsonl:
    // {"labels":...,"line":...,"timestamp":...} (pkg/logcli/output/jsonl.go in grafana/loki).
    {.name = "loki",
     .writer = "Loki's query_range, and logcli --output=jsonl",
     .at = {"/data/result/*/values/*/1", "/streams/*/values/*/1", "/line"}},
    {.name = "gelf", .writer = "Graylog's GELF", .at = {"/full_message", "/short_message"}},
    {.name = "kong", .writer = "Kong's HTTP and file loggers", .at = {"/response/body"}},
    {.name = "apisix", .writer = "APISIX's HTTP and file loggers", .at = {"/response/body"}},
    {.name = "tyk",
     .writer = "Tyk's analytics",
     .at = {"/raw_response"},
     .status_at = {"/response_code"},
     .decoding = Decoding::base64},
    // data.tap.v3.Body: as_bytes in base64, or as_string with JSON_BODY_AS_STRING.
    {.name = "envoy",
     .writer = "Envoy's tap filter",
     .at = {"/http_buffered_trace/response/body/as_bytes",
            "/http_buffered_trace/response/body/as_string",
            "/http_streamed_trace_segment/response_body_chunk/as_bytes",
            "/http_streamed_trace_segment/response_body_chunk/as_string"}},
    {.name = "nginx",
     .writer = "nginx's access logs with the default escaping",
     .shape = LogShape::lines,
     .decoding = Decoding::nginx},
    {.name = "heroku", .writer = "Heroku's log drains", .shape = LogShape::lines},
    {.name = "csv",
     .writer = "exports of databases and log searches with , ; or tabs",
     .shape = LogShape::csv,
     .is_recognised = true},
    // newman 4 to 6 write a Buffer: {"type":"Buffer","data":[123,...]}; the status is code.
    {.name = "newman",
     .writer = "newman --reporters json",
     .at = {"/run/executions/*/response/stream/data"},
     .status_at = {"/run/executions/*/response/code"}},
    // Collection format 2.1: item has requests and folders, which have item again.
    {.name = "postman",
     .writer = "Postman's collections, with the responses kept as examples",
     .at = {"/item/*/response/*/body", "/item/*/item/*/response/*/body",
            "/item/*/item/*/item/*/response/*/body",
            "/item/*/item/*/item/*/item/*/response/*/body"},
     .status_at = {"/item/*/response/*/code", "/item/*/item/*/response/*/code",
                   "/item/*/item/*/item/*/response/*/code",
                   "/item/*/item/*/item/*/item/*/response/*/code"},
     .takes_all = true},
    // Requests only: so that nothing in them is taken for a response.
    {.name = "insomnia",
     .writer = "Insomnia's exports, which have no responses in them",
     .at = {"/resources/*/response/body"},
     .is_recognised = true,
     .has_requests_only = true,
     .signs = {{{.name = "_type", .type = JsonType::string},
                {"__export_format"},
                {.name = "resources", .type = JsonType::array}}}},
    {.name = "har",
     .writer = "HTTP archives of browsers and proxies",
     .shape = LogShape::har,
     .at = {"/log/entries/*/response/content/text"},
     .status_at = {"/log/entries/*/response/status"},
     .is_recognised = true,
     .signs = {{{.name = "log", .below = "entries", .type = JsonType::array}}}},
};

static_assert(std::size(kPresets) == kLogPresets);

constexpr std::string_view kMark = "\xEF\xBB\xBF";

// Which of a preset's signs are there, a bit each.
using Signs = std::uint8_t;

Signs all_signs(const LogPreset& preset) {
  Signs all = 0;
  for (std::size_t i = 0; i < preset.signs.size(); ++i)
    if (!preset.signs[i].name.empty()) all |= static_cast<Signs>(1U << i);
  return all;
}

// One of the members that a response must have: what has one is no gateway's message.
bool is_of_response(std::string_view name) {
  return std::any_of(std::begin(kFields), std::end(kFields), [&](const FieldInfo& field) {
    return field.required && field.parent == Field::document && field.name == name;
  });
}

// Which presets have a sign of a name at the top, and which of their signs it is. Most names are
// none.
struct SignPlace {
  std::uint8_t preset;
  std::uint8_t sign;
};
using SignsOfNames = std::unordered_map<std::string_view, std::vector<SignPlace>>;

const SignsOfNames& signs_of_names() {
  // Never destroyed: threads of a JVM or of Python may outlive static objects.
  static const SignsOfNames& kSigns = *new SignsOfNames([] {
    SignsOfNames signs;
    for (std::uint8_t i = 0; i < std::size(kPresets); ++i)
      for (std::uint8_t k = 0; kPresets[i].is_recognised && k < kPresets[i].signs.size(); ++k) {
        const LogSign& sign = kPresets[i].signs[k];
        std::set<std::string_view> names(sign.or_names.begin(), sign.or_names.end());
        if (!sign.name.empty()) names.insert(sign.name);
        for (const std::string_view name : names) signs[name].push_back({i, k});
      }
    return signs;
  }());
  return kSigns;
}

bool has_all_signs(const LogPreset& preset, Signs seen, bool is_response) {
  if (seen == 0 || (preset.is_of_loggers() && is_response)) return false;
  return preset.one_sign_is_enough || seen == all_signs(preset);
}

const LogPreset* recognise_document(std::string_view text) {
  std::array<Signs, std::size(kPresets)> seen{};
  JsonScanner scanner(text.data(), text.size());
  std::size_t depth = 0;
  std::string_view top;
  std::string_view below;
  bool is_response = false;                        // by a member at its top
  const std::vector<SignPlace>* places = nullptr;  // of the signs that `top` is
  std::size_t names = 0;
  bool has_object = false;
  const auto is_alone = [&](const LogPreset& preset) {
    return names == 1 && has_object && !top.empty() &&
           std::find(preset.alone.begin(), preset.alone.end(), top) != preset.alone.end();
  };
  for (;;) {
    const Token token = scanner.next();
    switch (token) {
      case Token::error:
        return nullptr;
      case Token::end:
        for (std::size_t i = 0; i < std::size(kPresets); ++i)
          if (has_all_signs(kPresets[i], seen[i], is_response) || is_alone(kPresets[i]))
            return &kPresets[i];
        return nullptr;
      case Token::name:
        ++names;
        // No log has names with escapes.
        if (depth == 1) {
          top = scanner.text();
          const auto found = signs_of_names().find(top);
          places = found == signs_of_names().end() ? nullptr : &found->second;
        }
        if (depth == 1 && top == info_of(Field::info).name) return nullptr;
        is_response |= depth == 1 && is_of_response(top);
        below = depth == 2 ? scanner.text() : std::string_view();
        continue;
      case Token::end_object:
      case Token::end_array:
        --depth;
        continue;
      default:
        break;
    }
    if (places != nullptr && (depth == 1 || (depth == 2 && !below.empty())))
      for (const SignPlace place : *places) {
        const LogPreset& preset = kPresets[place.preset];
        const LogSign& sign = preset.signs[place.sign];
        if (sign.below != (depth == 1 ? "" : below)) continue;
        if (sign.type != JsonType::none && sign.type != type_of(token)) continue;
        if (!sign.values[0].empty() &&
            std::find(sign.values.begin(), sign.values.end(), scanner.text()) == sign.values.end())
          continue;
        if (!sign.begins.empty() && !scanner.text().starts_with(sign.begins)) continue;
        Signs& signs = seen[place.preset];
        signs |= static_cast<Signs>(1U << place.sign);
        // An archive is one document, at times of gigabytes, which must not be read for this.
        if (preset.shape == LogShape::har && signs == all_signs(preset)) return &preset;
      }
    has_object |= depth == 1 && token == Token::begin_object;
    if (token == Token::begin_object || token == Token::begin_array) {
      // Only an object can be a log's document.
      if (depth == 0 && token == Token::begin_array) return nullptr;
      ++depth;
    } else if (depth == 0) {
      return nullptr;
    }
    below = {};
  }
}

bool begins_object(std::string_view field) {
  if (field.starts_with('"')) field.remove_prefix(1);
  return field.starts_with('{');
}

bool recognise_csv(std::string_view front, char separator, CsvLayout& layout) {
  constexpr std::size_t kMostRows = 100;
  std::size_t columns = 0;
  for (std::size_t row = 0; row < kMostRows && !front.empty(); ++row) {
    std::size_t count = 0;
    std::size_t object = SIZE_MAX;
    char end = separator;
    for (; end == separator; ++count) {
      std::string_view field;
      if (!next_csv_field(front, separator, field, end)) return false;
      // A header names all of its columns.
      if (row == 0 && (field.empty() || field.find('{') != std::string_view::npos)) return false;
      if (object == SIZE_MAX && begins_object(field)) object = count;
    }
    if (row == 0) columns = count;
    if (columns < 2 || count != columns) return false;
    if (object != SIZE_MAX) {
      layout = {separator, columns, object};
      return true;
    }
  }
  return false;
}

}  // namespace

std::span<const LogPreset> log_presets() { return kPresets; }

const LogPreset* find_preset(std::string_view name) {
  const auto* found = std::find_if(std::begin(kPresets), std::end(kPresets),
                                   [&](const LogPreset& preset) { return preset.name == name; });
  return found == std::end(kPresets) ? nullptr : found;
}

const LogPreset* recognise(std::string_view text) {
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  const auto* first = std::find_if(text.begin(), text.end(), [](char c) {
    return !is_white_space(static_cast<unsigned char>(c));
  });
  if (first == text.end()) return nullptr;
  if (*first == '{') return recognise_document(text);
  if (*first == '[') return nullptr;
  CriLine line;
  const std::string_view front = text.substr(0, first_line(text).size);
  if (is_digit(static_cast<unsigned char>(*first)) && parse_cri(front, line))
    return find_preset("cri");
  CsvLayout layout;
  return recognise_csv(text, layout) ? find_preset("csv") : nullptr;
}

bool recognise_csv(std::string_view front, CsvLayout& layout) {
  if (front.starts_with(kMark)) front.remove_prefix(kMark.size());
  front = front.substr(0, kMostRecogniseBytes);
  for (const char separator : {',', ';', '\t'})
    if (recognise_csv(front, separator, layout)) return true;
  return false;
}

bool next_csv_field(std::string_view& text, char separator, std::string_view& field, char& end) {
  std::size_t at = 0;
  if (text.starts_with('"')) {
    for (;;) {
      at = text.find('"', at + 1);
      if (at == std::string_view::npos) return false;
      ++at;
      if (at == text.size() || text[at] != '"') break;
    }
    const bool ends = at == text.size() || text[at] == separator || text[at] == '\n' ||
                      (text[at] == '\r' && (at + 1 == text.size() || text[at + 1] == '\n'));
    if (!ends) return false;
    field = text.substr(0, at);
    if (at < text.size() && text[at] == '\r') ++at;
  } else {
    const char ends[] = {separator, '\n'};
    at = std::min(text.find_first_of(std::string_view(ends, 2)), text.size());
    field = text.substr(0, at);
    if ((at == text.size() || text[at] == '\n') && field.ends_with('\r')) field.remove_suffix(1);
  }
  end = at < text.size() ? text[at] : '\0';
  text.remove_prefix(std::min(at + 1, text.size()));
  return true;
}

}  // namespace leadscan::audit
