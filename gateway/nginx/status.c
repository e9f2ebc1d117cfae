/* The status location: the counters as JSON, or as text for Prometheus. */
#include "gateway/nginx/counters.h"

enum {
  LINE = 160, /* more than the longest line of the output */
  LINES = NGX_HTTP_LEADSCAN_OUTCOME_COUNT + FAMILY_LIMIT + BUCKET_COUNT + ACTION_LIMIT +
          ERROR_CODE_LIMIT + 40
};

/* Where the output is written, and the separator of JSON in front of a member. */
typedef struct {
  u_char* at;
  u_char* end;
  ngx_uint_t prometheus;
  const char* comma;
} ngx_http_leadscan_output_t;

static void begin_group(ngx_http_leadscan_output_t* out, const char* name, const char* json_name,
                        const char* help) {
  if (out->prometheus) {
    out->at =
        ngx_slprintf(out->at, out->end, "# HELP %s %s.\n# TYPE %s counter\n", name, help, name);
  } else {
    out->at = ngx_slprintf(out->at, out->end, ",\"%s\":{", json_name);
    out->comma = "";
  }
}

static void end_group(ngx_http_leadscan_output_t* out) {
  if (!out->prometheus) {
    out->at = ngx_slprintf(out->at, out->end, "}");
  }
}

static void member(ngx_http_leadscan_output_t* out, const char* name, const char* label,
                   const ngx_str_t* value, ngx_atomic_uint_t count) {
  if (out->prometheus) {
    out->at = ngx_slprintf(out->at, out->end, "%s{%s=\"%V\"} %uA\n", name, label, value, count);
  } else {
    out->at = ngx_slprintf(out->at, out->end, "%s\"%V\":%uA", out->comma, value, count);
    out->comma = ",";
  }
}

static void number(ngx_http_leadscan_output_t* out, const char* name, const char* json_name,
                   const char* help, ngx_atomic_uint_t count) {
  if (out->prometheus) {
    out->at = ngx_slprintf(out->at, out->end, "# HELP %s %s.\n# TYPE %s counter\n%s %uA\n", name,
                           help, name, name, count);
  } else {
    out->at = ngx_slprintf(out->at, out->end, ",\"%s\":%uA", json_name, count);
  }
}

static void texts(ngx_http_leadscan_output_t* out, const char* name, const char* json_name,
                  const char* label, const char* help, const ngx_http_leadscan_slot_t* slots,
                  ngx_uint_t limit) {
  ngx_uint_t i;
  ngx_uint_t j;
  begin_group(out, name, json_name, help);
  for (i = 0; i < limit; ++i) {
    /* First: then size and text are there. */
    ngx_uint_t is_again = !ngx_http_leadscan_is_used(&slots[i]);
    ngx_str_t value = {slots[i].size, (u_char*)slots[i].text};
    ngx_atomic_uint_t count = slots[i].count;
    for (j = 0; j < limit; ++j) {
      if (j == i || !ngx_http_leadscan_is_used(&slots[j]) || slots[j].size != value.len ||
          ngx_memcmp(slots[j].text, value.data, value.len) != 0) {
        continue;
      }
      is_again |= j < i;
      count += slots[j].count;
    }
    if (!is_again) {
      member(out, name, label, &value, count);
    }
  }
  end_group(out);
}

static void histogram(ngx_http_leadscan_output_t* out,
                      const ngx_http_leadscan_counters_t* counters) {
  const char* name = "leadscan_parse_seconds";
  ngx_atomic_uint_t sum = 0;
  ngx_uint_t i;
  if (out->prometheus) {
    out->at = ngx_slprintf(out->at, out->end,
                           "# HELP %s Time to parse a body.\n# TYPE %s histogram\n", name, name);
  } else {
    out->at = ngx_slprintf(out->at, out->end, ",\"parse_ns\":{\"up_to\":{");
  }
  for (i = 0; i < BUCKET_COUNT - 1; ++i) {
    uint64_t ns = ngx_http_leadscan_bound(i);
    sum += counters->buckets[i];
    if (out->prometheus) {
      out->at = ngx_slprintf(out->at, out->end, "%s_bucket{le=\"%uL.%09uL\"} %uA\n", name,
                             ns / 1000000000, ns % 1000000000, sum);
    } else {
      out->at = ngx_slprintf(out->at, out->end, "%s\"%uL\":%uA", i == 0 ? "" : ",", ns, sum);
    }
  }
  sum += counters->buckets[i];
  if (out->prometheus) {
    out->at = ngx_slprintf(
        out->at, out->end, "%s_bucket{le=\"+Inf\"} %uA\n%s_sum %uA.%09uA\n%s_count %uA\n", name,
        sum, name, counters->parse_ns / 1000000000, counters->parse_ns % 1000000000, name, sum);
  } else {
    out->at =
        ngx_slprintf(out->at, out->end, "},\"sum\":%uA,\"count\":%uA}", counters->parse_ns, sum);
  }
}

