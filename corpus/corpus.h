// Corpora: responses as they are in logs, made up from a seed. The same kind and seed give the
// same bytes on every platform.
//
// - uniform: one producer, minified, success nearly always.
// - mixed: several producers with member orders and white space of their own; in 1000 documents
//   100 failures, 10 updates, 10 gateway messages and 5 that are malformed or truncated; 30 have
//   escapes or non-ASCII characters and 50 extra members.
// - adversarial: valid and conforming to the last byte, but every document is another one: order
//   shuffled, white space at random, many extra members (nested too) and escapes, in names too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadscan::corpus {

enum class Kind : std::uint8_t { uniform, mixed, adversarial };
inline constexpr Kind kKinds[] = {Kind::uniform, Kind::mixed, Kind::adversarial};

std::string_view name_of(Kind kind);
std::optional<Kind> kind_of(std::string_view name);

// One document after the other, without end. Memory stays constant.
class Generator {
 public:
  Generator(Kind kind, std::uint64_t seed);
  ~Generator();

  // Appends the next document, which has no line end in it; nor does it get one.
  void append(std::string& out);

  class Documents {
   public:
    virtual ~Documents() = default;
    virtual void append(std::string& out) = 0;
  };
  Documents& documents() { return *documents_; }

 private:
  std::unique_ptr<Documents> documents_;
};

// How much to make: whichever comes first.
struct Limit {
  std::uint64_t documents = UINT64_MAX;
  std::uint64_t bytes = UINT64_MAX;  // the document that reaches it is still taken
  // In memory: of texts, and of where they are, which is more than a text of a few bytes.
  std::uint64_t memory = UINT64_MAX;
};

// NDJSON in memory, with bytes behind it that may be read.
struct Corpus {
  struct Extent {
    std::size_t offset;
    std::size_t length;
  };

  std::string storage;            // the text, then padding
  std::size_t size = 0;           // of the text
  std::vector<Extent> documents;  // without their line ends

  std::string_view text() const { return {storage.data(), size}; }
  std::size_t capacity() const { return storage.size(); }
};

Corpus make_corpus(Kind kind, std::uint64_t seed, const Limit& limit);
Corpus make_corpus(Generator::Documents& documents, const Limit& limit);

// From NDJSON that was read from elsewhere; lines of white space only are no documents.
Corpus corpus_from(std::string ndjson);

}  // namespace leadscan::corpus
