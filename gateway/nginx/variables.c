/* $leadscan_...: what the body said. Members that are texts have their variable from the library's
 * description, by the member's name. */
#include "gateway/nginx/ngx_http_leadscan.h"

static ngx_http_leadscan_ctx_t* begin(ngx_http_request_t* r, ngx_http_variable_value_t* v) {
  ngx_http_leadscan_ctx_t* ctx = ngx_http_get_module_ctx(r, ngx_http_leadscan_module);
  *v = (ngx_http_variable_value_t){.valid = 1, .no_cacheable = 1, .not_found = 1};
  return ctx;
}

/* Not cacheable: asked in front of the body it has no value, and behind it one. */
static void set(ngx_http_variable_value_t* v, const u_char* data, size_t size) {
  *v = (ngx_http_variable_value_t){
      .len = (unsigned)size & 0xfffffff, .valid = 1, .no_cacheable = 1, .data = (u_char*)data};
}

static void set_name(ngx_http_variable_value_t* v, const char* name) {
  set(v, (const u_char*)name, ngx_strlen(name));
}

static ngx_int_t get_status(ngx_http_request_t* r, ngx_http_variable_value_t* v, uintptr_t data) {
  ngx_http_leadscan_ctx_t* ctx = begin(r, v);
  (void)data;
  if (ctx != NULL && ctx->done) {
    const ngx_str_t* name = &ngx_http_leadscan_outcome_names[ctx->outcome];
    set(v, name->data, name->len);
  }
  return NGX_OK;
}

/* At this offset of the result. */
static ngx_int_t get_text(ngx_http_request_t* r, ngx_http_variable_value_t* v, uintptr_t offset) {
  ngx_http_leadscan_ctx_t* ctx = begin(r, v);
  const leadscan_text* text;
  if (ctx == NULL || !ctx->parsed) {
    return NGX_OK;
  }
  text = (const leadscan_text*)((const u_char*)&ctx->result + offset);
  if (text->presence != LEADSCAN_PRESENCE_VALUE) {
    return NGX_OK;
  }
  if (!text->escaped || text->is_object) {
    set(v, (const u_char*)text->data, text->size);
    return NGX_OK;
  }
  u_char* memory = ngx_pnalloc(r->pool, text->size);
  if (memory != NULL) {
    size_t size = leadscan_decode(text, (char*)memory, text->size);
    if (size != LEADSCAN_NO_ROOM) {
      set(v, memory, size);
    }
  }
  return NGX_OK;
}

static ngx_int_t get_family(ngx_http_request_t* r, ngx_http_variable_value_t* v, uintptr_t data) {
  ngx_http_leadscan_ctx_t* ctx = begin(r, v);
  (void)data;
  if (ctx != NULL && ctx->parsed && ctx->result.family != LEADSCAN_FAMILY_NONE) {
    set_name(v, leadscan_family_name(ctx->result.family));
  }
  return NGX_OK;
}

static ngx_int_t get_success(ngx_http_request_t* r, ngx_http_variable_value_t* v, uintptr_t data) {
  ngx_http_leadscan_ctx_t* ctx = begin(r, v);
  (void)data;
  if (ctx != NULL && ctx->parsed && ctx->result.has_success) {
    set_name(v, ctx->result.success ? "true" : "false");
  }
  return NGX_OK;
}

static void print(ngx_http_request_t* r, ngx_http_variable_value_t* v, const char* format,
                  int64_t n) {
  u_char* memory = ngx_pnalloc(r->pool, NGX_INT64_LEN);
  if (memory != NULL) {
    set(v, memory, (size_t)(ngx_sprintf(memory, format, n) - memory));
  }
}

static ngx_int_t get_code(ngx_http_request_t* r, ngx_http_variable_value_t* v, uintptr_t data) {
  ngx_http_leadscan_ctx_t* ctx = begin(r, v);
  (void)data;
  if (ctx != NULL && ctx->parsed && ctx->result.has_status_code) {
    print(r, v, "%L", ctx->result.status_code);
  }
  return NGX_OK;
}

static ngx_int_t get_parse_ns(ngx_http_request_t* r, ngx_http_variable_value_t* v, uintptr_t data) {
  ngx_http_leadscan_ctx_t* ctx = begin(r, v);
  (void)data;
  if (ctx != NULL && ctx->parsed) {
    print(r, v, "%uL", (int64_t)ctx->parse_ns);
  }
  return NGX_OK;
}

/* What is wrong, where, and in which member: "wrong_type:112:/info/success". */
static ngx_int_t get_violation(ngx_http_request_t* r, ngx_http_variable_value_t* v,
                               uintptr_t data) {
  ngx_http_leadscan_ctx_t* ctx = begin(r, v);
  (void)data;
  if (ctx == NULL || !ctx->parsed || ctx->result.status == LEADSCAN_STATUS_OK) {
    return NGX_OK;
  }
  const char* name = leadscan_status_name(ctx->result.status);
  const char* pointer = leadscan_field_pointer(ctx->result.error_field);
  u_char* memory = ngx_pnalloc(r->pool, ngx_strlen(name) + NGX_INT64_LEN + ngx_strlen(pointer) + 2);
  if (memory != NULL) {
    u_char* end = ngx_sprintf(memory, "%s:%uL:%s", name, ctx->result.error_offset, pointer);
    set(v, memory, (size_t)(end - memory));
  }
  return NGX_OK;
}

static ngx_int_t add(ngx_conf_t* cf, const char* name, ngx_http_get_variable_pt get,
                     uintptr_t data) {
  ngx_str_t whole;
  whole.len = ngx_strlen(name) + sizeof("leadscan_") - 1;
  whole.data = ngx_pnalloc(cf->pool, whole.len);
  if (whole.data == NULL) {
    return NGX_ERROR;
  }
  (void)ngx_sprintf(whole.data, "leadscan_%s", name);
  ngx_http_variable_t* variable = ngx_http_add_variable(cf, &whole, NGX_HTTP_VAR_NOCACHEABLE);
  if (variable == NULL) {
    return NGX_ERROR;
  }
  variable->get_handler = get;
  variable->data = data;
  return NGX_OK;
}

/* Several fields may have one member: a name that an earlier one has had. */
static ngx_uint_t is_first(int32_t field) {
  int32_t other;
  for (other = 0; other < field; ++other) {
    if (ngx_strcmp(leadscan_field_member(other), leadscan_field_member(field)) == 0) {
      return 0;
    }
  }
  return 1;
}

ngx_int_t ngx_http_leadscan_add_variables(ngx_conf_t* cf) {
  leadscan_result result;
  int32_t field;
  result.size = sizeof(result);
  for (field = 0; field < leadscan_field_count(); ++field) {
    const leadscan_text* text = leadscan_result_text(&result, field);
    if (text != NULL && is_first(field) &&
        add(cf, leadscan_field_member(field), get_text, (uintptr_t)text - (uintptr_t)&result) !=
            NGX_OK) {
      return NGX_ERROR;
    }
  }
  if (add(cf, "status", get_status, 0) != NGX_OK || add(cf, "family", get_family, 0) != NGX_OK ||
      add(cf, "success", get_success, 0) != NGX_OK || add(cf, "code", get_code, 0) != NGX_OK ||
      add(cf, "violation", get_violation, 0) != NGX_OK ||
      add(cf, "parse_ns", get_parse_ns, 0) != NGX_OK) {
    return NGX_ERROR;
  }
  return NGX_OK;
}
