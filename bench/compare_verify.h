// Verification: every parser reads the same fields as leadscan does, before any is timed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/parsers/adapter.h"
#include "corpus/corpus.h"

namespace leadscan::bench {

// The documents of a corpus; their capacity reaches to its end.
std::vector<Document> documents_of(const corpus::Corpus& corpus);
Document stream_of(const corpus::Corpus& corpus);

// The first difference between what two parsers read, as "field: one value, another"; nullopt if
// there is none. Escapes are decoded. Of an id that is an object the text is compared only where
// both parsers have kept it.
std::optional<std::string> difference(const LeadResponse& reference, const LeadResponse& other);

struct Verification {
  std::uint64_t documents = 0;             // compared
  std::uint64_t accepted = 0;              // of these
  std::uint64_t laxer = 0;                 // accepted where the reference refuses
  std::uint64_t stricter = 0;              // refused where the reference accepts
  std::optional<std::uint64_t> failed_at;  // see BlockResult; and where a parser that takes streams
                                           // only no longer sees one document a line
  std::string failure;
  std::string mismatch;  // empty, or what two parsers disagree about

  // Of the documents, accepted.
  double share() const {
    return documents == 0 ? 0 : static_cast<double>(accepted) / static_cast<double>(documents);
  }
};

// Compares `adapter`'s reading of the whole corpus, as a stream and (unless it takes streams only)
// document by document, with that of `reference`. Stops at the first mismatch.
Verification verify(Adapter& adapter, Adapter& reference, const corpus::Corpus& corpus);

}  // namespace leadscan::bench