static void print(ngx_http_leadscan_output_t* out, const ngx_http_leadscan_counters_t* counters) {
  const char* name = "leadscan_bodies_total";
  ngx_uint_t i;
  if (!out->prometheus) {
    out->at = ngx_slprintf(out->at, out->end, "{\"version\":\"%s\"", leadscan_version());
  }
  begin_group(out, name, "bodies", "Bodies by what became of them");
  for (i = 0; i < NGX_HTTP_LEADSCAN_OUTCOME_COUNT; ++i) {
    member(out, name, "status", &ngx_http_leadscan_outcome_names[i], counters->bodies[i]);
  }
  end_group(out);

  name = "leadscan_families_total";
  begin_group(out, name, "families", "Good bodies by family");
  for (i = LEADSCAN_FAMILY_NONE + 1; i < FAMILY_LIMIT; ++i) {
    ngx_str_t family;
    family.data = (u_char*)leadscan_family_name((int32_t)i);
    family.len = ngx_strlen(family.data);
    if (family.data[0] == '?') {
      break;
    }
    member(out, name, "family", &family, counters->families[i]);
  }
  end_group(out);

  texts(out, "leadscan_actions_total", "actions", "action", "Good bodies by action",
        counters->actions, ACTION_LIMIT);
  number(out, "leadscan_other_actions_total", "other_actions",
         "Good bodies whose action is not listed", counters->other_actions);
  texts(out, "leadscan_error_codes_total", "error_codes", "code", "Good bodies by error code",
        counters->error_codes, ERROR_CODE_LIMIT);
  number(out, "leadscan_other_error_codes_total", "other_error_codes",
         "Good bodies whose error code is not listed", counters->other_error_codes);
  number(out, "leadscan_parsed_bytes_total", "parsed_bytes", "Bytes of JSON parsed",
         counters->parsed_bytes);
  histogram(out, counters);
  if (!out->prometheus) {
    out->at = ngx_slprintf(out->at, out->end, "}\n");
  }
}

static ngx_int_t handler(ngx_http_request_t* r) {
  ngx_http_leadscan_main_conf_t* main_conf =
      ngx_http_get_module_main_conf(r, ngx_http_leadscan_module);
  ngx_http_leadscan_loc_conf_t* conf = ngx_http_get_module_loc_conf(r, ngx_http_leadscan_module);
  ngx_http_leadscan_output_t out;
  ngx_chain_t chain;
  ngx_buf_t* b;
  ngx_int_t rc;

  if (!(r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD))) {
    return NGX_HTTP_NOT_ALLOWED;
  }
  rc = ngx_http_discard_request_body(r);
  if (rc != NGX_OK) {
    return rc;
  }
  b = ngx_create_temp_buf(r->pool, LINE * LINES);
  if (b == NULL) {
    return NGX_HTTP_INTERNAL_SERVER_ERROR;
  }
  out.at = b->last;
  out.end = b->end;
  out.prometheus = conf->prometheus;
  out.comma = "";
  print(&out, main_conf->zone->data);
  b->last = out.at;
  b->last_buf = (r == r->main);
  b->last_in_chain = 1;

  if (conf->prometheus) {
    ngx_str_set(&r->headers_out.content_type, "text/plain; version=0.0.4; charset=utf-8");
    r->headers_out.content_type_len = sizeof("text/plain") - 1;
  } else {
    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
  }
  r->headers_out.content_type_lowcase = NULL;
  r->headers_out.status = NGX_HTTP_OK;
  r->headers_out.content_length_n = b->last - b->pos;
  rc = ngx_http_send_header(r);
  if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
    return rc;
  }
  chain.buf = b;
  chain.next = NULL;
  return ngx_http_output_filter(r, &chain);
}

char* ngx_http_leadscan_status_directive(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) {
  ngx_http_leadscan_loc_conf_t* loc_conf = conf;
  ngx_str_t* words = cf->args->elts;
  ngx_http_core_loc_conf_t* core;
  (void)cmd;
  if (cf->args->nelts == 2) {
    if (ngx_strcmp(words[1].data, "prometheus") == 0) {
      loc_conf->prometheus = 1;
    } else if (ngx_strcmp(words[1].data, "json") != 0) {
      ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "leadscan_status: json or prometheus, not \"%V\"",
                         &words[1]);
      return NGX_CONF_ERROR;
    }
  }
  loc_conf->enable = 0; /* its own JSON is none of the API's responses */
  core = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
  core->handler = handler;
  return NGX_CONF_OK;
}
