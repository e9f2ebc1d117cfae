#include "audit/records/matching_lines.h"

#include <algorithm>

namespace leadscan::audit {

void MatchingLines::advance(std::string_view text) {
  const std::size_t line_end = text.rfind('\n');
  if (line_end != text.npos) {
    reset();
    text.remove_prefix(line_end + 1);
  }
  const std::size_t kept = wanted_.size() - 1;
  if (!is_in_front_)
    is_in_front_ = (tail_ + std::string(text.substr(0, kept))).find(wanted_) != text.npos ||
                   text.find(wanted_) != text.npos;
  tail_ += text.substr(text.size() - std::min(text.size(), kept));
  tail_.erase(0, tail_.size() - std::min(tail_.size(), kept));
}

void MatchingLines::start(std::string_view text) {
  text_ = text;
  line_seen_ = searched_ = 0;
  line_end_ = found_end_ = kNowhere;
  if (is_in_front_) {
    found_end_ = 0;
  } else if (!tail_.empty()) {
    const std::string_view front = text.substr(0, std::min(wanted_.size() - 1, text.find('\n')));
    const std::size_t at = (tail_ + std::string(front)).find(wanted_);
    if (at != std::string::npos) found_end_ = at + wanted_.size() - tail_.size();
  }
}

bool MatchingLines::matches(std::size_t begin, std::size_t size) {
  // Up to the line on which it begins.
  while (line_end_ < begin || (line_end_ == kNowhere && line_seen_ < begin)) {
    if (line_end_ == kNowhere) {
      const std::size_t end = text_.substr(0, begin).find('\n', line_seen_);
      line_seen_ = begin;
      line_end_ = end;  // npos is kNowhere
      continue;
    }
    const std::size_t last = text_.substr(0, begin).rfind('\n');
    line_seen_ = searched_ = last + 1;
    line_end_ = found_end_ = kNowhere;
  }
  const std::size_t most = size > max_record_ ? max_record_ : size + kBehind;
  std::size_t limit = std::min(begin + most, text_.size());
  if (line_end_ == kNowhere && line_seen_ < limit) {
    line_end_ = text_.substr(0, limit).find('\n', line_seen_);
    line_seen_ = limit;
  }
  limit = std::min(limit, line_end_);
  if (found_end_ == kNowhere && limit > searched_) {
    const std::size_t found = text_.substr(0, limit).find(wanted_, searched_);
    if (found != text_.npos)
      found_end_ = found + wanted_.size();
    else
      searched_ = std::max(searched_, limit - std::min(limit, wanted_.size() - 1));
  }
  return found_end_ <= limit;
}

}  // namespace leadscan::audit
