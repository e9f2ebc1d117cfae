#include "python/arrow/ranges.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include "audit/base/utf8.h"
#include "audit/input/format.h"
#include "audit/input/members.h"
#include "audit/records/count_bytes.h"
#include "audit/records/http_archive.h"
#include "audit/records/text_scanner.h"

namespace leadscan::arrow {
namespace {

using audit::RecordMode;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kWindow = std::size_t{64} << 10;

// Whether it is a text that may be cut, told by its front, as the reader of it tells.
bool is_cut(const Settings& settings, RangeText& whole) {
  std::string error;
  std::string front(audit::kArchiveFront, '\0');
  front.resize(whole.read_at(0, front.data(), front.size(), error));
  if (!error.empty()) return false;
  std::string_view text = front;
  // Of a plain file this is known.
  if (whole.plain_file() == nullptr &&
      (audit::detect(text.substr(0, audit::kDetectBytes)) != audit::Format::plain ||
       text.find('\0') != text.npos))
    return false;
  if (settings.records != RecordMode::automatic || settings.looks_inside()) return true;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return !audit::is_http_archive(text);
}

// Places near which ranges of a plain file should end: each as long as the others, or the last one
// would be a task for a few bytes.
std::vector<std::uint64_t> places_of(std::uint64_t size, std::uint64_t split) {
  const std::uint64_t count = size / split + (size % split != 0);
  std::vector<std::uint64_t> places;
  for (std::uint64_t i = 1; i < count; ++i)
    places.push_back(size / count * i + size % count * i / count);
  return places;
}

// Of frames: as many go together as make `split` bytes.
std::vector<std::uint64_t> places_of(const std::vector<std::uint64_t>& frames,
                                     std::uint64_t split) {
  std::vector<std::uint64_t> places;
  std::uint64_t begin = 0;
  for (const std::uint64_t frame : frames)
    if (frame - begin >= split) places.push_back(begin = frame);
  return places;
}

}  // namespace

Cuts::Cuts(const Settings& settings, RangeText& text)
    : text_(text),
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
  most = std::max<std::uint64_t>(most, kWindow);
  for (std::uint64_t size = kWindow;; size = std::min(4 * size, most)) {
    window_.resize(size);
    std::string error;
    const std::size_t got = text_.read_at(from, window_.data(), size, error);
    if (!error.empty()) {
      // Damage is told by who reads up to it.
      if (text_.plain_file() == nullptr) return std::nullopt;
      throw std::runtime_error(error);
    }
    const std::size_t cut = first_in({window_.data(), got});
    if (cut != 0) return from + cut;
    if (got < size || from + got == text_.size()) return from + got;
    if (size >= most) return std::nullopt;
  }
}

std::vector<std::uint64_t> find_ranges(const Settings& settings, const std::string& path,
                                       std::uint64_t split, bool by_frames) {
  const RecordMode mode = settings.records;
  if (mode == RecordMode::json || mode == RecordMode::har || !settings.column.empty()) return {};
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  audit::Members members(path, {});
  if (!members.next() || members.name()) return {};
  const bool is_plain = members.plain_file() != nullptr;
  if (!is_plain && !by_frames) return {};
  if (is_plain && static_cast<std::uint64_t>(status.st_size) <= split) return {};
  const std::unique_ptr<RangeText> text = open_range_text(path, settings.memory, nullptr);
  if (text == nullptr || is_plain != (text->plain_file() != nullptr) || !is_cut(settings, *text))
    return {};
  const std::uint64_t size = text->size();
  std::vector<std::uint64_t> ends;
  Cuts cuts(settings, *text);
  for (const std::uint64_t wanted :
       is_plain ? places_of(size, split) : places_of(text->frames(), split)) {
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
  const std::unique_ptr<RangeText> plain = open_range_text(path, 0, nullptr);
  std::string error = plain == nullptr ? std::strerror(errno) : "";
  std::uint64_t lines = 0;
  std::string block(std::size_t{1} << 20, '\0');
  while (error.empty() && begin < end) {
    const std::size_t want = std::min<std::uint64_t>(block.size(), end - begin);
    const std::size_t got = plain->read_at(begin, block.data(), want, error);
    lines += audit::count_bytes(block.data(), got, '\n');
    begin += got;
    if (got < want && error.empty()) error = audit::cut_while_read(end);
  }
  if (!error.empty()) throw std::runtime_error(audit::to_visible(path) + ": " + error);
  return lines;
}

}  // namespace leadscan::arrow
