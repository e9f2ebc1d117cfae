// What the HTML report can be checked by: the bytes that are wrong, and how it came to be.
#pragma once

#include "audit/report/html_page.h"

namespace leadscan::audit {

// Of the bad records that are listed. An element `bad-N` each, from 1.
void add_excerpts(HtmlPage& page);

// A section of its own, which comparisons leave out.
void add_run(HtmlPage& page);

}  // namespace leadscan::audit
