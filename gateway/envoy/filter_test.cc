// The filter with an Envoy that this test plays: bodies cut in every way, and what Envoy gives gone
// as soon as Envoy may take it away.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/envoy/envoy_abi.h"
#include "leadscan/c/leadscan.h"

namespace {

using Strings = std::map<std::string, std::string>;

struct Stream {
  Strings headers;
  std::vector<std::vector<char>> slices;
  Strings metadata;
  std::vector<std::pair<std::string, std::string>> counted;
};

std::string string_of(envoy_text text) { return std::string(text.ptr, text.length); }
std::string last_line_logged;

}  // namespace

void envoy_dynamic_module_callback_log(int, envoy_text line) { last_line_logged = string_of(line); }
uint32_t envoy_dynamic_module_callback_get_concurrency() { return 1; }
uint32_t envoy_dynamic_module_callback_http_filter_get_worker_index(void*) { return 0; }

bool envoy_dynamic_module_callback_http_get_header(void* stream, int headers, envoy_text name,
                                                   envoy_text* value, size_t index, size_t*) {
  const Strings& all = static_cast<Stream*>(stream)->headers;
  const auto found = all.find(string_of(name));
  if (headers != ENVOY_RESPONSE_HEADER || index != 0 || found == all.end()) return false;
  *value = {found->second.data(), found->second.size()};
  return true;
}

size_t envoy_dynamic_module_callback_http_get_body_chunks_size(void* stream, int body) {
  EXPECT_EQ(body, ENVOY_RECEIVED_RESPONSE_BODY);
  return static_cast<Stream*>(stream)->slices.size();
}

bool envoy_dynamic_module_callback_http_get_body_chunks(void* stream, int, envoy_text* slices) {
  for (const std::vector<char>& slice : static_cast<Stream*>(stream)->slices) {
    *slices++ = {slice.data(), slice.size()};
  }
  return true;
}

void envoy_dynamic_module_callback_http_set_dynamic_metadata_string_batch(void* stream,
                                                                          envoy_text name_space,
                                                                          const envoy_pair* pairs,
                                                                          size_t count) {
  Stream& s = *static_cast<Stream*>(stream);
  EXPECT_EQ(string_of(name_space), "leadscan");
  for (size_t i = 0; i < count; ++i) {
    EXPECT_TRUE(s.metadata.emplace(string_of(pairs[i].key), string_of(pairs[i].value)).second);
  }
  // A setter may move them.
  s.slices.clear();
  s.headers.clear();
}

int envoy_dynamic_module_callback_http_filter_config_define_counter(void*, envoy_text name,
                                                                    envoy_text* labels,
                                                                    size_t label_count,
                                                                    size_t* id) {
  EXPECT_EQ(string_of(name), "leadscan_responses");
  EXPECT_EQ(label_count, 2u);
  EXPECT_EQ(string_of(labels[0]) + string_of(labels[1]), "statusfamily");
  *id = 7;
  return 0;
}

int envoy_dynamic_module_callback_http_filter_increment_counter(void* stream, size_t id,
                                                                envoy_text* labels,
                                                                size_t label_count, uint64_t by) {
  EXPECT_EQ(id, 7u);
  EXPECT_EQ(label_count, 2u);
  EXPECT_EQ(by, 1u);
  static_cast<Stream*>(stream)->counted.emplace_back(string_of(labels[0]), string_of(labels[1]));
  return 0;
}

namespace {

constexpr std::string_view kCreated =
    R"({"partnerLeadOpportunityId":"ACME-000117","dsLeadOpportunityId":"Q7\u005aK-1M2N3P",)"
    R"("action":"create","info":{"success":true,"statusCode":201,"timestamp":null,)"
    R"("traceId":"0123456789abcdef0123456789abcdef"}})";

// How the end of a body is told.
enum class End { with_last_piece, behind_it, by_trailers, by_length, never };

class FilterTest : public testing::Test {
 protected:
  ~FilterTest() override { forget(); }
  bool configure(std::string_view value) {
    forget();
    config_ = envoy_dynamic_module_on_http_filter_config_new(nullptr, {"leadscan", 8},
                                                             {value.data(), value.size()});
    return config_ != nullptr;
  }
  void forget() {
    if (config_ != nullptr) envoy_dynamic_module_on_http_filter_config_destroy(config_);
    config_ = nullptr;
  }

