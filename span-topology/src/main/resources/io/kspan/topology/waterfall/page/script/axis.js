// The time axis: the part of the trace in sight, its ticks, the overview, and zooming with the mouse.

/** The part of a trace that is in sight, in nanoseconds since its start. */
class TimeWindow {
  constructor(total) {
    this.total = Math.max(1, total);
    this.reset();
  }

  reset() {
    this.set(0, this.total);
  }

  set(from, to) {
    // No clock involved is more exact than a microsecond.
    const width = Math.min(this.total, Math.max(1e3, to - from));
    this.from = Math.max(0, Math.min(this.total - width, from));
    this.to = this.from + width;
  }

  get width() {
    return this.to - this.from;
  }

  get zoomed() {
    return this.width < this.total;
  }

  /** Zooms around the moment at `share` of the window. */
  zoom(factor, share = 0.5) {
    const at = this.from + this.width * share;
    const width = this.width / factor;
    this.set(at - width * share, at + width * (1 - share));
  }

  move(share) {
    const by = this.width * share;
    this.set(this.from + by, this.to + by);
  }

  share(nanos) {
    return (nanos - this.from) / this.width;
  }
}

const STEPS = [1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 2e7, 5e7, 1e8, 2e8, 5e8, 1e9, 2e9, 5e9, 1e10,
  1.5e10, 3e10, 6e10, 1.2e11, 3e11, 6e11, 9e11, 1.8e12, 3.6e12, 7.2e12, 2.16e13, 4.32e13, 8.64e13];

function ticks(window, pixels) {
  const least = window.width / Math.max(1, Math.floor(pixels / 64));
  const step = STEPS.find((candidate) => candidate >= least) || 8.64e13 * Math.ceil(least / 8.64e13);
  const first = Math.ceil(window.from / step);
  return Array.from({ length: Math.floor(window.to / step) - first + 1 }, (_, n) => ({ at: (first + n) * step, step }));
}

/** A tick in the unit of its step: rounded like durations, neighbours would look equal when zoomed in. */
function tickLabel({ at, step }) {
  if (at === 0) return '0';
  if (step >= 6e10 || (at >= 6e10 && step >= 1e9)) {
    const seconds = Math.round(at / 1e9);
    const clock = `${pad(Math.floor((seconds % 3600) / 60))}:${pad(seconds % 60)}`;
    return seconds < 3600 ? clock.replace(/^0/, '') + ' m' : `${Math.floor(seconds / 3600)}:${clock} h`;
  }
  const [unit, name] = at >= 1e9 ? [1e9, ' s'] : at >= 1e6 ? [1e6, ' ms'] : [1e3, ' µs'];
  const digits = Math.max(0, Math.ceil(Math.log10(unit / step) - 1e-9));
  return (at / unit).toFixed(Math.min(9, digits)) + name;
}

function drawAxis(window, total) {
  const marks = ticks(window, byId('axis').clientWidth);
  const atTick = (element, mark) => {
    element.style.left = window.share(mark.at) * 100 + '%';
    return element;
  };
  byId('axis').replaceChildren(...marks.map((mark) => atTick(
    make('span', { className: window.share(mark.at) > 0.93 ? 'last' : '' }, tickLabel(mark)), mark)));
  byId('ticks').replaceChildren(...marks.map((mark) => atTick(make('i'), mark)));
  byId('window').textContent = window.zoomed
    ? `${duration(window.from)} to ${duration(window.to)} of ${duration(total)}` : '';
  byId('zoom-out').disabled = byId('zoom-reset').disabled = !window.zoomed;
}

/** The bar of `span` in the window, or a sign that points to where it is. */
function bar(span, hue, window) {
  const from = window.share(span.start);
  const to = window.share(span.start + span.duration);
  const start = onlyRead(`starts at ${duration(span.start)}${isProvisional(span) ? ', not over' : ''}`);
  if (to < 0) return make('span', { className: 'beyond left' }, '‹', start);
  if (from > 1) return make('span', { className: 'beyond right' }, '›', start);
  const looks = [span.error && 'error', isState(span) && 'state', isProvisional(span) && 'provisional'].filter(Boolean);
  const element = make('span', { className: ['bar', hue, ...looks].join(' ') }, start);
  const left = Math.max(0, from);
  element.style.left = left * 100 + '%';
  element.style.width = (Math.min(1, to) - left) * 100 + '%';
  return element;
}

