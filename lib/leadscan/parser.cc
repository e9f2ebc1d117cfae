#include "leadscan/parser.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>

#include "leadscan/arena.h"
#include "leadscan/columns/novelty.h"
#include "leadscan/columns/read_ahead.h"
#include "leadscan/known_lines.h"
#include "leadscan/learn/fast_path.h"
#include "leadscan/line.h"
#include "leadscan/read/ondemand_reader.h"
#include "leadscan/read/reading.h"
#include "leadscan/read/strict_reader.h"
#include "leadscan/read/token_reader.h"

namespace leadscan {

using internal::Arena;

namespace {

constexpr std::size_t kLeastCapacity = 4096;

internal::IndexFunction token_index(Isa isa) noexcept {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return internal::token_index_avx512();
  if (isa == Isa::avx2) return internal::token_index_avx2();
#endif
  static_cast<void>(isa);
  return nullptr;
}

// simdjson takes the byte behind a document that is cut short for its next token, and would go on
// past its index of tokens behind a comma. A line's end and a zero are what is there mostly.
constexpr bool ends_walks(char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\0'; }

Path path_for(Path path, Isa isa) noexcept {
  return path == Path::tokens && isa == Isa::portable ? Path::on_demand : path;
}

// simdjson cannot be given memory.
Path path_without_heap(Path path) noexcept { return path == Path::on_demand ? Path::strict : path; }

}  // namespace

struct Parser::State {
  State(const Options& options, Isa isa) noexcept
      : max_document_bytes(std::min(options.max_document_bytes, kLargestDocument)),
        path(path_for(options.path, isa)),
        general(path == Path::learned ? path_for(Path::tokens, isa) : path),
        fast(isa),
        columns(isa),
        tokens(token_index(isa)) {}

  // Takes what the parser needs from the arena that it is in; false if that has no more. Without
  // memory an arena counts it.
  bool take_from(Arena& arena) noexcept {
    in_arena = true;
    path = path_without_heap(path);
    general = path_without_heap(general);
    bool good = true;
    if (path == Path::learned) good &= fast.take_from(arena);
    if (general == Path::tokens)
      good &= tokens.take_from(arena, std::max(max_document_bytes, kLeastCapacity));
    return good;
  }

  bool in_arena = false;
  std::size_t max_document_bytes;
  Path path;
  Path general;  // for what follows no learned layout
  internal::FastPath fast;
  internal::ReadAhead columns;
  internal::Repetition repetition;
  internal::Novelty novelty;
  internal::TokenReader tokens;
  internal::OnDemandReader on_demand;
  internal::StrictReader strict;
  internal::Reading reading;
  bool has_violations = false;
  std::size_t too_long = 0;  // for the buffers there are; 0: none were made
  std::uint64_t column_hits = 0;
  std::uint64_t strictly_read = 0;

  bool read(const PaddedBytes& json, LeadResponse& response) noexcept {
    const std::string_view text(json.data, json.size);
    if (general == Path::tokens) return tokens.read(text, reading, response);
    if (general == Path::strict) return false;
    const char* padded = json.data;
    if (json.capacity < json.size || json.capacity - json.size < kPadding ||
        !ends_walks(json.data[json.size])) {
      char* copy = on_demand.buffer();
      if (json.size != 0) std::memcpy(copy, json.data, json.size);
      std::memset(copy + json.size, ' ', kPadding);
      padded = copy;
    }
    return on_demand.read(padded, text, reading, response);
  }

  // Whether a document that follows no learned layout, and which repetition has just been told
  // about, is best read by columns.
  bool reads_by_columns(std::string_view json) noexcept {
    if (!repetition.was_rare() || !columns.can_read()) return false;
    novelty.see(json);
    return novelty.is_high();
  }

  // By no layout and no columns.
  [[gnu::always_inline]] Error read_generally(std::string_view json, std::size_t readable,
                                              LeadResponse& response) noexcept {
    if (!fits(json.size())) [[unlikely]] {
      response = LeadResponse();
      return Error{ErrorCode::out_of_memory, Field::document, 0};
    }
    if (read({json.data(), json.size(), readable}, response)) return {};
    return read_strictly(json, response);
  }
  // Not inlined, nor is read_missed: parse() has fewer registers to keep.
  [[gnu::noinline]] Error read_alone(std::string_view json, std::size_t readable,
                                     LeadResponse& response) noexcept {
    return read_generally(json, readable, response);
  }

