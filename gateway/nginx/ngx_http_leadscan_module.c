/* Directives, and the two filters that a response passes. */
#include "gateway/nginx/ngx_http_leadscan.h"

const ngx_str_t ngx_http_leadscan_outcome_names[NGX_HTTP_LEADSCAN_OUTCOME_COUNT] = {
#define X(constant, name) ngx_string(#name),
    NGX_HTTP_LEADSCAN_OUTCOMES(X)
#undef X
};

static ngx_http_output_header_filter_pt next_header_filter;
static ngx_http_output_body_filter_pt next_body_filter;

/* ---- Filters -------------------------------------------------------------------------------- */

/* Without parameters: nginx itself takes off no other than a charset. The test keeps what it makes
 * of the type in the request, where filters behind this one would find it: as it was, therefore. */
static __attribute__((noinline)) ngx_uint_t is_other_type(ngx_http_request_t* r,
                                                          ngx_http_leadscan_loc_conf_t* conf) {
  ngx_http_headers_out_t* out = &r->headers_out;
  size_t whole = out->content_type_len;
  u_char* lowcase = out->content_type_lowcase;
  ngx_uint_t hash = out->content_type_hash;
  const u_char* type = out->content_type.data;
  size_t size = 0;
  ngx_uint_t found;

  while (size < whole && type[size] != ';') {
    ++size;
  }
  if (size == whole) {
    return ngx_http_test_content_type(r, &conf->types) != NULL;
  }
  while (size > 0 && (type[size - 1] == ' ' || type[size - 1] == '\t')) {
    --size;
  }
  out->content_type_len = size;
  out->content_type_lowcase = NULL;
  found = ngx_http_test_content_type(r, &conf->types) != NULL;
  out->content_type_len = whole;
  out->content_type_lowcase = lowcase;
  out->content_type_hash = hash;
  return found;
}

static ngx_uint_t is_wanted_type(ngx_http_request_t* r, ngx_http_leadscan_loc_conf_t* conf) {
  static const u_char json[] = "application/json";
  /* The usual type first, which is always wanted: the test lower-cases and hashes. */
  if (r->headers_out.content_type_len == sizeof(json) - 1 &&
      ngx_memcmp(r->headers_out.content_type.data, json, sizeof(json) - 1) == 0) {
    return 1;
  }
  return is_other_type(r, conf);
}

static ngx_uint_t is_gzip(const ngx_str_t* encoding) {
  return (encoding->len == 4 && ngx_strncasecmp(encoding->data, (u_char*)"gzip", 4) == 0) ||
         (encoding->len == 6 && ngx_strncasecmp(encoding->data, (u_char*)"x-gzip", 6) == 0);
}

/* The usual ones first. */
static ngx_uint_t has_body(ngx_uint_t status) {
  return status == NGX_HTTP_CREATED || status == NGX_HTTP_OK ||
         (status > NGX_HTTP_OK && status != NGX_HTTP_NO_CONTENT &&
          status != NGX_HTTP_PARTIAL_CONTENT && status != NGX_HTTP_NOT_MODIFIED);
}

/* What the headers alone say of a body, or that it is to be read (OK). */
static ngx_http_leadscan_outcome_t outcome_of_headers(ngx_http_request_t* r,
                                                      ngx_http_leadscan_loc_conf_t* conf,
                                                      ngx_http_leadscan_ctx_t* ctx) {
  ngx_uint_t status = r->headers_out.status;
  ngx_table_elt_t* encoding = r->headers_out.content_encoding;
  off_t length = r->headers_out.content_length_n;

  if (r->method == NGX_HTTP_HEAD || r->header_only || length == 0 || !has_body(status) ||
      !is_wanted_type(r, conf)) {
    return NGX_HTTP_LEADSCAN_SKIPPED;
  }
  if (encoding != NULL && encoding->value.len != 0) {
    if (!conf->decompress || !is_gzip(&encoding->value)) {
      return NGX_HTTP_LEADSCAN_ENCODED;
    }
    ctx->inflate = 1;
  }
  return length > (off_t)conf->max_body ? NGX_HTTP_LEADSCAN_TOO_LARGE : NGX_HTTP_LEADSCAN_OK;
}

