#include "corpus/corpus.h"

#include <algorithm>
#include <utility>

#include "corpus/documents.h"
#include "leadscan/line.h"

namespace leadscan::corpus {
namespace {

constexpr std::string_view kNames[] = {"uniform", "mixed", "adversarial"};
constexpr std::size_t kPaddingBytes = 128;

}  // namespace

std::string_view name_of(Kind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::optional<Kind> kind_of(std::string_view name) {
  for (const Kind kind : kKinds)
    if (name_of(kind) == name) return kind;
  return std::nullopt;
}

Generator::Generator(Kind kind, std::uint64_t seed) {
  switch (kind) {
    case Kind::uniform:
      documents_ = make_uniform(seed);
      break;
    case Kind::mixed:
      documents_ = make_mixed(seed);
      break;
    case Kind::adversarial:
      documents_ = make_adversarial(seed);
      break;
  }
}

Generator::~Generator() = default;

void Generator::append(std::string& out) { documents_->append(out); }

Corpus make_corpus(Kind kind, std::uint64_t seed, const Limit& limit) {
  Generator generator(kind, seed);
  return make_corpus(generator.documents(), limit);
}

Corpus make_corpus(Generator::Documents& documents, const Limit& limit) {
  Corpus corpus;
  std::string& text = corpus.storage;
  if (limit.bytes != UINT64_MAX) text.reserve(std::min(limit.bytes, limit.memory) + 16384);
  const auto memory = [&] {
    return text.size() + corpus.documents.size() * sizeof(Corpus::Extent);
  };
  while (corpus.documents.size() < limit.documents && text.size() < limit.bytes &&
         memory() < limit.memory) {
    const std::size_t offset = text.size();
    documents.append(text);
    corpus.documents.push_back({offset, text.size() - offset});
    text += '\n';
  }
  corpus.size = text.size();
  text.append(kPaddingBytes, ' ');
  return corpus;
}

Corpus corpus_from(std::string ndjson) {
  Corpus corpus;
  corpus.storage = std::move(ndjson);
  corpus.size = corpus.storage.size();
  for (std::size_t offset = 0; offset < corpus.size;) {
    const Line line = first_line(std::string_view(corpus.storage).substr(offset));
    if (!is_blank_line(line.text)) corpus.documents.push_back({offset, line.text.size()});
    offset += line.next;
  }
  corpus.storage.append(kPaddingBytes, ' ');
  return corpus;
}

}  // namespace leadscan::corpus