  // What follows no layout.
  [[gnu::noinline]] Error read_missed(std::string_view json, std::size_t readable,
                                      LeadResponse& response) noexcept {
    has_violations = false;
    repetition.miss(fast.hits());
    if (reads_by_columns(json)) {
      const internal::ColumnVerdict verdict = columns.read_one(json, response);
      if (verdict == internal::ColumnVerdict::accepted) {
        ++column_hits;
        fast.count_elsewhere();
        fast.learn(json, response);
        return {};
      }
      if (verdict == internal::ColumnVerdict::refused) return read_strictly(json, response);
    }
    const Error error = read_generally(json, readable, response);
    if (!error) fast.learn(json, response);
    return error;
  }

  Error read_strictly(std::string_view json, LeadResponse& response) noexcept {
    ++strictly_read;
    const Error error = strict.read(json, reading, response);
    has_violations = is_violation(error.code);
    return error;
  }

  // Room for a document of `size` bytes.
  bool fits(std::size_t size) noexcept { return size < too_long || make_room(size); }
  // Growth by powers of two keeps the number of times low.
  [[gnu::noinline]] bool make_room(std::size_t size) noexcept {
    const std::size_t wanted = std::max(size, kLeastCapacity);
    if (wanted > capacity()) {
      too_long = 0;  // what fails to grow is gone
      const std::size_t bytes = std::min(std::bit_ceil(wanted), kLargestDocument);
      if (!(general == Path::tokens ? tokens.reserve(bytes) : on_demand.reserve(bytes)))
        return false;
    }
    too_long = capacity() + 1;
    return true;
  }
  std::size_t capacity() const noexcept {
    if (general == Path::strict) return kLargestDocument;
    return general == Path::tokens ? tokens.capacity() : on_demand.capacity();
  }
};

Parser::Parser() noexcept : Parser(Options()) {}
Parser::Parser(const Options& options) noexcept
    : state_(new(std::nothrow) State(options, best_isa(options.isa))) {
  if (state_ == nullptr) return;
  if (state_->path != Path::learned) return;
  state_->columns.allocate();
  if (!state_->fast.allocate()) state_.reset();
}
Parser::Parser(const Options& options, std::span<std::byte> memory) noexcept {
  static_assert(kMemoryAlignment == Arena::kAlignment);
  if (reinterpret_cast<std::uintptr_t>(memory.data()) % kMemoryAlignment != 0) return;
  Arena arena(memory);
  auto* state = arena.take<State>();
  if (state == nullptr) return;
  state_.reset(new (state) State(options, best_isa(options.isa)));
  if (!state_->take_from(arena)) state_.reset();
}
std::size_t Parser::memory_size(const Options& options) noexcept {
  Arena arena;
  (void)arena.take<State>();
  State state(options, best_isa(options.isa));
  (void)state.take_from(arena);
  return arena.taken();
}
void Parser::Destroy::operator()(State* state) const noexcept {
  if (state->in_arena) {
    state->~State();
  } else {
    delete state;
  }
}
Parser::~Parser() = default;
Parser::Parser(Parser&&) noexcept = default;
Parser& Parser::operator=(Parser&&) noexcept = default;

Error Parser::parse(const char* data, std::size_t size, std::size_t capacity,
                    LeadResponse& response) noexcept {
  const auto refuse = [&](ErrorCode code, std::size_t offset) {
    response = LeadResponse();
    return Error{code, Field::document, offset};
  };
  if (state_ == nullptr) return refuse(ErrorCode::out_of_memory, 0);
  State& state = *state_;
  state.has_violations = false;
  if (size > state.max_document_bytes)
    return refuse(ErrorCode::too_large, state.max_document_bytes);

  const std::string_view text(data, size);
  if (state.path == Path::learned) [[likely]] {
    if (state.fast.match(text, response)) return {};
    return state.read_missed(text, capacity, response);
  }
  return state.read_alone(text, capacity, response);
}

Error Parser::parse_missed(std::string_view text, std::size_t capacity,
                           LeadResponse& response) noexcept {
  return state_->read_missed(text, capacity, response);
}

Error Parser::parse_line(std::string_view text, LeadResponse& response,
                         std::size_t& size) noexcept {
  if (try_repeated(text, response, size) == Way::repeated) return {};
  const Line line = first_line(text);
  size = line.size;
  return parse(text.data(), line.text.size(), text.size(), response);
}

// Two functions, so that no registers are saved for lines that are not tried.
Parser::Way Parser::try_repeated(std::string_view text, LeadResponse& response,
                                 std::size_t& size) noexcept {
  if (state_ == nullptr || state_->path != Path::learned) return Way::alone;
  State& state = *state_;
  if (state.fast.repeats()) return try_usual(text, response, size);
  return state.novelty.is_high() && state.repetition.is_rare(state.fast.hits()) ? Way::ahead
                                                                                : Way::alone;
}

[[gnu::noinline]] Parser::Way Parser::try_usual(std::string_view text, LeadResponse& response,
                                                std::size_t& size) noexcept {
  if (!state_->fast.match_line(text, response, size)) return Way::exception;
  state_->has_violations = false;
  return Way::repeated;
}

std::size_t Parser::try_repeated(std::string_view text, std::size_t offset, std::size_t number,
                                 std::span<LineResult> results, Way& way) noexcept {
  way = Way::alone;
  if (state_ == nullptr || state_->path != Path::learned) return 0;
  State& state = *state_;
  if (state.fast.repeats()) {
    way = Way::exception;
    const std::size_t count = state.fast.match_run(text, offset, number, results);
    if (count != 0) state.has_violations = false;
    return count;
  }
  if (state.novelty.is_high() && state.repetition.is_rare(state.fast.hits())) way = Way::ahead;
  return 0;
}

std::size_t Parser::match_lines(internal::KnownLines& lines,
                                std::span<LineResult> results) noexcept {
  if (state_ == nullptr || state_->path != Path::learned) return 0;
  const std::size_t count = state_->fast.match_lines(lines, state_->max_document_bytes, results);
  if (count != 0) state_->has_violations = false;
  return count;
}

bool Parser::reads_ahead(std::string_view text, LeadResponse& response, Error& error,
                         std::size_t& size, internal::Ticket& ticket) noexcept {
  if (state_ == nullptr) {
    ticket = {};
    return false;
  }
  State& state = *state_;
  const bool begins = ticket.reader == nullptr;
  const internal::ColumnLine* line = begins ? nullptr : state.columns.next(text, ticket);
  if (line == nullptr && (begins || state.columns.goes_on()) && state.columns.read(text, ticket))
    line = state.columns.next(text, ticket);
  if (line == nullptr) {
    // Now and then one line is compared: documents may have begun to repeat a layout.
    if (!begins) state.fast.try_next();
    ticket = {};
    return false;
  }
  size = line->size;
  const std::string_view json = without_line_end(text.substr(0, size));
  if (json.size() > state.max_document_bytes) return false;
  state.novelty.see(json);
  switch (line->verdict) {
    case internal::ColumnVerdict::accepted:
      response = line->response;
      error = {};
      state.has_violations = false;
      ++state.column_hits;
      return true;
    case internal::ColumnVerdict::blank:
    case internal::ColumnVerdict::refused:
      error = state.read_strictly(json, response);
      return true;
    case internal::ColumnVerdict::deep:
      return false;
  }
  return false;
}

void Parser::find_line_ends(std::string_view text, internal::LineEnds& ends) const noexcept {
  if (state_ != nullptr) return state_->fast.line_ends(text, ends);
  const Line line = first_line(text);
  ends.at[0] = line.size;
  ends.count = line.has_end() ? 1 : 0;
  ends.scanned = line.next;
}

std::span<const Violation> Parser::violations() const noexcept {
  if (state_ == nullptr || !state_->has_violations) return {};
  return state_->strict.violations();
}

Statistics Parser::statistics() const noexcept {
  if (state_ == nullptr) return {};
  Statistics statistics;
  if (state_->path == Path::learned) statistics = state_->fast.statistics();
  statistics.columns = state_->column_hits;
  statistics.strict = state_->strictly_read;
  return statistics;
}

bool Parser::reserve(std::size_t bytes) noexcept {
  return state_ != nullptr && state_->fits(std::min(bytes, state_->max_document_bytes));
}

}  // namespace leadscan
