#include "gateway/nginx/ngx_http_leadscan.h"
/* nginx's headers come first. */
#include <time.h>
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16 /* zlib's largest window, and gzip's frame, not zlib's */ };

/* One a process. */
static leadscan_parser* parser;
static z_stream inflater;
static ngx_uint_t inflater_made;
static u_char* inflated;
static size_t inflated_size;

/* Made with the first body: cache manager and loader are processes, too, and have none. A process
 * without master that outlives a reload keeps it, and calls larger bodies too large. */
static __attribute__((noinline)) ngx_uint_t make_parser(ngx_http_request_t* r) {
  ngx_http_leadscan_main_conf_t* conf = ngx_http_get_module_main_conf(r, ngx_http_leadscan_module);
  size_t size = leadscan_parser_size(conf->largest);
  void* memory = ngx_memalign(leadscan_parser_alignment(), size, r->connection->log);
  if (memory == NULL) {
    return 0;
  }
  parser = leadscan_parser_init(memory, size, conf->largest);
  if (parser == NULL) {
    ngx_free(memory);
  }
  return parser != NULL;
}

static voidpf zlib_alloc(voidpf opaque, uInt items, uInt size) {
  (void)opaque;
  return ngx_alloc((size_t)items * size, ngx_cycle->log);
}

static void zlib_free(voidpf opaque, voidpf memory) {
  (void)opaque;
  ngx_free(memory);
}

/* Inflates the body, all members of it, to as many bytes in `inflated` as it may have. */
static __attribute__((noinline)) ngx_http_leadscan_outcome_t inflate_body(ngx_http_request_t* r,
                                                                          const char* data,
                                                                          size_t* size) {
  ngx_http_leadscan_loc_conf_t* conf = ngx_http_get_module_loc_conf(r, ngx_http_leadscan_module);
  ngx_http_leadscan_main_conf_t* main_conf =
      ngx_http_get_module_main_conf(r, ngx_http_leadscan_module);
  size_t limit = conf->max_body;
  int rc;
  u_char beyond; /* room for one byte more, which tells that there is more */
  if (inflated == NULL) {
    inflated = ngx_alloc(main_conf->largest, r->connection->log);
    if (inflated == NULL) {
      return NGX_HTTP_LEADSCAN_SKIPPED;
    }
    inflated_size = main_conf->largest;
  }
  limit = ngx_min(limit, inflated_size);
  if (!inflater_made) {
    inflater.zalloc = zlib_alloc;
    inflater.zfree = zlib_free;
    if (inflateInit2(&inflater, GZIP_WINDOW) != Z_OK) {
      return NGX_HTTP_LEADSCAN_SKIPPED;
    }
    inflater_made = 1;
  }
  (void)inflateReset(&inflater);
  inflater.next_in = (Bytef*)data;
  inflater.avail_in = (uInt)*size;
  inflater.next_out = inflated;
  inflater.avail_out = (uInt)limit;
  for (;;) {
    rc = inflate(&inflater, Z_SYNC_FLUSH);
    if (rc == Z_STREAM_END) {
      if (inflater.avail_in == 0) {
        break;
      }
      (void)inflateReset(&inflater); /* RFC 1952: another member follows */
      continue;
    }
    if (rc == Z_OK && inflater.avail_in > 0 && inflater.avail_out > 0) {
      continue;
    }
    if ((rc == Z_OK || rc == Z_BUF_ERROR) && inflater.avail_out == 0) {
      /* Full. Either only the end of the stream is left, or there is too much. */
      Bytef* end = inflater.next_out;
      inflater.next_out = &beyond;
      inflater.avail_out = 1;
      rc = inflate(&inflater, Z_SYNC_FLUSH);
      if (inflater.avail_out == 0) {
        return NGX_HTTP_LEADSCAN_TOO_LARGE;
      }
      inflater.next_out = end;
      inflater.avail_out = 0;
      if (rc == Z_STREAM_END) {
        if (inflater.avail_in == 0) {
          break;
        }
        (void)inflateReset(&inflater);
        continue;
      }
    }
    return NGX_HTTP_LEADSCAN_ENCODED; /* damaged, or not whole */
  }
  *size = (size_t)(inflater.next_out - inflated);
  return NGX_HTTP_LEADSCAN_OK;
}

/* Copies the texts of the result, which point to bytes that go, to memory of the request. Without
 * memory the request has none. */
