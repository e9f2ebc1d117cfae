/* An HTTP filter for Envoy, as a dynamic module: reads the bodies of responses on their way, and
 * tells dynamic metadata and a counter what they say. docs/gateway-lua-envoy.md has it in use.
 *
 * It changes nothing, and holds nothing back: each hook says Continue. StopIterationAndBuffer would
 * keep the response, and beyond Envoy's limit turn it into an error.
 *
 * Hooks of a stream run on its worker's thread. Streams of one worker share a parser, which is used
 * within one hook only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway/envoy/config.h"
#include "gateway/envoy/envoy_abi.h"
#include "leadscan/c/leadscan.h"

typedef struct filter {
  config* config;
  uint32_t worker;
  bool begun; /* response headers have come */
  bool done;  /* it is known what the response says, and told */
  leadscan_body body;
} filter;

static envoy_text text_of(const char* zero_terminated) {
  return (envoy_text){zero_terminated, strlen(zero_terminated)};
}

/* ---- What is told ---------------------------------------------------------------------------- */

/* What values are made in. */
typedef struct scratch {
  char* decoded; /* of max_body bytes */
  size_t used;
  char number[24];
  char violation[160];
} scratch;

static envoy_text text_value(const leadscan_text* text, scratch* s, size_t room) {
  if (text == NULL || text->presence != LEADSCAN_PRESENCE_VALUE) return (envoy_text){NULL, 0};
  if (!text->escaped) return (envoy_text){text->data, text->size};
  char* to = s->decoded + s->used;
  const size_t size = leadscan_decode(text, to, room - s->used);
  if (size == LEADSCAN_NO_ROOM) return (envoy_text){NULL, 0};
  s->used += size;
  return (envoy_text){to, size};
}

/* Null if there is none. */
static envoy_text value_of(const config* c, int32_t field, const leadscan_result* result,
                           scratch* s) {
  const bool is_ok = result->status == LEADSCAN_STATUS_OK;
  int size;
  switch (field) {
    case WANTED_FAMILY:
      return is_ok ? text_of(leadscan_family_name(result->family)) : (envoy_text){NULL, 0};
    case WANTED_VIOLATION:
      if (is_ok) return (envoy_text){NULL, 0};
      size = snprintf(
          s->violation, sizeof s->violation, "%s:%llu:%s", leadscan_status_name(result->status),
          (unsigned long long)result->error_offset, leadscan_field_pointer(result->error_field));
      return (envoy_text){s->violation, (size_t)size};
    default:
      break;
  }
  /* Metadata is UTF-8, which of a document that is not JSON nobody has proven. */
  if (!is_ok && result->verdict != LEADSCAN_VERDICT_VIOLATION) return (envoy_text){NULL, 0};
  switch (field) {
    case LEADSCAN_FIELD_INFO_STATUS_CODE:
      if (!result->has_status_code) return (envoy_text){NULL, 0};
      size = snprintf(s->number, sizeof s->number, "%lld", (long long)result->status_code);
      return (envoy_text){s->number, (size_t)size};
    case LEADSCAN_FIELD_INFO_SUCCESS:
      if (!result->has_success) return (envoy_text){NULL, 0};
      return result->success ? TEXT("true") : TEXT("false");
    default:
      return text_value(leadscan_result_text(result, field), s, c->max_body);
  }
}

/* `result` and `w` are null if the body was not read. */
static void tell(filter* f, void* stream, const char* status, const leadscan_result* result,
                 const worker* w) {
  const config* c = f->config;
  scratch s;
  envoy_pair pairs[MOST_FIELDS];
  size_t count = 0;
  s.decoded = w != NULL ? w->decoded : NULL;
  s.used = 0;
  f->done = true;
  for (size_t i = 0; i < c->wanted_count; ++i) {
    const int32_t field = c->wanted[i].field;
    envoy_text value = {NULL, 0};
    if (field == WANTED_STATUS) {
      value = text_of(status);
    } else if (result != NULL) {
      value = value_of(c, field, result, &s);
    }
    if (value.ptr != NULL) pairs[count++] = (envoy_pair){c->wanted[i].name, value};
  }
  envoy_text labels[2] = {text_of(status), TEXT("none")};
  if (result != NULL && result->status == LEADSCAN_STATUS_OK) {
    labels[1] = text_of(leadscan_family_name(result->family));
  }
  /* From here on Envoy may move what it has given: the body's slices, which texts point into. The
   * metadata is the first that is set, and copies them. */
  if (count > 0) {
    envoy_dynamic_module_callback_http_set_dynamic_metadata_string_batch(stream, TEXT("leadscan"),
                                                                         pairs, count);
  }
  envoy_dynamic_module_callback_http_filter_increment_counter(stream, c->counter, labels, 2, 1);
}

