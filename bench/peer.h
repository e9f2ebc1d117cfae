/* A parser of //bench:compare that cannot be in its binary: a shared object with these four
 * functions and no other symbol, in any language, taken by --peer=PATH. C99.
 *
 * It is compared like the others: what it reads has to be what they read, by the rules of
 * docs/families.md, and is checked before anything is timed. */
#ifndef LEADSCAN_BENCH_PEER_H_
#define LEADSCAN_BENCH_PEER_H_

#include <stddef.h>
#include <stdint.h>

#include "leadscan/c/leadscan.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LEADSCAN_PEER_ABI 1

/* 64 bytes behind `size` may be read, up to `capacity`. None may be written. */
typedef struct leadscan_peer_document {
  const char* data;
  size_t size;
  size_t capacity;
} leadscan_peer_document;

/* Four lines: its name in tables, its library, the version, and how it was compiled. Null if it
 * does not know this `abi`. The text is the plug-in's. */
LEADSCAN_C_API const char* leadscan_peer_describe(uint32_t abi);

/* A parser for one thread, or null. */
LEADSCAN_C_API void* leadscan_peer_open(void);

/* Reads the documents one after the other, all of them into `result`, which holds the last one's
 * members then, if it is a response: texts live until the next call. Returns how many are. Of
 * `result` the members behind `verdict` are the peer's to set. A `count` of 0 does nothing, and is
 * timed: what a call costs. */
LEADSCAN_C_API uint64_t leadscan_peer_run(void* peer, const leadscan_peer_document* documents,
                                          size_t count, leadscan_result* result);

LEADSCAN_C_API void leadscan_peer_close(void* peer);

#ifdef __cplusplus
}
#endif

#endif /* LEADSCAN_BENCH_PEER_H_ */
