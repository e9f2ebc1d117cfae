// simdjson's iterate_many(): On-Demand over a whole stream, indexed a megabyte at a time.
#include "bench/parsers/adapter.h"
#include "bench/parsers/parsers.h"
#include "bench/parsers/simdjson_lead.h"

namespace leadscan::bench {
namespace {

class SimdjsonIterateMany final : public Adapter {
 public:
  // One thread, as everybody here: by default a second one would index the next batch.
  SimdjsonIterateMany() { parser_.threaded = false; }

  std::string_view name() const override { return "simdjson_iterate_many"; }
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
    if (const auto error = parser_.iterate_many(ndjson.data, ndjson.size, kBatch).get(stream))
      return failed(result, error);
    for (auto at = stream.begin(); at != stream.end(); ++at) {
      auto document = *at;
      simdjson::ondemand::object object;
      if (const auto error = document.get_object().get(object)) return failed(result, error);
      // Where the next document begins is unknown behind one that is not valid: simdjson looks
      // for it behind this one's end.
      bool valid = false;
      const bool accepts = OnDemandLead::read(object, response, valid);
      if (!valid) return failed(result, simdjson::TAPE_ERROR);
      result.add(accepts, response);
      use(accepts, response);
    }
    if (stream.truncated_bytes() != 0) return failed(result, simdjson::UNCLOSED_STRING);
    return result;
  }

  static BlockResult failed(BlockResult result, simdjson::error_code error) {
    result.failed_at = result.documents + 1;
    result.failure = simdjson::error_message(error);
    return result;
  }

  simdjson::ondemand::parser parser_;
};

}  // namespace

std::unique_ptr<Adapter> make_simdjson_iterate_many() {
  return std::make_unique<SimdjsonIterateMany>();
}

}  // namespace leadscan::bench
