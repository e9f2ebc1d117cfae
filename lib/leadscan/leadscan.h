// leadscan: reads responses of the 3DS partner API operation "POST leads-opportunities".
// The umbrella over its public headers.
#pragma once

#include "leadscan/error.h"     // IWYU pragma: export
#include "leadscan/fields.h"    // IWYU pragma: export
#include "leadscan/lines.h"     // IWYU pragma: export
#include "leadscan/parser.h"    // IWYU pragma: export
#include "leadscan/render.h"    // IWYU pragma: export
#include "leadscan/response.h"  // IWYU pragma: export
#include "leadscan/text.h"      // IWYU pragma: export
#include "leadscan/version.h"   // IWYU pragma: export
