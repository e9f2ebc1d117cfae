#include "audit/report/html_evidence.h"

#include <algorithm>
#include <vector>

#include "audit/base/timestamp.h"
#include "audit/report/format.h"
#include "audit/report/html_text.h"

namespace leadscan::audit {

// One for each row of the table. Those beyond its first rows are folded, too.
void add_excerpts(HtmlPage& page) {
  const std::vector<BadRecord>& all = page.report().bad_records;
  const std::size_t kept = std::min(all.size(), kMostRows);
  const bool folds = kept > kFewRows;
  page.add("<h3>What is there<small>200 bytes around the fault, which is marked</small></h3>\n");
  for (std::size_t i = 0; i < kept; ++i) {
    if (folds && i == kShownRows)
      page.add(
          "<details class=\"rest\"><summary><span class=\"on-screen\">{0} more</span>"
          "<span class=\"on-paper\">The first {1} of {2}</span></summary>\n",
          grouped(kept - kShownRows), kShownRows, grouped(kept));
    const BadRecord& bad = all[i];
    if (!bad.excerpt) continue;
    const ExcerptParts parts = parts_of(*bad.excerpt);
    const bool whole = bad.excerpt->offset == 0;
    page.add(
        "<div class=\"excerpt\" id=\"bad-{}\"><p class=\"about\">{} · line {}, byte {} · {}</p>"
        "<pre><code>{}{}<mark>{}</mark>{}</code></pre></div>\n",
        i + 1, page.input(page.file_name_of(bad.at)), grouped(bad.at.line), grouped(bad.at.offset),
        escape_html(bad.detail), whole ? "" : "… ", escape_html(parts.before),
        parts.fault.empty() ? "end" : escape_html(parts.fault), escape_html(parts.after));
  }
  if (folds) page.add("</details>\n");
}

// What the page can be checked by.
void add_run(HtmlPage& page) {
  if (!page.report().run) return;
  const Run& run = *page.report().run;
  page.open("run", "This run", "", "");
  page.add(
      "<dl class=\"facts\"><dt>Command</dt><dd>{}</dd><dt>Version</dt><dd>{}</dd>"
      "<dt>Began</dt><dd>{}</dd><dt>Ended</dt><dd>{}{}</dd></dl>\n",
      code(command_of(run), 20000), escape_html(run.version), format_timestamp(run.started),
      format_timestamp(run.ended), page.report().resumed ? ", going on with an earlier run" : "");
  const std::vector<FileSummary>& all = page.report().files;
  page.rows(all.size(), {"Input", "n:Size", "Modified", "SHA-256"}, "inputs as they were read",
            [&](std::size_t i) {
              const FileFacts& facts = all[i].facts;
              page.file(page.input(all[i].path));
              page.add("<td class=\"n\">{}</td><td class=\"w\">{}</td>",
                       facts.is_file || facts.is_hashed ? grouped(facts.size) : "-",
                       facts.is_file ? format_timestamp(facts.modified) : "-");
              page.text(facts.is_hashed ? code(hex_of(facts.sha256))
                        : run.hashes    ? "not read whole"
                                        : "not asked for (--hash)");
            });
  page.close();
}

}  // namespace leadscan::audit
