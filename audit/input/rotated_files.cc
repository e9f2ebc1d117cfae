#include "audit/input/rotated_files.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

namespace leadscan::audit {
namespace {

constexpr std::string_view kTime = "dddddddd-dddddd";
constexpr std::size_t kMostDigits = 6;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_time(std::string_view text) {
  return text.size() == kTime.size() &&
         std::equal(text.begin(), text.end(), kTime.begin(),
                    [](char c, char kind) { return kind == 'd' ? is_digit(c) : c == kind; });
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= kMostDigits && text[0] != '0' &&
         std::all_of(text.begin(), text.end(), is_digit);
}

std::string_view without_compression(std::string_view name) {
  constexpr std::array<std::string_view, 5> kEnds = {".gz", ".zst", ".xz", ".bz2", ".lz4"};
  for (const std::string_view end : kEnds)
    if (name.ends_with(end)) return name.substr(0, name.size() - end.size());
  return name;
}

// The files of a log, by a key that puts them in the order they were written in, which is not of
// one length where it is a number: the place of the newest is behind all others.
struct Log {
  using Places = std::map<std::string, std::vector<std::string>>;
  Places numbers, times;
  std::vector<std::string> newest;
};

// So that a larger number, which is older, comes first.
std::string key_of_number(std::string_view number) {
  std::string key(kMostDigits - number.size(), '0');
  key += number;
  std::transform(key.begin(), key.end(), key.begin(),
                 [](char c) { return static_cast<char>('0' + '9' - c); });
  return key;
}

std::string key_in_front_of(std::string_view number) {
  const unsigned long value = std::stoul(std::string(number)) + 1;
  return key_of_number(std::to_string(value));
}

}  // namespace

RotatedName parse_rotated(std::string_view name) {
  const std::string_view rest = without_compression(name);
  const std::size_t dot = rest.rfind('.');
  if (dot == rest.npos || dot == 0) return {};
  const std::string_view place = rest.substr(dot + 1);
  if (is_time(place)) return {RotatedName::Kind::time, rest.substr(0, dot), place};
  if (is_number(place)) return {RotatedName::Kind::number, rest.substr(0, dot), place};
  return {};
}

RotatedFiles::RotatedFiles(const std::vector<std::string>& files) {
  namespace fs = std::filesystem;
  const auto folder_of = [](const std::string& file) {
    return file.substr(0, file.rfind('/') + 1);
  };
  const auto name_of = [](const std::string& file) { return file.substr(file.rfind('/') + 1); };
  std::map<std::string, Log> logs;  // by the newest one's path
  std::set<std::string_view> seen;
  for (const std::string& file : files) {
    const std::string name = name_of(file);
    const RotatedName rotated = parse_rotated(name);
    if (rotated.kind == RotatedName::Kind::none || !seen.insert(file).second) continue;
    Log& log = logs[folder_of(file) + std::string(rotated.base)];
    if (rotated.kind == RotatedName::Kind::number)
      log.numbers[key_of_number(rotated.place)].push_back(file);
    else
      log.times[std::string(rotated.place)].push_back(file);
  }
  if (logs.empty()) return;
  for (const std::string& file : files) {
    const auto log = logs.find(file);
    if (log != logs.end() && seen.insert(file).second) log->second.newest.push_back(file);
  }
  const auto link = [this](const std::vector<std::string>& older,
                           const std::vector<std::string>& newer) {
    if (older.size() != 1 || newer.size() != 1) return;
    behind_[older[0]] = newer[0];
    before_[newer[0]] = older[0];
  };
  std::map<std::string, std::map<std::string, std::set<std::string>>> listed;  // by folder, base
  for (auto& [newest, log] : logs) {
    if (!log.numbers.empty() && !log.times.empty()) continue;
    for (const auto& [key, older] : log.numbers) {
      const RotatedName rotated =
          parse_rotated(std::string_view(older[0]).substr(older[0].rfind('/') + 1));
      if (rotated.place == "1") link(older, log.newest);
      const auto before = log.numbers.find(key_in_front_of(rotated.place));
      if (before != log.numbers.end()) link(before->second, older);
    }
    if (log.times.empty() || log.times.size() + log.newest.size() < 2) continue;
    const std::string folder = folder_of(newest);
    const bool is_new = listed.find(folder) == listed.end();
    auto& of_folder = listed[folder];
    std::error_code error;
    if (is_new) {
      for (fs::directory_iterator at(folder.empty() ? "." : folder, error);
           !error && at != fs::directory_iterator(); at.increment(error)) {
        const std::string name = at->path().filename().string();
        const RotatedName rotated = parse_rotated(name);
        if (rotated.kind == RotatedName::Kind::time)
          of_folder[std::string(rotated.base)].insert(std::string(rotated.place));
      }
    }
    const std::set<std::string>& all = of_folder[name_of(newest)];
    for (auto at = log.times.begin(); at != log.times.end(); ++at) {
      const auto next = all.upper_bound(at->first);
      const auto newer = std::next(at);
      if (newer == log.times.end()) {
        if (next == all.end()) link(at->second, log.newest);
      } else if (next != all.end() && *next == newer->first) {
        link(at->second, newer->second);
      }
    }
  }
}

}  // namespace leadscan::audit
