/**
 * What the page does beyond showing itself: it chooses axes and tasks, switches its theme, unfolds before printing and
 * when a link leads into a folded section, and takes a newer version of itself in without losing what was chosen. It
 * asks nothing of a network.
 */
export const SCRIPT = `
(() => {
  const root = document.documentElement;
  const { state } = charts;

  const show = () => {
    document.querySelectorAll('input[data-task]').forEach((box) => { box.checked = !state.hidden.has(box.dataset.task); });
    const boxes = [...document.querySelectorAll('input[data-task]')];
    const allOf = (name) => boxes.every((box) => box.checked === (name === 'all' || box.dataset.class === name));
    document.querySelectorAll('button[data-show]').forEach((button) => button.setAttribute('aria-pressed', String(allOf(button.dataset.show))));
    const axis = document.getElementById('axis');
    if (axis) axis.value = state.axis;
    const log = document.getElementById('log');
    if (log) log.checked = state.log;
    root.dataset.shown = String(boxes.filter((box) => box.checked).length);
  };
  document.addEventListener('change', ({ target }) => {
    if (target.dataset.task !== undefined) {
      if (target.checked) state.hidden.delete(target.dataset.task);
      else state.hidden.add(target.dataset.task);
      charts.redraw(['overview']);
    } else if (target.id === 'axis') { state.axis = target.value; charts.redraw(); }
    else if (target.id === 'log') { state.log = target.checked; charts.redraw(); }
    show();
  });
  document.addEventListener('click', ({ target }) => {
    const button = target.closest('button');
    if (!button) return;
    if (button.dataset.show !== undefined) {
      const wanted = button.dataset.show;
      state.hidden = new Set([...document.querySelectorAll('input[data-task]')].filter((box) => wanted !== 'all' && box.dataset.class !== wanted).map((box) => box.dataset.task));
      charts.redraw(['overview']);
      show();
    } else if (button.id === 'theme') {
      const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
      root.dataset.theme = isDark ? 'light' : 'dark';
    }
  });
  document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') charts.hideTip(); });
  addEventListener('scroll', charts.hideTip, { passive: true });

  const openTarget = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === 'DETAILS') { target.open = true; target.scrollIntoView(); }
  };
  addEventListener('hashchange', openTarget);
  addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((details) => { details.open = true; }));

  const pathOf = (element) => {
    const own = element.id || element.dataset.task || element.dataset.show || (element.querySelector('summary') || element).textContent.trim();
    const outer = element.parentElement && element.parentElement.closest('details, section');
    return (outer ? (outer.id || '') + '/' : '') + element.tagName + own;
  };
  const focusable = 'a, button, input, select, summary, [tabindex]';
  const find = (selector, path) => [...document.querySelectorAll(selector)].find((element) => pathOf(element) === path);

  /** Takes the content of a newer page in; folds, choices, focus and place on the page stay. */
  window.takeNewer = (text) => {
    const newer = new DOMParser().parseFromString(text, 'text/html');
    const folds = new Map([...document.querySelectorAll('details')].map((details) => [pathOf(details), details.open]));
    const focused = document.activeElement && document.activeElement.closest('main') ? pathOf(document.activeElement) : null;
    // At the top the page stays at its top: what is in view there may move far down as results come in.
    const isAtTop = scrollY < 40;
    const anchor = isAtTop ? undefined : [...document.querySelectorAll('details, h2')].find((element) => element.getBoundingClientRect().bottom > 0);
    const place = anchor && { path: pathOf(anchor), top: anchor.getBoundingClientRect().top };
    for (const selector of ['main', 'header > div'])
      document.querySelector(selector).replaceChildren(...newer.querySelector(selector).childNodes);
    document.getElementById('page-data').textContent = newer.getElementById('page-data').textContent;
    document.title = newer.title;
    document.querySelectorAll('details').forEach((details) => { details.open = folds.get(pathOf(details)) ?? details.open; });
    show();
    charts.reload();
    const again = place && find('details, h2', place.path);
    if (isAtTop) scrollTo({ top: 0, behavior: 'instant' });
    if (again) scrollBy({ top: again.getBoundingClientRect().top - place.top, behavior: 'instant' });
    const refocused = focused && find(focusable, focused);
    if (refocused) refocused.focus({ preventScroll: true });
    root.dataset.version = String(Number(root.dataset.version || 0) + 1);
  };

  document.getElementById('theme').hidden = false;
  show();
  openTarget();
  root.dataset.ready = 'true';
})();
`;
