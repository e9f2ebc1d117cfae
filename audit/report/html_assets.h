// Style and script of the HTML report. The page's Content-Security-Policy names their hashes, so
// that nothing else that looks like a style or script can have an effect; the tests tell the new
// hash when one of them was changed.
#pragma once

#include <string_view>

namespace leadscan::audit {

inline constexpr std::string_view kHtmlStyleHash =
    "sha256-TGXCZ30Qrk7itt8RZ+BrEd8e6SZ3Yc6tWfZSEDr5RlQ=";
inline constexpr std::string_view kHtmlScriptHash =
    "sha256-GmCemcPPN9NKPa7aybIKYJyaobXzXaXZlS0HkEhEj+E=";

inline constexpr std::string_view kHtmlStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #171b24; --soft: #596275; --line: #dfe3ea; --faint: #eef0f4;
  --link: #1f5fc4; --ok: #0a7a5a; --warn: #9a5b00; --bad: #b3261e;
  --created: #0b8f6a; --update: #2a6fdb; --failure: #c77700; --message: #7a7f99;
  --violation: #b3261e; --malformed: #8e3b8e; --truncated: #6b4a2b; --too_large: #2b2f38;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0f1217; --card: #181c23; --ink: #e8ebf1; --soft: #a0a8b8; --line: #2c323d; --faint: #222831;
    --link: #8ab4ff; --ok: #46c79c; --warn: #f0a83c; --bad: #ff8a7d;
    --created: #2fb58c; --update: #6ea0f5; --failure: #f0a83c; --message: #9aa0bb;
    --violation: #ff7a6b; --malformed: #cf86d0; --truncated: #b98d64; --too_large: #d7dbe6;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1160px; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
.eyebrow { margin: 0 0 .75rem; color: var(--soft); font-size: .87rem; }
.eyebrow b { color: var(--ink); font-weight: 600; }
h1 {
  margin: 0; max-width: 34ch; font-size: clamp(1.5rem, 4vw, 2.25rem); line-height: 1.2;
  font-weight: 650; letter-spacing: -.015em; text-wrap: balance;
}
.status { border-left: 5px solid var(--ok); padding: .25rem 0 .25rem 1.1rem; }
.status.warn { border-color: var(--warn); }
.status.bad { border-color: var(--bad); }
.lede { margin: .6rem 0 0; max-width: 75ch; color: var(--soft); }
.tiles {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(165px, 1fr)); gap: 1px;
  margin: 2rem 0 0; border: 1px solid var(--line); border-radius: 10px; background: var(--card); overflow: hidden;
}
.tiles div { padding: .9rem 1.1rem; box-shadow: 0 0 0 1px var(--line); }
.tiles dt { color: var(--soft); font-size: .82rem; }
.tiles dd { margin: 0; }
.tiles .big { font-size: 1.45rem; line-height: 1.35; font-weight: 600; letter-spacing: -.01em; white-space: nowrap; }
.tiles .note { color: var(--soft); font-size: .82rem; }
.is-ok { color: var(--ok); } .is-warn { color: var(--warn); } .is-bad { color: var(--bad); }
nav { margin: 1.5rem 0 0; display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; font-size: .92rem; }
nav span { color: var(--soft); }
section {
  margin: 1.5rem 0 0; padding: 1.4rem 1.5rem 1.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 10px;
}
h2 { margin: 0; font-size: 1.15rem; font-weight: 650; letter-spacing: -.005em; }
h3 { margin: 1.6rem 0 .4rem; font-size: .97rem; font-weight: 600; }
h2 small, h3 small { color: var(--soft); font-weight: 400; font-size: .87rem; margin-left: .35rem; }
p.about { margin: .2rem 0 0; color: var(--soft); font-size: .9rem; max-width: 85ch; }
h4 { margin: 1rem 0 .3rem; font-size: .92rem; font-weight: 600; }
h4 small { color: var(--soft); font-weight: 400; font-size: .87rem; margin-left: .35rem; }
.story { margin: .6rem 0 0; padding: 0; list-style: none; max-width: 95ch; }
.story li { margin: .35rem 0 0; padding: 0 0 0 .8rem; border-left: 3px solid var(--line); overflow-wrap: anywhere; }
.story li.bad { border-color: var(--bad); }
.story li.warn { border-color: var(--warn); }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 430px), 1fr)); gap: 0 2.5rem; }
.columns > div { min-width: 0; }
.scroll { overflow: auto; max-height: 40rem; margin: .6rem 0 0; }
@supports selector(:has(a)) { .fold:not(:has(> details[open])) tbody.more { display: none; } }
.fold > details { margin: .4rem 0 0; }
.on-paper { display: none; }
.scroll + p.about { margin-top: .6rem; }
.scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { padding: .36rem .9rem .36rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--faint); }
th:last-child, td:last-child { padding-right: .3rem; }
thead th {
  position: sticky; top: 0; z-index: 1; background: var(--card); color: var(--soft); font-weight: 500;
  font-size: .82rem; white-space: nowrap; box-shadow: inset 0 -1px var(--line); border-bottom: 0;
}
tbody tr:last-child td { border-bottom: 0; }
td.n, th.n { text-align: right; white-space: nowrap; }
td.n + td, th.n + th { padding-left: .5rem; }
td.t { overflow-wrap: anywhere; min-width: 11rem; }
td.f { overflow-wrap: anywhere; min-width: 16rem; }
td.w { white-space: nowrap; }
td.bar { width: 38%; min-width: 5rem; vertical-align: middle; }
td.wide { width: 45%; min-width: 8rem; vertical-align: middle; }
td svg, td svg.stack { display: block; margin: 0; }
.narrow { max-width: 34rem; }
code, .mono { font-family: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .93em; }
.dim { color: var(--soft); }
.sub { display: block; color: var(--soft); font-size: .93em; }
th button { all: unset; cursor: pointer; }
th button:hover { color: var(--ink); }
th button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
th[aria-sort=ascending] button::after { content: " \2191"; }
th[aria-sort=descending] button::after { content: " \2193"; }
details { margin: .9rem 0 0; }
summary { cursor: pointer; color: var(--link); font-size: .9rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: .7rem 0 0; padding: 0; font-size: .85rem; color: var(--soft); }
.legend li { display: flex; align-items: center; gap: .4rem; }
.swatch { flex: none; display: inline-block; width: .72em; height: .72em; border-radius: 2px; background: currentColor; }
td .swatch { margin-right: .5rem; }
.c-created { color: var(--created); fill: var(--created); } .c-update { color: var(--update); fill: var(--update); }
.c-failure { color: var(--failure); fill: var(--failure); } .c-message { color: var(--message); fill: var(--message); }
.c-violation { color: var(--violation); fill: var(--violation); } .c-malformed { color: var(--malformed); fill: var(--malformed); }
.c-truncated { color: var(--truncated); fill: var(--truncated); } .c-too_large { color: var(--too_large); fill: var(--too_large); }
.c-count { fill: var(--update); }
.c-value { color: var(--created); fill: var(--created); } .c-null { color: var(--failure); fill: var(--failure); }
.c-absent { color: var(--line); fill: var(--line); } .c-other { color: var(--malformed); fill: var(--malformed); }
.stack { display: block; width: 100%; margin: 1rem 0 .4rem; }
.stack rect { stroke: var(--card); stroke-width: 1px; }
td .stack rect { stroke-width: 0; }
.plot { display: flex; margin: 1rem 0 0; }
.plot svg { display: block; overflow: visible; }
.plot .axis { flex: none; }
.plot .columns-of { flex: 1; min-width: 0; }
.plot text { fill: var(--soft); font-size: 11.5px; }
.plot line { stroke: var(--line); shape-rendering: crispEdges; }
.plot line.zero { stroke: var(--soft); }
.plot g.column:hover { opacity: .75; }
.plot .outage { fill: var(--soft); opacity: .22; }
.plot path { fill: none; stroke-width: 1.6px; vector-effect: non-scaling-stroke; }
.plot .l-success { stroke: var(--created); }
.plot .l-violations { stroke: var(--violation); }
.plot.rate { margin-top: .8rem; }
.axis-title { margin: 1rem 0 -.6rem; color: var(--soft); font-size: .82rem; }
.excerpt { margin: .8rem 0 0; }
.excerpt pre { margin: .2rem 0 0; padding: .5rem .7rem; background: var(--faint); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
.excerpt:target pre { outline: 2px solid var(--link); }
mark { background: var(--bad); color: var(--card); padding: 0 .15em; border-radius: 2px; }
.facts { margin: .6rem 0 0; display: grid; grid-template-columns: auto 1fr; gap: .2rem 1rem; font-size: .9rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
footer { margin: 2rem 0 0; color: var(--soft); font-size: .85rem; }
@media (max-width: 640px) {
  main { padding: 1.5rem .9rem 3rem; }
  section { padding: 1.1rem 1rem 1.2rem; }
  .tiles { grid-template-columns: 1fr 1fr; }
  .tiles div { padding: .7rem .8rem; }
  .tiles .big { font-size: 1.2rem; }
  .plot .optional { display: none; }
  th, td { padding-right: .55rem; }
  td.t { min-width: 7.5rem; }
  td.bar { width: 22%; min-width: 2.5rem; }
  td.wide { min-width: 6rem; }
}
@media print {
  @page { margin: 13mm 12mm; }
  :root { color-scheme: light; --page: #fff; }
  body { font-size: 9pt; line-height: 1.4; }
  main { max-width: none; padding: 0; }
  section { border: 0; padding: .5rem 0; margin: .6rem 0 0; break-inside: auto; }
  .tiles { margin-top: 1rem; grid-template-columns: repeat(3, 1fr); }
  .tiles .big { font-size: 1.2rem; }
  nav, summary { display: none; }
  .rest summary { display: block; color: var(--soft); list-style: none; }
  .rest summary::-webkit-details-marker { display: none; }
  .on-screen { display: none; }
  .on-paper { display: inline; }
  .folder { display: none; }
  .fold tbody.more, .rest .excerpt { display: none !important; }
  .scroll { max-height: none; overflow: visible; }
  table { font-size: 8.5pt; }
  thead { display: table-header-group; }
  thead th { position: static; }
  /* Chromium leaves a head empty on the pages behind the first if what is in it has a box of its own. */
  th button { display: contents; }
  th, td { padding: .2rem .6rem .2rem 0; }
  td.t { min-width: 0; }
  td.f { min-width: 7.5rem; }
  td.t code { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 5; overflow: hidden; }
  h2, h3, h4, .about, .axis-title, h2 + .legend { break-after: avoid; }
  .excerpt, tr, .plot, .tiles, .stack, .legend, .about { break-inside: avoid; }
  footer { break-before: avoid; margin: 0; }
  svg, .swatch { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";

inline constexpr std::string_view kHtmlScript = R"js(
'use strict';
// Everything is there without this: it sorts tables.
const number = (text) => /^[<>]?[\d,]+(\.\d+)?( %)?$/.test(text) ? parseFloat(text.replace(/[<>,]/g, '')) : NaN;
for (const table of document.querySelectorAll('table')) {
  const bodies = [...table.tBodies];
  const lengths = bodies.map((body) => body.rows.length);
  if (!table.tHead || lengths[0] < 2) continue;
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    if (!head.textContent) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    button.title = 'Sort';
    head.append(button);
    button.addEventListener('click', () => {
      const rows = bodies.flatMap((body) => [...body.rows]).map((row) => {
        const text = row.cells[column].textContent.trim();
        return { row, text, number: number(text) };
      });
      const numeric = rows.every((item) => !Number.isNaN(item.number) || item.text === '' || item.text === '-');
      const up = head.ariaSort ? head.ariaSort === 'descending' : !numeric;
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      head.ariaSort = up ? 'ascending' : 'descending';
      const compare = numeric ? (a, b) => (a.number || 0) - (b.number || 0)
        : (a, b) => a.text.localeCompare(b.text, 'en', { numeric: true });
      rows.sort((a, b) => up ? compare(a, b) : compare(b, a));
      // As many in each body as there were: the first of them all are those that are shown.
      let next = 0;
      bodies.forEach((body, i) => body.append(...rows.slice(next, next += lengths[i]).map((item) => item.row)));
    });
  });
}
)js";

}  // namespace leadscan::audit
