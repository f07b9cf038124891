// The list of traces.

const ascending = (value) => (a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0);
/** Numbers first: they are compared faster, but do not hold nanoseconds exactly. */
const byStart = (a, b) => a.startMillis - b.startMillis || ascending((trace) => trace.start)(a, b);

/** Traces of the same value are in the order of their starts. */
const COLUMNS = [
  { key: 'started', label: 'Started (UTC)', value: () => 0, cell: (trace) => utc(trace.start) },
  { key: 'name', label: 'Trace', value: (t) => t.root.name + nameOf(t.root), cell: rootCell },
  { key: 'namespace', label: 'Namespace', value: (t) => t.namespace, cell: (t) => t.namespace },
  { key: 'cluster', label: 'Cluster', value: (t) => t.cluster, cell: (t) => t.cluster },
  { key: 'outcome', label: 'Outcome', value: (t) => t.outcome, cell: outcomeBadge },
  { key: 'duration', label: 'Duration', value: (t) => t.duration, cell: (t) => duration(t.duration), number: true },
  { key: 'spans', label: 'Spans', value: (t) => t.spanCount, cell: (t) => String(t.spanCount), number: true },
  { key: 'errors', label: 'Errors', value: (t) => t.errors, cell: errorsCell, number: true },
];

/** What a trace has of each is offered for a choice; an activity has no outcome. */
const FILTERS = [
  { key: 'outcome', label: 'Outcome', of: (trace) => [trace.outcome || 'activity'] },
  { key: 'namespace', label: 'Namespace', of: (trace) => [trace.namespace] },
  { key: 'kind', label: 'Kind', of: (trace) => [trace.kind] },
  { key: 'service', label: 'Service', of: (trace) => trace.components },
  { key: 'delivery', label: 'Delivery', of: (trace) => [trace.delivery], name: nameOfDelivery },
];

function nameOfDelivery(id, members) {
  const [first] = members.sort(byStart);
  return first ? `${utc(first.start)} ${qualified(first.root)}, ${count(members.length, 'trace')}` : id;
}

const shortChange = ([key, value]) => `${key} ${value.replace(/\S+\//g, '').replace(' -> ', ' → ')}`;

/** What changed (of an image its end is shown), else what the first Event of an activity says. */
const difference = (trace) => changesOf(trace.root).facts.map(shortChange).join(', ') || trace.about;

/** Traces of one object differ in what changed; of what is open the reason comes first. */
function rootCell(trace) {
  const why = trace.open && text(trace.root, 'kspan.open.reason');
  return make('span', {},
    make('a', { href: '#/trace/' + trace.id, tabIndex: -1 }, make('b', {}, trace.root.name), ' ', nameOf(trace.root)),
    ' ', make('span', { className: 'message', title: why || '' }, [why, difference(trace)].filter(Boolean).join(' · ')));
}

function errorsCell(trace) {
  return trace.errors ? bad('✗ ' + trace.errors) : quiet('0');
}

const cellClass = (column) => column.key + (column.number ? ' number' : '');

