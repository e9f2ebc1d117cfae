/* What the filter is told in Envoy's configuration, and what a worker has of its own. */
#ifndef GATEWAY_ENVOY_CONFIG_H_
#define GATEWAY_ENVOY_CONFIG_H_

#include "gateway/envoy/envoy_abi.h"
#include "leadscan/c/leadscan.h"

#define TEXT(literal) ((envoy_text){(literal), sizeof(literal) - 1})

enum { MOST_FIELDS = 32 };

/* A member of the metadata: its name, and the leadscan_field it is of; or one that is no field. */
typedef struct wanted {
  envoy_text name;
  int32_t field;
} wanted;

enum { WANTED_STATUS = -1, WANTED_FAMILY = -2, WANTED_VIOLATION = -3 };

/* Made by a worker when it needs it, and touched by no other thread. */
typedef struct worker {
  leadscan_parser* parser;
  char* decoded; /* max_body bytes: texts of one document have room in it */
  void* memory;  /* both are in it */
} worker;

/* Of all threads; constant but for what each has in `workers`. */
typedef struct config {
  size_t max_body;
  size_t counter; /* Envoy's number of it */
  size_t wanted_count;
  wanted wanted[MOST_FIELDS];
  uint32_t worker_count;
  worker workers[];
} config;

/* `value` is "max_body=BYTES fields=NAME,NAME", both of which may be left out. Null, and an error
 * in Envoy's log, if it is not understood. */
config* new_config(envoy_text value, uint32_t worker_count);
void free_config(config* config);

/* Null if there is no memory. */
worker* worker_of(config* config, uint32_t index);

#endif /* GATEWAY_ENVOY_CONFIG_H_ */
