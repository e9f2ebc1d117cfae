#include "audit/cli/own_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "audit/cli/extract.h"
#include "audit/cli/report_files.h"
#include "audit/storage/new_database.h"

namespace leadscan::audit {
namespace {

namespace fs = std::filesystem;

// The one path of a file that may not exist: its folder without links, and its name.
fs::path place_of(const fs::path& path) {
  std::error_code error;
  const fs::path folder = fs::canonical(path.has_parent_path() ? path.parent_path() : ".", error);
  if (error) return fs::absolute(path, error).lexically_normal();
  const fs::path place = (folder / path.filename()).lexically_normal();
  return place.has_filename() ? place : place.parent_path();
}

// That of `path`, and of what it links to, through several links.
std::set<std::string> places_of(const fs::path& path) {
  constexpr int kMostLinks = 40;
  std::set<std::string> places;
  fs::path at = place_of(path);
  for (int links = 0; links < kMostLinks && places.insert(at.string()).second; ++links) {
    std::error_code error;
    const fs::path target = fs::read_symlink(at, error);
    if (error) break;
    at = place_of(at.parent_path() / target);
  }
  return places;
}

bool begins_with_mark(const std::string& front, const PartialMark& mark) {
  const std::string_view text =
      std::string_view(front).substr(std::min<std::size_t>(front.size(), mark.offset));
  return front.starts_with(mark.front) &&
         (text.starts_with(mark.unfinished) || text.starts_with(mark.finished));
}

bool is_database(const std::string& front) { return begins_with_mark(front, kDatabaseMark); }
bool is_checkpoint(const std::string& front) { return front.starts_with(kDatabaseMark.front); }
// The first line as QuarantineSink writes it.
bool is_quarantine(const std::string& front) {
  const std::string_view line = std::string_view(front).substr(0, front.find('\n'));
  return line.starts_with("{\"file\":\"") && line.ends_with("\"}") &&
         line.find(",\"verdict\":\"") != line.npos;
}
// What one document after another is, might be anybody's.
bool is_nobodys(const std::string&) { return false; }

// Empty if there is nothing in it. What cannot be read is nobody's.
std::optional<std::string> front_of(const std::string& path) {
  constexpr std::size_t kFront = std::size_t{64} << 10;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.is_open()) return std::nullopt;
  return file.read_at(0, kFront);
}

const std::vector<std::string> kReplacedFiles = {".partial"};
const std::vector<std::string> kDatabaseFiles = {
    ".partial", ".partial-journal", ".partial-wal", ".partial-shm", "-journal", "-wal", "-shm"};
const std::vector<std::string> kCheckpointFiles = {"-journal", "-wal", "-shm"};

bool is_regular(int fd) {
  struct stat status = {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

bool intersect(const auto& a, const auto& b) {
  return std::any_of(a.begin(), a.end(), [&](const auto& item) { return b.count(item) != 0; });
}

}  // namespace

OwnFiles::OwnFiles(const Options& options) {
  for (const ReportFile& kind : report_files())
    add(options.*kind.path, kReplacedFiles,
        [&kind](const std::string& front) { return begins_with_mark(front, kind.mark); });
  add(options.sqlite, kDatabaseFiles, is_database);
  add(options.quarantine, {}, is_quarantine);
  add(options.checkpoint, kCheckpointFiles, is_checkpoint);
  if (!options.checkpoint.empty()) outputs_.back().is_replaced = false;
  const bool writes_database =
      options.command == Command::extract && options.format == ExtractFormat::sqlite;
  if (writes_database) {
    add(options.output, kDatabaseFiles, is_database);
  } else if (options.command == Command::extract && options.format == ExtractFormat::csv) {
    add(options.output, {}, [header = csv_header(options)](const std::string& front) {
      return front.starts_with(header);
    });
  } else {
    add(options.output, {}, is_nobodys);
  }
  const bool quiet = options.command == Command::check && options.quiet;
  if (options.output.empty() && !quiet) add_stream(STDOUT_FILENO, "standard output");
  // What it says is not lost among what else a pipe is given.
  if (!is_regular(STDERR_FILENO)) return;
  add_stream(STDERR_FILENO, "standard error");
  outputs_.back().is_messages = true;
}

void OwnFiles::add(const std::string& path, const std::vector<std::string>& suffixes,
                   std::function<bool(const std::string& front)> is_ours) {
  if (path.empty()) return;
  Output output;
  output.name = path;
  output.is_ours = std::move(is_ours);
  output.main = places_of(path);
  for (const std::string& place : output.main)
    for (const std::string& suffix : suffixes) output.side.insert(place + suffix);
  for (const std::set<std::string>* places : {&output.main, &output.side})
    for (const std::string& place : *places) {
      file_names_.insert(fs::path(place).filename().string());
      struct stat status = {};
      // Devices take what several write.
      if (::stat(place.c_str(), &status) == 0 && !S_ISCHR(status.st_mode) &&
          !S_ISDIR(status.st_mode))
        output.files.insert({status.st_dev, status.st_ino});
    }
  outputs_.push_back(std::move(output));
}

void OwnFiles::add_stream(int fd, const std::string& name) {
  struct stat status = {};
  if (::fstat(fd, &status) != 0 || S_ISCHR(status.st_mode)) return;
  Output output;
  output.name = name;
  output.is_stream = true;
  output.files.insert({status.st_dev, status.st_ino});
  outputs_.push_back(std::move(output));
}

std::string OwnFiles::clash() const {
  for (auto a = outputs_.begin(); a != outputs_.end(); ++a)
    for (auto b = outputs_.begin(); b != a; ++b) {
      // Both streams to one place is what 2>&1 does.
      if (a->is_stream && b->is_stream) continue;
      if (intersect(a->main, b->main) || intersect(a->main, b->side) ||
          intersect(a->side, b->main) || intersect(a->side, b->side) ||
          intersect(a->files, b->files))
        return (b->name == a->name ? b->name : b->name + " and " + a->name) +
               ": two outputs would write it";
    }
  return {};
}

const OwnFiles::Output* OwnFiles::owner_of(const std::string& path) const {
  if (file_names_.count(fs::path(path).filename().string()) == 0) return nullptr;
  const std::string place = place_of(path).string();
  const auto found = std::find_if(outputs_.begin(), outputs_.end(), [&](const Output& output) {
    return output.main.count(place) != 0 || output.side.count(place) != 0;
  });
  return found == outputs_.end() ? nullptr : &*found;
}

bool OwnFiles::is_own(const std::string& found) const {
  const Output* output = owner_of(found);
  if (output == nullptr) return false;
  if (output->main.count(place_of(found).string()) == 0) return true;
  const std::optional<std::string> front = front_of(found);
  return front && (front->empty() || output->is_ours(*front));
}

std::string OwnFiles::foreign() const {
  for (const Output& output : outputs_) {
    struct stat status = {};
    if (output.is_stream || !output.is_replaced || ::stat(output.name.c_str(), &status) != 0 ||
        !S_ISREG(status.st_mode) || status.st_size == 0)
      continue;
    const std::optional<std::string> front = front_of(output.name);
    if (!front || !output.is_ours(*front))
      return output.name +
             ": there is something that is not known to be leadscan's; name another output, or "
             "give --force, and it is replaced";
  }
  return {};
}

std::string OwnFiles::read_too(const Tree& tree) const {
  for (const std::string& file : tree.files) {
    const auto both = [&](const Output& output) {
      return file + ": cannot be read and written at once (" + output.name + ")";
    };
    struct stat status = {};
    const bool is_stdin = file == "-";
    if (!is_stdin)
      if (const Output* output = owner_of(file)) return both(*output);
    const int result = is_stdin ? ::fstat(STDIN_FILENO, &status) : ::stat(file.c_str(), &status);
    if (result != 0 || !S_ISREG(status.st_mode)) continue;
    for (const Output& output : outputs_)
      if (!output.is_messages && output.files.count({status.st_dev, status.st_ino}) != 0)
        return both(output);
  }
  return {};
}

}  // namespace leadscan::audit
