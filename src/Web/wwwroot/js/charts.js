// Reads a chart's value under the pointer and by the arrow keys. The server draws; nothing is asked for here.
(() => {
  'use strict';
  const lang = document.documentElement.lang === 'en' ? 'en-GB' : 'id-ID';
  const day = new Intl.DateTimeFormat(lang, { timeZone: 'Asia/Jakarta', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
  const units = { percent: '%', Mbps: ' Mbps', load: '' };
  const read = new WeakMap();

  const seriesOf = (plot) => {
    const text = plot.dataset.series;
    const known = read.get(plot);
    if (known && known.text === text) return known.series;
    const series = JSON.parse(text);
    read.set(plot, { text, series });
    return series;
  };
  const nearest = (points, at) => {
    let low = 0;
    let high = points.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (points[middle][0] < at) low = middle + 1;
      else high = middle;
    }
    return low > 0 && at - points[low - 1][0] < points[low][0] - at ? low - 1 : low;
  };
  const figureOf = (element) => element.closest('.chart');
  const plotOf = (figure) => figure.querySelector('[data-chart]');

  const show = (figure, at) => {
    const plot = plotOf(figure);
    const series = seriesOf(plot).filter((line) => line.points.length > 0);
    const first = series[0];
    const moment = first.points[nearest(first.points, at)][0];
    const unit = units[plot.dataset.unit] ?? '';
    const values = series.map((line) => {
      const value = line.points[nearest(line.points, moment)][1];
      const words = value === null ? '–' : number.format(value) + unit;
      return series.length > 1 ? `${line.name} ${words}` : words;
    });
    const text = `${day.format(moment * 1000)}: ${values.join(', ')}`;
    const cursor = plot.querySelector('[data-chart-cursor]');
    cursor.style.left = `${(100 * (moment - plot.dataset.from)) / (plot.dataset.to - plot.dataset.from)}%`;
    figure.classList.add('reading');
    figure.querySelector('[data-chart-read]').textContent = text;
    return text;
  };
  const hide = (figure) => {
    figure.classList.remove('reading');
    figure.querySelector('[data-chart-read]').textContent = '';
  };

  let under = null;
  document.addEventListener('pointermove', (event) => {
    const plot = event.target instanceof Element ? event.target.closest('[data-chart]') : null;
    const figure = plot ? figureOf(plot) : null;
    if (under && under !== figure) hide(under);
    under = figure;
    if (!plot) return;
    const box = plot.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    show(figure, Number(plot.dataset.from) + share * (plot.dataset.to - plot.dataset.from));
  });

  document.addEventListener('keydown', (event) => {
    const keys = event.target instanceof Element ? event.target.closest('[data-chart-keys]') : null;
    if (!keys || event.ctrlKey || event.metaKey || event.altKey) return;
    const figure = figureOf(keys);
    const points = seriesOf(plotOf(figure)).find((line) => line.points.length > 0).points;
    const last = points.length - 1;
    const at = Math.min(last, Number(keys.dataset.at ?? last));
    const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, PageDown: at - 10, PageUp: at + 10, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = Math.min(last, Math.max(0, to));
    keys.dataset.at = index;
    keys.setAttribute('aria-valuemax', last);
    keys.setAttribute('aria-valuenow', index);
    keys.setAttribute('aria-valuetext', show(figure, points[index][0]));
  });
  document.addEventListener('focusout', (event) => {
    const keys = event.target instanceof Element ? event.target.closest('[data-chart-keys]') : null;
    if (keys) hide(figureOf(keys));
  });
})();
