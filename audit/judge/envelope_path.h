// EnvelopePath: where in an envelope the responses are, through strings and encodings.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/judge/envelope_decoder.h"
#include "leadscan/error.h"

namespace leadscan::audit {

// One response, or what there is instead.
struct EnvelopeValue {
  // none: the pointer found nothing there. `string`: text is its characters, decoded, which need
  // not be JSON. Else text is JSON of this type; numbers are `number`.
  JsonType type = JsonType::none;
  // A view into the record, or into the path's memory while it is taken.
  std::string_view text;
  bool in_record = false;
  std::size_t capacity = 0;  // bytes from text.data() on that may be read: a parser's slack
  // Where it is in the record: the element or member that the innermost `*` took, with quotes if
  // it is a string; the whole record if there is no `*` in front of the first string that the
  // pointer goes through. So every byte that tells of a response is part of one.
  std::size_t offset = 0;
  std::size_t length = 0;
  std::optional<std::int64_t> http_status;
};

// The names of a member with the HTTP status, the likeliest first.
inline constexpr std::array<std::string_view, 5> kStatusNames = {
    "status", "statusCode", "status_code", "httpStatus", "http_status"};

struct EnvelopePathOptions {
  std::vector<std::string> at;  // a JSON Pointer's tokens; * takes all elements or members
  Decoding decoding = Decoding::automatic;
  // A pointer to the HTTP status, from where `at` begins, too. Of each value the one is taken that
  // is nearest to it. Without: a member beside the value that has one of kStatusNames; and if there
  // is none, what an HTTP response around the value says.
  std::optional<std::vector<std::string>> status_at;
  std::size_t max_record = std::size_t{16} << 20;  // bytes that decompression may make of a record
};

// A JSON Pointer (RFC 6901) of which a `*` takes every element of an array or member of an object,
// and which goes on inside of strings that hold JSON, decoded where they are encoded.
//
// Each level is scanned strictly and once, and all before the first value of it is given. Time is
// linear in the record, and in what is decompressed; memory is twice the record at most for each
// level of strings, of which there are kMostLevels. One thread at a time. Throws std::bad_alloc.
class EnvelopePath {
 public:
  // Strings in strings: each level doubles the backslashes, so real logs have three or four.
  static constexpr std::size_t kMostLevels = 16;
  // A record of max_record bytes may have a value in so many of them, a smaller one more often.
  static constexpr std::size_t kBytesOfValue = 64;
  static constexpr std::size_t kFewestValues = 4096;

  using Take = std::function<void(const EnvelopeValue&)>;

  explicit EnvelopePath(EnvelopePathOptions options);
  ~EnvelopePath();

  // Calls `take` for each value in the order of the record, and at least once: with type none for
  // the record, or an element that `*` took, where the pointer finds nothing. Of members with the
  // same name the first one counts in which something is found. If the record is no JSON, or has
  // more values than memory is kept for (too_large), it calls nothing and gives the error. From
  // record.data() on, `capacity` bytes can be read.
  Error scan(std::string_view record, std::size_t capacity, const Take& take);

 private:
  struct Level;
  struct Found;
  class Scan;

  Level& level(std::size_t number);
  Error find(std::string_view json, std::size_t number, std::size_t token);
  void give(std::size_t number, std::optional<std::int64_t> status, const EnvelopeValue& around,
            const Take& take);
  bool go_inside(const Found& found, const DecodedText& inside, std::size_t number,
                 const EnvelopeValue& around, const Take& take);

  EnvelopePathOptions options_;
  std::size_t most_values_;
  // Tokens that lead to the container in which both the value and its status are; and whether any
  // of the usual names beside the value will do.
  std::size_t shared_ = 0;
  bool has_status_ = false;
  std::string_view record_;  // what scan() was given
  std::size_t capacity_ = 0;
  std::size_t budget_ = 0;
  std::array<std::unique_ptr<Level>, kMostLevels> levels_;
};

}  // namespace leadscan::audit