/* Not inlined, nor is read_on: most calls of filters need neither, and saving registers costs. */
static __attribute__((noinline)) ngx_int_t begin(ngx_http_request_t* r,
                                                 ngx_http_leadscan_loc_conf_t* conf) {
  ngx_http_leadscan_ctx_t* ctx;
  ngx_http_leadscan_outcome_t outcome;
  ngx_int_t rc;
  off_t length;
  size_t room;

  length = r->headers_out.content_length_n;
  room = length > 0 && length <= NGX_HTTP_LEADSCAN_SMALL ? (size_t)length : 0;
  ctx = ngx_palloc(r->pool, sizeof(*ctx) + room);
  if (ctx == NULL) {
    return next_header_filter(r); /* the log handler counts it */
  }
  /* The rest is set before it is used. */
  ctx->done = 0;
  ctx->parsed = 0;
  ctx->gathered = 0;
  ctx->inflate = 0;
  /* Filters behind this one clear it when they change the body. */
  ctx->expected = length;
  ctx->room = room;
  ngx_http_set_ctx(r, ctx, ngx_http_leadscan_module);
  outcome = outcome_of_headers(r, conf, ctx);
  if (outcome == NGX_HTTP_LEADSCAN_OK) {
    return next_header_filter(r);
  }
  ngx_http_leadscan_finish(ctx, outcome);
  rc = next_header_filter(r);
  /* nginx makes ranges behind this filter: what was said of the whole is not said of the part. */
  if (r->headers_out.status == NGX_HTTP_PARTIAL_CONTENT) {
    ctx->outcome = NGX_HTTP_LEADSCAN_SKIPPED;
  }
  return rc;
}

static ngx_int_t header_filter(ngx_http_request_t* r) {
  ngx_http_leadscan_loc_conf_t* conf = ngx_http_get_module_loc_conf(r, ngx_http_leadscan_module);
  return conf->enable && r == r->main ? begin(r, conf) : next_header_filter(r);
}

/* Takes a piece of the body. */
static int32_t add(ngx_http_request_t* r, ngx_http_leadscan_ctx_t* ctx, const u_char* piece,
                   size_t size, ngx_uint_t last) {
  leadscan_body* body = &ctx->body;
  int32_t state = leadscan_body_add(body, (const char*)piece, size, (int)last);
  if (state == LEADSCAN_BODY_NEEDS_MEMORY) {
    char* before = body->memory;
    char* memory = ngx_pnalloc(r->pool, body->wanted);
    if (memory == NULL) {
      return state;
    }
    (void)leadscan_body_give(body, memory, body->wanted);
    if (before != NULL) {
      (void)ngx_pfree(r->pool, before);
    }
    state = leadscan_body_add(body, (const char*)piece, size, (int)last);
  }
  return state;
}

/* A piece in a file, which nginx sends without having it in memory. It is not asked to
 * (filter_need_in_memory): it would take memory that a response that is not read does not need, and
 * fail it where there is none. Null if it cannot be read. */
static u_char* read_file(ngx_http_request_t* r, const ngx_buf_t* b, size_t size) {
  u_char* memory = ngx_pnalloc(r->pool, size);
  if (memory != NULL && pread(b->file->fd, memory, size, b->file_pos) != (ssize_t)size) {
    (void)ngx_pfree(r->pool, memory);
    memory = NULL;
  }
  return memory;
}

static __attribute__((noinline)) void gather(ngx_http_request_t* r, ngx_http_leadscan_ctx_t* ctx,
                                             ngx_chain_t* in) {
  static const u_char nothing[1];
  ngx_http_leadscan_outcome_t outcome;

  for (; in != NULL; in = in->next) {
    ngx_buf_t* b = in->buf;
    const u_char* piece = nothing;
    u_char* from_file = NULL;
    size_t size = 0;
    int32_t state;
    if (ngx_buf_in_memory(b)) {
      piece = b->pos;
      size = (size_t)(b->last - b->pos);
    } else if (ngx_buf_size(b) > 0) {
      size = (size_t)ngx_buf_size(b);
      if (size > ctx->body.limit - ctx->body.size) {
        outcome = NGX_HTTP_LEADSCAN_TOO_LARGE;
        goto done;
      }
      from_file = read_file(r, b, size);
      if (from_file == NULL) {
        outcome = NGX_HTTP_LEADSCAN_SKIPPED;
        goto done;
      }
      piece = from_file;
    }
    if (size == 0 && !b->last_buf) {
      continue;
    }
    state = add(r, ctx, piece, size, b->last_buf);
    if (state == LEADSCAN_BODY_COMPLETE) {
      ngx_http_leadscan_read(r, ctx, ctx->body.data, ctx->body.size);
    }
    if (from_file != NULL) {
      (void)ngx_pfree(r->pool, from_file); /* copied: the gatherer's, and what is kept of a body */
    }
    switch (state) {
      case LEADSCAN_BODY_GATHERING:
        break;
      case LEADSCAN_BODY_COMPLETE:
        return;
      case LEADSCAN_BODY_TOO_LARGE:
        outcome = NGX_HTTP_LEADSCAN_TOO_LARGE;
        goto done;
      default:
        /* No memory; or the end of a body that is not all here: the rest came by subrequests
         * (slice). Of one that was cut nginx sends no end. */
        outcome = NGX_HTTP_LEADSCAN_SKIPPED;
        goto done;
    }
  }
  return;

done:
  ngx_http_leadscan_forget(r, ctx);
  ngx_http_leadscan_finish(ctx, outcome);
}

