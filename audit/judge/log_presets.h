// Presets: where known kinds of logs have the responses. Data only: help, man page, completions and
// docs list them from here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "audit/judge/envelope_decoder.h"
#include "leadscan/json/type.h"

namespace leadscan::audit {

// What the bytes of such a log are.
enum class LogShape : std::uint8_t {
  documents,  // JSON documents, with the responses where `at` points
  lines,      // lines of text with a response in each, or documents that are one or have `at`
  csv,        // a column of which holds the responses
  har,        // an HTTP archive: one document, whose entries are looked at as calls
};

// How a line that was too long for the writer is put together again from its parts.
enum class PartsJoin : std::uint8_t {
  none,
  docker,  // /log without a line end at its end goes on in the next line of the same /stream
  cri,     // tag P goes on in the next line of the same stream, F ends it
};

// A member that a document of the log has: at its top, or one level below.
struct LogSign {
  std::string_view name;
  std::span<const std::string_view> or_names = {};
  std::string_view below = {};                  // a member of that member
  JsonType type = JsonType::none;               // what it must be; none: anything
  std::array<std::string_view, 2> values = {};  // one of these, if there are any
  std::string_view begins = {};                 // what it begins with
};

struct LogPreset {
  std::string_view name;
  std::string_view writer;  // who writes it, for help: no full stop
  LogShape shape = LogShape::documents;
  // JSON Pointers with *, as of EnvelopePath. Each is taken where those in front of it find
  // nothing. In `lines` there is one where documents are recognised.
  std::array<std::string_view, 4> at = {};
  // For each of `at` a pointer to the HTTP status, if it is not beside it by one of the usual
  // names.
  std::array<std::string_view, 4> status_at = {};
  // Responses are at all of `at`, not at the first that finds any.
  bool takes_all = false;
  Decoding decoding = Decoding::automatic;
  PartsJoin join = PartsJoin::none;
  // It is recognised without being asked for: documents that have all the signs, and no `info` at
  // the top, which a response of the API has. Of lines and csv recognise() knows the layout.
  bool is_recognised = false;
  // Of what may be a gateway's message otherwise: nothing that a response has is at the top.
  bool of_messages = false;
  bool of_no_response = false;     // nor of what has such a member and is none
  bool has_requests_only = false;  // what looks like a response in them is none
  bool has_previews = false;       // with "preview":true, of what comes again
  bool one_sign_is_enough = false;
  std::array<LogSign, 6> signs = {};
  // Or documents that have one of these members and nothing else, and it is {}.
  std::array<std::string_view, 2> alone = {};

  // Lines of JSON in which at[0], a member at the top, has what the logger was given.
  constexpr bool is_of_loggers() const { return of_messages || of_no_response; }
};

inline constexpr std::size_t kLogPresets = 32;

// In the order in which help lists them.
std::span<const LogPreset> log_presets();

// Null if there is none of that name.
const LogPreset* find_preset(std::string_view name);

// The preset whose log this is; null if no log is recognised. `text` is a document, a
// line, or the front of a file, which may be cut anywhere. A document that is cut is recognised
// only by what no other document can have. Looks at kMostRecogniseBytes at most, except that it
// reads documents to their end unless a name rules them out; linear.
const LogPreset* recognise(std::string_view text);
inline constexpr std::size_t kMostRecogniseBytes = std::size_t{64} << 10;

// How a table is written, and which of its columns holds objects.
struct CsvLayout {
  char separator = ',';
  std::size_t columns = 0;
  std::size_t column = 0;
};
// By its header and first rows. False if it is no table, or has no column that begins with a brace.
bool recognise_csv(std::string_view front, CsvLayout& layout);

// The next field of a row, quotes still around it if there are any (RFC 4180), and what is behind
// it: `text` is moved past the field and its separator or line end, which is given as `end`: '\n'
// for a line end, '\0' for the end of the text. False if a quote is not closed, or closed in the
// middle of a field.
bool next_csv_field(std::string_view& text, char separator, std::string_view& field, char& end);

}  // namespace leadscan::audit
