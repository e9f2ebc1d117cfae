/* What nginx looks up in a dynamic module; its own build writes such a file. */
#include "gateway/nginx/ngx_http_leadscan.h"

ngx_module_t* ngx_modules[] = {&ngx_http_leadscan_module, NULL};

char* ngx_module_names[] = {"ngx_http_leadscan_module", NULL};

/* Its own name, and the filters before the first of which it belongs. Filters run from the
 * list's end: this one behind gunzip, and in front of all that change a body (sub, addition, SSI,
 * gzip). The later names are for an nginx that was built without the earlier ones. */
char* ngx_module_order[] = {
    "ngx_http_leadscan_module",      "ngx_http_gunzip_filter_module",
    "ngx_http_userid_filter_module", "ngx_http_headers_filter_module",
    "ngx_http_copy_filter_module",   NULL,
};