  // A response whose body comes in these calls, each of which has slices.
  Stream respond(const std::vector<std::vector<std::string>>& calls, End end,
                 Strings headers = {}) {
    if (config_ == nullptr) {
      EXPECT_TRUE(configure(""));
    }
    Stream stream;
    const void* filter = envoy_dynamic_module_on_http_filter_new(config_, &stream);
    EXPECT_EQ(envoy_dynamic_module_on_http_filter_request_headers(&stream, filter, true), 0);
    size_t size = 0;
    for (const auto& call : calls) {
      for (const std::string& slice : call) size += slice.size();
    }
    headers.emplace(":status", "201");
    headers.emplace("content-type", "application/json");
    if (end == End::by_length) headers.emplace("content-length", std::to_string(size));
    stream.headers = headers;
    EXPECT_EQ(envoy_dynamic_module_on_http_filter_response_headers(&stream, filter, false), 0);
    for (size_t i = 0; i < calls.size(); ++i) {
      stream.slices.clear();
      for (const std::string& slice : calls[i])
        stream.slices.emplace_back(slice.begin(), slice.end());
      const bool last = end == End::with_last_piece && i + 1 == calls.size();
      EXPECT_EQ(envoy_dynamic_module_on_http_filter_response_body(&stream, filter, last), 0);
    }
    stream.slices.clear();
    if (end == End::behind_it || end == End::by_length) {
      EXPECT_EQ(envoy_dynamic_module_on_http_filter_response_body(&stream, filter, true), 0);
    }
    if (end == End::by_trailers) {
      EXPECT_EQ(envoy_dynamic_module_on_http_filter_response_trailers(&stream, filter), 0);
    }
    envoy_dynamic_module_on_http_filter_stream_complete(&stream, filter);
    envoy_dynamic_module_on_http_filter_destroy(filter);
    EXPECT_EQ(stream.counted.size(), 1u);
    EXPECT_EQ(stream.counted.front().first, stream.metadata["status"]);
    return stream;
  }

  void expect_created(const std::vector<std::vector<std::string>>& calls, End end) {
    const Stream stream = respond(calls, end);
    EXPECT_EQ(stream.metadata, (Strings{{"status", "ok"},
                                        {"family", "created"},
                                        {"ds_id", "Q7ZK-1M2N3P"},
                                        {"trace_id", "0123456789abcdef0123456789abcdef"}}));
    EXPECT_EQ(stream.counted.front().second, "created");
  }

