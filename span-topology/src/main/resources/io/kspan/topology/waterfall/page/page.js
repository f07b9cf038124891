// The page of traces: a list, and each trace as a waterfall. The same code serves a file, which carries its traces, and a
// receiver, which is asked for new ones. All text of a trace comes from a cluster and is not to be trusted: it only ever
// becomes text nodes, never markup.
'use strict';

const page = JSON.parse(document.getElementById('data').textContent);
const byId = (id) => document.getElementById(id);

/** A new element; properties are set, children may be texts or nodes, what is null or '' is left out. */
function make(tag, properties, ...children) {
  const { role, label, ...own } = properties || {};
  const element = Object.assign(document.createElement(tag), own);
  if (role) element.setAttribute('role', role);
  if (label) element.setAttribute('aria-label', label);
  element.append(...children.filter((child) => child !== null && child !== ''));
  return element;
}

/** What a browser without storage (or with it forbidden) does not remember. */
const memory = {
  get(key) {
    try { return localStorage.getItem('kspan.' + key); } catch { return null; }
  },
  set(key, value) {
    try { localStorage.setItem('kspan.' + key, value); } catch { /* Then it lasts as long as the page. */ }
  },
};

// ---------------------------------------------------------------------------------------------------------------- texts

const pad = (number) => String(number).padStart(2, '0');

