/* Counters of all workers, in memory that they share and that a reload keeps. Nothing here is
 * locked: a worker that is killed leaves no lock behind, and at most one count is lost. */
#ifndef GATEWAY_NGINX_COUNTERS_H_
#define GATEWAY_NGINX_COUNTERS_H_

#include "gateway/nginx/ngx_http_leadscan.h"

/* A text that was met, and how often. */
typedef struct {
  ngx_atomic_t state; /* ngx_http_leadscan_slot_state_t */
  ngx_atomic_t count;
  uint32_t size;
  u_char text[52];
} ngx_http_leadscan_slot_t;

typedef enum { SLOT_FREE, SLOT_CLAIMED, SLOT_USED } ngx_http_leadscan_slot_state_t;

/* Then another worker may have written the slot, and its size and text are there. */
static inline ngx_uint_t ngx_http_leadscan_is_used(const ngx_http_leadscan_slot_t* slot) {
  return __atomic_load_n(&slot->state, __ATOMIC_ACQUIRE) == SLOT_USED;
}

enum {
  FAMILY_LIMIT = 16,
  ACTION_LIMIT = 16,
  ERROR_CODE_LIMIT = 64,
  BUCKET_COUNT = 17, /* up to 256 ns, 512, 1024 ... 8.4 ms, and what is above */
  FIRST_BOUND_BITS = 8
};

/* Texts come from upstreams, so their number is bounded: what finds no slot, is too long for one or
 * has escapes is counted as others. */
typedef struct {
  ngx_atomic_t bodies[NGX_HTTP_LEADSCAN_OUTCOME_COUNT];
  ngx_atomic_t families[FAMILY_LIMIT]; /* by leadscan_family */
  ngx_atomic_t buckets[BUCKET_COUNT];  /* of parse times: each its own, not cumulated */
  ngx_atomic_t parse_ns;
  ngx_atomic_t parsed_bytes;
  ngx_atomic_t other_actions;
  ngx_atomic_t other_error_codes;
  ngx_http_leadscan_slot_t actions[ACTION_LIMIT];
  ngx_http_leadscan_slot_t error_codes[ERROR_CODE_LIMIT];
} ngx_http_leadscan_counters_t;

/* The upper bound of a bucket of parse times, but the last, in nanoseconds. */
static inline uint64_t ngx_http_leadscan_bound(ngx_uint_t bucket) {
  return (uint64_t)1 << (FIRST_BOUND_BITS + bucket);
}

#endif /* GATEWAY_NGINX_COUNTERS_H_ */
