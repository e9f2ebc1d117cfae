"""How a page is looked at, and what is wrong with it as a browser lays it out."""

VIEWS = [(width, dark) for width in (1280, 390) for dark in (False, True)]

# What is wrong with the page as it is laid out.
FLAWS = r"""
(() => {
  const flaws = [];
  const box = (e) => e.getBoundingClientRect();
  const name = (e) => e.tagName + ' "' + (e.textContent || e.getAttribute('aria-label') || '').trim().slice(0, 40) + '"';
  const seen = (e) => box(e).width > 0 && box(e).height > 0;
  if (document.documentElement.scrollWidth > innerWidth) flaws.push('the page is wider than the window');
  for (const e of document.querySelectorAll('.tiles .big, h1, h2, h3, p, nav a, .legend li'))
    if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline') flaws.push('cut off: ' + name(e));
  for (const e of document.querySelectorAll('.tiles .big'))
    if (box(e).right > box(e.closest('div')).right) flaws.push('out of its tile: ' + name(e));
  // Of a table that can be scrolled, only what is in view.
  for (const e of document.querySelectorAll('svg:not(svg svg)')) {
    if (!e.checkVisibility()) continue;  // it is folded
    if (!seen(e)) { flaws.push('a chart without size: ' + name(e)); continue; }
    for (const shape of e.querySelectorAll('rect')) {
      const inner = box(shape), outer = box(e);
      if (!(inner.width > 0 && inner.height > 0)) flaws.push('an empty bar in ' + name(e));
      if (inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.top < outer.top - 1 ||
          inner.bottom > outer.bottom + 1) flaws.push('a bar outside of ' + name(e));
    }
  }
  const labels = [...document.querySelectorAll('.plot text')].filter(seen);
  for (const a of labels) {
    if (box(a).left < 0 || box(a).right > innerWidth) flaws.push('a label out of the window: ' + name(a));
    for (const b of labels)
      if (a !== b && box(a).left < box(b).right && box(b).left < box(a).right &&
          box(a).top < box(b).bottom && box(b).top < box(a).bottom)
        flaws.push('labels overlap: ' + name(a) + ' ' + name(b));
  }
  // WCAG 2.2: contrast of text and of what charts show.
  const light = (color) => {
    const [r, g, b] = color.match(/[\d.]+/g).map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (color !== 'rgba(0, 0, 0, 0)') return color;
    }
  };
  const contrast = (a, b) => (Math.max(light(a), light(b)) + .05) / (Math.min(light(a), light(b)) + .05);
  for (const e of document.querySelectorAll('h1, .eyebrow, .big, .note, nav a, p, th, td, td a, li, summary, small, .legend li, pre, mark, dt, dd'))
    if (contrast(getComputedStyle(e).color, ground(e)) < 4.5) flaws.push('too little contrast: ' + name(e));
  for (const e of document.querySelectorAll('svg rect:not(.c-absent):not(.outage)'))
    if (contrast(getComputedStyle(e).fill, ground(e)) < 3) flaws.push('a bar of too little contrast: ' + e.getAttribute('class'));
  for (const e of document.querySelectorAll('svg path'))
    if (contrast(getComputedStyle(e).stroke, ground(e)) < 3) flaws.push('a line of too little contrast: ' + e.getAttribute('class'));
  // Who hears the page goes from heading to heading: none is left out.
  let level = 0;
  for (const e of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    if (e.tagName[1] > level + 1) flaws.push('a heading is left out: ' + name(e));
    level = +e.tagName[1];
  }
  if (document.querySelectorAll('h1').length !== 1) flaws.push('not one title');
  for (const e of document.querySelectorAll('section, svg[role=img], .scroll, nav, button, summary'))
    if (!(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.textContent).trim()) flaws.push('nothing to hear: ' + name(e));
  for (const e of document.querySelectorAll('a[href^="#"]'))
    if (!document.getElementById(e.hash.slice(1))) flaws.push('a link to nowhere: ' + e.hash);
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  if (new Set(ids).size !== ids.length) flaws.push('an id is there twice');
  return [...new Set(flaws)];
})()
"""
