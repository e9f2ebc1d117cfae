/* What leadscan_envoy.c needs of Envoy's interface for dynamic modules, in declarations of our own.
 *
 * Source: source/extensions/dynamic_modules/abi/abi.h of Envoy, version v0.2.0, as Envoy 1.40 has
 * it. Envoy promises that it takes modules of this version and of the one before. Of another one it
 * warns, with the module's version, and runs it nevertheless; so nothing here may be used that it
 * has changed.
 *
 * Lifetimes: what Envoy gives to a hook lives until the hook returns, and headers and slices until
 * a callback of the same stream sets something. What a module gives to a callback is copied. */
#ifndef GATEWAY_ENVOY_ENVOY_ABI_H_
#define GATEWAY_ENVOY_ENVOY_ABI_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Pinned: raise it when all below has been compared with the new header. */
#ifndef LEADSCAN_ENVOY_ABI
#define LEADSCAN_ENVOY_ABI "v0.2.0"
#endif
#define LEADSCAN_ENVOY_RELEASE "1.40"

/* envoy_dynamic_module_type_{envoy,module}_buffer */
typedef struct envoy_text {
  const char* ptr;
  size_t length;
} envoy_text;

/* envoy_dynamic_module_type_module_key_value_pair */
typedef struct envoy_pair {
  envoy_text key;
  envoy_text value;
} envoy_pair;

enum { ENVOY_RESPONSE_HEADER = 2 };        /* of envoy_dynamic_module_type_http_header_type */
enum { ENVOY_RECEIVED_RESPONSE_BODY = 2 }; /* of ..._http_body_type: what is new in this call */
enum { ENVOY_LOG_INFO = 2, ENVOY_LOG_ERROR = 4 };
enum { ENVOY_CONTINUE = 0 }; /* of all ..._on_http_filter_..._status: pass it on */

/* ---- Callbacks: Envoy has them. `config` and `stream` are its pointers. ---------------------- */

void envoy_dynamic_module_callback_log(int level, envoy_text message);
uint32_t envoy_dynamic_module_callback_get_concurrency(void);
uint32_t envoy_dynamic_module_callback_http_filter_get_worker_index(void* stream);
/* The value number `index` of a header; false if there is none. `count` may be null. */
bool envoy_dynamic_module_callback_http_get_header(void* stream, int headers, envoy_text name,
                                                   envoy_text* value, size_t index, size_t* count);
size_t envoy_dynamic_module_callback_http_get_body_chunks_size(void* stream, int body);
bool envoy_dynamic_module_callback_http_get_body_chunks(void* stream, int body, envoy_text* slices);
void envoy_dynamic_module_callback_http_set_dynamic_metadata_string_batch(void* stream,
                                                                          envoy_text name_space,
                                                                          const envoy_pair* pairs,
                                                                          size_t count);
/* Both return 0 if it is done. */
int envoy_dynamic_module_callback_http_filter_config_define_counter(void* config, envoy_text name,
                                                                    envoy_text* labels,
                                                                    size_t label_count, size_t* id);
int envoy_dynamic_module_callback_http_filter_increment_counter(void* stream, size_t id,
                                                                envoy_text* labels,
                                                                size_t label_count, uint64_t by);

/* ---- Hooks: Envoy looks them all up when it loads the module, and refuses it if one is missing.
 * -- */

#define ENVOY_HOOK __attribute__((visibility("default")))

ENVOY_HOOK const char* envoy_dynamic_module_on_program_init(void);
ENVOY_HOOK const void* envoy_dynamic_module_on_http_filter_config_new(void* config, envoy_text name,
                                                                      envoy_text value);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_config_destroy(const void* config);
ENVOY_HOOK const void* envoy_dynamic_module_on_http_filter_new(const void* config, void* stream);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_destroy(const void* filter);
ENVOY_HOOK int envoy_dynamic_module_on_http_filter_request_headers(void* stream, const void* filter,
                                                                   bool end);
ENVOY_HOOK int envoy_dynamic_module_on_http_filter_request_body(void* stream, const void* filter,
                                                                bool end);
ENVOY_HOOK int envoy_dynamic_module_on_http_filter_request_trailers(void* stream,
                                                                    const void* filter);
ENVOY_HOOK int envoy_dynamic_module_on_http_filter_response_headers(void* stream,
                                                                    const void* filter, bool end);
ENVOY_HOOK int envoy_dynamic_module_on_http_filter_response_body(void* stream, const void* filter,
                                                                 bool end);
ENVOY_HOOK int envoy_dynamic_module_on_http_filter_response_trailers(void* stream,
                                                                     const void* filter);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_stream_complete(void* stream,
                                                                    const void* filter);
/* Of what this module never asks for, so that they are never called. Their arguments are left out.
 */
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_scheduled(void);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_http_callout_done(void);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_http_stream_headers(void);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_http_stream_data(void);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_http_stream_trailers(void);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_http_stream_complete(void);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_http_stream_reset(void);
/* These two are called, and tell nothing that matters here. */
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_downstream_above_write_buffer_high_watermark(
    void);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_downstream_below_write_buffer_low_watermark(
    void);

#ifdef __cplusplus
}
#endif

#endif /* GATEWAY_ENVOY_ENVOY_ABI_H_ */
