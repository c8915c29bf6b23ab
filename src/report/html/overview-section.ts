import { AXES, type Axis } from '../../analysis/points.js';
import { CLASSES } from '../../analysis/decide.js';
import type { OverviewRow } from '../charts/overview-chart.js';
import { axisTitle } from '../words.js';
import { classBadge } from './class-badge.js';
import { escapeHtml } from './element.js';

/** All curves in one frame, with what chooses among them: axis, logarithm, class, task. */
export function overviewSection(
  rows: readonly OverviewRow[],
  { figure, axis, axes }: { figure: string; axis: Axis | null; axes: readonly Axis[] },
): string {
  if (figure === '') return '';
  const classOf = new Map(rows.map((row) => [row.task, row.class]));
  const boxes = [...classOf].map(
    ([task, name]) =>
      `<label><input type="checkbox" checked data-task="${escapeHtml(task)}" data-class="${name}"> ${escapeHtml(task)}</label>`,
  );
  const present = CLASSES.filter((name) => [...classOf.values()].includes(name));
  const buttons = present.map(
    (name) => `<button type="button" data-show="${name}">${classBadge(name)}</button>`,
  );
  return `<h2 id="curves">All curves</h2>
${axisControls(axis, axes)}
${figure}
<div class="controls live" role="group" aria-label="Tasks shown in the chart"><button type="button" data-show="all">all</button> ${buttons.join(' ')}</div>
<details class="live"><summary>Choose single tasks</summary><div><fieldset class="controls"><legend>Tasks shown</legend>${boxes.join('\n')}</fieldset></div></details>`;
}

/** Stands for the axis that each curve was decided on, where they differ. */
export const OWN_AXIS = 'own';

/** What every chart by scale is drawn against. A class belongs to the axis that it was decided on. */
function axisControls(axis: Axis | null, axes: readonly Axis[]): string {
  const first = axis === null ? [[OWN_AXIS, 'what each family varies'] as const] : [];
  const offered = AXES.filter((name) => name === axis || axes.includes(name));
  const options = [...first, ...offered.map((name) => [name, axisTitle(name)] as const)].map(
    ([name, title]) => `<option value="${name}"${name === axis ? ' selected' : ''}>${title}</option>`,
  );
  const decided = axis === null ? 'what each family varies' : axisTitle(axis);
  return `<div class="controls live"><label>All charts against <select id="axis">${options.join('')}</select></label>
<label><input type="checkbox" id="log" checked> logarithmic</label>
<span class="faint">Classes are those against ${decided}; forecasts are drawn on that axis only.</span></div>`;
}
