// MatchingLines: whether the line on which a record begins has a text (--match), however the bytes
// are cut into chunks.
//
// A line may be longer than anything that is kept. So the text is looked for from the line's
// beginning, however far that is, up to kBehind bytes behind the record; in a record that is too
// long, only within as many bytes as the longest may have. Linear in what is looked at.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace leadscan::audit {

class MatchingLines {
 public:
  static constexpr std::size_t kBehind = std::size_t{64} << 10;

  // An empty `wanted` is on every line.
  MatchingLines(std::string wanted, std::size_t max_record)
      : wanted_(std::move(wanted)), max_record_(max_record) {}
  bool is_asked() const { return !wanted_.empty(); }

  // From here on a line begins.
  void reset() {
    is_in_front_ = false;
    tail_.clear();
  }
  // What follows goes on behind these bytes.
  void advance(std::string_view text);

  // Records of this text are asked about, in their order. It has kBehind bytes behind each of them,
  // or the line's end, or there is nothing behind it.
  void start(std::string_view text);
  bool matches(std::size_t begin, std::size_t size);

 private:
  static constexpr std::size_t kNowhere = SIZE_MAX;

  std::string wanted_;
  std::size_t max_record_;
  // Of the line in front of the text: whether all of it is there, and the last bytes.
  bool is_in_front_ = false;
  std::string tail_;

  std::string_view text_;
  std::size_t line_end_ = kNowhere;  // nowhere: not up to line_seen_
  std::size_t line_seen_ = 0;
  std::size_t found_end_ = kNowhere;  // of the first place on the line; 0: in front of the text
  std::size_t searched_ = 0;
};

}  // namespace leadscan::audit
