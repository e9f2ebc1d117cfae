/* Linked into a copy of the module, for a test: in a worker every other piece of memory that the
 * module asks for cannot be had. */
#include "gateway/nginx/ngx_http_leadscan.h"

void* __real_ngx_alloc(size_t size, ngx_log_t* log);
void* __real_ngx_memalign(size_t alignment, size_t size, ngx_log_t* log);
void* __real_ngx_palloc(ngx_pool_t* pool, size_t size);
void* __real_ngx_pnalloc(ngx_pool_t* pool, size_t size);
void* __wrap_ngx_alloc(size_t size, ngx_log_t* log);
void* __wrap_ngx_memalign(size_t alignment, size_t size, ngx_log_t* log);
void* __wrap_ngx_palloc(ngx_pool_t* pool, size_t size);
void* __wrap_ngx_pnalloc(ngx_pool_t* pool, size_t size);

/* Half of the times, in no order that repeats with the requests. */
static int is_short(void) {
  static uint32_t state = 1;
  state = state * 1664525 + 1013904223;
  return ngx_process == NGX_PROCESS_WORKER && (state >> 31) != 0;
}

void* __wrap_ngx_alloc(size_t size, ngx_log_t* log) {
  return is_short() ? NULL : __real_ngx_alloc(size, log);
}

void* __wrap_ngx_memalign(size_t alignment, size_t size, ngx_log_t* log) {
  return is_short() ? NULL : __real_ngx_memalign(alignment, size, log);
}

void* __wrap_ngx_palloc(ngx_pool_t* pool, size_t size) {
  return is_short() ? NULL : __real_ngx_palloc(pool, size);
}

void* __wrap_ngx_pnalloc(ngx_pool_t* pool, size_t size) {
  return is_short() ? NULL : __real_ngx_pnalloc(pool, size);
}
