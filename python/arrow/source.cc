#include "python/arrow/source.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

#include "audit/base/utf8.h"
#include "audit/input/tree.h"
#include "python/arrow/part.h"
#include "python/arrow/ranges.h"
#include "python/arrow/scan.h"

namespace leadscan::arrow {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kOptions = {{
    {"at", "at"},
    {"column", "column"},
    {"decode", "decode"},
    {"log", "log"},
    {"match", "match"},
    {"maxrecord", "max_record"},
    {"records", "records"},
    {"statusat", "status_at"},
    {"threads", "threads"},
}};

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::optional<Stamp> find_stamp(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return Stamp{static_cast<std::uint64_t>(status.st_size),
               status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec, status.st_ino};
}

bool is_directory(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

[[noreturn]] void raise_changed(const std::string& path, std::string_view when) {
  throw std::runtime_error(audit::to_visible(path) + " has changed " + std::string(when) +
                           ": load it anew");
}

void raise(const std::vector<audit::InputError>& errors) {
  if (!errors.empty()) throw std::runtime_error(to_string(errors));
}

}  // namespace

std::string Source::set_option(std::string_view name, const std::string& value) {
  const std::string lower = to_lower(name);
  std::string why;
  if (lower == "glob") {
    settings.globs = {value};
  } else if (lower == "accounts") {
    const std::string said = to_lower(value);
    accounts = said == "true";
    if (!accounts && said != "false") why = "neither true nor false: " + value;
  } else if (lower == "pushfilters") {
    const std::string said = to_lower(value);
    if (said == "true")
      why = "true: Spark keeps its filters, this source is told of columns only";
    else if (said != "false")
      why = "neither true nor false: " + value;
  } else if (lower == "splitbytes") {
    const std::optional<std::uint64_t> bytes = parse_number(value);
    split = bytes.value_or(0);
    if (split == 0) why = bytes ? "0" : "not a number: " + value;
  } else {
    const auto* const found =
        std::find_if(kOptions.begin(), kOptions.end(),
                     [&](const auto& option) { return option.first == lower; });
    if (found == kOptions.end()) return "no such option: " + std::string(name);
    why = settings.set(found->second, value);
  }
  return why.empty() ? why : std::string(name) + ": " + audit::to_utf8(why);
}

std::vector<SourcePart> Source::plan(const Projection& projection) const {
  // Lines are counted from the beginning of a file.
  const std::size_t line = find_column("line");
  const bool counts_lines =
      std::any_of(projection.begin(), projection.end(),
                  [&](const Chosen& chosen) { return chosen.column == line; });
  const audit::Tree tree = audit::list_files(settings.paths, settings.globs);
  raise(tree.errors);
  std::vector<SourcePart> parts;
  bool picks_members = false;
  for (std::size_t file = 0; file < tree.files.size(); ++file) {
    SourcePart part;
    part.path = tree.files[file];
    part.file = file;
    part.by_member = tree.is_by_member(file);
    // One archive of a directory: nothing need be picked from it.
    part.is_part = part.by_member && std::find(settings.paths.begin(), settings.paths.end(),
                                               part.path) == settings.paths.end();
    picks_members |= part.by_member;
    const std::optional<Stamp> stamp = find_stamp(part.path);
    if (!stamp) raise({{part.path, std::nullopt, std::strerror(errno)}});
    part.size_of_file = stamp->size;
    part.modified = stamp->modified;
    if (!part.by_member && !counts_lines)
      for (const std::uint64_t end : find_ranges(settings, part.path, split, true)) {
        part.end = end;
        parts.push_back(part);
        part.begin = end;
      }
    if (part.begin == 0) parts.push_back(std::move(part));
  }
  if (picks_members) {
    // Of an archive that is named, not found in a directory, its task tells.
    std::vector<audit::InputError> unmatched;
    for (const std::string& path : find_unmatched(tree))
      if (is_directory(path)) unmatched.push_back({path, std::nullopt, kNothingMatches});
    raise(unmatched);
  }
  std::stable_sort(parts.begin(), parts.end(),
                   [](const SourcePart& a, const SourcePart& b) { return a.size() > b.size(); });
  return parts;
}

Settings Source::settings_of(const SourcePart& part) const {
  Settings own = settings;
  own.paths = {part.path};
  if (!part.by_member) own.globs.clear();  // what they had picked is read whole
  own.is_part = part.is_part;
  own.file = part.file;
  own.begin = part.begin;
  own.end = part.end;
  return own;
}

Stamp check_planned(const SourcePart& part) {
  const std::optional<Stamp> stamp = find_stamp(part.path);
  if (!stamp || stamp->size != part.size_of_file || stamp->modified != part.modified)
    raise_changed(part.path, "since the scan was planned");
  return *stamp;
}

void check_unchanged(const SourcePart& part, const Stamp& stamp) {
  if (find_stamp(part.path) != stamp) raise_changed(part.path, "while it was read");
}

}  // namespace leadscan::arrow
