// Adapter: one parser, made to fill a LeadResponse, in loops that the benchmark times.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "leadscan/line.h"
#include "leadscan/parser.h"
#include "leadscan/response.h"

// Everything inlined into the function. gcc takes minutes for that under sanitizers, where it is
// of no use.
#if defined(NDEBUG) && defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
#define LEADSCAN_FLATTEN [[gnu::flatten]]
#else
#define LEADSCAN_FLATTEN
#endif

// BUILD says them to each adapter.
#if !defined(LEADSCAN_FLAGS)
#define LEADSCAN_FLAGS ""
#endif

namespace leadscan::bench {

// At least kPadding bytes behind a document may be read. Nobody may write.
using Document = PaddedBytes;

struct BlockResult {
  std::uint64_t documents = 0;
  std::uint64_t accepted = 0;
  std::uint64_t checksum = 0;              // of what was accepted
  std::optional<std::uint64_t> failed_at;  // the document, from 1, at which a stream broke off
  const char* failure = "";                // why

  // Uses a result as little as possible, and so that nothing of it can be optimised away.
  void add(bool accepts, const LeadResponse& response) {
    asm volatile("" : : "m"(response));
    ++documents;
    if (!accepts) return;
    ++accepted;
    checksum += static_cast<std::uint64_t>(response.status_code) +
                static_cast<std::uint64_t>(response.family);
  }
};

// What a parser is made of: for the manifest.
struct Origin {
  std::string_view library;
  std::string_view version;
  std::string_view flags;  // those of the compiler, beside the ones of everything
};

// Called for each document of a stream, in order.
using Visitor = std::function<void(bool accepted, const LeadResponse&)>;

// One thread at a time. A virtual call is for a block of documents, not for each.
class Adapter {
 public:
  virtual ~Adapter() = default;

  virtual std::string_view name() const = 0;
  // Why this parser is not in this build; empty if it is. No other member may be called then.
  virtual std::string_view unavailable() const { return {}; }
  virtual Origin origin() const = 0;
  // What it has to say of its own runs, in a line; may be empty.
  virtual std::string details() const { return {}; }
  // Whether it takes streams only: parse() and run_documents() must not be called then.
  virtual bool stream_only() const { return false; }

  // Whether the document is a response of some family; if so, `response` holds its fields, whose
  // texts live until the next call and as long as the document.
  virtual bool parse(const Document& document, LeadResponse& response) = 0;
  virtual BlockResult run_documents(std::span<const Document> documents) = 0;
  virtual BlockResult run_stream(const Document& ndjson) = 0;
  // The same as run_stream(), but shows its results.
  virtual BlockResult visit_stream(const Document& ndjson, const Visitor& visitor) = 0;
};

// Calls `use` for each line of `ndjson`, as plain a loop as there is.
template <typename Use>
inline void for_each_line(const Document& ndjson, Use use) {
  std::size_t at = 0;
  while (at < ndjson.size) {
    const Line line = first_line({ndjson.data + at, ndjson.size - at});
    if (!line.text.empty()) use(Document{line.text.data(), line.text.size(), ndjson.capacity - at});
    at += line.next;
  }
}

// Makes an Adapter of a Peer, which has kName, kOrigin, bool parse(Document, LeadResponse&), and
// may have a template for_each_response(ndjson, response, use) with its own way to read a stream:
// it calls use(accepts) for each document.
template <typename Peer>
class AdapterOf final : public Adapter {
 public:
  template <typename... Arguments>
  explicit AdapterOf(Arguments... arguments) : peer_(arguments...) {}

  std::string_view name() const override {
    if constexpr (requires { peer_.name(); }) {
      return peer_.name();
    } else {
      return Peer::kName;
    }
  }

  Origin origin() const override { return Peer::kOrigin; }

  bool parse(const Document& document, LeadResponse& response) override {
    return peer_.parse(document, response);
  }

  BlockResult run_documents(std::span<const Document> documents) override {
    BlockResult result;
    LeadResponse response;
    for (const Document& document : documents)
      result.add(peer_.parse(document, response), response);
    return result;
  }

  BlockResult run_stream(const Document& ndjson) override {
    BlockResult result;
    LeadResponse response;
    for_each_response(ndjson, response, [&](bool accepts) { result.add(accepts, response); });
    return result;
  }

  BlockResult visit_stream(const Document& ndjson, const Visitor& visitor) override {
    BlockResult result;
    LeadResponse response;
    for_each_response(ndjson, response, [&](bool accepts) {
      result.add(accepts, response);
      visitor(accepts, response);
    });
    return result;
  }

  std::string details() const override {
    if constexpr (requires { peer_.details(); }) return peer_.details();
    return {};
  }

 private:
  template <typename Use>
  void for_each_response(const Document& ndjson, LeadResponse& response, Use use) {
    if constexpr (requires { peer_.for_each_response(ndjson, response, use); }) {
      peer_.for_each_response(ndjson, response, use);
    } else {
      for_each_line(ndjson,
                    [&](const Document& document) { use(peer_.parse(document, response)); });
    }
  }

  Peer peer_;
};

}  // namespace leadscan::bench
