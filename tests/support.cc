#include "tests/support.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>

#include "leadscan/read/reading.h"
#include "leadscan/read/strict_reader.h"

namespace leadscan {

std::ostream& operator<<(std::ostream& out, const Error& error) {
  return out << name_of(error.code) << " \"" << json_pointer(error.field) << "\" at "
             << error.offset;
}

std::ostream& operator<<(std::ostream& out, const Violation& violation) {
  return out << name_of(violation.code) << " \"" << json_pointer(violation.field) << "\" found "
             << name_of(violation.found) << " at " << violation.offset;
}

std::ostream& operator<<(std::ostream& out, Verdict verdict) { return out << name_of(verdict); }
std::ostream& operator<<(std::ostream& out, Family family) { return out << name_of(family); }
std::ostream& operator<<(std::ostream& out, ErrorCode code) { return out << name_of(code); }
std::ostream& operator<<(std::ostream& out, JsonType type) { return out << name_of(type); }

std::ostream& operator<<(std::ostream& out, Presence presence) {
  constexpr const char* kNames[] = {"absent", "null", "value", "other"};
  return out << kNames[static_cast<int>(presence)];
}

}  // namespace leadscan

namespace leadscan::testing {
namespace {

[[noreturn]] void die(const std::string& text) {
  std::fprintf(stderr, "%s\n", text.c_str());
  std::abort();
}

TextShape shape_of(const char* document, const Text& text) {
  TextShape shape{text.presence(), text.escaped(), text.is_object(), 0, text.raw().size()};
  if (text.has_value()) shape.offset = text.raw().data() - document;
  return shape;
}

}  // namespace

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) die("cannot read " + path + " (tests run in the repository's root)");
  return {std::istreambuf_iterator<char>(file), {}};
}

const std::vector<Fixture>& fixtures() {
  static const std::vector<Fixture> all = [] {
    namespace fs = std::filesystem;
    const fs::path root = "data/fixtures";
    std::error_code failed;
    std::vector<Fixture> found;
    for (const auto& entry : fs::recursive_directory_iterator(root, failed)) {
      if (entry.path().extension() != ".json") continue;
      const fs::path relative = fs::relative(entry.path().parent_path(), root);
      found.push_back({relative.string() + "/" + entry.path().stem().string(), relative.string(),
                       read_file(entry.path().string())});
    }
    if (failed || found.empty()) die("no fixtures below " + root.string());
    std::sort(found.begin(), found.end(),
              [](const Fixture& a, const Fixture& b) { return a.name < b.name; });
    return found;
  }();
  return all;
}

const std::string& fixture(std::string_view name) {
  for (const Fixture& fixture : fixtures())
    if (fixture.name == name) return fixture.bytes;
  die("no fixture " + std::string(name));
}

std::ostream& operator<<(std::ostream& out, const Fixture& fixture) { return out << fixture.name; }

std::string test_name(std::string_view text) {
  std::string name;
  for (const char c : text) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

Outcome outcome_of(const char* document, const Error& error, const LeadResponse& response,
                   std::span<const Violation> violations) {
  Outcome outcome;
  outcome.error = error;
  outcome.violations.assign(violations.begin(), violations.end());
  outcome.family = response.family;
  outcome.error_member = response.error;
  outcome.has_status_code = response.has_status_code;
  outcome.status_code = response.status_code;
  outcome.has_success = response.has_success;
  outcome.success = response.success;
  for (std::size_t i = 0; i < std::size(kTexts); ++i)
    outcome.texts[i] = shape_of(document, response.*kTexts[i]);
  return outcome;
}

Outcome parse_exact(Parser& parser, std::string_view json) {
  LeadResponse response;
  const Error error = parser.parse(json, response);
  return outcome_of(json.data(), error, response, parser.violations());
}

Outcome parse_padded(Parser& parser, PaddedBytes json) {
  LeadResponse response;
  const Error error = parser.parse(json, response);
  return outcome_of(json.data, error, response, parser.violations());
}

Outcome parse_strictly(std::string_view json) {
  internal::StrictReader reader;
  internal::Reading reading;
  LeadResponse response;
  const Error error = reader.read(json, reading, response);
  return outcome_of(json.data(), error, response, reader.violations());
}

std::ostream& operator<<(std::ostream& out, const ParserKind& kind) { return out << kind.name; }

const std::vector<ParserKind>& all_parser_kinds() {
  static const std::vector<ParserKind> all = [] {
    std::vector<ParserKind> kinds;
    const auto add = [&](const char* name, Path path, Isa isa) {
      Parser::Options options;
      options.path = path;
      options.isa = isa;
      kinds.push_back({name + std::string("_") + std::string(name_of(isa)), options});
    };
    for (const Isa isa : {Isa::avx512, Isa::avx2, Isa::portable})
      add("learned", Path::learned, isa);
    for (const Isa isa : {Isa::avx512, Isa::avx2}) add("tokens", Path::tokens, isa);
    add("on_demand", Path::on_demand, Isa::portable);
    add("strict", Path::strict, Isa::portable);
    return kinds;
  }();
  return all;
}

const std::vector<ParserKind>& parser_kinds() {
  static const std::vector<ParserKind> ours = [] {
    std::vector<ParserKind> kinds;
    for (const ParserKind& kind : all_parser_kinds())
      if (has_isa(kind.options.isa)) kinds.push_back(kind);
    return kinds;
  }();
  return ours;
}

std::uint64_t hits(const Parser& parser) {
  const Statistics statistics = parser.statistics();
  return statistics.template_hits + statistics.layout_hits;
}

bool is_learnable(std::string_view json) {
  const auto is_plain = [](char c) { return c != '\\' && static_cast<unsigned char>(c) < 0x80; };
  return json.size() >= 64 && json.size() <= 512 &&
         std::all_of(json.begin(), json.end(), is_plain) &&
         std::count(json.begin(), json.end(), '"') <= 2 * 16 && !parse_strictly(json).error;
}

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  out << outcome.verdict() << ", error: " << outcome.error;
  for (const Violation& violation : outcome.violations) out << "\n  violation: " << violation;
  if (outcome.has_status_code) out << "\n  status_code: " << outcome.status_code;
  if (outcome.has_success) out << "\n  success: " << outcome.success;
  out << "\n  error member: " << outcome.error_member;
  for (std::size_t i = 0; i < std::size(kTexts); ++i) {
    const TextShape& text = outcome.texts[i];
    if (text == TextShape{}) continue;
    out << "\n  " << kTextNames[i] << ": " << text.presence << " [" << text.offset << ", +"
        << text.size << ")" << (text.escaped ? " escaped" : "")
        << (text.is_object ? " object" : "");
  }
  return out << '\n';
}

PaddedCopy::PaddedCopy(std::string_view json, std::string_view filling) : bytes_(json) {
  for (std::size_t i = 0; i < kPadding; ++i) bytes_ += filling[i % filling.size()];
}

std::string created_with(std::string_view info_members, std::string_view more_members) {
  std::string json =
      R"({"partnerLeadOpportunityId":"ACME-1","dsLeadOpportunityId":"AB12-CD34EF","action":"create","info":{)";
  return json.append(info_members).append("}").append(more_members).append("}");
}

}  // namespace leadscan::testing
