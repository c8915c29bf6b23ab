import { CLASSES } from '../../analysis/decide.js';
import { DARK_COLOURS, LIGHT_COLOURS } from '../charts/theme.js';

const colours = (theme: typeof LIGHT_COLOURS): string =>
  CLASSES.map((name) => `--class-${name}: ${theme[name]};`).join(' ');

const LIGHT = `--page: #ffffff; --panel: #f6f7f9; --ink: #1c2330; --faint: #5a6270; --grid: #dfe3e8; --link: #0a5ea8; ${colours(LIGHT_COLOURS)}`;
const DARK = `--page: #12161d; --panel: #1b212b; --ink: #e8ebf0; --faint: #a3abb8; --grid: #333c49; --link: #7cc0f7; ${colours(DARK_COLOURS)}`;

/** The style sheet of the report: light and dark, screen and paper, desk and phone. */
export const STYLE = `
:root { color-scheme: light; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark; ${DARK} } }
:root[data-theme="dark"] { color-scheme: dark; ${DARK} }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
main, header, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.75rem; display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; justify-content: space-between; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; } h3 { font-size: 1.05rem; margin: 0; }
p { max-width: 46rem; } .faint, caption, .small { color: var(--faint); } .small { font-size: .875rem; }
a { color: var(--link); } a:focus-visible, button:focus-visible, input:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
button, select { font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--grid); border-radius: 6px; padding: .3rem .7rem; cursor: pointer; }
.skip { position: absolute; left: -999rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--page); padding: .4rem .8rem; }
.answer { font-size: 1.15rem; max-width: 54rem; }
.scroll { overflow-x: auto; border: 1px solid var(--grid); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .5rem .75rem; font-size: .85rem; }
th, td { padding: .35rem .75rem; text-align: left; border-top: 1px solid var(--grid); white-space: nowrap; font-weight: normal; }
thead th { color: var(--faint); } .number { text-align: right; } td.wrap { white-space: normal; min-width: 16rem; }
.class { font-weight: 600; white-space: nowrap; } .class::before { content: ""; display: inline-block; width: .6em; height: .6em; border-radius: 50%; background: currentColor; margin-right: .45em; }
${CLASSES.map((name) => `.class-${name} { color: var(--class-${name}); }`).join('\n')}
.heat { display: inline-block; min-width: 2.6em; padding: .05rem .3rem; border-radius: 4px; text-align: right; }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; display: block; } figcaption { color: var(--faint); font-size: .875rem; }
.controls { display: flex; flex-wrap: wrap; gap: .35rem .9rem; margin: .5rem 0; padding: 0; border: 0; font-size: .9rem; } .controls legend { padding: 0; color: var(--faint); }
.controls label { white-space: nowrap; }
details { border: 1px solid var(--grid); border-radius: 8px; margin: .6rem 0; background: var(--panel); } summary { padding: .6rem .9rem; cursor: pointer; display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: baseline; }
details > div { padding: 0 .9rem .9rem; background: var(--page); border-radius: 0 0 8px 8px; border-top: 1px solid var(--grid); } .two { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 2rem; align-items: start; }
ul { padding-left: 1.2rem; max-width: 46rem; } li { margin: .2rem 0; }
#tip { position: fixed; pointer-events: none; background: var(--ink); color: var(--page); padding: .35rem .6rem; border-radius: 6px; font-size: .8rem; line-height: 1.35; white-space: pre-line; display: none; z-index: 9; max-width: 18rem; }
footer { padding: 2rem 1.25rem; }
@media (max-width: 46rem) { .two { grid-template-columns: minmax(0, 1fr); } h1 { font-size: 1.35rem; } .answer { font-size: 1.05rem; } main, header, footer { padding-left: .9rem; padding-right: .9rem; } th, td { padding: .3rem .5rem; } }
@media print { button, .controls, .skip { display: none; } body { font-size: 11pt; } details, figure, .scroll { break-inside: avoid; } .scroll { overflow: visible; } main, header, footer { max-width: none; } }
`;