/** The same as in the terminal (HumanDuration). */
function duration(nanos) {
  const micros = Math.floor(Math.max(0, nanos) / 1e3);
  if (micros === 0) return '0 ms';
  if (micros < 950) return (Math.round(Math.max(100, micros) / 100) / 10).toFixed(1) + ' ms';
  const millis = Math.floor((micros + 500) / 1e3);
  if (millis < 1e3) return millis + ' ms';
  if (millis < 59_950) return (Math.round(millis / 100) / 10).toFixed(1) + ' s';
  const seconds = Math.floor((millis + 500) / 1e3);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${pad(seconds % 60)} s`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 24) return `${hours} h ${pad(Math.floor((seconds % 3600) / 60))} m`;
  const days = Math.floor(hours / 24);
  return days < 100 ? `${days} d ${pad(hours % 24)} h` : `${days} d`;
}

/** UTC, like the stamps of Kubernetes; epoch nanoseconds are beyond what a number holds exactly. */
function moment(epochNanos, digits = 0) {
  const date = new Date(Number(epochNanos / 1_000_000n));
  const fraction = digits ? '.' + String(epochNanos % 1_000_000_000n).padStart(9, '0').slice(0, digits) : '';
  return date.toISOString().slice(0, 19).replace('T', ' ') + fraction;
}

const count = (number, noun) => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;

// Maps: in a plain object a text of the cluster, such as 'constructor', would find what every object inherits.
const OUTCOMES = new Map([
  ['succeeded', ['✓', 'good', 'settled as the spec wants it']],
  ['failed', ['✗', 'bad', 'it failed, or was failing when the trace was closed']],
  ['overtaken', ['»', 'plain', 'the next change came before it had settled']],
  ['unfinished', ['…', 'plain', 'neither success nor failure was reported']],
]);

function outcomeBadge(root) {
  const outcome = text(root, 'kspan.outcome');
  const [glyph, look, meaning] = OUTCOMES.get(outcome) || (root.error ? ['✗', 'bad', ''] : ['', 'plain', '']);
  return make('span', { className: 'outcome ' + look, title: meaning }, glyph, ' ', outcome || (root.error ? 'error' : ''));
}

// ----------------------------------------------------------------------------------------------------------------- model

const text = (span, key) => (span.attributes[key] === undefined ? '' : String(span.attributes[key]));
const kind = (span) => text(span, 'k8s.object.kind');
const nameOf = (span) => text(span, 'k8s.object.name');
const namespaceOf = (span) => text(span, 'k8s.namespace.name');
const message = (span) => text(span, 'k8s.event.message') || span.status || '';
const qualified = (span) => [namespaceOf(span), nameOf(span)].filter(Boolean).join('/');

/** What a change changed, as [fact, before -> after], and who did it. */
function changesOf(root) {
  const prefix = 'kspan.change.';
  const facts = Object.entries(root.attributes).filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), String(value)]);
  const isWho = ([key]) => key === 'manager' || key === 'operation';
  return { what: facts.filter((fact) => !isWho(fact)), who: facts.filter(isWho).map(([, value]) => value).join(', ') };
}

/** A trace as it is shown. The spans come in the order of the tree, each with its depth, so parents need no search. */
class Trace {
  constructor(data) {
    this.id = data.id;
    this.start = BigInt(data.start);
    this.duration = data.duration;
    this.spans = data.spans;
    this.root = data.spans[data.root];
    this.components = [...new Set(data.spans.map((span) => data.resources[span.resource]['service.name'] || 'unknown'))];
    const above = [];
    const siblings = [[]];
    this.spans.forEach((span, index) => {
      span.index = index;
      span.resource = data.resources[span.resource];
      span.component = span.resource['service.name'] || 'unknown';
      above.length = span.depth;
      siblings.length = span.depth + 1;
      span.parent = above[span.depth - 1] || null;
      span.siblings = siblings[span.depth];
      span.position = span.siblings.push(span);
      span.end = index + 1; // Behind the last span below it.
      span.errorsBelow = 0;
      above.push(span);
      siblings.push([]);
      for (const parent of above) {
        parent.end = index + 1;
        if (span.error && parent !== span) parent.errorsBelow++;
      }
    });
    this.errors = this.spans.filter((span) => span.error).length;
    this.byId = new Map(this.spans.map((span) => [span.id, span]));
    this.cluster = this.root.resource['k8s.cluster.name'] || '';
    this.outcome = text(this.root, 'kspan.outcome');
  }

  /** Everything a search looks at, in lower case; made when first asked for. */
  get haystack() {
    if (!this.words) {
      const words = new Set([this.id, this.cluster, this.outcome]);
      this.spans.forEach((span) => words.add(haystack(span)));
      this.words = [...words].join('\n').toLowerCase();
    }
    return this.words;
  }
}

function haystack(span) {
  const changes = changesOf(span).what.map(([, value]) => value);
  return [span.id, span.name, namespaceOf(span), nameOf(span), message(span), span.component, ...changes].join('\n');
}

const terms = (query) => query.toLowerCase().split(/\s+/).filter(Boolean);

const traces = new Map();

/** Traces that link to this one. */
function linksTo(trace) {
  const found = [];
  for (const other of traces.values()) {
    for (const span of other.spans) {
      for (const link of span.links || []) {
        if (link.trace === trace.id && other !== trace) found.push({ trace: other, span, link });
      }
    }
  }
  return found;
}

/** What the data itself tells about why `parent` is the parent of `span`; '' when it does not tell. */
function because(span, parent) {
  const said = message(parent);
  const named = (name) => name && said.split(/[\s,]+/).some((word) => word.replace(/\.$/, '') === name);
  if (named(nameOf(span))) return `its message names this ${kind(span) || 'object'}`;
  const owner = Object.entries(span.attributes).find(
    ([key, value]) => /^k8s\.[a-z]+\.name$/.test(key) && key !== 'k8s.namespace.name' && key !== 'k8s.node.name' &&
      key !== 'k8s.event.name' && value !== nameOf(span) && named(String(value)));
  if (owner) return `its message names ${owner[1]}, which owns this ${kind(span) || 'object'}`;
  if (parent.parent === null && qualified(span) === qualified(parent)) return 'it is about the object that changed';
  if (parent.parent === null) return 'no Event names a nearer cause';
  return '';
}

const INFERRED = new Map([
  ['namesake', 'taken from an object of the same name'],
  ['mention', 'taken from an Event that mentions the object'],
  ['none', 'unknown: nobody has seen the object'],
]);

// ------------------------------------------------------------------------------------------------------------------ rows

/**
 * Rows of equal height of which only those in sight exist, so that a trace of 10,000 spans costs what one of 50 does. The
 * current row always exists, or the focus would be lost when it is scrolled away.
 */
class Rows {
  constructor(grid, draw) {
    this.grid = grid;
    this.viewport = grid.querySelector('.viewport');
    this.body = grid.querySelector('.body');
    this.draw = draw;
    this.items = [];
    this.current = 0;
    this.drawn = new Map();
    this.all = false;
    this.viewport.addEventListener('scroll', () => this.soon(), { passive: true });
    new ResizeObserver(() => this.soon()).observe(this.viewport);
    this.body.addEventListener('keydown', (event) => this.key(event));
    this.body.addEventListener('focusin', (event) => {
      const row = event.target.closest('[role=row]');
      if (!row || Number(row.dataset.index) === this.current) return;
      this.setCurrent(Number(row.dataset.index));
      this.onCurrent?.(this.items[this.current]);
    });
    addEventListener('beforeprint', () => this.print(true));
    addEventListener('afterprint', () => this.print(false));
  }

  get height() {
    return parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row'));
  }

  soon() {
    this.pending ||= requestAnimationFrame(() => {
      this.pending = 0;
      this.update();
    });
  }

  set(items, current) {
    const focused = this.body.contains(document.activeElement);
    this.items = items;
    this.current = Math.max(0, Math.min(items.length - 1, current));
    this.body.style.height = items.length * this.height + 'px';
    this.grid.setAttribute('aria-rowcount', items.length + 1);
    this.redraw();
    if (focused) this.focus(this.current);
  }

  /** Draws what is in sight anew. */
  redraw() {
    const focused = this.body.contains(document.activeElement);
    this.body.replaceChildren();
    this.drawn.clear();
    this.update();
    if (focused) this.drawn.get(this.current)?.focus({ preventScroll: true });
  }

  update() {
    const height = this.height;
    const more = 8;
    const first = this.all ? 0 : Math.max(0, Math.floor(this.viewport.scrollTop / height) - more);
    const last = this.all ? this.items.length
      : Math.min(this.items.length, Math.ceil((this.viewport.scrollTop + this.viewport.clientHeight) / height) + more);
    for (const [index, row] of this.drawn) {
      if ((index < first || index >= last) && index !== this.current) {
        row.remove();
        this.drawn.delete(index);
      }
    }
    for (let index = first; index < last; index++) this.show(index, height);
    if (this.items.length) this.show(this.current, height);
  }

  show(index, height) {
    if (this.drawn.has(index)) return;
    const row = this.draw(this.items[index], index);
    row.dataset.index = index;
    row.setAttribute('aria-rowindex', index + 2);
    row.tabIndex = index === this.current ? 0 : -1;
    row.style.top = index * height + 'px';
    // In the order of the lines, for who reads the document instead of looking at it.
    const below = [...this.drawn.keys()].filter((other) => other > index);
    this.body.insertBefore(row, below.length ? this.drawn.get(Math.min(...below)) : null);
    this.drawn.set(index, row);
  }

  setCurrent(index) {
    const before = this.drawn.get(this.current);
    if (before) before.tabIndex = -1;
    this.current = index;
    this.show(index, this.height);
    this.drawn.get(index).tabIndex = 0;
  }

  focus(index) {
    if (!this.items.length) return;
    const to = Math.max(0, Math.min(this.items.length - 1, index));
    this.reveal(to);
    this.setCurrent(to);
    this.drawn.get(to).focus({ preventScroll: true });
    this.update();
    this.onCurrent?.(this.items[to]);
  }

  reveal(index) {
    const height = this.height;
    const top = index * height;
    const { scrollTop, clientHeight } = this.viewport;
    if (top < scrollTop) this.viewport.scrollTop = top;
    else if (top + height > scrollTop + clientHeight) this.viewport.scrollTop = top + height - clientHeight;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const leaf = Math.max(1, Math.floor(this.viewport.clientHeight / this.height) - 1);
    const to = {
      ArrowDown: this.current + 1,
      ArrowUp: this.current - 1,
      PageDown: this.current + leaf,
      PageUp: this.current - leaf,
      Home: 0,
      End: this.items.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.focus(to);
  }

  /** Paper does not scroll: everything, up to what somebody might want to print. */
  print(on) {
    this.all = on && this.items.length <= 2_000 && this.viewport.clientHeight > 0;
    this.update();
  }
}

const rowAt = (event) => event.target.closest('.body > [role=row]');

// ------------------------------------------------------------------------------------------------------------------ list

const byStart = (a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0);
const by = (value) => (a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0);

const COLUMNS = [
  { key: 'started', label: 'Started (UTC)', order: byStart, cell: (trace) => moment(trace.start) },
  { key: 'name', label: 'Trace', order: by((t) => t.root.name + nameOf(t.root)), cell: rootCell },
  { key: 'namespace', label: 'Namespace', order: by((t) => namespaceOf(t.root)), cell: (t) => namespaceOf(t.root) },
  { key: 'cluster', label: 'Cluster', order: by((t) => t.cluster), cell: (trace) => trace.cluster },
  { key: 'outcome', label: 'Outcome', order: by((t) => t.outcome), cell: (trace) => outcomeBadge(trace.root) },
  { key: 'duration', label: 'Duration', order: by((t) => t.duration), cell: (t) => duration(t.duration), number: true },
  { key: 'spans', label: 'Spans', order: by((t) => t.spans.length), cell: (t) => String(t.spans.length), number: true },
  { key: 'errors', label: 'Errors', order: by((t) => t.errors), cell: errorsCell, number: true },
];

/** Traces of one object differ in what changed (of an image its end), or in what the first Event of an activity says. */
function rootCell(trace) {
  const short = (value) => value.replace(/\S+\//g, '').replace(' -> ', ' → ');
  const said = changesOf(trace.root).what.map(([key, value]) => `${key} ${short(value)}`).join(', ')
    || message(trace.spans[1] || trace.root);
  return make('span', {},
    make('a', { href: '#/trace/' + trace.id, tabIndex: -1 }, make('b', {}, trace.root.name), ' ', nameOf(trace.root)),
    ' ', make('span', { className: 'message' }, said));
}

function errorsCell(trace) {
  return make('span', { className: trace.errors ? 'bad' : 'quiet' }, trace.errors ? '✗ ' + trace.errors : '0');
}

const list = {
  query: '',
  errorsOnly: false,
  sort: 'started',
  descending: true,

  start() {
    this.rows = new Rows(byId('list-grid'), (trace) => this.draw(trace));
    COLUMNS.forEach((column) => {
      const button = make('button', { type: 'button', className: 'sort' }, column.label, make('span', { className: 'arrow' }));
      button.addEventListener('click', () => this.sortBy(column.key));
      byId('list-head').append(
        make('div', { role: 'columnheader', className: column.key + (column.number ? ' number' : '') }, button));
    });
    byId('list-search').addEventListener('input', () => this.search(byId('list-search').value, this.errorsOnly));
    byId('list-search').addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === 'ArrowDown') {
        event.preventDefault();
        this.rows.focus(0);
      }
    });
    byId('list-errors').addEventListener('change', () => this.search(this.query, byId('list-errors').checked));
    this.rows.body.addEventListener('click', (event) => {
      const row = rowAt(event);
      if (row && !event.target.closest('a')) go(this.rows.items[row.dataset.index].id);
    });
    this.rows.body.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') go(this.rows.items[this.rows.current].id);
    });
  },

  draw(trace) {
    return make('div', { role: 'row', className: 'row' }, ...COLUMNS.map((column) =>
      make('div', { role: 'gridcell', className: column.key + (column.number ? ' number' : '') }, column.cell(trace))));
  },

  sortBy(key) {
    this.descending = this.sort === key ? !this.descending : key !== 'name' && key !== 'namespace' && key !== 'cluster';
    this.sort = key;
    this.changed();
  },

  search(query, errorsOnly) {
    this.query = query;
    this.errorsOnly = errorsOnly;
    this.changed();
  },

  changed() {
    address.soon(this.address());
    this.show(this.rows.items[this.rows.current]);
  },

  /** The list as it stands, so that a reload and the way back from a trace find it again. */
  address() {
    const state = new URLSearchParams();
    if (this.query) state.set('q', this.query);
    if (this.errorsOnly) state.set('errors', '1');
    if (this.sort !== 'started' || !this.descending) state.set('sort', this.sort + (this.descending ? '.desc' : ''));
    return '#/' + (state.size ? '?' + state : '');
  },

  restore(state) {
    this.query = state.get('q') || '';
    this.errorsOnly = state.has('errors');
    const [key, order] = (state.get('sort') || 'started.desc').split('.');
    this.sort = COLUMNS.some((column) => column.key === key) ? key : 'started';
    this.descending = order === 'desc';
    byId('list-search').value = this.query;
    byId('list-errors').checked = this.errorsOnly;
  },

  show(current) {
    const wanted = terms(this.query);
    const found = [...traces.values()].filter((trace) =>
      (!this.errorsOnly || trace.errors > 0) && wanted.every((term) => trace.haystack.includes(term)));
    const order = COLUMNS.find((column) => column.key === this.sort).order;
    found.sort((a, b) => (this.descending ? -1 : 1) * (order(a, b) || byStart(a, b)));
    [...byId('list-head').children].forEach((head, index) => {
      const sorted = COLUMNS[index].key === this.sort;
      if (sorted) head.setAttribute('aria-sort', this.descending ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
      head.querySelector('.arrow').textContent = sorted ? (this.descending ? ' ▾' : ' ▴') : '';
    });
    byId('list-count').textContent = found.length === traces.size
      ? count(found.length, 'trace') : `${found.length} of ${count(traces.size, 'trace')}`;
    byId('list-empty').textContent = found.length ? ''
      : traces.size ? 'No trace matches.'
      : page.live ? 'No trace yet: one appears as soon as a change in the cluster is over.' : 'There are no traces in this file.';
    this.rows.set(found, current ? found.indexOf(current) : 0);
  },
};

// ------------------------------------------------------------------------------------------------------------- time axis

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
    // Less than a microsecond is beyond every clock involved.
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

  /** Keeps the moment at `share` of the window where it is. */
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

function ticks(window, room) {
  const wanted = window.width / Math.max(1, Math.floor(room / 64));
  const step = STEPS.find((candidate) => candidate >= wanted) || STEPS[STEPS.length - 1] * Math.ceil(wanted / 8.64e13);
  const found = [];
  for (let at = Math.ceil(window.from / step) * step; at <= window.to; at += step) found.push({ at, step });
  return found;
}

/** A tick in the unit of its step: durations round, which makes neighbours look equal when zoomed in. */
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

// ----------------------------------------------------------------------------------------------------------------- trace

const MAX_INDENT = 18;
const HUES = 7;

const view = {
  trace: null,
  collapsed: new Set(),
  matches: [],

  start() {
    this.rows = new Rows(byId('tree'), (span) => this.draw(span));
    this.rows.onCurrent = (span) => this.currentChanged(span);
    const body = this.rows.body;
    body.addEventListener('click', (event) => {
      const row = rowAt(event);
      if (!row || this.dragged) return;
      const index = Number(row.dataset.index);
      this.rows.focus(index);
      if (event.target.closest('.twisty')) this.toggle(this.rows.items[index]);
      else this.openDetails();
    });
    body.addEventListener('keydown', (event) => this.key(event));
    byId('expand-all').addEventListener('click', () => this.expandAll());
    byId('collapse-all').addEventListener('click', () => this.collapseAll());
    byId('zoom-in').addEventListener('click', () => this.zoom((window) => window.zoom(2)));
    byId('zoom-out').addEventListener('click', () => this.zoom((window) => window.zoom(0.5)));
    byId('zoom-reset').addEventListener('click', () => this.zoom((window) => window.reset()));
    byId('zoom-span').addEventListener('click', () => this.zoomTo(this.current()));
    byId('next-error').addEventListener('click', () => this.next((span) => span.error, 1));
    byId('find').addEventListener('input', () => this.find());
    byId('find').addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      this.next((span) => span.found, event.shiftKey ? -1 : 1, true);
    });
    this.pointer();
    this.divider();
    new ResizeObserver(() => this.trace && this.timeChanged()).observe(byId('overview'));
  },

  // -- what is shown

  show(trace, spanId) {
    const same = this.trace && this.trace.id === trace.id;
    const grown = same && this.trace !== trace;
    const currentId = spanId || (same ? this.current()?.id : '');
    if (!same) {
      this.collapsed.clear();
      byId('find').value = '';
      this.rows.viewport.scrollTop = 0;
    }
    if (!same || grown) {
      this.trace = trace;
      if (!same || !this.window.zoomed) this.window = new TimeWindow(trace.duration);
      else this.window.total = trace.duration;
      this.summary();
    }
    document.title = `${trace.root.name} ${nameOf(trace.root)} · kspan-streams`;
    byId('back').href = list.address();
    const current = trace.byId.get(currentId) || trace.spans[0];
    this.expandTo(current);
    this.find(current);
    if (spanId && trace.byId.has(spanId)) {
      this.rows.reveal(this.rows.current);
      this.openDetails();
    } else if (!same) {
      this.closeDetails();
    } else if (!byId('details').hidden) {
      this.details(current);
    }
    this.timeChanged();
  },

  summary() {
    const { trace } = this;
    const { root } = trace;
    const outcome = outcomeBadge(root);
    const closed = text(root, 'kspan.finished.by');
    byId('trace-title').replaceChildren(make('b', {}, root.name), ' ', make('span', {}, qualified(root)), ' ', outcome, ' ',
      make('span', { className: 'how quiet' }, closed && 'finished by ' + closed));
    byId('changes').replaceChildren(...this.changes(root));
    const facts = [
      ['Started', moment(trace.start, 3) + ' UTC'],
      ['Duration', duration(trace.duration)],
      ['Spans', trace.spans.length.toLocaleString('en')],
      ['Errors', trace.errors ? make('span', { className: 'bad' }, '✗ ' + trace.errors) : '0'],
      ['Cluster', trace.cluster],
      ['Generation', text(root, 'k8s.object.generation')],
      ['Failure', [...new Set([text(root, 'error.type'), root.status])].filter((why) => why && why !== trace.outcome).join(': ')],
      ['Cut by the replay', text(root, 'kspan.replay.cut')],
      ['Trace', make('code', {}, trace.id)],
    ];
    byId('next-error').disabled = trace.errors === 0;
    byId('facts').replaceChildren(...facts.filter(([, value]) => value !== '')
      .map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))));
    const links = this.spanLinks(root).concat(linksTo(trace).map(({ trace: other, span, link }) =>
      this.linkLine('Linked from', other, span.id, link)));
    byId('links').replaceChildren(...(links.length ? [make('ul', { label: 'Links' }, ...links)] : []));
  },

  changes(root) {
    const { what, who } = changesOf(root);
    if (!what.length && !who) return [];
    const items = what.map(([key, value]) => {
      const [before, after, ...more] = value.split(' -> ');
      return make('li', {}, make('span', { className: 'fact' }, key), ' ', ...(after === undefined || more.length
        ? [make('span', { className: 'value' }, value)]
        : [make('del', {}, before), make('span', { className: 'arrow' }, ' → '), make('ins', {}, after)]));
    });
    return [
      make('h2', {}, items.length ? 'What changed' : 'Changed'),
      items.length ? make('ul', {}, ...items) : '',
      who ? make('span', { className: 'who' }, 'by ' + who) : '',
    ];
  },

  spanLinks(span) {
    return (span.links || []).map((link) => this.linkLine('Link to', traces.get(link.trace), link.span, link));
  },

  /** A link that can be followed when the other trace is here; else its ids, to be looked up elsewhere. */
  linkLine(direction, other, spanId, link) {
    const type = (link.attributes || {})['kspan.link'];
    const change = direction === 'Link to' ? 'Change' : 'Later activity';
    const reading = type === 'change' ? change : type === 'traceparent' ? 'Deployed by' : direction;
    const target = other && other.byId.get(spanId);
    const address = '#/trace/' + link.trace + (target && target !== other.root ? '/' + spanId : '');
    return make('li', {}, make('span', { className: 'fact' }, reading), ' ', other
      ? make('a', { href: direction === 'Link to' ? address : '#/trace/' + other.id },
        `${(target || other.root).name} ${qualified(target || other.root)}, ${moment(other.start)}`)
      : make('span', {}, 'trace ', make('code', {}, link.trace), ' span ', make('code', {}, link.span), ' (not here)'));
  },

  // -- rows

  /** The lines in sight of the tree: what is collapsed hides what is below it. */
  lines() {
    const lines = [];
    for (let index = 0; index < this.trace.spans.length;) {
      const span = this.trace.spans[index];
      lines.push(span);
      index = this.collapsed.has(span.id) ? span.end : index + 1;
    }
    return lines;
  },

  refresh(current = this.current()) {
    let at = current;
    while (at && this.hidden(at)) at = at.parent;
    const lines = this.lines();
    this.rows.set(lines, lines.indexOf(at));
  },

  hidden(span) {
    for (let above = span.parent; above; above = above.parent) {
      if (this.collapsed.has(above.id)) return true;
    }
    return false;
  },

  current() {
    return this.rows.items[this.rows.current];
  },

  draw(span) {
    const { trace } = this;
    const inside = span.end - span.index - 1;
    const closed = this.collapsed.has(span.id);
    const above = trace.spans[span.index - 1];
    // A run of Events about one object names it once; who listens instead of looks hears it every time.
    const told = above && qualified(above) === qualified(span);
    const name = make('div', { role: 'gridcell', className: 'name' },
      make('span', { className: 'indent' }),
      make('span', { className: 'twisty', ariaHidden: 'true' }, inside ? (closed ? '▸' : '▾') : ''),
      span.error ? make('span', { className: 'bad' }, '✗ ', make('span', { className: 'only-read' }, 'error, ')) : null,
      make('span', { className: 'title' }, span.name), ' ',
      nameOf(span) ? make('span', { className: told ? 'only-read' : 'object' }, nameOf(span)) : null, ' ',
      closed ? make('span', { className: 'badge' }, `+${inside}`,
        span.errorsBelow ? make('span', { className: 'bad' }, ` ✗ ${span.errorsBelow}`) : null) : null, ' ',
      make('span', { className: 'message' }, message(span)));
    name.firstChild.style.setProperty('--depth', Math.min(MAX_INDENT, span.depth));
    const row = make('div', { role: 'row', className: 'row' },
      name,
      make('div', { role: 'gridcell', className: 'by hue' + this.hue(span) }, make('i', {}), span.component),
      make('div', { role: 'gridcell', className: 'number' }, duration(span.duration)),
      make('div', { role: 'gridcell', className: 'time' }, this.bar(span)));
    row.setAttribute('aria-level', span.depth + 1);
    row.setAttribute('aria-posinset', span.position);
    row.setAttribute('aria-setsize', span.siblings.length);
    if (inside) row.setAttribute('aria-expanded', !closed);
    row.classList.toggle('found', Boolean(span.found));
    row.classList.toggle('root', span === trace.root);
    if (span === this.shown) row.setAttribute('aria-selected', 'true');
    return row;
  },

  hue(span) {
    return this.trace.components.indexOf(span.component) % HUES;
  },

  bar(span) {
    const from = this.window.share(span.start);
    const to = this.window.share(span.start + span.duration);
    const starts = `starts at ${duration(span.start)}`;
    const read = make('span', { className: 'only-read' }, starts);
    if (to < 0 || from > 1) {
      return make('span', { className: 'beyond ' + (to < 0 ? 'left' : 'right') }, to < 0 ? '‹' : '›', read);
    }
    const bar = make('span', { className: `bar hue${this.hue(span)}${span.error ? ' error' : ''}` }, read);
    const left = Math.max(0, from);
    bar.style.left = left * 100 + '%';
    bar.style.width = (Math.min(1, to) - left) * 100 + '%';
    return bar;
  },

  // -- collapsing

  toggle(span, close = !this.collapsed.has(span.id)) {
    if (span.end === span.index + 1) return;
    if (close) this.collapsed.add(span.id);
    else this.collapsed.delete(span.id);
    this.refresh(span);
  },

  expandAll() {
    this.collapsed.clear();
    this.refresh();
  },

  /** The root stays open: closed it would say nothing. */
  collapseAll() {
    this.trace.spans.filter((span) => span.depth > 0 && span.end > span.index + 1).forEach((span) => this.collapsed.add(span.id));
    this.refresh();
  },

  expandTo(span) {
    for (let above = span.parent; above; above = above.parent) this.collapsed.delete(above.id);
  },

  // -- finding

  find(current = this.current()) {
    const wanted = terms(byId('find').value);
    let found = 0;
    for (const span of this.trace.spans) {
      span.found = wanted.length > 0 && wanted.every((term) => haystack(span).toLowerCase().includes(term));
      if (span.found) found++;
    }
    byId('find-count').textContent = wanted.length ? `${found} ${found === 1 ? 'match' : 'matches'}` : '';
    this.refresh(current);
  },

  /** The next span that is wanted, from the current one on and around; what hides it opens. */
  next(wanted, step, stay = false) {
    const { spans } = this.trace;
    const from = this.current().index;
    for (let i = 1; i <= spans.length; i++) {
      const span = spans[(from + step * i + spans.length * 2) % spans.length];
      if (wanted(span)) {
        this.goTo(span, stay);
        return;
      }
    }
    announce('None in this trace');
  },

  goTo(span, stay = false) {
    this.expandTo(span);
    this.refresh(span);
    if (stay) {
      this.rows.reveal(this.rows.current);
      this.rows.update();
      this.currentChanged(span);
    } else {
      this.rows.focus(this.rows.current);
    }
  },

  // -- zoom

  zoom(change) {
    change(this.window);
    this.timeChanged();
  },

  zoomTo(span) {
    const margin = Math.max(5e5, span.duration * 0.05);
    this.zoom((window) => window.set(span.start - margin, span.start + span.duration + margin));
  },

  timeChanged() {
    const { window } = this;
    const axis = byId('axis');
    const marks = ticks(window, axis.clientWidth);
    axis.replaceChildren(...marks.map((mark) => {
      const label = make('span', {}, tickLabel(mark));
      label.style.left = window.share(mark.at) * 100 + '%';
      label.classList.toggle('last', window.share(mark.at) > 0.93);
      return label;
    }));
    byId('ticks').replaceChildren(...marks.map((mark) => {
      const line = make('i', {});
      line.style.left = window.share(mark.at) * 100 + '%';
      return line;
    }));
    byId('window').textContent = window.zoomed
      ? `${duration(window.from)} to ${duration(window.to)} of ${duration(this.trace.duration)}` : '';
    byId('zoom-out').disabled = byId('zoom-reset').disabled = !window.zoomed;
    this.rows.redraw();
    this.overview();
  },

  /** All spans at once, on a canvas: too many for elements. */
  overview() {
    const canvas = byId('overview');
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width) return;
    const scale = devicePixelRatio;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext('2d');
    pen.scale(scale, scale);
    const colours = colour(['--bad', ...Array.from({ length: HUES }, (_, hue) => '--hue' + hue), '--shade', '--accent']);
    const { spans, duration: total } = this.trace;
    const line = Math.min(3, (height - 4) / spans.length);
    spans.forEach((span, index) => {
      pen.fillStyle = span.error ? colours['--bad'] : colours['--hue' + this.hue(span)];
      const x = (span.start / Math.max(1, total)) * width;
      const wide = Math.max(1, (span.duration / Math.max(1, total)) * width);
      pen.fillRect(x, 2 + index * line, wide, Math.max(0.75, line - (line > 2 ? 0.75 : 0)));
    });
    if (this.window.zoomed) {
      const from = (this.window.from / this.window.total) * width;
      const to = (this.window.to / this.window.total) * width;
      pen.fillStyle = colours['--shade'];
      pen.fillRect(0, 0, from, height);
      pen.fillRect(to, 0, width - to, height);
      pen.fillStyle = colours['--accent'];
      pen.fillRect(from - 1, 0, 2, height);
      pen.fillRect(to - 1, 0, 2, height);
    }
  },

  /** Dragging over the axis, the bars or the overview marks the part to zoom to; Ctrl and Shift with the wheel zoom and move. */
  pointer() {
    const overview = byId('overview');
    const shareIn = (box, x) => Math.max(0, Math.min(1, (x - box.left) / box.width));
    const drag = (element, wanted, box, toNanos) => element.addEventListener('pointerdown', (event) => {
      this.dragged = false;
      if (event.button !== 0 || !wanted(event)) return;
      const area = box();
      const start = event.clientX;
      const range = byId('range');
      const move = (now) => {
        if (!this.dragged && Math.abs(now.clientX - start) < 5) return;
        this.dragged = true;
        const [from, to] = [start, now.clientX].map((x) => Math.max(area.left, Math.min(area.right, x))).sort((a, b) => a - b);
        Object.assign(range.style, {
          left: from + 'px', width: to - from + 'px', top: area.top + 'px', height: area.height + 'px' });
        range.hidden = false;
      };
      const up = (now) => {
        removeEventListener('pointermove', move);
        removeEventListener('pointerup', up);
        removeEventListener('pointercancel', up);
        range.hidden = true;
        if (!this.dragged || now.type === 'pointercancel') return;
        const [from, to] = [start, now.clientX].map((x) => toNanos(shareIn(area, x))).sort((a, b) => a - b);
        this.zoom((window) => window.set(from, to));
        // The click that follows belongs to the drag.
        setTimeout(() => { this.dragged = false; });
      };
      addEventListener('pointermove', move);
      addEventListener('pointerup', up);
      addEventListener('pointercancel', up);
      event.preventDefault();
    });
    const inTime = (event) => event.clientX > byId('axis').getBoundingClientRect().left;
    const column = () => {
      const axis = byId('axis').getBoundingClientRect();
      const all = byId('tree').getBoundingClientRect();
      return new DOMRect(axis.left, all.top, axis.width, all.height);
    };
    const inWindow = (share) => this.window.from + this.window.width * share;
    drag(byId('tree'), (event) => inTime(event) && !event.target.closest('#divider'), column, inWindow);
    drag(overview, () => true, () => overview.getBoundingClientRect(), (share) => share * this.window.total);
    for (const element of [overview, byId('axis').parentElement]) {
      element.addEventListener('dblclick', () => this.zoom((window) => window.reset()));
    }
    byId('tree').addEventListener('wheel', (event) => {
      const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!inTime(event) || !(event.ctrlKey || event.metaKey || sideways)) return;
      event.preventDefault();
      const share = shareIn(column(), event.clientX);
      if (sideways) this.zoom((window) => window.move((event.deltaX || event.deltaY) / 1000));
      else this.zoom((window) => window.zoom(Math.exp(-event.deltaY / 300), share));
    }, { passive: false });
    const row = (event) => rowAt(event);
    this.rows.body.addEventListener('pointermove', (event) => {
      const at = row(event);
      if (at && event.pointerType === 'mouse' && !event.buttons) tip.soon(this.rows.items[at.dataset.index], event.clientX, at);
      else tip.hide();
    });
    this.rows.body.addEventListener('pointerleave', () => tip.hide());
    this.rows.viewport.addEventListener('scroll', () => tip.atPointer && tip.hide(), { passive: true });
  },

  divider() {
    const divider = byId('divider');
    const tree = byId('tree').parentElement;
    const set = (percent) => {
      const width = Math.max(15, Math.min(75, percent));
      tree.style.setProperty('--name', width + '%');
      divider.setAttribute('aria-valuenow', Math.round(width));
      memory.set('name', width);
      if (this.trace) this.timeChanged();
    };
    set(Number(memory.get('name')) || 44);
    divider.addEventListener('pointerdown', (event) => {
      divider.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    divider.addEventListener('pointermove', (event) => {
      const box = tree.getBoundingClientRect();
      if (divider.hasPointerCapture(event.pointerId)) set(((event.clientX - box.left) / box.width) * 100);
    });
    divider.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
      if (!step) return;
      event.preventDefault();
      set(Number(divider.getAttribute('aria-valuenow')) + step);
    });
  },

  // -- keys

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const span = this.current();
    const open = span.end > span.index + 1 && !this.collapsed.has(span.id);
    const action = {
      ArrowRight: () => {
        if (event.shiftKey) this.zoom((window) => window.move(0.25));
        else if (open) this.rows.focus(this.rows.current + 1);
        else this.toggle(span, false);
      },
      ArrowLeft: () => {
        if (event.shiftKey) this.zoom((window) => window.move(-0.25));
        else if (open) this.toggle(span, true);
        else if (span.parent) this.goTo(span.parent);
      },
      Enter: () => (byId('details').hidden ? this.openDetails() : this.closeDetails()),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  },

  letters: {
    '+': () => view.zoom((window) => window.zoom(2)),
    '=': () => view.zoom((window) => window.zoom(2)),
    '-': () => view.zoom((window) => window.zoom(0.5)),
    0: () => view.zoom((window) => window.reset()),
    f: () => view.zoomTo(view.current()),
    e: () => view.next((span) => span.error, 1),
    E: () => view.next((span) => span.error, -1),
    n: () => view.next((span) => span.found, 1),
    N: () => view.next((span) => span.found, -1),
    x: () => view.expandAll(),
    c: () => view.collapseAll(),
    u: () => { location.hash = list.address(); },
  },

  // -- details

  currentChanged(span) {
    if (!byId('details').hidden) this.details(span);
    const row = this.rows.drawn.get(this.rows.current);
    // Only for who moves with the keys: the mouse has the tip where it points. A root has no cause to tell.
    if (span.parent && byId('details').hidden && row.matches(':focus-visible')) tip.show(span, row.getBoundingClientRect().left + 60, row);
    else tip.hide();
  },

  openDetails() {
    tip.hide();
    byId('details').hidden = false;
    this.details(this.current());
  },

  closeDetails() {
    byId('details').hidden = true;
    this.shown = null;
    this.rows.drawn.forEach((row) => row.removeAttribute('aria-selected'));
    address.soon('#/trace/' + this.trace.id);
  },

  details(span) {
    this.shown = span;
    this.rows.drawn.forEach((row, index) => {
      if (this.rows.items[index] === span) row.setAttribute('aria-selected', 'true');
      else row.removeAttribute('aria-selected');
    });
    address.soon(`#/trace/${this.trace.id}/${span.id}`);
    const close = make('button', { type: 'button', className: 'close', label: 'Close the details', title: 'Close (Esc)' }, '×');
    close.addEventListener('click', () => {
      this.closeDetails();
      this.rows.focus(this.rows.current);
    });
    byId('details').replaceChildren(close, ...details(span, this.trace));
    byId('details').scrollTop = 0;
  },
};

