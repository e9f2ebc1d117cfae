// Reads documents by every path and instruction set, and looks at every bit of the answers: for
// valgrind and MemorySanitizer, which tell a bit that nothing has written (tests/uninitialized.sh).
// No GoogleTest and no streams: MemorySanitizer takes what the C++ library's binary writes for
// unwritten.
//
// every_byte_main FILE...
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "leadscan/columns/column_reader.h"
#include "leadscan/leadscan.h"

namespace leadscan {
namespace {

std::string read_file(const char* path) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return {};
  std::string bytes(std::size_t{1} << 16, '\0');
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
  std::fclose(file);
  return bytes;
}

// A branch on all of them, so that none may be unwritten.
std::size_t sum_of(std::string_view text) {
  std::size_t sum = text.size();
  for (const char c : text) sum += c != '\0' ? static_cast<unsigned char>(c) : 1u;
  return sum;
}

std::size_t sum_of(const Text& text) {
  std::size_t sum = sum_of(text.raw());
  if (text.escaped()) {
    const auto memory = std::make_unique<char[]>(text.raw().size());
    sum += sum_of(*text.decode({memory.get(), text.raw().size()}));
  }
  if (text.is_object()) ++sum;
  if (text.presence() != Presence::absent) ++sum;
  return sum;
}

std::size_t sum_of(const LeadResponse& response) {
  std::size_t sum = 0;
  for (const Text& text : {response.partner_lead_opportunity_id, response.ds_lead_opportunity_id,
                           response.action, response.timestamp, response.trace_id,
                           response.error_code, response.error_message, response.message})
    sum += sum_of(text);
  if (response.has_status_code) ++sum;
  if (response.status_code > 0) ++sum;
  if (response.has_success) ++sum;
  if (response.success) ++sum;
  if (response.error == Presence::null) ++sum;
  if (response.family != Family::none) ++sum;
  return sum;
}

std::size_t sum_of(const Error& error) {
  std::size_t sum = error.offset > 0 ? 1 : 0;
  if (error) ++sum;
  if (error.field != Field::document) ++sum;
  return sum;
}

std::size_t read(Parser& parser, std::string_view json) {
  // Exactly as long as the document, so that what is behind it is nobody's.
  const auto exact = std::make_unique<char[]>(json.size() + 1);
  json.copy(exact.get(), json.size());
  LeadResponse response;
  const Error error = parser.parse(std::string_view(exact.get(), json.size()), response);
  std::size_t sum = sum_of(error) + sum_of(response);
  for (const Violation& violation : parser.violations()) {
    sum += sum_of(Error{violation.code, violation.field, violation.offset});
    if (violation.found != JsonType::none) ++sum;
  }
  return sum;
}

std::size_t read_lines(Parser& parser, std::string_view line) {
  std::string text;
  for (int i = 0; i < 8; ++i) text.append(line).append(1, '\n');
  Lines lines(text);
  LeadResponse response;
  Error error;
  std::size_t sum = 0;
  while (lines.next(parser, response, error)) sum += sum_of(error) + sum_of(response);
  return sum;
}

// All lines of a text, and of the same with a byte changed, by the columnar reader.
std::size_t read_columns(internal::ColumnReader& reader, std::string_view text) {
  const auto exact = std::make_unique<char[]>(text.size() + 1);
  text.copy(exact.get(), text.size());
  internal::ColumnLine lines[3];
  std::size_t sum = 0;
  for (std::string_view rest(exact.get(), text.size()); const std::size_t size = reader.load(rest);
       rest.remove_prefix(size)) {
    while (const std::size_t count = reader.next(lines)) {
      for (std::size_t i = 0; i < count; ++i) {
        sum += lines[i].offset + lines[i].size + (lines[i].size > 0 ? 1u : 0u);
        if (lines[i].verdict == internal::ColumnVerdict::accepted) sum += sum_of(lines[i].response);
      }
    }
  }
  return sum;
}

int main_of(const std::vector<std::string>& documents) {
  std::size_t sum = 0;
  for (const Isa isa : {Isa::portable, Isa::avx2, Isa::avx512})
    for (const Path path : {Path::learned, Path::tokens, Path::on_demand, Path::strict}) {
      if (!has_isa(isa) || (path >= Path::on_demand && isa != Isa::portable)) continue;
      Parser::Options options;
      options.path = path;
      options.isa = isa;
      Parser all(options);
      for (const std::string& document : documents) {
        Parser parser(options);
        // Learned, recognised, and almost so.
        for (int i = 0; i < 4; ++i) sum += read(parser, document) + read(all, document);
        std::string changed = document;
        for (std::size_t at = 0; at < changed.size(); at += 1 + changed.size() / 24) {
          for (const char byte : {'"', '\\', '\x80', '0', '\x1F'}) {
            changed[at] = byte;
            sum += read(parser, changed);
          }
          changed[at] = document[at];
          sum += read(parser, document.substr(0, at)) + read(parser, document);
        }
        // Strings of other lengths.
        const std::size_t quote = document.find(":\"");
        for (std::size_t more = 1; quote != document.npos && more < 6; ++more)
          sum += read(parser, std::string(document).insert(quote + 2, more, 'x'));
        sum += read_lines(parser, document);
      }
    }
  if (internal::ColumnReader reader(best_isa()); reader.allocate())
    for (const std::string& document : documents) {
      std::string changed = document + '\n' + document;
      for (std::size_t at = 0; at < changed.size(); at += 1 + changed.size() / 48) {
        const char before = changed[at];
        for (const char byte : {before, '"', '\\', '\x80', '0', '\x1F', '\n'}) {
          changed[at] = byte;
          sum += read_columns(reader, changed);
        }
        changed[at] = before;
      }
    }
  std::printf("%zu documents, sum %zu\n", documents.size(), sum);
  return documents.empty() ? 1 : 0;
}

}  // namespace
}  // namespace leadscan

int main(int argc, char** argv) {
  std::vector<std::string> documents;
  for (int i = 1; i < argc; ++i) documents.push_back(leadscan::read_file(argv[i]));
  return leadscan::main_of(documents);
}
