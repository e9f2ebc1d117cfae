#include "gateway/envoy/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t kLargestBody = (size_t)1 << 30;

static bool equals(envoy_text a, const char* b) {
  return a.length == strlen(b) && memcmp(a.ptr, b, a.length) == 0;
}

static bool begins(envoy_text text, const char* with) {
  return text.length >= strlen(with) && memcmp(text.ptr, with, strlen(with)) == 0;
}

static void complain(const char* what, envoy_text where) {
  char line[256];
  const int size = snprintf(line, sizeof line, "leadscan: %s: %.*s", what,
                            (int)(where.length < 100 ? where.length : 100), where.ptr);
  envoy_dynamic_module_callback_log(ENVOY_LOG_ERROR, (envoy_text){line, (size_t)size});
}

/* The part up to `separator`, which is taken off the text. */
static envoy_text next_part(envoy_text* text, char separator) {
  envoy_text part = {text->ptr, 0};
  while (part.length < text->length && text->ptr[part.length] != separator) ++part.length;
  const size_t taken = part.length + (part.length < text->length);
  text->ptr += taken;
  text->length -= taken;
  return part;
}

/* Which fields there are, the library says. */
static bool find_field(envoy_text name, wanted* found) {
  static const struct {
    const char* name;
    int32_t field;
  } others[] = {
      {"status", WANTED_STATUS}, {"family", WANTED_FAMILY}, {"violation", WANTED_VIOLATION}};
  for (size_t i = 0; i < sizeof others / sizeof *others; ++i) {
    if (equals(name, others[i].name)) {
      *found = (wanted){{others[i].name, name.length}, others[i].field};
      return true;
    }
  }
  for (int32_t field = 0; field < leadscan_field_count(); ++field) {
    const char* member = leadscan_field_member(field);
    /* `error` says whether there is one, which error_code and the family say, too. */
    if (*member != 0 && field != LEADSCAN_FIELD_ERROR && equals(name, member)) {
      *found = (wanted){{member, name.length}, field};
      return true;
    }
  }
  return false;
}

static bool read_fields(config* c, envoy_text names) {
  c->wanted_count = 0;
  while (names.length > 0) {
    const envoy_text name = next_part(&names, ',');
    if (c->wanted_count == MOST_FIELDS) {
      complain("too many fields", name);
      return false;
    }
    if (!find_field(name, &c->wanted[c->wanted_count++])) {
      complain("no field is called so", name);
      return false;
    }
  }
  return true;
}

static bool read_size(envoy_text digits, size_t* size) {
  size_t value = 0;
  for (size_t i = 0; i < digits.length; ++i) {
    if (digits.ptr[i] < '0' || digits.ptr[i] > '9') return false;
    value = value * 10 + (size_t)(digits.ptr[i] - '0');
    if (value > kLargestBody) return false;
  }
  *size = value;
  return value > 0;
}

static bool read_config(config* c, envoy_text value) {
  while (value.length > 0) {
    const envoy_text word = next_part(&value, ' ');
    if (begins(word, "max_body=")) {
      const envoy_text digits = {word.ptr + 9, word.length - 9};
      if (!read_size(digits, &c->max_body)) {
        complain("max_body is a number of bytes, from 1 to 1073741824", word);
        return false;
      }
    } else if (begins(word, "fields=")) {
      if (!read_fields(c, (envoy_text){word.ptr + 7, word.length - 7})) return false;
    } else if (word.length > 0) {
      complain("expected max_body=BYTES or fields=NAME,NAME", word);
      return false;
    }
  }
  return true;
}

config* new_config(envoy_text value, uint32_t worker_count) {
  config* c = calloc(1, sizeof *c + worker_count * sizeof(worker));
  if (c == NULL) return NULL;
  c->max_body = 65536;
  c->worker_count = worker_count;
  read_fields(c, TEXT("status,family,ds_id,trace_id,violation"));
  if (!read_config(c, value)) {
    free(c);
    return NULL;
  }
  return c;
}

void free_config(config* c) {
  for (uint32_t i = 0; i < c->worker_count; ++i) free(c->workers[i].memory);
  free(c);
}

worker* worker_of(config* c, uint32_t index) {
  if (index >= c->worker_count) return NULL;
  worker* w = &c->workers[index];
  if (w->parser != NULL) return w;
  const size_t alignment = leadscan_parser_alignment();
  const size_t size = leadscan_parser_size(c->max_body);
  /* aligned_alloc wants a multiple. */
  const size_t whole = (size + c->max_body + alignment - 1) / alignment * alignment;
  w->memory = aligned_alloc(alignment, whole);
  if (w->memory == NULL) return NULL;
  w->decoded = (char*)w->memory + size;
  w->parser = leadscan_parser_init(w->memory, size, c->max_body);
  return w;
}