// --------------------------------------------------------------------------------------------------------------- details

const GROUPS = [
  ['What changed', /^kspan\.change\./],
  ['Outcome', /^(kspan\.(outcome|finished\.by|replay\.cut)|error\.type$)/],
  ['Event', /^k8s\.event\./],
  ['Object', /^k8s\.(object|namespace|container)\./],
  ['Owners and node', /^k8s\./],
  ['How it was placed', /^kspan\./],
  ['Other', /./],
];

function attributeTable(title, entries) {
  const rows = entries.map(([key, value]) => make('tr', {},
    make('th', { scope: 'row' }, key),
    make('td', {}, Array.isArray(value) ? value.join(', ') : String(value))));
  return make('section', {}, make('h3', {}, title), make('table', {}, make('tbody', {}, ...rows)));
}

/** The Event (or change) that caused `span`, and why that is known. */
function cause(span) {
  const { parent } = span;
  if (!parent) return [span.parentId ? `Span ${span.parentId} of another program, which is not here.` : 'Nothing: the root of its trace.'];
  const gap = span.start - parent.start;
  const reason = because(span, parent);
  return [
    make('b', {}, parent.name), ' ', qualified(parent),
    message(parent) ? make('q', {}, message(parent)) : null,
    make('span', { className: 'quiet' }, [
      'reported by ' + parent.component,
      gap ? `${duration(Math.abs(gap))} ${gap < 0 ? 'after' : 'before'} this span began` : 'when this span began',
      reason,
    ].filter(Boolean).join(' · ')),
  ].filter(Boolean);
}

