// Splitter: finds where records are in the text of a member, which it is given piece by piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/records/chunk.h"

namespace leadscan::audit {

class Splitter {
 public:
  virtual ~Splitter() = default;

  // Goes on over `text`, whose first pending() bytes the call before had, too. Appends the records
  // that end in `text` to `spans`, their begin counted from text's first byte. `at_end`: nothing
  // follows, so the last record ends, too.
  virtual void scan(std::string_view text, bool at_end, std::vector<Span>& spans) = 0;

  // How many bytes at the end of the text belong to something that has not ended.
  virtual std::size_t pending() const = 0;
  // The line it begins on.
  virtual std::uint64_t pending_line() const = 0;

  // Once seen() is more than the longest record may be, those bytes need not be kept: scan() goes
  // on behind them. The span that ends the record then begins at 0, and is only its rest.
  virtual std::size_t seen() const = 0;
  virtual void drop_seen() = 0;

  // Lines of text without a document since it was asked last.
  virtual std::uint64_t take_passed_over() { return 0; }
  // Of those, as long as it is asked as often: with the name of a member of the API
  // (member_names.h).
  virtual std::uint64_t take_with_names() { return 0; }
  // Why the text is not what it was taken for; empty: it is.
  virtual std::string error() const { return {}; }
};

}  // namespace leadscan::audit
