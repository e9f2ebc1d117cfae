#include "leadscan/parser.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

#include "leadscan/internal/ondemand_reader.h"
#include "leadscan/internal/reading.h"
#include "leadscan/internal/strict_reader.h"

namespace leadscan {
namespace {

// Documents must fit the 32-bit sizes and positions of Text and of simdjson.
constexpr std::size_t kHardLimit = (std::size_t{1} << 32) - 1024;
constexpr std::size_t kLeastCapacity = 4096;

}  // namespace

struct Parser::State {
  std::size_t max_document_bytes;
  internal::OnDemandReader ondemand;
  internal::StrictReader strict;
  internal::Reading reading;
  bool has_violations = false;

  Error read(const char* padded, std::string_view json, LeadResponse& response) noexcept {
    if (ondemand.read(padded, json, reading, response)) return {};
    const Error error = strict.read(json, reading, response);
    has_violations = is_violation(error.code);
    return error;
  }

  // Room for a document of `size` bytes; growth by powers of two keeps the number of times low.
  bool fits(std::size_t size) noexcept {
    const std::size_t wanted = std::max(size, kLeastCapacity);
    return wanted <= ondemand.capacity() ||
           ondemand.reserve(std::min(std::bit_ceil(wanted), kHardLimit));
  }
};

Parser::Parser() noexcept : Parser(Options()) {}
Parser::Parser(const Options& options) noexcept : state_(new (std::nothrow) State) {
  if (state_ != nullptr)
    state_->max_document_bytes = std::min(options.max_document_bytes, kHardLimit);
}
Parser::~Parser() = default;
Parser::Parser(Parser&&) noexcept = default;
Parser& Parser::operator=(Parser&&) noexcept = default;

Error Parser::parse(std::string_view json, LeadResponse& response) noexcept {
  return parse(PaddedBytes{json.data(), json.size(), json.size()}, response);
}

Error Parser::parse(PaddedBytes json, LeadResponse& response) noexcept {
  const auto refuse = [&](ErrorCode code, std::size_t offset) {
    response = LeadResponse();
    return Error{code, Field::document, offset};
  };
  if (state_ == nullptr) return refuse(ErrorCode::out_of_memory, 0);
  State& state = *state_;
  state.has_violations = false;
  if (json.size > state.max_document_bytes)
    return refuse(ErrorCode::too_large, state.max_document_bytes);
  if (!state.fits(json.size)) return refuse(ErrorCode::out_of_memory, 0);

  const char* padded = json.data;
  if (json.capacity < json.size || json.capacity - json.size < kPadding) {
    char* copy = state.ondemand.buffer();
    if (json.size != 0) std::memcpy(copy, json.data, json.size);
    std::memset(copy + json.size, ' ', kPadding);
    padded = copy;
  }
  return state.read(padded, {json.data, json.size}, response);
}

std::span<const Violation> Parser::violations() const noexcept {
  if (state_ == nullptr || !state_->has_violations) return {};
  return state_->strict.violations();
}

bool Parser::reserve(std::size_t bytes) noexcept {
  return state_ != nullptr && state_->fits(std::min(bytes, state_->max_document_bytes));
}

}  // namespace leadscan
