#include "gateway/nginx/counters.h"

static ngx_uint_t bucket_of(uint64_t ns) {
  uint64_t above = ns == 0 ? 0 : (ns - 1) >> FIRST_BOUND_BITS;
  ngx_uint_t bucket = above == 0 ? 0 : 64 - (ngx_uint_t)__builtin_clzll(above);
  return ngx_min(bucket, BUCKET_COUNT - 1);
}

/* Called for a new zone, and with the old one's `data` at a reload. */
static ngx_int_t init_zone(ngx_shm_zone_t* zone, void* data) {
  ngx_slab_pool_t* pool = (ngx_slab_pool_t*)zone->shm.addr;
  if (data == NULL) {
    data =
        zone->shm.exists ? pool->data : ngx_slab_calloc(pool, sizeof(ngx_http_leadscan_counters_t));
    pool->data = data;
  }
  zone->data = data;
  return data == NULL ? NGX_ERROR : NGX_OK;
}

ngx_int_t ngx_http_leadscan_add_zone(ngx_conf_t* cf, ngx_http_leadscan_main_conf_t* conf) {
  /* Another size would begin anew at a reload to the version that changes it, which is right: the
   * tag, an address in the module, tells versions of one size apart. */
  ngx_str_t name = ngx_string("leadscan");
  size_t size = 8 * ngx_pagesize + ngx_align(sizeof(ngx_http_leadscan_counters_t), ngx_pagesize);
  conf->zone = ngx_shared_memory_add(cf, &name, size, &ngx_http_leadscan_module);
  if (conf->zone == NULL) {
    return NGX_ERROR;
  }
  conf->zone->init = init_zone;
  return NGX_OK;
}

static uint32_t four(const void* bytes) {
  uint32_t word;
  ngx_memcpy(&word, bytes, sizeof(word));
  return word;
}

/* Two words, which may overlap, where that is all, as it is of most actions. */
static ngx_uint_t same_bytes(const void* a, const void* b, size_t size) {
  if (size < 4 || size > 8) {
    return ngx_memcmp(a, b, size) == 0;
  }
  return four(a) == four(b) &&
         four((const u_char*)a + size - 4) == four((const u_char*)b + size - 4);
}

static ngx_uint_t is_text(const ngx_http_leadscan_slot_t* slot, const leadscan_text* text) {
  return ngx_http_leadscan_is_used(slot) && slot->size == text->size &&
         same_bytes(slot->text, text->data, text->size);
}

static __attribute__((noinline)) void count_other_text(ngx_http_leadscan_slot_t* slots,
                                                       ngx_uint_t limit, ngx_atomic_t* others,
                                                       const leadscan_text* text) {
  ngx_http_leadscan_slot_t* slot;
  /* Without escapes a text has neither quotes, backslashes nor control characters, and needs no
   * escaping when it is shown. */
  if (!text->escaped && !text->is_object && text->size <= sizeof(slots->text)) {
    for (slot = slots; slot < slots + limit; ++slot) {
      if (slot->state == SLOT_FREE && ngx_atomic_cmp_set(&slot->state, SLOT_FREE, SLOT_CLAIMED)) {
        slot->size = text->size;
        ngx_memcpy(slot->text, text->data, text->size);
        __atomic_store_n(&slot->state, SLOT_USED, __ATOMIC_RELEASE);
      }
      /* Claimed: another worker is writing it, or was killed then. Two workers that meet a text for
       * the first time at once may give it two slots; whoever reads them adds them up. */
      if (is_text(slot, text)) {
        (void)ngx_atomic_fetch_add(&slot->count, 1);
        return;
      }
    }
  }
  (void)ngx_atomic_fetch_add(others, 1);
}

/* Mostly it is the first one. */
static inline void count_text(ngx_http_leadscan_slot_t* slots, ngx_uint_t limit,
                              ngx_atomic_t* others, const leadscan_text* text) {
  if (text->presence != LEADSCAN_PRESENCE_VALUE) {
    return;
  }
  if (is_text(slots, text)) {
    (void)ngx_atomic_fetch_add(&slots->count, 1);
  } else {
    count_other_text(slots, limit, others, text);
  }
}

void ngx_http_leadscan_count(ngx_http_request_t* r, const ngx_http_leadscan_ctx_t* ctx,
                             ngx_http_leadscan_outcome_t outcome) {
  ngx_http_leadscan_main_conf_t* conf = ngx_http_get_module_main_conf(r, ngx_http_leadscan_module);
  ngx_http_leadscan_counters_t* counters = conf->zone->data;

  (void)ngx_atomic_fetch_add(&counters->bodies[outcome], 1);
  if (ctx == NULL || !ctx->parsed) {
    return;
  }
  (void)ngx_atomic_fetch_add(&counters->buckets[bucket_of(ctx->parse_ns)], 1);
  (void)ngx_atomic_fetch_add(&counters->parse_ns, ctx->parse_ns);
  (void)ngx_atomic_fetch_add(&counters->parsed_bytes, ctx->size);
  if (outcome != NGX_HTTP_LEADSCAN_OK) {
    return; /* what could be read of a bad document is no basis for a metric */
  }
  if (ctx->result.family < FAMILY_LIMIT) {
    (void)ngx_atomic_fetch_add(&counters->families[ctx->result.family], 1);
  }
  count_text(counters->actions, ACTION_LIMIT, &counters->other_actions, &ctx->result.action);
  count_text(counters->error_codes, ERROR_CODE_LIMIT, &counters->other_error_codes,
             &ctx->result.error_code);
}
