/**
 * Draws charts in the browser: a compiled chart gets its own data, its place on the axis that is chosen, and the tasks
 * that are shown. Charts are drawn when they come into view; until then their drawing from the page stands there.
 */
export const CHART_SCRIPT = `
const charts = (() => {
  const read = () => JSON.parse(document.getElementById('page-data').textContent);
  let data = read();
  const state = { axis: data.axis, log: true, hidden: new Set() };
  const views = new Map();
  const tip = document.getElementById('tip');

  const showTip = (_handler, event, _item, value) => {
    if (value === null || value === undefined || value === '') { tip.style.display = 'none'; return; }
    tip.textContent = typeof value === 'object' ? Object.entries(value).map(([name, text]) => name + ': ' + text).join('\\n') : String(value);
    tip.style.display = 'block';
    tip.style.left = Math.max(8, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)) + 'px';
    tip.style.top = Math.max(8, event.clientY - tip.offsetHeight - 10) + 'px';
  };

  const placeOf = (row, scale) => ((data.places[row.family] || {})[scale] || {})[state.axis];
  const moved = (row) => {
    if (row.isForecast) return state.axis === data.axis ? [row] : [];
    if (row.family === undefined || state.axis === data.axis) return [row];
    if (row.fromScale !== undefined) {
      const ends = [placeOf(row, row.fromScale), placeOf(row, row.toScale)];
      return ends.includes(undefined) ? [] : [{ ...row, from: ends[0], to: ends[1] }];
    }
    const x = placeOf(row, row.scale);
    return x === undefined ? [] : [{ ...row, x }];
  };
  const ticks = (values) => {
    const low = Math.min(...values), high = Math.max(...values);
    const inside = (factors) => {
      const found = [];
      for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
        for (const factor of factors) found.push(Number((factor * 10 ** power).toPrecision(6)));
      return found.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
    };
    return inside([1]).length >= 3 ? inside([1]) : inside([1, 2, 5]);
  };

  const specOf = (name) => {
    const own = data.charts.own[name];
    const spec = JSON.parse(JSON.stringify({ ...data.charts.bases[own.base], ...own.values }));
    for (const [key, list] of Object.entries(own.lists))
      list.forEach((entry, i) => { if (entry !== 0) spec[key][i] = JSON.parse(JSON.stringify(entry)); });
    for (const key of Object.keys(spec)) if (spec[key] === null) delete spec[key];
    let isMovable = false;
    const places = [];
    for (const set of spec.data) {
      if (!set.values) continue;
      isMovable = isMovable || set.values.some((row) => row.family !== undefined);
      set.values = set.values.flatMap(moved).filter((row) => set.name !== 'rows' || !state.hidden.has(row.task));
      for (const row of set.values) if (row.x > 0) places.push(row.x);
    }
    const scale = spec.scales.find((own) => own.name === 'x');
    if (!isMovable || !scale) return spec;
    scale.type = state.log ? 'log' : 'linear';
    if (state.axis !== data.axis) scale.reverse = state.axis === 'bits-per-byte';
    scale.zero = false;
    scale.nice = false;
    delete scale.base;
    for (const axis of spec.axes.filter((own) => own.scale === 'x')) {
      if (axis.title && state.axis !== data.axis) axis.title = data.axisTitles[state.axis];
      if (state.log && places.length > 0) axis.values = ticks(places);
      else { delete axis.values; axis.tickCount = 5; }
    }
    return spec;
  };

  const draw = (figure) => {
    const name = figure.dataset.chart;
    if (!data.charts.own[name]) return;
    const target = figure.querySelector('.drawing');
    target.style.minHeight = target.offsetHeight + 'px';
    const width = Math.min(1200, Math.max(240, target.clientWidth));
    const view = new vega.View(vega.parse({ ...specOf(name), width }), { renderer: 'svg', hover: true });
    view.tooltip(showTip);
    if (views.has(name)) views.get(name).finalize();
    views.set(name, view);
    const stage = document.createElement('div');
    view.initialize(stage).runAsync().then(() => { target.replaceChildren(...stage.childNodes); target.style.minHeight = ''; });
  };

  const isSeen = new IntersectionObserver((entries) => entries.forEach(({ target, isIntersecting }) => {
    if (isIntersecting && !views.has(target.dataset.chart)) draw(target);
  }));
  const figures = () => [...document.querySelectorAll('figure[data-chart]')];
  const watch = () => figures().forEach((figure) => isSeen.observe(figure));
  const redraw = (names) => figures().filter(({ dataset }) => views.has(dataset.chart) && (!names || names.includes(dataset.chart))).forEach(draw);
  const reload = () => {
    data = read();
    isSeen.disconnect();
    views.forEach((view) => view.finalize());
    views.clear();
    figures().forEach((figure) => {
      const { top, bottom } = figure.getBoundingClientRect();
      if (figure.offsetParent !== null && bottom > 0 && top < innerHeight) draw(figure);
    });
    watch();
  };
  watch();
  return { state, redraw, reload, hideTip: () => { tip.style.display = 'none'; } };
})();
`;
