// Bodies that arrive in pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "leadscan/c/leadscan.h"

namespace {

// The least that is asked for, where the body's size is not known.
constexpr std::size_t kLeastMemory = 1024;

bool is_open(const leadscan_body& body) noexcept {
  return body.state == LEADSCAN_BODY_GATHERING || body.state == LEADSCAN_BODY_NEEDS_MEMORY;
}

// What to ask for where `size` bytes are to be kept, which the limit allows.
std::size_t memory_for(const leadscan_body& body, std::size_t size) noexcept {
  if (body.expected != LEADSCAN_BODY_UNKNOWN) return static_cast<std::size_t>(body.expected);
  const std::size_t doubled = std::max(2 * std::min(body.capacity, SIZE_MAX / 2), kLeastMemory);
  return std::min(std::max(size, doubled), body.limit);
}

}  // namespace

extern "C" {

int32_t leadscan_body_begin(leadscan_body* body, size_t limit, uint64_t expected) noexcept {
  if (body == nullptr) return LEADSCAN_STATUS_INVALID_ARGUMENT;
  *body = {};
  body->limit = limit;
  body->expected = expected;
  if (expected == 0) body->state = LEADSCAN_BODY_COMPLETE;
  if (expected != LEADSCAN_BODY_UNKNOWN && expected > limit) body->state = LEADSCAN_BODY_TOO_LARGE;
  return body->state;
}

int32_t leadscan_body_add(leadscan_body* body, const char* piece, size_t size, int last) noexcept {
  if (body == nullptr || (piece == nullptr && size != 0)) return LEADSCAN_STATUS_INVALID_ARGUMENT;
  if (!is_open(*body)) return body->state;
  const bool is_known = body->expected != LEADSCAN_BODY_UNKNOWN;
  // What comes behind the expected bytes is no part of the body.
  if (is_known)
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, body->expected - body->size));
  if (size > body->limit - body->size) return body->state = LEADSCAN_BODY_TOO_LARGE;
  const std::size_t whole = body->size + size;
  const bool is_complete = is_known ? whole == body->expected : last != 0;
  if ((is_complete || last != 0) && body->size == 0) {
    body->data = piece;
  } else if (size != 0) {
    if (size > body->capacity - body->size) {
      body->wanted = memory_for(*body, whole);
      return body->state = LEADSCAN_BODY_NEEDS_MEMORY;
    }
    std::memcpy(body->memory + body->size, piece, size);
    body->data = body->memory;
  }
  body->size = whole;
  body->state = is_complete ? LEADSCAN_BODY_COMPLETE
                : last != 0 ? LEADSCAN_BODY_INCOMPLETE
                            : LEADSCAN_BODY_GATHERING;
  return body->state;
}

int32_t leadscan_body_give(leadscan_body* body, char* memory, size_t size) noexcept {
  if (body == nullptr || memory == nullptr) return LEADSCAN_STATUS_INVALID_ARGUMENT;
  if (!is_open(*body) || size < body->capacity) return body->state;
  if (body->size != 0) {
    std::memmove(memory, body->data, body->size);
    body->data = memory;
  }
  body->memory = memory;
  body->capacity = size;
  return body->state = LEADSCAN_BODY_GATHERING;
}

int32_t leadscan_body_end(leadscan_body* body) noexcept {
  if (body == nullptr) return LEADSCAN_STATUS_INVALID_ARGUMENT;
  if (is_open(*body)) body->state = LEADSCAN_BODY_INCOMPLETE;
  return body->state;
}

const char* leadscan_body_state_name(int32_t state) noexcept {
  switch (state) {
    case LEADSCAN_BODY_GATHERING:
      return "gathering";
    case LEADSCAN_BODY_COMPLETE:
      return "complete";
    case LEADSCAN_BODY_NEEDS_MEMORY:
      return "needs_memory";
    case LEADSCAN_BODY_TOO_LARGE:
      return "too_large";
    case LEADSCAN_BODY_INCOMPLETE:
      return "incomplete";
    default:
      return "?";
  }
}

}  // extern "C"