/* ---- The body -------------------------------------------------------------------------------- */

static const char* status_of(const leadscan_result* result) {
  switch (result->verdict) {
    case LEADSCAN_VERDICT_NONE:
      return "skipped"; /* no memory: nothing is known of the document */
    case LEADSCAN_VERDICT_VIOLATION:
    case LEADSCAN_VERDICT_MALFORMED:
    case LEADSCAN_VERDICT_TRUNCATED:
    case LEADSCAN_VERDICT_TOO_LARGE:
      return leadscan_verdict_name(result->verdict);
    default:
      return "ok";
  }
}

static void read_body(filter* f, void* stream) {
  const worker* w = f->body.size > 0 ? worker_of(f->config, f->worker) : NULL;
  leadscan_result result;
  if (w == NULL) {
    tell(f, stream, "skipped", NULL, NULL);
    return;
  }
  result.size = sizeof result;
  leadscan_parse_body(w->parser, &f->body, &result);
  tell(f, stream, status_of(&result), &result, w);
}

/* A piece of the body, which may be empty if it is the last. */
static void take(filter* f, void* stream, envoy_text piece, bool last) {
  const char* data = piece.ptr != NULL ? piece.ptr : "";
  int32_t state = leadscan_body_add(&f->body, data, piece.length, last);
  while (state == LEADSCAN_BODY_NEEDS_MEMORY) {
    char* before = f->body.memory;
    char* memory = malloc(f->body.wanted);
    if (memory == NULL) {
      tell(f, stream, "skipped", NULL, NULL);
      return;
    }
    leadscan_body_give(&f->body, memory, f->body.wanted);
    free(before); /* what was in it is in the new one */
    state = leadscan_body_add(&f->body, data, piece.length, last);
  }
  switch (state) {
    case LEADSCAN_BODY_COMPLETE:
      read_body(f, stream);
      break;
    case LEADSCAN_BODY_TOO_LARGE:
      tell(f, stream, "too_large", NULL, NULL);
      break;
    case LEADSCAN_BODY_INCOMPLETE:
      tell(f, stream, "incomplete", NULL, NULL);
      break;
    default:
      break;
  }
}

/* ---- Headers --------------------------------------------------------------------------------- */

static envoy_text header(void* stream, envoy_text name) {
  envoy_text value = {NULL, 0};
  if (!envoy_dynamic_module_callback_http_get_header(stream, ENVOY_RESPONSE_HEADER, name, &value, 0,
                                                     NULL)) {
    value.length = 0;
  }
  return value;
}

static bool is_json(envoy_text type) {
  static const char json[] = "application/json";
  const size_t size = sizeof json - 1;
  return type.length >= size && strncasecmp(type.ptr, json, size) == 0 &&
         (type.length == size || type.ptr[size] == ';' || type.ptr[size] == ' ');
}

static bool is_bodiless(envoy_text status) {
  return status.length != 3 || status.ptr[0] == '1' || memcmp(status.ptr, "204", 3) == 0 ||
         memcmp(status.ptr, "206", 3) == 0 || memcmp(status.ptr, "304", 3) == 0;
}

static uint64_t length_of(envoy_text digits) {
  uint64_t value = 0;
  if (digits.length == 0 || digits.length > 18) return LEADSCAN_BODY_UNKNOWN;
  for (size_t i = 0; i < digits.length; ++i) {
    if (digits.ptr[i] < '0' || digits.ptr[i] > '9') return LEADSCAN_BODY_UNKNOWN;
    value = value * 10 + (uint64_t)(digits.ptr[i] - '0');
  }
  return value;
}

/* ---- Hooks ----------------------------------------------------------------------------------- */

const char* envoy_dynamic_module_on_program_init(void) { return LEADSCAN_ENVOY_ABI; }

const void* envoy_dynamic_module_on_http_filter_config_new(void* envoy_config, envoy_text name,
                                                           envoy_text value) {
  (void)name;
  char line[160];
  envoy_text labels[2] = {TEXT("status"), TEXT("family")};
  config* c = new_config(value, envoy_dynamic_module_callback_get_concurrency() + 1);
  if (c == NULL) return NULL;
  if (envoy_dynamic_module_callback_http_filter_config_define_counter(
          envoy_config, TEXT("leadscan_responses"), labels, 2, &c->counter) != 0) {
    envoy_dynamic_module_callback_log(ENVOY_LOG_ERROR, TEXT("leadscan: no counter could be made"));
    free_config(c);
    return NULL;
  }
  /* For whom Envoy has just warned of the version, without naming its own. */
  const int size =
      snprintf(line, sizeof line, "leadscan %s: made for dynamic modules %s, of Envoy %s",
               leadscan_version(), LEADSCAN_ENVOY_ABI, LEADSCAN_ENVOY_RELEASE);
  envoy_dynamic_module_callback_log(ENVOY_LOG_INFO, (envoy_text){line, (size_t)size});
  return c;
}

