#include "corpus/logs.h"

#include <algorithm>

namespace leadscan::corpus {
namespace {

using namespace std::string_view_literals;

constexpr LogKind kKinds[] = {
    {.name = "ndjson", .front = "", .back = "\n"},
    {.name = "concatenated", .front = "", .back = ""},
    {.name = "array", .front = "", .back = "", .between = ",\n", .head = "[\n", .tail = "\n]\n"},
    {.name = "sequence", .front = "\x1e", .back = "\n"},
    {.name = "prefixed",
     .front = "2025-06-01T12:00:00.000Z INFO [http-nio-8080-exec-3] c.e.LeadsClient - response: ",
     .back = "\n"},
    {.name = "suffixed", .front = "", .back = " status=201 took=37ms\n"},
    {.name = "cri", .front = "2025-06-01T12:00:00.000000000Z stdout F ", .back = "\n"},
    {.name = "docker",
     .front = R"({"log":")",
     .back = R"(\n","stream":"stdout","time":"2025-06-01T12:00:00.000000000Z"})"
             "\n",
     .quoting = Quoting::json},
    {.name = "journald",
     .front = R"({"__CURSOR":"s=1","__REALTIME_TIMESTAMP":"1748779200000000","MESSAGE":")",
     .back = "\"}\n",
     .quoting = Quoting::json},
    {.name = "cloudwatch",
     .front = R"({"messageType":"DATA_MESSAGE","owner":"1","logGroup":"leads","logStream":"s",)"
              R"("logEvents":[{"id":"1","timestamp":1748779200000,"message":")",
     .back = "\"}]}\n",
     .quoting = Quoting::json},
    {.name = "string",
     .front = R"({"level":"info","status":201,"body":")",
     .back = "\",\"ms\":37}\n",
     .quoting = Quoting::json,
     .options = "--at /body"},
    {.name = "kong",
     .front = R"({"request":{"method":"POST"},"response":{"status":201,"body":")",
     .back = "\"}}\n",
     .quoting = Quoting::json,
     .options = "--log kong"},
    {.name = "elasticsearch",
     .front = R"({"_index":"leads","_id":"1","_source":)",
     .back = "}\n",
     .options = "--log elasticsearch"},
    {.name = "gelf",
     .front = R"({"version":"1.1","host":"h","short_message":")",
     .back = "\"}\0"sv,
     .quoting = Quoting::json,
     .options = "--log gelf"},
    {.name = "har",
     .front = R"({"startedDateTime":"2025-06-01T12:00:00.000Z","time":37,"request":{"method":)"
              R"("POST","url":"https://api.example/v1/leads-opportunities"},"response":)"
              R"({"status":201,"content":{"mimeType":"application/json","text":")",
     .back = "\"}}}",
     .quoting = Quoting::json,
     .between = ",\n",
     .head = R"({"log":{"version":"1.2","creator":{"name":"leadscan","version":"1"},"entries":[)"
             "\n",
     .tail = "\n]}}\n"},
    {.name = "nginx",
     .front = R"(10.0.0.1 - - [01/Jun/2025:12:00:00 +0000] "POST /v1/leads HTTP/1.1" 201 ")",
     .back = "\" 0.037\n",
     .quoting = Quoting::nginx},
    {.name = "logfmt",
     .front = "ts=2025-06-01T12:00:00Z level=info status=201 body=\"",
     .back = "\" ms=37\n",
     .quoting = Quoting::json},
    {.name = "csv",
     .front = "2025-06-01T12:00:00Z,201,\"",
     .back = "\"\n",
     .quoting = Quoting::csv,
     .head = "time,status,body\n"},
};

constexpr char kDigits[] = "0123456789ABCDEF";

void append_hex(std::string_view escape, unsigned char c, std::string& out) {
  out += escape;
  out += kDigits[c >> 4];
  out += kDigits[c & 15];
}

void append_quoted(Quoting quoting, std::string_view text, std::string& out) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_special = c == '"' || c == '\\';
    switch (quoting) {
      case Quoting::none:
        out += c;
        break;
      case Quoting::json:
        if (byte < 0x20) {
          append_hex("\\u00", byte, out);
          break;
        }
        if (is_special) out += '\\';
        out += c;
        break;
      case Quoting::nginx:
        if (is_special || byte < 0x20 || byte > 0x7E)
          append_hex("\\x", byte, out);
        else
          out += c;
        break;
      case Quoting::csv:
        if (c == '"') out += c;
        out += c;
        break;
    }
  }
}

}  // namespace

std::span<const LogKind> log_kinds() { return kKinds; }

const LogKind* find_log_kind(std::string_view name) {
  const LogKind* const found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                            [&](const LogKind& kind) { return kind.name == name; });
  return found == std::end(kKinds) ? nullptr : found;
}

void append_to_log(const LogKind& kind, std::uint64_t number, std::string_view response,
                   std::string& out) {
  out += number == 0 ? kind.head : kind.between;
  out += kind.front;
  append_quoted(kind.quoting, response, out);
  out += kind.back;
}

}  // namespace leadscan::corpus