function details(span, trace) {
  const found = [make('h2', {}, span.error ? make('span', { className: 'bad' }, '✗ ', make('span', { className: 'only-read' }, 'error, ')) : null,
    span.name)];
  if (nameOf(span)) found.push(make('p', { className: 'object' }, [kind(span), qualified(span)].filter(Boolean).join(' ')));
  if (message(span)) found.push(make('p', { className: span.error ? 'said bad' : 'said' }, message(span)));
  const why = make('p', { className: 'cause' }, ...cause(span));
  if (span.parent) {
    const to = make('button', { type: 'button', className: 'plain' }, 'Go to it');
    to.addEventListener('click', () => view.goTo(span.parent));
    why.append(' ', to);
  }
  found.push(make('section', {}, make('h3', {}, 'Caused by'), why));
  const inferred = INFERRED.get(text(span, 'kspan.owner.inferred'));
  if (inferred) found.push(make('p', { className: 'note' }, '⚠ Its owner is ' + inferred + '.'));
  const links = view.spanLinks(span);
  if (links.length) found.push(make('section', {}, make('h3', {}, 'Links'), make('ul', {}, ...links)));
  found.push(attributeTable('Time', [
    ['start', moment(trace.start + BigInt(span.start), 6) + ' UTC'],
    ['since the trace began', duration(span.start)],
    ['duration', duration(span.duration)],
    ['end', moment(trace.start + BigInt(span.start + span.duration), 6) + ' UTC'],
  ]));
  const left = new Map(Object.entries(span.attributes));
  for (const [title, pattern] of GROUPS) {
    const entries = [...left].filter(([key]) => pattern.test(key));
    entries.forEach(([key]) => left.delete(key));
    if (entries.length) found.push(attributeTable(title, entries));
  }
  found.push(attributeTable('Resource', Object.entries(span.resource)));
  found.push(attributeTable('Ids', [
    ['trace', trace.id], ['span', span.id], ...(span.parentId ? [['parent', span.parentId]] : []),
    ...(span.status ? [['status', span.status]] : []),
  ]));
  return found;
}