static void look_at(ngx_http_request_t* r, ngx_http_leadscan_ctx_t* ctx, ngx_chain_t* in) {
  if (!ctx->gathered) {
    ngx_http_leadscan_loc_conf_t* conf;
    /* nginx makes ranges behind our header filter, but cuts the body in front of this one. */
    if (r->headers_out.status == NGX_HTTP_PARTIAL_CONTENT) {
      ngx_http_leadscan_finish(ctx, NGX_HTTP_LEADSCAN_SKIPPED);
      return;
    }
    /* The usual case, a small body that is in one buffer, is made without the gatherer. */
    if (ngx_buf_in_memory(in->buf) && in->buf->last - in->buf->pos == ctx->expected) {
      ngx_http_leadscan_read(r, ctx, (const char*)in->buf->pos, (size_t)ctx->expected);
      return;
    }
    conf = ngx_http_get_module_loc_conf(r, ngx_http_leadscan_module);
    ctx->gathered = 1;
    (void)leadscan_body_begin(&ctx->body, conf->max_body,
                              ctx->expected < 0 ? LEADSCAN_BODY_UNKNOWN : (uint64_t)ctx->expected);
  }
  gather(r, ctx, in);
}

static __attribute__((noinline)) ngx_int_t read_on(ngx_http_request_t* r, ngx_chain_t* in,
                                                   ngx_http_leadscan_ctx_t* ctx) {
  look_at(r, ctx, in);
  return next_body_filter(r, in);
}

static ngx_int_t body_filter(ngx_http_request_t* r, ngx_chain_t* in) {
  ngx_http_leadscan_ctx_t* ctx = ngx_http_get_module_ctx(r, ngx_http_leadscan_module);
  return ctx == NULL || ctx->done || in == NULL ? next_body_filter(r, in) : read_on(r, in, ctx);
}

/* Counts each response once, by what became of it in the end: a response may begin anew while its
 * headers are made (416, whose page may be another location's). In front of all other log handlers,
 * which are to see a status that does not change any more. */
static ngx_int_t log_handler(ngx_http_request_t* r) {
  ngx_http_leadscan_ctx_t* ctx = ngx_http_get_module_ctx(r, ngx_http_leadscan_module);
  if (ctx == NULL) {
    ngx_http_leadscan_loc_conf_t* conf = ngx_http_get_module_loc_conf(r, ngx_http_leadscan_module);
    if (conf->enable && r == r->main && r->header_sent) {
      ngx_http_leadscan_count(r, NULL, NGX_HTTP_LEADSCAN_SKIPPED); /* no memory for a context */
    }
    return NGX_OK;
  }
  if (!ctx->done) {
    /* A body whose end never came: the upstream or the client is gone. */
    ngx_http_leadscan_finish(ctx, r->headers_out.status == NGX_HTTP_PARTIAL_CONTENT
                                      ? NGX_HTTP_LEADSCAN_SKIPPED
                                      : NGX_HTTP_LEADSCAN_INCOMPLETE);
  }
  ngx_http_leadscan_count(r, ctx, ctx->outcome);
  return NGX_OK;
}

/* ---- Configuration -------------------------------------------------------------------------- */

static ngx_str_t default_types[] = {ngx_string("application/json"), ngx_null_string};

