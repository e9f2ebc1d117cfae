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
    if (parser_.iterate_many(ndjson.data, ndjson.size, kBatch).get(stream) != simdjson::SUCCESS) {
      result.failed_at = 1;
      return result;
    }
    for (auto at = stream.begin(); at != stream.end(); ++at) {
      simdjson::ondemand::object object;
      auto document = *at;
      bool valid = document.get_object().get(object) == simdjson::SUCCESS;
      const bool accepts = valid && OnDemandLead::read(object, response, valid);
      if (!valid) {
        // Where the next document begins is unknown: simdjson looks for it behind this one's end.
        result.failed_at = result.documents + 1;
        return result;
      }
      result.add(accepts, response);
      use(accepts, response);
    }
    if (stream.truncated_bytes() != 0) result.failed_at = result.documents + 1;
    return result;
  }

  simdjson::ondemand::parser parser_;
};

}  // namespace

std::unique_ptr<Adapter> make_simdjson_iterate_many() {
  return std::make_unique<SimdjsonIterateMany>();
}

}  // namespace leadscan::bench
