/* A C program outside of the tree, over the C interface. */
#include <leadscan/c/leadscan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  static const char body[] =
      "{\"dsLeadOpportunityId\":\"7KQD-M2X41B\",\"action\":\"create\","
      "\"partnerLeadOpportunityId\":\"OPPY-77\",\"info\":{\"success\":true,\"statusCode\":201}}";
  const size_t size = leadscan_parser_size(4096);
  const size_t alignment = leadscan_parser_alignment();
  void* memory = aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  leadscan_parser* parser = leadscan_parser_init(memory, size, 4096);
  leadscan_result result;
  result.size = sizeof result;
  if (parser == NULL) return 1;
  if (leadscan_parse(parser, body, strlen(body), &result) != LEADSCAN_STATUS_OK) return 2;
  if (result.ds_id.size != 11 || memcmp(result.ds_id.data, "7KQD-M2X41B", 11) != 0) return 3;
  if (leadscan_parse(parser, body, 20, &result) != LEADSCAN_STATUS_TRUNCATED) return 4;
  if (leadscan_version_number() != LEADSCAN_C_VERSION) return 5;
  puts(leadscan_version());
  free(memory);
  return 0;
}