static __attribute__((noinline)) void keep_texts(ngx_http_request_t* r, leadscan_result* result) {
  int32_t field;
  int32_t fields = leadscan_field_count();
  size_t size = 0;
  u_char* memory;
  const u_char* end;

  for (field = 0; field < fields; ++field) {
    const leadscan_text* text = leadscan_result_text(result, field);
    if (text != NULL && text->presence == LEADSCAN_PRESENCE_VALUE) {
      size += text->size; /* twice where two fields have one member */
    }
  }
  if (size == 0) {
    return;
  }
  memory = ngx_pnalloc(r->pool, size);
  end = memory == NULL ? NULL : memory + size;
  for (field = 0; field < fields; ++field) {
    leadscan_text* text = (leadscan_text*)leadscan_result_text(result, field);
    if (text == NULL || text->presence != LEADSCAN_PRESENCE_VALUE) {
      continue;
    }
    if (memory == NULL) {
      ngx_memzero(text, sizeof(*text));
      continue;
    }
    if ((const u_char*)text->data >= end - size && (const u_char*)text->data < memory) {
      continue; /* a member that is copied */
    }
    ngx_memcpy(memory, text->data, text->size);
    text->data = (const char*)memory;
    memory += text->size;
  }
}

static ngx_http_leadscan_outcome_t outcome_of(const leadscan_result* result) {
  if (result->status == LEADSCAN_STATUS_OK) {
    return NGX_HTTP_LEADSCAN_OK;
  }
  switch (result->verdict) {
    case LEADSCAN_VERDICT_VIOLATION:
      return NGX_HTTP_LEADSCAN_VIOLATION;
    case LEADSCAN_VERDICT_MALFORMED:
      return NGX_HTTP_LEADSCAN_MALFORMED;
    case LEADSCAN_VERDICT_TRUNCATED:
      return NGX_HTTP_LEADSCAN_TRUNCATED;
    case LEADSCAN_VERDICT_TOO_LARGE:
      return NGX_HTTP_LEADSCAN_TOO_LARGE;
    default:
      return NGX_HTTP_LEADSCAN_SKIPPED; /* nothing is known of it */
  }
}

void ngx_http_leadscan_forget(ngx_http_request_t* r, ngx_http_leadscan_ctx_t* ctx) {
  if (ctx->gathered && ctx->body.memory != NULL) {
    (void)ngx_pfree(r->pool, ctx->body.memory);
    ctx->body.memory = NULL;
  }
}

/* Reads the body, which is complete. */
void ngx_http_leadscan_read(ngx_http_request_t* r, ngx_http_leadscan_ctx_t* ctx, const char* data,
                            size_t size) {
  ngx_uint_t kept = 0;
  struct timespec begin;
  struct timespec end;

  if (size == 0 || (parser == NULL && !make_parser(r))) {
    ngx_http_leadscan_finish(ctx, NGX_HTTP_LEADSCAN_SKIPPED);
    return;
  }
  if (ctx->inflate) {
    ngx_http_leadscan_outcome_t outcome = inflate_body(r, data, &size);
    if (outcome != NGX_HTTP_LEADSCAN_OK) {
      ngx_http_leadscan_finish(ctx, outcome);
      return;
    }
    if (size == 0) {
      ngx_http_leadscan_finish(ctx, NGX_HTTP_LEADSCAN_SKIPPED);
      return;
    }
    data = (const char*)inflated;
  } else if (size <= NGX_HTTP_LEADSCAN_SMALL) {
    /* Cheaper than to keep each text. nginx uses its buffers anew while the request lives. */
    kept = 1;
    if (!ctx->gathered || data != ctx->body.memory) {
      u_char* copy = size <= ctx->room ? (u_char*)(ctx + 1) : ngx_pnalloc(r->pool, size);
      if (copy == NULL) {
        ngx_http_leadscan_finish(ctx, NGX_HTTP_LEADSCAN_SKIPPED);
        return;
      }
      ngx_memcpy(copy, data, size);
      data = (const char*)copy;
    }
  }
  ctx->size = size;
  ctx->result.size = sizeof(ctx->result);
  (void)clock_gettime(CLOCK_MONOTONIC, &begin);
  (void)leadscan_parse(parser, data, size, &ctx->result);
  (void)clock_gettime(CLOCK_MONOTONIC, &end);
  ctx->parse_ns =
      (uint64_t)((end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec);
  ctx->parsed = 1;
  if (!kept) {
    keep_texts(r, &ctx->result);
    ngx_http_leadscan_forget(r, ctx);
  }
  ngx_http_leadscan_finish(ctx, outcome_of(&ctx->result));
}

void ngx_http_leadscan_exit_process(ngx_cycle_t* cycle) {
  (void)cycle;
  if (parser != NULL) {
    ngx_free(parser);
    parser = NULL;
  }
  if (inflater_made) {
    (void)inflateEnd(&inflater);
    inflater_made = 0;
  }
  if (inflated != NULL) {
    ngx_free(inflated);
    inflated = NULL;
  }
}