 private:
  const void* config_ = nullptr;
};

const End kEnds[] = {End::with_last_piece, End::behind_it, End::by_trailers, End::by_length};

TEST_F(FilterTest, CutEverywhere) {
  const std::string json(kCreated);
  for (const End end : kEnds) {
    expect_created({{json}}, end);
    for (size_t at = 0; at <= json.size(); ++at) {
      const std::string head = json.substr(0, at);
      const std::string tail = json.substr(at);
      expect_created({{head, tail}}, end);
      expect_created({{head}, {tail}}, end);
      expect_created({{}, {head, ""}, {}, {tail}}, end);
    }
    std::vector<std::vector<std::string>> bytes;
    for (const char c : json) bytes.push_back({std::string(1, c)});
    expect_created(bytes, end);
    std::vector<std::string> slices;  // more than the filter has room for on its stack
    for (const char c : json) slices.emplace_back(1, c);
    expect_created({slices}, end);
  }
}

TEST_F(FilterTest, SlicesAndMemoryOfEachSize) {
  for (size_t count = 30; count < 36; ++count) {
    std::vector<std::string> slices;
    for (size_t i = 0; i + 1 < count; ++i) slices.emplace_back(kCreated.substr(i, 1));
    slices.emplace_back(kCreated.substr(count - 1));
    for (const End end : kEnds) expect_created({slices}, end);
  }
  for (const size_t more : {1000, 5000, 60000}) {  // the memory for it has to grow
    const std::string json(kCreated);
    const std::string space(more / 10, ' ');
    std::vector<std::vector<std::string>> calls = {{json.substr(0, 1)}};
    for (int i = 0; i < 10; ++i) calls.push_back({space});
    calls.push_back({json.substr(1)});
    for (const End end : kEnds) expect_created(calls, end);
  }
}

TEST_F(FilterTest, SaysWhatTheLibrarySays) {
  const std::vector<std::string> seeds = {
      std::string(kCreated), R"({"message":"Slow down, please"})",
      R"({"info":{"success":false,"statusCode":400},"error":{"code":"ERR801","message":"\u00e4"}})"};
  ASSERT_TRUE(configure("max_body=400 fields=status,family,violation,error_code,error_message"));
  const size_t size = leadscan_parser_size(400);
  const std::unique_ptr<char[]> memory(new char[size + 64]);
  void* start = memory.get();
  size_t room = size + 64;
  ASSERT_NE(std::align(64, size, start, room), nullptr);
  leadscan_parser* parser = leadscan_parser_init(start, size, 400);
  std::mt19937 random(20261128);
  std::map<std::string, int> seen;
  for (int i = 0; i < 20000; ++i) {
    std::string json = seeds[random() % seeds.size()];
    for (unsigned changes = random() % 3; changes > 0; --changes) {
      const size_t at = random() % json.size();
      if (random() % 2) {
        json[at] = static_cast<char>(random());
      } else {
        json.erase(at, random() % 3);
      }
      if (json.empty()) json = "{";
    }
    if (random() % 16 == 0) json += std::string(random() % 400, ' ');
    std::vector<std::vector<std::string>> calls(1);
    for (size_t at = 0; at < json.size();) {
      const size_t part = 1 + random() % json.size();
      if (random() % 2) calls.emplace_back();
      calls.back().push_back(json.substr(at, part));
      at += part;
    }
    Stream stream = respond(calls, kEnds[random() % 4]);
    leadscan_result result;
    result.size = sizeof result;
    leadscan_parse(parser, json.data(), json.size(), &result);
    const bool is_ok = result.status == LEADSCAN_STATUS_OK;
    const std::string status = is_ok ? "ok" : leadscan_verdict_name(result.verdict);
    EXPECT_EQ(stream.metadata["status"], status) << json;
    EXPECT_EQ(stream.metadata["family"], is_ok ? leadscan_family_name(result.family) : "") << json;
    if (status == "malformed" || status == "truncated") {
      EXPECT_EQ(stream.metadata.count("error_message"), 0u);
    }
    ++seen[status];
  }
  for (const char* status : {"ok", "violation", "malformed", "truncated", "too_large"}) {
    EXPECT_GT(seen[status], 50) << status;
  }
}

TEST_F(FilterTest, Limit) {
  ASSERT_TRUE(configure("max_body=" + std::to_string(kCreated.size())));
  const std::string json(kCreated);
  for (const End end : kEnds) {
    expect_created({{json.substr(0, 9)}, {json.substr(9)}}, end);
    for (const auto& calls : std::vector<std::vector<std::vector<std::string>>>{
             {{json + " "}}, {{json, " "}}, {{json}, {" "}}, {{json, " "}, {" "}}}) {
      EXPECT_EQ(respond(calls, end).metadata, (Strings{{"status", "too_large"}}));
    }
  }
}

TEST_F(FilterTest, NoEnd) {
  const std::string json(kCreated);
  EXPECT_EQ(respond({{json}}, End::never).metadata["status"], "incomplete");
  EXPECT_EQ(respond({}, End::never).metadata["status"], "incomplete");
  const Strings longer = {{"content-length", std::to_string(json.size() + 1)}};
  for (const End end : kEnds) {
    EXPECT_EQ(respond({{json}}, end, longer).metadata["status"], "incomplete");
  }
}

TEST_F(FilterTest, Headers) {
  const std::string json(kCreated);
  const auto status = [&](Strings headers) {
    return respond({{json}}, End::with_last_piece, std::move(headers)).metadata["status"];
  };
  for (const char* code : {"204", "206", "304", "100", "2", ""}) {
    EXPECT_EQ(status({{":status", code}}), "skipped") << code;
  }
  for (const char* type : {"", "a", "application/jso", "application/jsonp", "text/json"}) {
    EXPECT_EQ(status({{"content-type", type}}), "skipped") << type;
  }
  for (const char* type : {"APPLICATION/JSON", "application/json;charset=utf-8"}) {
    EXPECT_EQ(status({{"content-type", type}}), "ok") << type;
  }
  EXPECT_EQ(status({{"content-encoding", "br"}}), "encoded");
  EXPECT_EQ(status({{"content-length", "0"}}), "skipped");
  // No number: then the body's end is what counts.
  for (const char* length : {"", "x", "1x", "-1", "99999999999999999999999999"}) {
    EXPECT_EQ(status({{"content-length", length}}), "ok") << length;
  }
  EXPECT_EQ(status({{"content-length", "999999999999999999"}}), "too_large");
}

TEST_F(FilterTest, NoResponse) {
  ASSERT_TRUE(configure("fields=status"));
  Stream stream;
  const void* config = envoy_dynamic_module_on_http_filter_config_new(nullptr, {"", 0}, {"", 0});
  const void* filter = envoy_dynamic_module_on_http_filter_new(config, &stream);
  envoy_dynamic_module_on_http_filter_stream_complete(&stream, filter);
  envoy_dynamic_module_on_http_filter_destroy(filter);
  envoy_dynamic_module_on_http_filter_config_destroy(config);
  EXPECT_TRUE(stream.counted.empty());
  EXPECT_TRUE(stream.metadata.empty());
}

// Envoy goes on with the null pointer that it was given for want of memory.
TEST_F(FilterTest, NoFilter) {
  Stream stream;
  stream.slices.emplace_back(kCreated.begin(), kCreated.end());
  EXPECT_EQ(envoy_dynamic_module_on_http_filter_request_headers(&stream, nullptr, true), 0);
  EXPECT_EQ(envoy_dynamic_module_on_http_filter_response_headers(&stream, nullptr, false), 0);
  EXPECT_EQ(envoy_dynamic_module_on_http_filter_response_body(&stream, nullptr, true), 0);
  EXPECT_EQ(envoy_dynamic_module_on_http_filter_response_trailers(&stream, nullptr), 0);
  envoy_dynamic_module_on_http_filter_stream_complete(&stream, nullptr);
  envoy_dynamic_module_on_http_filter_destroy(nullptr);
  EXPECT_TRUE(stream.counted.empty());
}

TEST_F(FilterTest, Configuration) {
  EXPECT_TRUE(configure(" max_body=1073741824  fields=status "));
  EXPECT_TRUE(configure("fields="));
  for (const char* value : {"max_body", "max_body=1073741825", "fields=status,,family", "x"}) {
    last_line_logged.clear();
    EXPECT_FALSE(configure(value)) << value;
    EXPECT_EQ(last_line_logged.rfind("leadscan: ", 0), 0u) << last_line_logged;
  }
  for (const size_t length : {99, 100, 101, 500, 5000}) {
    EXPECT_FALSE(configure("fields=" + std::string(length, 'x')));
    EXPECT_LT(last_line_logged.size(), 256u);
  }
}

}  // namespace