/** What hovers beside a row: the span, and the Event that caused it. */
const tip = {
  soon(span, x, row) {
    if (this.span === span) return;
    this.hide();
    this.span = span;
    this.timer = setTimeout(() => {
      this.show(span, x, row);
      this.atPointer = true;
    }, 120);
  },

  show(span, x, row) {
    this.hide();
    this.span = span;
    this.row = row;
    this.atPointer = false;
    const box = byId('tip');
    box.replaceChildren(
      make('div', {}, span.error ? make('span', { className: 'bad' }, '✗ ') : null, make('b', {}, span.name), ' ', qualified(span)),
      message(span) ? make('div', { className: 'message' }, message(span)) : '',
      make('div', { className: 'quiet' },
        `${duration(span.duration)}, from ${duration(span.start)} on · reported by ${span.component}`),
      span.parent ? make('div', { className: 'cause' }, make('span', { className: 'quiet' }, 'Caused by '), ...cause(span)) : '');
    box.hidden = false;
    row.setAttribute('aria-describedby', 'tip');
    const at = row.getBoundingClientRect();
    const below = at.bottom + 4 + box.offsetHeight < innerHeight;
    box.style.left = Math.max(8, Math.min(x + 12, innerWidth - box.offsetWidth - 8)) + 'px';
    box.style.top = (below ? at.bottom + 4 : Math.max(4, at.top - 4 - box.offsetHeight)) + 'px';
  },

  hide() {
    clearTimeout(this.timer);
    this.span = null;
    this.row?.removeAttribute('aria-describedby');
    byId('tip').hidden = true;
  },
};

