/* The nginx module: what its files share. docs/gateway.md says what users see of it.
 *
 * A response's body is looked at on its way and passed on as it came: no function here delays,
 * changes or fails a response. Whatever cannot be had, memory included, makes a status of the body,
 * which is what $leadscan_status and the counters tell.
 *
 * nginx's workers have one thread each, so the parser and the inflater are one a process. */
#ifndef GATEWAY_NGINX_NGX_HTTP_LEADSCAN_H_
#define GATEWAY_NGINX_NGX_HTTP_LEADSCAN_H_

/* nginx wants ngx_config.h in front of all others. */
#include <ngx_config.h>
/**/
#include <ngx_core.h>
#include <ngx_http.h>

#include "leadscan/c/leadscan.h"

/* Bodies of up to so many bytes are kept whole while the request lives. */
#define NGX_HTTP_LEADSCAN_SMALL 1024

/* What became of a body. New ones at the end: the counters are kept by number over a reload. */
#define NGX_HTTP_LEADSCAN_OUTCOMES(X)                                               \
  X(OK, ok)                 /* one of the API's responses */                        \
  X(VIOLATION, violation)   /* JSON, and none of them */                            \
  X(MALFORMED, malformed)   /* not JSON */                                          \
  X(TRUNCATED, truncated)   /* the beginning of a JSON object, sent as a whole */   \
  X(INCOMPLETE, incomplete) /* the connection ended before the body did */          \
  X(TOO_LARGE, too_large)   /* longer than leadscan_max_body */                     \
  X(ENCODED, encoded)       /* compressed, and not to be, or cannot be, inflated */ \
  X(SKIPPED, skipped)       /* no body, another type, a part (206, slice), no memory */

typedef enum {
#define X(constant, name) NGX_HTTP_LEADSCAN_##constant,
  NGX_HTTP_LEADSCAN_OUTCOMES(X)
#undef X
      NGX_HTTP_LEADSCAN_OUTCOME_COUNT
} ngx_http_leadscan_outcome_t;

extern const ngx_str_t ngx_http_leadscan_outcome_names[NGX_HTTP_LEADSCAN_OUTCOME_COUNT];

typedef struct {
  ngx_shm_zone_t* zone; /* its data: ngx_http_leadscan_counters_t */
  size_t largest;       /* of all leadscan_max_body where leadscan is on */
} ngx_http_leadscan_main_conf_t;

typedef struct {
  ngx_flag_t enable;
  ngx_flag_t decompress;
  size_t max_body;
  ngx_hash_t types;
  ngx_array_t* types_keys;
  ngx_uint_t prometheus; /* of a status location: not JSON */
} ngx_http_leadscan_loc_conf_t;

typedef struct {
  leadscan_result result; /* if `parsed`; its texts are in memory of the request */
  leadscan_body body;     /* if `gathered`; what it has of the body */
  off_t expected;         /* Content-Length, or -1 */
  size_t room;            /* bytes behind this struct, for a small body */
  size_t size;            /* of the document, if `parsed` */
  uint64_t parse_ns;
  ngx_http_leadscan_outcome_t outcome; /* if `done` */
  u_char done;
  u_char parsed;
  u_char gathered; /* it comes in several pieces: `body` has them */
  u_char inflate;  /* the body is gzip */
} ngx_http_leadscan_ctx_t;

extern ngx_module_t ngx_http_leadscan_module;

/* Nothing more is read of this body. It is counted when the request is logged. */
static inline void ngx_http_leadscan_finish(ngx_http_leadscan_ctx_t* ctx,
                                            ngx_http_leadscan_outcome_t outcome) {
  ctx->outcome = outcome;
  ctx->done = 1;
}

/* body.c */
void ngx_http_leadscan_read(ngx_http_request_t* r, ngx_http_leadscan_ctx_t* ctx, const char* data,
                            size_t size);
void ngx_http_leadscan_exit_process(ngx_cycle_t* cycle);

/* Gives the memory back that a body was gathered in. */
void ngx_http_leadscan_forget(ngx_http_request_t* r, ngx_http_leadscan_ctx_t* ctx);

/* variables.c */
ngx_int_t ngx_http_leadscan_add_variables(ngx_conf_t* cf);

/* counters.c */
ngx_int_t ngx_http_leadscan_add_zone(ngx_conf_t* cf, ngx_http_leadscan_main_conf_t* conf);
void ngx_http_leadscan_count(ngx_http_request_t* r, const ngx_http_leadscan_ctx_t* ctx,
                             ngx_http_leadscan_outcome_t outcome);

/* status.c */
char* ngx_http_leadscan_status_directive(ngx_conf_t* cf, ngx_command_t* cmd, void* conf);

#endif /* GATEWAY_NGINX_NGX_HTTP_LEADSCAN_H_ */