void envoy_dynamic_module_on_http_filter_config_destroy(const void* c) { free_config((config*)c); }

/* Null without memory: Envoy calls the hooks with it nevertheless. */
const void* envoy_dynamic_module_on_http_filter_new(const void* c, void* stream) {
  filter* f = calloc(1, sizeof *f);
  if (f == NULL) return NULL;
  f->config = (config*)c;
  f->worker = envoy_dynamic_module_callback_http_filter_get_worker_index(stream);
  return f;
}

void envoy_dynamic_module_on_http_filter_destroy(const void* p) {
  filter* f = (filter*)p;
  if (f == NULL) return;
  free(f->body.memory);
  free(f);
}

int envoy_dynamic_module_on_http_filter_response_headers(void* stream, const void* p, bool end) {
  filter* f = (filter*)p;
  if (f == NULL) return ENVOY_CONTINUE;
  const uint64_t length = length_of(header(stream, TEXT("content-length")));
  f->begun = true;
  if (f->done) return ENVOY_CONTINUE;
  if (end || length == 0 || is_bodiless(header(stream, TEXT(":status"))) ||
      !is_json(header(stream, TEXT("content-type")))) {
    tell(f, stream, "skipped", NULL, NULL);
  } else if (header(stream, TEXT("content-encoding")).length > 0) {
    tell(f, stream, "encoded", NULL, NULL);
  } else if (leadscan_body_begin(&f->body, f->config->max_body, length) ==
             LEADSCAN_BODY_TOO_LARGE) {
    tell(f, stream, "too_large", NULL, NULL);
  }
  return ENVOY_CONTINUE;
}

int envoy_dynamic_module_on_http_filter_response_body(void* stream, const void* p, bool end) {
  filter* f = (filter*)p;
  envoy_text few[32];
  envoy_text* slices = few;
  if (f == NULL || f->done || !f->begun) return ENVOY_CONTINUE;
  const size_t count =
      envoy_dynamic_module_callback_http_get_body_chunks_size(stream, ENVOY_RECEIVED_RESPONSE_BODY);
  if (count > sizeof few / sizeof *few) slices = malloc(count * sizeof *slices);
  if (slices == NULL) {
    tell(f, stream, "skipped", NULL, NULL);
    return ENVOY_CONTINUE;
  }
  if (count == 0 || !envoy_dynamic_module_callback_http_get_body_chunks(
                        stream, ENVOY_RECEIVED_RESPONSE_BODY, slices)) {
    /* An HTTP/1 upstream's last bytes come without `end`, which follows with no slices. */
    if (end) take(f, stream, TEXT(""), true);
  } else {
    for (size_t i = 0; i < count && !f->done; ++i) {
      take(f, stream, slices[i], end && i + 1 == count);
    }
  }
  if (slices != few) free(slices);
  return ENVOY_CONTINUE;
}

int envoy_dynamic_module_on_http_filter_response_trailers(void* stream, const void* p) {
  filter* f = (filter*)p;
  if (f != NULL && f->begun && !f->done) take(f, stream, TEXT(""), true);
  return ENVOY_CONTINUE;
}

/* In time for the access log. */
void envoy_dynamic_module_on_http_filter_stream_complete(void* stream, const void* p) {
  filter* f = (filter*)p;
  if (f != NULL && f->begun && !f->done) tell(f, stream, "incomplete", NULL, NULL);
}

int envoy_dynamic_module_on_http_filter_request_headers(void* stream, const void* f, bool end) {
  (void)stream, (void)f, (void)end;
  return ENVOY_CONTINUE;
}

int envoy_dynamic_module_on_http_filter_request_body(void* stream, const void* f, bool end) {
  (void)stream, (void)f, (void)end;
  return ENVOY_CONTINUE;
}

int envoy_dynamic_module_on_http_filter_request_trailers(void* stream, const void* f) {
  (void)stream, (void)f;
  return ENVOY_CONTINUE;
}

void envoy_dynamic_module_on_http_filter_scheduled(void) {}
void envoy_dynamic_module_on_http_filter_http_callout_done(void) {}
void envoy_dynamic_module_on_http_filter_http_stream_headers(void) {}
void envoy_dynamic_module_on_http_filter_http_stream_data(void) {}
void envoy_dynamic_module_on_http_filter_http_stream_trailers(void) {}
void envoy_dynamic_module_on_http_filter_http_stream_complete(void) {}
void envoy_dynamic_module_on_http_filter_http_stream_reset(void) {}
void envoy_dynamic_module_on_http_filter_downstream_above_write_buffer_high_watermark(void) {}
void envoy_dynamic_module_on_http_filter_downstream_below_write_buffer_low_watermark(void) {}