const list = {
  query: '',
  errorsOnly: false,
  chosen: {},
  sort: 'started',
  descending: true,

  start() {
    this.rows = new Rows(byId('list-grid'), (trace) => this.draw(trace));
    COLUMNS.forEach((column) => {
      const button = make('button', { type: 'button', className: 'sort' }, column.label, make('span', { className: 'arrow' }));
      button.addEventListener('click', () => this.sortBy(column.key));
      byId('list-head').append(make('div', { role: 'columnheader', className: cellClass(column) }, button));
    });
    FILTERS.forEach((filter) => {
      filter.select = make('select', { id: 'list-' + filter.key });
      filter.select.addEventListener('change', () => this.search());
      byId('list-filters').append(make('label', {}, filter.label, filter.select));
    });
    on('to-incident', 'click', () => address.go(incident.addressOf(this.listed(), this.isNarrowed())));
    on('list-search', 'input', () => this.search());
    on('list-errors', 'change', () => this.search());
    on('list-search', 'keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
      event.preventDefault();
      this.rows.focus(0);
    });
    this.rows.body.addEventListener('click', (event) => {
      const trace = this.rows.itemAt(event);
      if (trace && !event.target.closest('a')) go(trace.id);
    });
    this.rows.body.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') go(this.rows.item.id);
    });
  },

  draw(trace) {
    return make('div', { role: 'row', className: 'row' }, ...COLUMNS.map((column) =>
      make('div', { role: 'gridcell', className: cellClass(column) }, column.cell(trace))));
  },

  sortBy(key) {
    this.descending = this.sort === key ? !this.descending : !['name', 'namespace', 'cluster'].includes(key);
    this.sort = key;
    this.changed();
  },

  search() {
    this.query = byId('list-search').value;
    this.errorsOnly = byId('list-errors').checked;
    FILTERS.forEach(({ key, select }) => { this.chosen[key] = select.value; });
    this.changed();
  },

  changed() {
    address.replaceSoon(this.address());
    this.show(this.rows.item?.id);
  },

  /** Whether not all traces are listed. */
  isNarrowed() {
    return Boolean(this.query.trim()) || this.errorsOnly || FILTERS.some(({ key }) => this.chosen[key]);
  },

  /** The fragment that shows the list as it is now, for a reload and the way back from a trace. */
  address() {
    const state = new URLSearchParams();
    if (this.query) state.set('q', this.query);
    if (this.errorsOnly) state.set('errors', '1');
    FILTERS.filter(({ key }) => this.chosen[key]).forEach(({ key }) => state.set(key, this.chosen[key]));
    if (this.sort !== 'started' || !this.descending) state.set('sort', this.sort + (this.descending ? '.desc' : ''));
    return '#/' + (state.size ? '?' + state : '');
  },

  restore(state) {
    byId('list-search').value = this.query = state.get('q') || '';
    byId('list-errors').checked = this.errorsOnly = state.has('errors');
    FILTERS.forEach((filter) => { this.chosen[filter.key] = state.get(filter.key) || ''; });
    const [key, order] = (state.get('sort') || 'started.desc').split('.');
    this.sort = COLUMNS.some((column) => column.key === key) ? key : 'started';
    this.descending = order === 'desc';
  },

  /** Offers what there is to choose from, and what is chosen although it is not there; again only if either has changed. */
  offer(filter) {
    const { key, select, of: valuesOf, name = (value) => value } = filter;
    if (filter.offered === traces && filter.offeredWith === this.chosen[key]) return;
    Object.assign(filter, { offered: traces, offeredWith: this.chosen[key] });
    const members = new Map(this.chosen[key] ? [[this.chosen[key], []]] : []);
    for (const trace of traces.values()) {
      for (const value of valuesOf(trace).filter(Boolean)) {
        if (!members.has(value)) members.set(value, []);
        members.get(value).push(trace);
      }
    }
    const options = [...members].map(([value, some]) => [value, name(value, some)]).sort(ascending(([, shown]) => shown));
    const state = JSON.stringify([this.chosen[key], options]);
    // An open list would close.
    if (select.dataset.state === state) return;
    select.dataset.state = state;
    select.parentElement.hidden = !this.chosen[key] && [...members.values()].every((some) => some.length === traces.size);
    select.replaceChildren(make('option', { value: '' }, 'all'),
      ...options.map(([value, shown]) => make('option', { value, selected: value === this.chosen[key] }, shown)));
  },

  /** What is listed, with what is open on top of what began last. */
  listed() {
    const wanted = page.live ? [] : terms(this.query);
    const { value } = COLUMNS.find((column) => column.key === this.sort);
    const byValue = ascending((one) => one.value);
    const openFirst = this.sort === 'started' && this.descending;
    const chosen = FILTERS.filter(({ key }) => this.chosen[key]);
    return [...traces.values()]
      .filter((trace) => (!this.errorsOnly || trace.errors > 0) && chosen.every(({ key, of }) => of(trace).includes(this.chosen[key]))
        && serverSearch.has(trace) && wanted.every((term) => trace.searchText.includes(term)))
      // Each value is made once, not at each comparison.
      .map((trace) => ({ trace, value: value(trace) }))
      .sort((a, b) => (openFirst && b.trace.open - a.trace.open)
        || (this.descending ? -1 : 1) * (byValue(a, b) || byStart(a.trace, b.trace)))
      .map(({ trace }) => trace);
  },

  /** Draws the list; the row of the trace `current` stays current. */
  show(current) {
    FILTERS.forEach((filter) => this.offer(filter));
    if (page.live) serverSearch.set(this.query.trim());
    const shown = this.listed();
    [...byId('list-head').children].forEach((head, index) => {
      const sorted = COLUMNS[index].key === this.sort;
      head.ariaSort = sorted ? (this.descending ? 'descending' : 'ascending') : null;
      head.querySelector('.arrow').textContent = sorted ? (this.descending ? ' ▾' : ' ▴') : '';
    });
    byId('list-count').textContent = serverSearch.state || (shown.length === traces.size
      ? count(shown.length, 'trace') : `${shown.length.toLocaleString('en')} of ${count(traces.size, 'trace')}`);
    byId('list-empty').textContent = shown.length ? ''
      : traces.size ? 'No trace matches.'
      : page.live ? 'No trace yet: one appears as soon as a change in the cluster is over.' : 'There are no traces in this file.';
    byId('to-incident').disabled = shown.length === 0;
    this.rows.set(shown, current ? shown.findIndex((trace) => trace.id === current) : 0);
  },
};
