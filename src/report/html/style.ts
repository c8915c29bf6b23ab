import { CLASSES } from '../../analysis/decide.js';
import { DARK_COLOURS, LIGHT_COLOURS } from '../charts/theme.js';

const colours = (theme: typeof LIGHT_COLOURS): string =>
  CLASSES.map((name) => `--class-${name}: ${theme[name]};`).join(' ');

const LIGHT = `--page: #ffffff; --panel: #f6f7f9; --ink: #1c2330; --faint: #5a6270; --grid: #dfe3e8; --link: #0a5ea8; ${colours(LIGHT_COLOURS)}`;
const DARK = `--page: #12161d; --panel: #1b212b; --ink: #e8ebf0; --faint: #a3abb8; --grid: #333c49; --link: #7cc0f7; ${colours(DARK_COLOURS)}`;

const BASE = `
:root { color-scheme: light; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark; ${DARK} } }
:root[data-theme="dark"] { color-scheme: dark; ${DARK} }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
main, header, footer { max-width: 74rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.25rem; display: flex; gap: .5rem 1.5rem; align-items: flex-start; justify-content: space-between; } header p { margin: .2rem 0 0; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; } h3 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; } h4 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { max-width: 46rem; } .faint, caption, .small { color: var(--faint); } .small { font-size: .875rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
button, select { font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--grid); border-radius: 6px; padding: .25rem .7rem; cursor: pointer; min-height: 2rem; }
button[aria-pressed="true"] { border-color: var(--ink); }
header button { flex: none; }
.skip { position: absolute; left: -999rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--page); padding: .4rem .8rem; z-index: 9; }
nav { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: .75rem 0 0; padding: .4rem 0; border-top: 1px solid var(--grid); border-bottom: 1px solid var(--grid); font-size: .875rem; }
nav a { text-decoration: none; padding: .1rem 0; } nav a:hover { text-decoration: underline; }
`;

const CONTENT = `
.hero { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 2rem; align-items: start; } .hero h2 { margin-top: 1.1rem; } .hero td, .hero th { padding: .22rem .7rem; }
.answer { margin: 0 0 .75rem; } .others { margin-top: .75rem; font-size: .9rem; } .others p { margin: .35rem 0; } .others .class { margin-right: .6em; }
.tiles { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: 0 0 .75rem; padding: 0; max-width: none; } .tiles li { margin: 0; padding: .3rem .8rem; background: var(--panel); border-radius: 8px; } .tiles b { font-size: 1.35rem; margin-right: .3rem; }
.scroll { overflow-x: auto; border: 1px solid var(--grid); border-radius: 8px; margin: .75rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .5rem .75rem; font-size: .85rem; }
th, td { padding: .35rem .75rem; text-align: left; border-top: 1px solid var(--grid); white-space: nowrap; font-weight: normal; vertical-align: top; }
thead th { color: var(--faint); } .number { text-align: right; } td.wrap { white-space: normal; min-width: 9rem; overflow-wrap: anywhere; }
code { font: .85em/1.4 ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.class { font-weight: 600; white-space: nowrap; } .class::before { content: ""; display: inline-block; width: .6em; height: .6em; border-radius: 50%; background: currentColor; margin-right: .45em; }
${CLASSES.map((name) => `.class-${name} { color: var(--class-${name}); } .heat-${name} { background: color-mix(in srgb, var(--class-${name}) var(--heat), transparent); }`).join('\n')}
.heat { display: inline-block; min-width: 2.6em; padding: .05rem .3rem; border-radius: 4px; text-align: right; }
.bar { display: inline-block; width: 7rem; max-width: 100%; padding: 0 .3rem; border-radius: 3px; background: linear-gradient(to right, color-mix(in srgb, var(--class-smooth) 28%, transparent) var(--share), transparent var(--share)); } .dot { color: var(--class-smooth); }
.flip { display: inline-block; width: 10rem; padding: 0 .3rem; border-radius: 3px; } .gained { background: linear-gradient(to right, color-mix(in srgb, var(--class-smooth) 30%, transparent) var(--share), transparent var(--share)); } .lost { background: linear-gradient(to right, color-mix(in srgb, var(--class-emergent) 30%, transparent) var(--share), transparent var(--share)); }
figure { margin: .75rem 0; min-width: 0; } .drawing svg { max-width: 100%; height: auto; display: block; } figcaption { color: var(--faint); font-size: .875rem; max-width: 46rem; }
.controls { display: flex; flex-wrap: wrap; gap: .35rem .9rem; align-items: center; margin: .5rem 0; padding: 0; border: 0; font-size: .9rem; } .controls legend { padding: 0; color: var(--faint); }
.controls label { max-width: 100%; } .controls select { max-width: 100%; } html:not([data-ready]) .live { display: none; }
details { border: 1px solid var(--grid); border-radius: 8px; margin: .6rem 0; background: var(--panel); scroll-margin-top: .5rem; } summary { padding: .55rem .9rem; cursor: pointer; } .task > summary { display: flex; flex-wrap: wrap; gap: .2rem 1rem; align-items: baseline; } .task > summary::before { content: "▸"; color: var(--faint); } .task[open] > summary::before { content: "▾"; }
details > div { padding: 0 .9rem .9rem; background: var(--page); border-radius: 0 0 8px 8px; border-top: 1px solid var(--grid); } details > .scroll { border-radius: 0 0 8px 8px; margin: 0; border-width: 1px 0 0; padding: 0; }
.two, .grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 2rem; align-items: start; }
main .two table { font-size: .84rem; } .two th, .two td { padding: .3rem .5rem; }
ul { padding-left: 1.2rem; max-width: 46rem; } li { margin: .2rem 0; overflow-wrap: anywhere; }
#tip { position: fixed; pointer-events: none; background: var(--ink); color: var(--page); padding: .35rem .6rem; border-radius: 6px; font-size: .8rem; line-height: 1.35; white-space: pre-line; display: none; z-index: 9; max-width: 18rem; }
footer { padding: 2rem 1.25rem; }
`;

const ELSEWHERE = `
@media (max-width: 56rem) { .hero, .two, .grid { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 46rem) { nav { flex-wrap: nowrap; overflow-x: auto; white-space: nowrap; } h1 { font-size: 1.3rem; } main, header, footer { padding-left: .9rem; padding-right: .9rem; } th, td { padding: .3rem .5rem; } .bar { width: 4.5rem; } .flip { width: 5rem; } .hero td, .hero th { padding: .22rem .45rem; } }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } * { transition: none !important; animation: none !important; } }
@media print { :root:root:root { color-scheme: light; ${LIGHT} } button, nav, .live, .skip { display: none !important; } body { font-size: 10pt; } figure, tr { break-inside: avoid; } h2, h3, h4, summary { break-after: avoid; } .scroll { overflow: visible; } table { font-size: 8pt; } th, td { padding: .15rem .35rem; } main, header, footer { max-width: none; padding: 0; } details { border: 0; background: none; } .two, .grid { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 1rem; } .two, .small, figcaption, caption { font-size: 8.5pt; } * { print-color-adjust: exact; } }
`;

/** The style sheet of the report: light and dark, screen and paper, desk and phone. */
export const STYLE = `${BASE}${CONTENT}${ELSEWHERE}`;