// ------------------------------------------------------------------------------------------------------------------ page

function announce(words) {
  byId('announce').replaceChildren(make('p', {}, words));
}

/** What a custom property looks like as a colour: a canvas does not know light-dark(). */
function colour(names) {
  const probe = make('i', {});
  document.body.append(probe);
  const found = {};
  for (const name of names) {
    probe.style.color = `var(${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}

/** The address follows what is shown, but not every key of somebody who holds one down: browsers refuse that. */
const address = {
  soon(fragment) {
    clearTimeout(this.timer);
    this.fragment = fragment;
    this.timer = setTimeout(() => this.now(), 100);
  },

  now() {
    clearTimeout(this.timer);
    if (this.fragment) history.replaceState(null, '', this.fragment);
    this.fragment = '';
  },

  /** Somebody went elsewhere. */
  forget() {
    clearTimeout(this.timer);
    this.fragment = '';
  },
};

function go(traceId) {
  address.now();
  location.hash = '#/trace/' + traceId;
}

/** Shows what the fragment says: #/ and #/?q=… are the list, #/trace/<trace id>[/<span id>] a trace. */
function route() {
  tip.hide();
  address.forget();
  const [path, query] = location.hash.slice(1).split('?');
  const [, what, traceId, spanId] = path.split('/');
  const trace = what === 'trace' ? traces.get(traceId) : null;
  const shown = what !== 'trace' ? 'list' : trace ? 'trace' : 'missing';
  const before = ['list', 'trace', 'missing'].find((id) => !byId(id).hidden);
  for (const id of ['list', 'trace', 'missing']) byId(id).hidden = id !== shown;
  if (shown === 'list') {
    document.title = (page.title ? page.title + ' · ' : 'Traces · ') + 'kspan-streams';
    list.restore(new URLSearchParams(query));
    list.show(before === 'trace' ? view.trace && traces.get(view.trace.id) : list.rows.items[list.rows.current]);
  } else if (shown === 'trace') {
    view.show(trace, spanId);
  } else {
    byId('missing-text').textContent = page.live
      ? `Trace ${traceId} has not been received (yet), or is not kept any more.` : `This file does not hold trace ${traceId}.`;
  }
  // Who came by a key goes on from there; on the first view the focus stays where a reader begins.
  if (before && before !== shown) {
    if (shown === 'list') list.rows.focus(list.rows.current);
    else if (shown === 'trace') view.rows.focus(view.rows.current);
  }
}

const THEMES = new Map([['auto', ['◐', 'as the system']], ['light', ['☀', 'light']], ['dark', ['☾', 'dark']]]);

function setTheme(theme) {
  const known = THEMES.has(theme) ? theme : 'auto';
  const [glyph, meaning] = THEMES.get(known);
  document.documentElement.dataset.theme = known;
  byId('theme').textContent = glyph;
  byId('theme').setAttribute('aria-label', `Colours: ${meaning}`);
  byId('theme').title = `Colours: ${meaning} (t)`;
  memory.set('theme', known);
  if (view.trace && !byId('trace').hidden) view.overview();
}

function nextTheme() {
  const order = [...THEMES.keys()];
  setTheme(order[(order.indexOf(document.documentElement.dataset.theme) + 1) % order.length]);
}

const KEYS = [
  ['↑ ↓', 'previous, next line; Page Up, Page Down, Home and End as usual'],
  ['→', 'expand; on an open line: first child'],
  ['←', 'collapse; on a closed line: parent'],
  ['Enter', 'open a trace; show or hide the details of a span'],
  ['Esc', 'close details, tip or this help'],
  ['/', 'search'],
  ['+  -  0', 'zoom in, zoom out, whole trace'],
  ['f', 'zoom to the current span'],
  ['Shift ← →', 'move along the time axis'],
  ['e  E', 'next, previous error'],
  ['n  N', 'next, previous match of the search'],
  ['x  c', 'expand all, collapse all'],
  ['u', 'up to the list of traces'],
  ['t', 'light, dark, or as the system'],
  ['?', 'this help'],
];

function shortcut(event) {
  const typing = event.target.matches?.('input:not([type=checkbox])');
  if (event.key === 'Escape' && !byId('help').open) escape(event, typing);
  if (event.ctrlKey || event.metaKey || event.altKey || typing || byId('help').open || !byId('letters').checked) return;
  const inTrace = !byId('trace').hidden;
  const action = {
    '/': () => byId(inTrace ? 'find' : 'list-search').select(),
    '?': () => byId('help').showModal(),
    t: nextTheme,
  }[event.key] || (inTrace && view.letters[event.key]);
  if (!action || event.defaultPrevented) return;
  event.preventDefault();
  action();
}

function escape(event, typing) {
  if (!byId('tip').hidden) {
    tip.hide();
  } else if (typing) {
    if (event.target.value) {
      event.target.value = '';
      event.target.dispatchEvent(new Event('input'));
    } else {
      (byId('trace').hidden ? list : view).rows.focus((byId('trace').hidden ? list : view).rows.current);
    }
  } else if (!byId('trace').hidden && !byId('details').hidden) {
    view.closeDetails();
    view.rows.focus(view.rows.current);
  } else {
    return;
  }
  event.preventDefault();
}

// ------------------------------------------------------------------------------------------------------------------ live

async function ask(since) {
  const answer = await fetch(`traces.json?since=${encodeURIComponent(since)}`, { cache: 'no-store' });
  if (!answer.ok) throw new Error('HTTP ' + answer.status);
  return answer.json();
}

/**
 * Asks for what is new since the last answer that could be shown; who has nothing to say, or says what cannot be shown, is
 * asked less and less often.
 */
async function poll(since, wait) {
  let next = since;
  let pause = 1_000;
  let trouble = 'the receiver does not answer; what is here stays';
  try {
    const news = await ask(since);
    trouble = 'what the receiver answers cannot be shown';
    if (news.next !== since) take(news);
    next = news.next;
    trouble = '';
  } catch (failure) {
    pause = Math.min(30_000, wait * 2);
    console.warn(failure);
  }
  byId('live').textContent = trouble ? '○ ' + trouble : '● live';
  byId('live').className = trouble ? 'bad' : 'good';
  setTimeout(() => poll(next, pause), pause);
}

/** A trace that cannot be read keeps no other from being shown. */
function add(data) {
  try {
    traces.set(data.id, new Trace(data));
  } catch (failure) {
    console.warn(`Trace ${data?.id} cannot be shown:`, failure);
  }
}

function take(news) {
  const before = traces.size;
  const kept = new Set(news.kept);
  news.traces.forEach(add);
  [...traces.keys()].filter((id) => !kept.has(id)).forEach((id) => traces.delete(id));
  if (!byId('list').hidden) {
    list.show(list.rows.items[list.rows.current] && traces.get(list.rows.items[list.rows.current].id));
    if (traces.size > before) announce(count(traces.size - before, 'new trace'));
  } else if (!byId('missing').hidden) {
    route();
  } else if (traces.has(view.trace.id) && traces.get(view.trace.id) !== view.trace) {
    view.show(traces.get(view.trace.id));
  } else {
    view.summary(); // A trace that links here may have come.
  }
}

// ----------------------------------------------------------------------------------------------------------------- start

byId('origin').textContent = page.title || '';
byId('keys').tBodies[0].append(...KEYS.map(([keys, what]) =>
  make('tr', {}, make('th', { scope: 'row' }, ...keys.split(/ +(?=\S)/).map((key) => make('kbd', {}, key))), make('td', {}, what))));
byId('help-open').addEventListener('click', () => byId('help').showModal());
byId('letters').checked = memory.get('letters') !== 'off';
byId('letters').addEventListener('change', () => memory.set('letters', byId('letters').checked ? 'on' : 'off'));
byId('theme').addEventListener('click', nextTheme);
document.querySelector('form.tools').addEventListener('submit', (event) => event.preventDefault());
addEventListener('keydown', shortcut);
addEventListener('hashchange', route);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => view.trace && view.overview());
page.traces.forEach(add);
list.start();
view.start();
setTheme(memory.get('theme'));
route();
if (page.live) poll('', 1_000);
