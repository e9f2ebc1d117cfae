// Parser: bytes in, LeadResponse or Error out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>

#include "leadscan/error.h"
#include "leadscan/isa.h"
#include "leadscan/known_lines.h"
#include "leadscan/lifetime.h"
#include "leadscan/line_result.h"
#include "leadscan/padded_bytes.h"
#include "leadscan/response.h"
#include "leadscan/statistics.h"

namespace leadscan {

// A type that owns its bytes and is about to die: views into it would dangle.
template <typename T>
concept DyingBytes =
    std::ranges::range<T> && !std::is_lvalue_reference_v<T> && !std::ranges::borrowed_range<T>;

// The ways to read a document. What one does not accept, the next one looks at.
enum class Path : std::uint8_t {
  // Compare with the layouts of documents seen before (320 KiB a parser). With AVX-512 those of
  // which none is like another are read by columns (168 KiB).
  learned,
  tokens,     // a walk over a token index made with SIMD; on_demand where the CPU has no AVX2
  on_demand,  // simdjson On-Demand made strict
  strict,     // byte by byte; says what is wrong
};

// What no parser's max_document_bytes goes beyond: documents must fit the 32-bit sizes and
// positions of Text and of simdjson.
inline constexpr std::size_t kLargestDocument = (std::size_t{1} << 32) - 1024;

// Reads documents, one after the other.
//
// Threads: one parser per thread; no locks, no globals. Memory: its buffers grow to the longest
// document seen (up to 7 bytes for each of its bytes, their number rounded up to a power of two)
// and are kept, so that a warm parser allocates nothing; reserve() warms it beforehand. It never
// throws, prints or aborts. Or it has memory of the caller's, and allocates nothing at all.
class Parser {
 public:
  struct Options {
    // Longer documents are refused (ErrorCode::too_large). At most kLargestDocument.
    std::size_t max_document_bytes = std::size_t{16} << 20;
    // Where reading begins; all give the same answers.
    Path path = Path::learned;
    // For the first two paths: the best instruction set of the CPU, but none better than this.
    Isa isa = Isa::avx512;
  };

  Parser() noexcept;
  explicit Parser(const Options& options) noexcept;
  // A parser that lives in `memory`, aligned to kMemoryAlignment and of at least
  // memory_size(options) bytes, and never allocates: it is fit for documents of up to
  // max_document_bytes from the beginning. If the memory is too small, each document is
  // ErrorCode::out_of_memory. Where another parser would ask simdjson On-Demand, which allocates,
  // this one reads with Path::strict: without AVX2, documents that follow no learned layout take
  // longer. It does not read by columns, which is how AVX-512 reads documents that never repeat.
  Parser(const Options& options, std::span<std::byte> memory LEADSCAN_LIFETIMEBOUND) noexcept;
  static std::size_t memory_size(const Options& options) noexcept;
  static constexpr std::size_t kMemoryAlignment = 64;
  ~Parser();
  Parser(Parser&&) noexcept;
  Parser& operator=(Parser&&) noexcept;

  // Reads one document: a JSON text (RFC 8259) with optional white space around it. `json` needs
  // no padding and is not read past its end. The texts of `response` are views into it.
  //
  // The document is validated to its last byte before anything is accepted, members that leadscan
  // does not read included. An Error of the JSON kind takes precedence over a violation, and among
  // violations duplicates over the others, which come in the order of kFields; violations() has
  // them all. With an error, `response` has family none and holds what could be read.
  [[nodiscard]] Error parse(std::string_view json, LeadResponse& response) noexcept {
    return parse(json.data(), json.size(), json.size(), response);
  }
  [[nodiscard]] Error parse(PaddedBytes json, LeadResponse& response) noexcept {
    return parse(json.data, json.size, json.capacity, response);
  }

  // Reads the document in the first line of `text`, which ends before the first LF or with the
  // text; `size` is then how many bytes that is. A CR at its end belongs to the line's end, not to
  // the document. For streams: a learned layout tells where the line ends, so that it need not be
  // looked for. Lines (lines.h) makes a loop of it.
  [[nodiscard]] Error parse_line(std::string_view text, LeadResponse& response,
                                 std::size_t& size) noexcept;

  // The response would point into bytes that are gone: pass something that lives on.
  template <DyingBytes Bytes>
  Error parse(Bytes&& json, LeadResponse& response) = delete;
  template <DyingBytes Bytes>
  Error parse_line(Bytes&& text, LeadResponse& response, std::size_t& size) = delete;

  // Every rule that the last parsed document breaks, if its Error was a violation; else empty.
  // Valid until the next call of parse().
  std::span<const Violation> violations() const noexcept LEADSCAN_LIFETIMEBOUND;

  Statistics statistics() const noexcept;

  // Makes room for documents of up to `bytes`. False if there is no memory for that.
  [[nodiscard]] bool reserve(std::size_t bytes) noexcept;

 private:
  struct State;
  struct Destroy {
    void operator()(State* state) const noexcept;
  };
  friend class Lines;

  // How the first line of a text was read, or else is best read.
  enum class Way : std::uint8_t {
    repeated,   // it has been read: it has the one layout that nearly all have had, lately
    exception,  // nearly all have had one layout, but it has not
    ahead,      // nearly none has had a layout that is known
    alone
  };
  // Of the line that `text` begins with, whose end is not known yet; with repeated it is.
  Way try_repeated(std::string_view text, LeadResponse& response, std::size_t& size) noexcept;
  Way try_usual(std::string_view text, LeadResponse& response, std::size_t& size) noexcept;
  // The same for as many lines as follow each other, from the first one on, which has this offset
  // and number. `way`: of the first one that was not read.
  std::size_t try_repeated(std::string_view text, std::size_t offset, std::size_t number,
                           std::span<LineResult> results, Way& way) noexcept;
  // Lines whose ends are known, as far as they have layouts that are known; how many. If that ends
  // with one that was compared, it is to be read by parse_missed(), which is for Path::learned
  // alone.
  std::size_t match_lines(internal::KnownLines& lines, std::span<LineResult> results) noexcept;
  Error parse_missed(std::string_view json, std::size_t capacity, LeadResponse& response) noexcept;
  // Reads the first line of `text`, the rest of the stream that has this ticket: by columns, many
  // lines at once, and then gives one after the other.
  bool reads_ahead(std::string_view text, LeadResponse& response, Error& error, std::size_t& size,
                   internal::Ticket& ticket) noexcept;

  // Finds the ends of the first lines of `text`, with the parser's instruction set.
  void find_line_ends(std::string_view text, internal::LineEnds& ends) const noexcept;

  // By registers: a struct on the stack would cost as much as a comparison of the document.
  Error parse(const char* data, std::size_t size, std::size_t capacity,
              LeadResponse& response) noexcept;

  // Null only without memory, or after a move.
  std::unique_ptr<State, Destroy> state_;
};

}  // namespace leadscan