static ngx_command_t commands[] = {
    {ngx_string("leadscan"),
     NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_HTTP_LIF_CONF | NGX_CONF_FLAG,
     ngx_conf_set_flag_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(ngx_http_leadscan_loc_conf_t, enable), NULL},
    {ngx_string("leadscan_max_body"),
     NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1,
     ngx_conf_set_size_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(ngx_http_leadscan_loc_conf_t, max_body), NULL},
    {ngx_string("leadscan_types"),
     NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_CONF_1MORE,
     ngx_http_types_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(ngx_http_leadscan_loc_conf_t, types_keys), default_types},
    {ngx_string("leadscan_decompress"),
     NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_CONF_FLAG,
     ngx_conf_set_flag_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(ngx_http_leadscan_loc_conf_t, decompress), NULL},
    {ngx_string("leadscan_status"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS | NGX_CONF_TAKE1,
     ngx_http_leadscan_status_directive, NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    ngx_null_command};

static void* create_main_conf(ngx_conf_t* cf) {
  return ngx_pcalloc(cf->pool, sizeof(ngx_http_leadscan_main_conf_t));
}

static void* create_loc_conf(ngx_conf_t* cf) {
  ngx_http_leadscan_loc_conf_t* conf = ngx_pcalloc(cf->pool, sizeof(*conf));
  if (conf != NULL) {
    conf->enable = NGX_CONF_UNSET;
    conf->decompress = NGX_CONF_UNSET;
    conf->max_body = NGX_CONF_UNSET_SIZE;
  }
  return conf;
}

static char* merge_loc_conf(ngx_conf_t* cf, void* parent, void* child) {
  ngx_http_leadscan_main_conf_t* main_conf =
      ngx_http_conf_get_module_main_conf(cf, ngx_http_leadscan_module);
  ngx_http_leadscan_loc_conf_t* prev = parent;
  ngx_http_leadscan_loc_conf_t* conf = child;
  ngx_conf_merge_value(conf->enable, prev->enable, 0);
  ngx_conf_merge_value(conf->decompress, prev->decompress, 0);
  ngx_conf_merge_size_value(conf->max_body, prev->max_body, 65536);
  if (ngx_http_merge_types(cf, &conf->types_keys, &conf->types, &prev->types_keys, &prev->types,
                           default_types) != NGX_CONF_OK) {
    return NGX_CONF_ERROR;
  }
  if (!conf->enable) {
    return NGX_CONF_OK;
  }
  if (conf->max_body == 0 || leadscan_parser_size(conf->max_body) == 0) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "leadscan_max_body %uz: it must be from 1 byte to 4095m", conf->max_body);
    return NGX_CONF_ERROR;
  }
  main_conf->largest = ngx_max(main_conf->largest, conf->max_body);
  return NGX_CONF_OK;
}

static ngx_int_t postconfiguration(ngx_conf_t* cf) {
  ngx_http_leadscan_main_conf_t* conf =
      ngx_http_conf_get_module_main_conf(cf, ngx_http_leadscan_module);
  ngx_http_core_main_conf_t* core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
  ngx_array_t* handlers = &core->phases[NGX_HTTP_LOG_PHASE].handlers;
  ngx_http_handler_pt* first;
  if (ngx_array_push(handlers) == NULL || ngx_http_leadscan_add_zone(cf, conf) != NGX_OK) {
    return NGX_ERROR;
  }
  first = handlers->elts;
  ngx_memmove(first + 1, first, (handlers->nelts - 1) * sizeof(*first));
  *first = log_handler;
  next_header_filter = ngx_http_top_header_filter;
  ngx_http_top_header_filter = header_filter;
  next_body_filter = ngx_http_top_body_filter;
  ngx_http_top_body_filter = body_filter;
  return NGX_OK;
}

static ngx_http_module_t module_context = {
    ngx_http_leadscan_add_variables, /* preconfiguration */
    postconfiguration,
    create_main_conf,
    NULL, /* init main configuration */
    NULL, /* create server configuration */
    NULL, /* merge server configuration */
    create_loc_conf,
    merge_loc_conf,
};

ngx_module_t ngx_http_leadscan_module = {
    NGX_MODULE_V1,
    &module_context,
    commands,
    NGX_HTTP_MODULE,
    NULL, /* init master */
    NULL, /* init module */
    NULL, /* init process */
    NULL, /* init thread */
    NULL, /* exit thread */
    ngx_http_leadscan_exit_process,
    NULL, /* exit master */
    NGX_MODULE_V1_PADDING,
};
