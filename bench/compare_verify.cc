#include "bench/compare_verify.h"

#include <span>
#include <string_view>

#include "leadscan/fields.h"

namespace leadscan::bench {
namespace {

std::string show(Presence presence) {
  constexpr const char* kNames[] = {"absent", "null", "a value", "a value of another type"};
  return kNames[static_cast<std::size_t>(presence)];
}

std::string decoded(const Text& text) {
  std::string memory(text.raw().size(), '\0');
  return std::string(text.decode(std::span(memory)).value_or("(cannot be decoded)"));
}

std::string show(const Text& text) {
  if (!text.has_value()) return show(text.presence());
  if (text.is_object()) return "object " + std::string(text.raw());
  return '"' + decoded(text) + '"';
}

bool same(const Text& a, const Text& b) {
  if (a.presence() != b.presence() || a.is_object() != b.is_object()) return false;
  if (!a.has_value()) return true;
  if (a.is_object()) return a.raw().empty() || b.raw().empty() || a.raw() == b.raw();
  if (!a.escaped() && !b.escaped()) return a.raw() == b.raw();
  return decoded(a) == decoded(b);
}

// Compares one parser's results, document by document, with the reference's.
class Comparison {
 public:
  Comparison(std::string_view name, Adapter& reference, std::span<const Document> documents,
             Verification& result)
      : name_(name), reference_(reference), documents_(documents), result_(result) {}

  void add(bool accepted, const LeadResponse& response) {
    if (!result_.mismatch.empty()) return;
    if (next_ == documents_.size()) {
      result_.mismatch = std::string(name_) + " sees more documents than there are lines";
      return;
    }
    const Document& document = documents_[next_++];
    LeadResponse expected;
    const bool expects = reference_.parse(document, expected);
    refused_ += !expects;
    result_.accepted += accepted;
    if (accepted != expects) {
      ++(accepted ? result_.laxer : result_.stricter);
    } else if (accepted) {
      const std::optional<std::string> found = difference(expected, response);
      if (found) result_.mismatch = describe(document, *found);
    }
  }

  std::size_t count() const { return next_; }
  // Documents that the reference did not accept.
  std::size_t refused() const { return refused_; }

 private:
  std::string describe(const Document& document, const std::string& found) const {
    constexpr std::size_t kMost = 2000;
    const std::string_view text(document.data, document.size);
    return "document " + std::to_string(next_) + ", " + found + " according to " +
           std::string(name_) + "\n" + std::string(text.substr(0, kMost)) +
           (text.size() > kMost ? "..." : "");
  }

  std::string_view name_;
  Adapter& reference_;
  std::span<const Document> documents_;
  Verification& result_;
  std::size_t next_ = 0;
  std::size_t refused_ = 0;
};

}  // namespace

std::vector<Document> documents_of(const corpus::Corpus& corpus) {
  std::vector<Document> documents;
  documents.reserve(corpus.documents.size());
  for (const corpus::Corpus::Extent& extent : corpus.documents)
    documents.push_back(
        {corpus.storage.data() + extent.offset, extent.length, corpus.capacity() - extent.offset});
  return documents;
}

Document stream_of(const corpus::Corpus& corpus) {
  return {corpus.storage.data(), corpus.size, corpus.capacity()};
}

std::optional<std::string> difference(const LeadResponse& reference, const LeadResponse& other) {
  const auto report = [](std::string_view field, const std::string& a, const std::string& b) {
    return std::string(field) + ": " + a + " according to leadscan, " + b;
  };
  if (reference.family != other.family)
    return report("family", std::string(name_of(reference.family)),
                  std::string(name_of(other.family)));
  for (const Field field : kTextFields) {
    const FieldInfo& info = info_of(field);
    const Text& a = reference.*info.slot.text;
    const Text& b = other.*info.slot.text;
    if (!same(a, b)) return report(info.column, show(a), show(b));
  }
  if (reference.error != other.error)
    return report("error", show(reference.error), show(other.error));
  if (reference.has_status_code != other.has_status_code ||
      reference.status_code != other.status_code)
    return report("status_code", std::to_string(reference.status_code),
                  std::to_string(other.status_code));
  if (reference.has_success != other.has_success || reference.success != other.success)
    return report("success", reference.success ? "true" : "false",
                  other.success ? "true" : "false");
  return std::nullopt;
}

Verification verify(Adapter& adapter, Adapter& reference, const corpus::Corpus& corpus) {
  const std::vector<Document> documents = documents_of(corpus);
  Verification result;
  Comparison stream(adapter.name(), reference, documents, result);
  const BlockResult block = adapter.visit_stream(
      stream_of(corpus),
      [&](bool accepted, const LeadResponse& response) { stream.add(accepted, response); });
  result.documents = stream.count();
  result.failed_at = block.failed_at;
  result.failure = block.failure;
  if (adapter.stream_only() && stream.refused() != 0 && !result.failed_at &&
      (!result.mismatch.empty() || stream.count() != documents.size())) {
    result.failed_at = stream.count();
    result.failure = "it does not see the lines";
    result.mismatch.clear();
  }
  if (!result.mismatch.empty()) return result;
  if (!result.failed_at && stream.count() != documents.size()) {
    result.mismatch = std::string(adapter.name()) + " sees " + std::to_string(stream.count()) +
                      " documents in " + std::to_string(documents.size()) + " lines";
    return result;
  }
  if (adapter.stream_only()) return result;

  Verification single;
  Comparison each(adapter.name(), reference, documents, single);
  LeadResponse response;
  for (const Document& document : documents) {
    const bool accepted = adapter.parse(document, response);
    each.add(accepted, response);
    if (!single.mismatch.empty()) break;
  }
  result.mismatch = single.mismatch;
  if (result.mismatch.empty() &&
      (single.laxer != result.laxer || single.stricter != result.stricter))
    result.mismatch = std::string(adapter.name()) + " judges documents of a stream differently";
  return result;
}

}  // namespace leadscan::bench
