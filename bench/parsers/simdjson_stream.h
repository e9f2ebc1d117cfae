// simdjson's iterate_many(): On-Demand over a whole stream, indexed a megabyte at a time. Shared by
// the adapters of its two formats (doc/iterate_many.md).
#pragma once

#include "bench/parsers/adapter.h"
#include "bench/parsers/simdjson_lead.h"

namespace leadscan::bench {

// `kGoesOn`: behind a document that is not valid, which the format must allow.
template <simdjson::stream_format kFormat, bool kGoesOn>
class SimdjsonStream : public Adapter {
 public:
  // One thread, as everybody here: by default a second one would index the next batch.
  SimdjsonStream() { parser_.threaded = false; }

  bool stream_only() const override { return true; }

  bool parse(const Document&, LeadResponse&) override { return false; }
  BlockResult run_documents(std::span<const Document>) override { return {}; }
  BlockResult run_stream(const Document& ndjson) override {
    return run(ndjson, [](bool, const LeadResponse&) {});
  }
  BlockResult visit_stream(const Document& ndjson, const Visitor& visitor) override {
    return run(ndjson, visitor);
  }

 private:
  static constexpr std::size_t kBatch = simdjson::ondemand::DEFAULT_BATCH_SIZE;

  template <typename Use>
  LEADSCAN_FLATTEN BlockResult run(const Document& ndjson, const Use& use) {
    BlockResult result;
    LeadResponse response;
    simdjson::ondemand::document_stream stream;
    if (const auto error =
            parser_.iterate_many(ndjson.data, ndjson.size, kBatch, kFormat).get(stream))
      return failed(result, error);
    std::size_t next = 0;
    for (auto at = stream.begin(); at != stream.end(); ++at) {
      // Behind some documents that are not valid it stays where it is.
      if (kGoesOn && at.current_index() < next) return failed(result, simdjson::TAPE_ERROR);
      next = at.current_index() + 1;
      auto document = *at;
      simdjson::ondemand::object object;
      bool valid = false;
      bool accepts = false;
      if (const auto error = document.get_object().get(object)) {
        // A batch that cannot be indexed ends the stream, whatever the format.
        if (!kGoesOn || at.error() != simdjson::SUCCESS) return failed(result, error);
      } else {
        accepts = OnDemandLead::read(object, response, valid);
        // Where the next document begins is unknown behind one that is not valid, unless the format
        // tells: simdjson looks for it behind this one's end. After some errors it would crash.
        if (!valid && !(kGoesOn && is_alive(document))) return failed(result, simdjson::TAPE_ERROR);
      }
      result.add(accepts, response);
      use(accepts, response);
    }
    if (stream.truncated_bytes() != 0) return failed(result, simdjson::UNCLOSED_STRING);
    return result;
  }

  static bool is_alive(
      simdjson::simdjson_result<simdjson::ondemand::document_reference>& document) {
    simdjson::ondemand::document_reference reference;
    return document.get(reference) == simdjson::SUCCESS &&
           static_cast<simdjson::ondemand::document&>(reference).is_alive();
  }

  static BlockResult failed(BlockResult result, simdjson::error_code error) {
    result.failed_at = result.documents + 1;
    result.failure = simdjson::error_message(error);
    return result;
  }

  simdjson::ondemand::parser parser_;
};

}  // namespace leadscan::bench
