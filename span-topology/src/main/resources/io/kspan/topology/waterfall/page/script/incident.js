// What happened in a time: changes, activities and failures of all trees on one time axis.

/** Of a line, so many traces and failures are drawn. */
const MOST_MARKS = 500;

/** Where less of the axis is left than this share, nothing is written at a bar. */
const LEAST_ROOM = 0.12;

const incident = {
  /** The times of the address. */
  written: { from: '', to: '' },
  /** In milliseconds since 1970. */
  range: { from: 0, to: 1 },
  /** Empty for all. */
  namespaces: new Set(),
  note: '',

  start() {
    this.rows = new Rows(byId('incident-grid'), (item) => this.draw(item));
    const { body } = this.rows;
    body.addEventListener('click', (event) => this.click(event));
    body.addEventListener('keydown', (event) => this.key(event));
    incidentTip.start(body);
    for (const id of ['incident-from', 'incident-to']) on(id, 'change', () => this.fieldsChanged());
    on('incident-namespaces', 'change', () => this.namespacesChosen());
    on('incident-all', 'click', () => address.go(this.addressOf([...traces.values()], false)));
    on('incident-save', 'click', () => saving.start());
    mouse.drag(byId('incident-grid'), (event) => event.clientX > byId('incident-axis').getBoundingClientRect().left,
      () => this.timeColumn(), (from, to) => {
        const width = this.range.to - this.range.from;
        this.go(this.range.from + width * from, this.range.from + width * to);
      });
    new ResizeObserver(() => this.drawAxis()).observe(byId('incident-axis'));
  },

  timeColumn() {
    const axis = byId('incident-axis').getBoundingClientRect();
    const grid = byId('incident-grid').getBoundingClientRect();
    return new DOMRect(axis.left, grid.top, axis.width, grid.height);
  },

  // Addresses

  address({ from, to } = this.range, namespaces = this.namespaces) {
    const chosen = [...namespaces].map(encodeURIComponent).join(',');
    return `#/incident?from=${stamp(from)}&to=${stamp(to)}${chosen && '&ns=' + chosen}`;
  },

  /** For the time of `some` traces; only for their namespaces if `narrowed`. */
  addressOf(some, narrowed) {
    return this.address(this.rangeOf(some), new Set(narrowed ? some.map(namespaceKey) : []));
  },

  /** In whole seconds, not empty. */
  rangeOf(some) {
    if (!some.length) return { from: 0, to: 1_000 };
    let from = Infinity;
    let to = 0;
    for (const trace of some) {
      from = Math.min(from, trace.startMillis);
      to = Math.max(to, endOf(trace));
    }
    from = Math.floor(from / 1e3) * 1e3;
    return { from, to: Math.max(from + 1e3, Math.ceil(to / 1e3) * 1e3) };
  },

  go(from, to) {
    const start = Math.floor(from / 1e3) * 1e3;
    address.go(this.address({ from: start, to: Math.max(start + 1e3, Math.ceil(to / 1e3) * 1e3) }));
  },

  restore(state) {
    this.namespaces = new Set((state.get('ns') || '').split(',').filter(Boolean));
    this.written = { from: state.get('from') || '', to: state.get('to') || '' };
    this.show();
  },

  /** The range that the address names; where it names none, that of all traces. */
  resolve() {
    const all = this.rangeOf([...traces.values()]);
    const [from, to] = ['from', 'to'].map((key) => (this.written[key] ? parseTime(this.written[key]) : all[key]));
    const [wrong] = [[from, this.written.from], [to, this.written.to]].filter(([millis]) => Number.isNaN(millis));
    this.note = wrong ? `“${wrong[1]}” is not a time such as 2026-11-20T20:17Z: everything is shown.`
      : from < to ? '' : 'The range ends before it begins: everything is shown.';
    this.range = this.note ? all : { from, to };
  },

  fieldsChanged() {
    const [from, to] = ['incident-from', 'incident-to'].map((id) => encodeURIComponent(byId(id).value));
    address.go(this.address().replace(/from=[^&]*&to=[^&]*/, () => `from=${from}&to=${to}`));
  },

  namespacesChosen() {
    const chosen = [...byId('incident-namespaces').querySelectorAll('input:checked')].map((box) => box.value);
    this.namespaces = new Set(chosen);
    address.replaceSoon(this.address());
    this.show();
  },

  // What is shown

  shown() {
    const { from, to } = this.range;
    return [...traces.values()].filter((trace) => trace.startMillis <= to && endOf(trace) >= from
      && (!this.namespaces.size || this.namespaces.has(namespaceKey(trace))));
  },

  get title() {
    const { from, to } = this.range;
    const names = [...this.namespaces].join(', ');
    return `Incident ${stamp(from)} to ${stamp(to)}${names && ` in ${names}`}`;
  },

  show() {
    this.resolve();
    const shown = this.shown();
    const lanes = lanesOf(shown, this.range);
    const failing = lanes.filter((lane) => lane.failures.length);
    document.title = `${this.title} · kspan-streams`;
    byId('incident-from').value = stamp(this.range.from);
    byId('incident-to').value = stamp(this.range.to);
    byId('incident-note').textContent = this.note;
    byId('incident-count').textContent = shown.length
      ? `${count(shown.length, 'trace')} of ${count(lanes.length, 'object')}, ${failing.length.toLocaleString('en')} with failures`
      : 'No trace in this range.';
    byId('incident-save').disabled = saving.running || shown.length === 0;
    this.offerNamespaces();
    const failures = failing.flatMap((lane) => lane.failures).sort(ascending((failure) => failure.at));
    byId('incident-cause').replaceChildren(...causeLine(shown, failures), ...nodeSentence(failing, failures));
    this.first = failures[0]?.at;
    const key = this.rows.item?.key;
    const mark = this.rows.body.contains(document.activeElement) && document.activeElement.getAttribute('href');
    lanes.forEach((lane, index) => { lane.begins = lane.group !== lanes[index - 1]?.group; });
    this.drawAxis();
    this.rows.set(lanes, key ? lanes.findIndex((lane) => lane.key === key) : 0);
    // The row has the focus now; a mark that had it gets it back.
    const row = mark && this.rows.drawn.get(this.rows.current);
    if (row) [...row.querySelectorAll('a')].find((one) => one.getAttribute('href') === mark)?.focus({ preventScroll: true });
  },

  offerNamespaces() {
    const names = [...new Set([...[...traces.values()].map(namespaceKey), ...this.namespaces])].sort();
    byId('incident-chosen').textContent = 'Namespaces: ' + ([...this.namespaces].join(', ') || 'all');
    const box = byId('incident-namespaces');
    const state = JSON.stringify([names, [...this.namespaces]]);
    if (box.dataset.state === state) return;
    const focused = box.contains(document.activeElement) && document.activeElement.value;
    box.dataset.state = state;
    box.replaceChildren(...names.map((value) => make('label', {},
      make('input', { type: 'checkbox', value, checked: this.namespaces.has(value) }), value === NO_NAMESPACE ? 'in no namespace' : value)));
    if (focused) [...box.querySelectorAll('input')].find(({ value }) => value === focused)?.focus();
  },

  share(millis) {
    return limit((millis - this.range.from) / (this.range.to - this.range.from), 0, 1);
  },

  drawAxis() {
    const axis = byId('incident-axis');
    if (!axis.clientWidth) return;
    const at = (element, millis) => {
      element.style.left = this.share(millis) * 100 + '%';
      return element;
    };
    const marks = clockTicks(this.range, axis.clientWidth);
    // A label at the end would be cut off.
    axis.replaceChildren(...marks.filter((mark) => this.share(mark.at) < 0.93).map((mark) => at(make('span', {}, mark.label), mark.at)));
    byId('incident-ticks').replaceChildren(...marks.map((mark) => at(make('i'), mark.at)),
      ...(this.first === undefined ? [] : [at(make('i', { className: 'first' }), this.first)]));
  },

  // Rows

  draw(lane) {
    const { root, traces: all, failures, unlisted, nodes } = lane;
    const cut = all.length > MOST_MARKS || failures.length > MOST_MARKS
      ? `: the first ${MOST_MARKS} of ${count(all.length, 'trace')} and ${count(failures.length, 'failure')}` : '';
    const name = [kind(root), nameOf(root)].filter(Boolean).join(' ') || root.name;
    return make('div', { role: 'row', className: lane.begins ? 'row begins' : 'row' },
      make('div', { role: 'rowheader' }, make('div', { title: name }, name),
        make('div', { className: 'quiet', title: lane.group + cut }, lane.group, cut)),
      make('div', { role: 'gridcell' }, failures.length ? bad('✗ ' + failures.length, unlisted && '+') : quiet('none'),
        make('div', { className: 'quiet', title: nodes.join(', ') }, nodes.length && 'on ' + nodes.join(', '))),
      make('div', { role: 'gridcell', className: 'time' }, ...this.bars(lane),
        ...failures.slice(0, MOST_MARKS).map((failure) => this.cross(failure))));
  },

  bars(lane) {
    let free = 0;
    return lane.traces.slice(0, MOST_MARKS).flatMap((trace, index) => {
      const from = this.share(trace.startMillis);
      const next = lane.traces[index + 1];
      const to = next ? this.share(next.startMillis) : 1;
      const label = make('span', { className: 'label', ariaHidden: 'true' }, shortWords(trace));
      if (!next && from > 0.6) {
        Object.assign(label.style, { right: 0, maxWidth: (1 - free) * 100 + '%' });
      } else if (to - from > LEAST_ROOM) {
        Object.assign(label.style, { left: from * 100 + '%', maxWidth: (to - from) * 100 + '%' });
        free = to;
      } else {
        return [this.bar(trace, from)];
      }
      return [this.bar(trace, from), label];
    });
  },

  bar(trace, from) {
    const look = ['bar', isChange(trace) ? 'change' : 'activity', trace.open && 'provisional'].filter(Boolean).join(' ');
    const bar = make('a', { className: look, href: '#/trace/' + trace.id, tabIndex: -1, draggable: false, label: traceWords(trace) });
    bar.style.left = from * 100 + '%';
    bar.style.width = (this.share(endOf(trace)) - from) * 100 + '%';
    bar.mark = { trace };
    return bar;
  },

  cross(failure) {
    const mark = make('a', { className: 'cross', href: `#/trace/${failure.trace.id}/${failure.span}`, tabIndex: -1, draggable: false,
      label: failureWords(failure) }, '✗');
    mark.style.left = this.share(failure.at) * 100 + '%';
    mark.mark = { failure };
    return mark;
  },

  // Mouse and keys

  click(event) {
    if (mouse.dragged) event.preventDefault();
    else if (!event.target.closest('a')) this.open(this.rows.itemAt(event));
  },

  /** The trace with the first failure of a lane, else its first. */
  open(lane) {
    if (lane) go((lane.failures[0]?.trace || lane.traces[0]).id);
  },

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const row = event.target.closest('[role=row]');
    if (step) {
      const marks = [...row.querySelectorAll('a')].sort((a, b) => parseFloat(a.style.left) - parseFloat(b.style.left));
      const to = marks.indexOf(event.target) + step;
      (to < 0 ? row : marks[Math.min(to, marks.length - 1)])?.focus({ preventScroll: true });
      event.preventDefault();
    } else if (event.key === 'Enter' && event.target === row) {
      event.preventDefault();
      this.open(this.rows.item);
    }
  },
};