/** The custom property `name` as a colour: a canvas does not know light-dark(). */
function colour(name) {
  byId('colour').style.color = `var(${name})`;
  return getComputedStyle(byId('colour')).color;
}

/** Draws all spans at once, on a canvas: they are too many for elements. */
function drawOverview(trace, window) {
  const canvas = byId('overview');
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width) return;
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  const pen = canvas.getContext('2d');
  pen.scale(devicePixelRatio, devicePixelRatio);
  const colours = Array.from({ length: HUES }, (_, hue) => colour('--hue' + hue));
  const failed = colour('--bad');
  const toPixels = width / Math.max(1, trace.duration);
  const line = Math.min(3, (height - 4) / trace.spans.length);
  trace.spans.forEach((span, index) => {
    pen.fillStyle = span.error ? failed : colours[hueOf(span, trace)];
    pen.fillRect(span.start * toPixels, 2 + index * line, Math.max(1, span.duration * toPixels),
      Math.max(0.75, line - (line > 2 ? 0.75 : 0)));
  });
  if (!window.zoomed) return;
  const [from, to] = [window.from, window.to].map((nanos) => (nanos / window.total) * width);
  pen.fillStyle = colour('--shade');
  pen.fillRect(0, 0, from, height);
  pen.fillRect(to, 0, width - to, height);
  pen.fillStyle = colour('--accent');
  pen.fillRect(from - 1, 0, 2, height);
  pen.fillRect(to - 1, 0, 2, height);
}

/**
 * Zooming with the mouse. Dragging over the axis, the bars or the overview marks the part to zoom to; a double-click shows the
 * whole trace; Ctrl and Shift with the wheel zoom and move.
 */
const mouse = {
  /** Whether the click that follows belongs to a drag. */
  dragged: false,

  start() {
    const tree = byId('tree');
    this.drag(tree, (event) => this.isInTime(event) && !event.target.closest('#divider'), () => this.timeColumn(), (from, to) =>
      view.zoom((window) => window.set(window.from + window.width * from, window.from + window.width * to)));
    this.drag(byId('overview'), () => true, () => byId('overview').getBoundingClientRect(), (from, to) =>
      view.zoom((window) => window.set(window.total * from, window.total * to)));
    for (const element of [byId('overview'), byId('axis').parentElement]) {
      element.addEventListener('dblclick', () => view.zoom((window) => window.reset()));
    }
    tree.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
  },

  isInTime: (event) => event.clientX > byId('axis').getBoundingClientRect().left,

  timeColumn() {
    const axis = byId('axis').getBoundingClientRect();
    const tree = byId('tree').getBoundingClientRect();
    return new DOMRect(axis.left, tree.top, axis.width, tree.height);
  },

  /** Calls `done` with the shares of the area at which a drag over it began and ended, the lower first. */
  drag(element, isWanted, areaOf, done) {
    element.addEventListener('pointerdown', (event) => {
      this.dragged = false;
      if (event.button !== 0 || !isWanted(event)) return;
      const area = areaOf();
      const range = byId('range');
      const ends = (now) => [event.clientX, now.clientX].map((x) => limit(x, area.left, area.right)).sort((a, b) => a - b);
      const drag = new AbortController();
      const move = (now) => {
        if (!this.dragged && Math.abs(now.clientX - event.clientX) < 5) return;
        this.dragged = true;
        const [from, to] = ends(now);
        Object.assign(range.style, {
          left: from + 'px', width: to - from + 'px', top: area.top + 'px', height: area.height + 'px' });
        range.hidden = false;
      };
      const end = (now) => {
        drag.abort();
        range.hidden = true;
        if (!this.dragged || now.type === 'pointercancel') return;
        done(...ends(now).map((x) => (x - area.left) / area.width));
        setTimeout(() => { this.dragged = false; });
      };
      addEventListener('pointermove', move, drag);
      addEventListener('pointerup', end, drag);
      addEventListener('pointercancel', end, drag);
      event.preventDefault();
    });
  },

  wheel(event) {
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!this.isInTime(event) || !(event.ctrlKey || event.metaKey || sideways)) return;
    event.preventDefault();
    const area = this.timeColumn();
    const share = limit((event.clientX - area.left) / area.width, 0, 1);
    view.zoom((window) => (sideways
      ? window.move((event.deltaX || event.deltaY) / 1000) : window.zoom(Math.exp(-event.deltaY / 300), share)));
  },
};
