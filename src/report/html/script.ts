/**
 * What the page does beyond showing itself: charts that are already drawn become live (hover, zoom by toggles), the
 * overview is filtered by task and class, themes switch, and everything unfolds before printing. It asks nothing of a network.
 */
export const SCRIPT = `
(() => {
  const root = document.documentElement;
  const tip = document.getElementById('tip');
  const showTip = (_handler, event, _item, value) => {
    if (value === null || value === undefined || value === '') { tip.style.display = 'none'; return; }
    tip.textContent = typeof value === 'object' ? Object.entries(value).map(([name, text]) => name + ': ' + text).join('\\n') : String(value);
    tip.style.display = 'block';
    tip.style.left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8) + 'px';
    tip.style.top = Math.max(8, event.clientY - tip.offsetHeight - 10) + 'px';
  };
  const charts = JSON.parse(document.getElementById('charts').textContent);
  const views = new Map();
  const draw = (figure) => {
    const name = figure.dataset.chart;
    if (views.has(name) || !charts[name]) return;
    const target = figure.querySelector('.drawing');
    const width = Math.max(260, target.clientWidth || charts[name].width);
    const view = new vega.View(vega.parse({ ...charts[name], width: Math.min(width, 1000) }), { renderer: 'svg', hover: true });
    view.tooltip(showTip);
    target.textContent = '';
    view.initialize(target).runAsync();
    views.set(name, view);
  };
  const seen = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => draw(entry.target)));
  document.querySelectorAll('figure[data-chart]').forEach((figure) => seen.observe(figure));

  const boxes = [...document.querySelectorAll('input[data-task]')];
  const rows = JSON.parse(document.getElementById('overview-rows').textContent);
  const filter = () => {
    const figure = document.querySelector('figure[data-chart="overview"]');
    if (!figure) return;
    draw(figure);
    const shown = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.task));
    const view = views.get('overview');
    view.change('rows', vega.changeset().remove(() => true).insert(rows.filter((row) => shown.has(row.task)).map((row) => ({ ...row })))).runAsync();
    root.dataset.shown = String(shown.size);
  };
  boxes.forEach((box) => box.addEventListener('change', filter));
  document.querySelectorAll('button[data-show]').forEach((button) => button.addEventListener('click', () => {
    const wanted = button.dataset.show;
    boxes.forEach((box) => { box.checked = wanted === 'all' || box.dataset.class === wanted; });
    filter();
  }));

  const toggle = document.getElementById('theme');
  toggle.hidden = false;
  toggle.addEventListener('click', () => {
    const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = isDark ? 'light' : 'dark';
  });
  addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((details) => { details.open = true; }));
  root.dataset.ready = 'true';
})();
`;
