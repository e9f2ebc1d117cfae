#include "python/arrow/ranges.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include "audit/records/count_bytes.h"
#include "audit/records/http_archive.h"
#include "audit/records/text_scanner.h"

namespace leadscan::arrow {
namespace {

using audit::RecordMode;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kWindow = std::size_t{64} << 10;

// Null, with errno, if it cannot be opened.
std::unique_ptr<audit::FdSource> open_plain(const std::string& path, audit::FileFacts* facts) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return nullptr;
  audit::Watch watch;
  watch.facts = facts;
  return std::make_unique<audit::FdSource>(fd, watch);
}

}  // namespace

Cuts::Cuts(const Settings& settings, std::shared_ptr<const audit::File> file)
    : file_(std::move(file)),
      is_text_(settings.records == RecordMode::automatic),
      parts_(settings.pipeline().read.joins_docker) {}

// Of a text that begins anywhere in a line; 0 if there is none.
std::size_t Cuts::first_in(std::string_view text) const {
  std::size_t at = text.find('\n') + 1;
  if (!is_text_ || at == 0) return at;
  for (;;) {
    const std::size_t cut = audit::next_hard_break(text, at);
    if (cut == text.size()) return 0;
    const std::size_t line = text.rfind('\n', cut - 2) + 1;
    if (!parts_.may_begin(text.substr(line, cut - line))) return cut;
    at = cut;
  }
}

std::optional<std::uint64_t> Cuts::behind(std::uint64_t from, std::uint64_t most) {
  for (std::size_t size = kWindow;; size *= 4) {
    window_.resize(size);
    std::string error;
    const std::size_t got = file_->read_at(from, window_.data(), size, error);
    if (!error.empty()) throw std::runtime_error(error);
    const std::size_t cut = first_in({window_.data(), got});
    if (cut != 0) return from + cut;
    if (got < size) return from + got;
    if (size >= most) return std::nullopt;
  }
}

std::vector<std::uint64_t> find_ranges(const Settings& settings, const std::string& path,
                                       std::uint64_t split) {
  const RecordMode mode = settings.records;
  if (mode == RecordMode::json || mode == RecordMode::har || !settings.column.empty()) return {};
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const std::uint64_t count = size / split + (size % split != 0);
  if (count < 2) return {};
  audit::Members members(path, {});
  if (!members.next() || members.plain_file() == nullptr) return {};
  const std::shared_ptr<const audit::File> file = members.plain_file()->file();
  if (mode == RecordMode::automatic && !settings.looks_inside()) {
    std::string error;
    std::string front(audit::kArchiveFront, '\0');
    front.resize(file->read_at(0, front.data(), front.size(), error));
    std::string_view text = front;
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (!error.empty() || audit::is_http_archive(text)) return {};
  }
  // Each as long as the others, or the last one would be a task for a few bytes.
  std::vector<std::uint64_t> ends;
  Cuts cuts(settings, file);
  for (std::uint64_t i = 1; i < count; ++i) {
    const std::uint64_t wanted = size / count * i + size % count * i / count;
    if (!ends.empty() && wanted < ends.back()) continue;
    const std::optional<std::uint64_t> cut = cuts.behind(wanted, settings.max_record);
    if (!cut) return {};
    if (*cut >= size) break;
    ends.push_back(*cut);
  }
  if (!ends.empty()) ends.push_back(size);
  return ends;
}

std::uint64_t count_lines(const std::string& path, std::uint64_t begin, std::uint64_t end) {
  const std::unique_ptr<audit::FdSource> plain = open_plain(path, nullptr);
  std::string error = plain == nullptr ? std::strerror(errno) : "";
  std::uint64_t lines = 0;
  std::string block(std::size_t{1} << 20, '\0');
  while (error.empty() && begin < end) {
    const std::size_t want = std::min<std::uint64_t>(block.size(), end - begin);
    const std::size_t got = plain->file()->read_at(begin, block.data(), want, error);
    lines += audit::count_bytes(block.data(), got, '\n');
    begin += got;
    if (got < want && error.empty()) error = audit::cut_while_read(end);
  }
  if (!error.empty()) throw std::runtime_error(path + ": " + error);
  return lines;
}

RangeReader::RangeReader(const Settings& settings, const audit::PipelineOptions& options,
                         audit::FileTask& task)
    : settings_(settings),
      options_(options.read),
      task_(task),
      at_(settings.begin),
      line_(settings.line) {}

bool RangeReader::open() {
  audit::FileSummary& summary = task_.summary;
  const std::unique_ptr<audit::FdSource> plain = open_plain(summary.path, &summary.facts);
  if (plain == nullptr) {
    task_.errors.push_back({summary.path, std::nullopt, std::strerror(errno)});
    return false;
  }
  file_ = plain->file();
  cuts_.emplace(settings_, file_);
  info_ = std::make_shared<audit::MemberInfo>(
      audit::MemberInfo{settings_.file, summary.path, std::nullopt, 0, options_.mode});
  // The file is one member, however many ranges it has.
  const bool is_first = at_ == 0;
  summary.members = is_first ? 1 : 0;
  summary.modes.resize(static_cast<std::size_t>(RecordMode::har) + 1);
  summary.modes[static_cast<std::size_t>(options_.mode)] = summary.members;
  return true;
}

bool RangeReader::next(audit::Work& work) {
  const std::uint64_t end_of_all = settings_.end;
  if (at_ >= end_of_all) return false;
  std::uint64_t begin = at_;
  std::uint64_t end = end_of_all;
  const std::uint64_t wanted = begin + options_.chunk_bytes;
  if (wanted < end) end = std::min(end, cuts_->behind(wanted, end - wanted).value_or(end));
  audit::Segment segment;
  if (begin == 0) {
    char front[kByteOrderMark.size()];
    std::string error;  // load() tells
    const std::size_t got = file_->read_at(0, front, sizeof front, error);
    if (std::string_view(front, got) == kByteOrderMark) begin = segment.separators = got;
  }
  segment.member = info_;
  segment.kind = options_.mode == RecordMode::automatic  ? audit::Segment::Kind::text
                 : options_.mode == RecordMode::prefixed ? audit::Segment::Kind::prefixed_lines
                                                         : audit::Segment::Kind::lines;
  segment.offset = begin;
  segment.line = line_;
  segment.size = end - begin;
  audit::Chunk& chunk = *work.chunk;
  chunk.clear();
  chunk.shrink(2 * options_.chunk_bytes);
  chunk.leave(file_, begin, segment.size);
  chunk.segments.push_back(std::move(segment));
  work.result.bytes_in = end - at_;
  at_ = end;
  return true;
}

void RangeReader::count(const audit::Chunk& chunk) {
  if (options_.count_lines) line_ += audit::count_bytes(chunk.data(), chunk.size(), '\n');
}

}  // namespace leadscan::arrow
