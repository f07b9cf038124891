// A trace: its summary, and its spans as a tree with a bar each.

const MAX_INDENT = 18;
const HUES = 7;

const hueOf = (span, trace) => trace.components.indexOf(span.component) % HUES;
function deliveryLink({ delivery }) {
  const members = [...traces.values()].filter((other) => other.delivery === delivery).length;
  return make('a', { href: '#/?delivery=' + delivery, title: delivery }, count(members, 'change') + ' here');
}

const isParent = (span) => span.end > span.index + 1;

const view = {
  trace: null,
  collapsed: new Set(),

  start() {
    this.rows = new Rows(byId('tree'), (span) => this.draw(span), (span) => this.currentChanged(span));
    this.rows.body.addEventListener('click', (event) => {
      const span = this.rows.itemAt(event);
      if (!span || mouse.dragged) return;
      this.rows.focus(this.rows.items.indexOf(span));
      if (event.target.closest('.twisty')) this.toggle(span);
      else details.open();
    });
    this.rows.body.addEventListener('keydown', (event) => this.key(event));
    on('find', 'input', () => this.find());
    on('find', 'keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      this.next((span) => span.matches, event.shiftKey ? -1 : 1, true);
    });
    this.startDivider();
    new ResizeObserver(() => this.trace && this.timeChanged()).observe(byId('overview'));
  },

  /** The divider between names and bars, dragged or moved with the arrow keys. */
  startDivider() {
    const divider = byId('divider');
    const tree = byId('tree').parentElement;
    const set = (percent) => {
      const width = limit(percent, 15, 75);
      tree.style.setProperty('--name', width + '%');
      divider.ariaValueNow = Math.round(width);
      settings.set('name', width);
      if (this.trace) this.timeChanged();
    };
    set(Number(settings.get('name')) || 44);
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
      set(Number(divider.ariaValueNow) + step);
    });
  },

  show(trace, spanId) {
    const same = this.trace?.id === trace.id;
    const currentId = spanId || (same ? this.rows.item?.id : '');
    if (!same) {
      this.collapsed.clear();
      byId('find').value = '';
      this.rows.viewport.scrollTop = 0;
    }
    if (this.trace !== trace) {
      this.trace = trace;
      if (!same || !this.window.zoomed) this.window = new TimeWindow(trace.duration);
      else this.window.total = trace.duration;
      this.summary();
    }
    document.title = `${trace.root.name} ${nameOf(trace.root)} · kspan-streams`;
    byId('back').href = upFromTrace;
    byId('back').textContent = upFromTrace.startsWith('#/incident') ? '‹ Incident' : '‹ Traces';
    const current = trace.byId.get(currentId) || trace.spans[0];
    this.expandTo(current);
    this.find(current);
    if (spanId && trace.byId.has(spanId)) {
      this.rows.reveal();
      details.open();
    } else if (!same) {
      details.close();
    } else if (details.isOpen()) {
      details.show(current);
    }
    this.timeChanged();
  },

  summary() {
    const { trace } = this;
    const { root } = trace;
    const closed = text(root, 'kspan.finished.by');
    byId('trace-title').replaceChildren(make('b', {}, root.name), ' ', qualified(root), ' ', outcomeBadge(trace), ' ',
      make('span', { className: 'how quiet' }, closed && 'finished by ' + closed));
    byId('changes').replaceChildren(...this.changes(root));
    const facts = [
      ['Started', utc(trace.start, 3) + ' UTC'],
      ['Duration', duration(trace.duration)],
      ['Open since', instant(text(root, 'kspan.open.since'))],
      ['Not over because', text(root, 'kspan.open.reason')],
      ['Over at', trace.open && text(root, 'kspan.open.until') && instant(text(root, 'kspan.open.until')) + ', if nothing more happens'],
      ['Spans', trace.spans.length.toLocaleString('en')],
      ['Errors', trace.errors ? bad('✗ ' + trace.errors) : '0'],
      ['Cluster', trace.cluster],
      ['Generation', text(root, 'k8s.object.generation')],
      ['Failure', [...new Set([text(root, 'error.type'), root.status])].filter((why) => why && why !== trace.outcome).join(': ')],
      ['Revision', text(root, 'vcs.ref.head.revision')],
      ['Repository', text(root, 'vcs.repository.url.full')],
      ['Delivery', trace.delivery && deliveryLink(trace)],
      ['Cut by the replay', text(root, 'kspan.replay.cut')],
      ['Trace', make('code', {}, trace.id)],
    ];
    byId('next-error').disabled = trace.errors === 0;
    byId('facts').replaceChildren(...facts.filter(([, value]) => value)
      .map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))));
    // Those of the delivery are listed behind its link.
    const links = [...linkItems(root), ...linksTo(trace)
      .filter(({ link }) => (link.attributes || {})['kspan.link'] !== 'delivery').map(linkFrom)];
    byId('links').replaceChildren(...(links.length ? [make('ul', { label: 'Links' }, ...links)] : []));
  },

  changes(root) {
    const { facts, author } = changesOf(root);
    if (!facts.length && !author) return [];
    const items = facts.map(([key, value]) => {
      const [before, after, ...more] = value.split(' -> ');
      return make('li', {}, make('span', { className: 'fact' }, key), ' ', ...(after === undefined || more.length
        ? [make('span', { className: 'value' }, value)]
        : [make('del', {}, before), make('span', { className: 'arrow' }, ' → '), make('ins', {}, after)]));
    });
    return [
      make('h2', {}, items.length ? 'What changed' : 'Changed'),
      ...(items.length ? [make('ul', {}, ...items)] : []),
      ...(author ? [make('span', { className: 'who' }, 'by ' + author)] : []),
    ];
  },

  // Rows

  /** Sets the rows: a collapsed span hides those below it, so its row becomes current instead of theirs. */
  refresh(current = this.rows.item) {
    const rows = [];
    for (let index = 0; index < this.trace.spans.length;) {
      const span = this.trace.spans[index];
      rows.push(span);
      index = this.collapsed.has(span.id) ? span.end : index + 1;
    }
    let shown = current;
    for (let above = current?.parent; above; above = above.parent) {
      if (this.collapsed.has(above.id)) shown = above;
    }
    this.rows.set(rows, rows.indexOf(shown));
  },

  draw(span) {
    const { trace } = this;
    const below = span.end - span.index - 1;
    const collapsed = this.collapsed.has(span.id);
    const above = trace.spans[span.index - 1];
    // A run of Events about one object names it once; a screen reader reads it every time.
    const repeated = above && qualified(above) === qualified(span);
    const name = make('div', { role: 'gridcell', className: 'name' },
      make('span', { className: 'indent' }),
      make('span', { className: 'twisty', ariaHidden: 'true' }, below && (collapsed ? '▸' : '▾')),
      span.error && bad('✗ ', onlyRead('error, ')),
      make('span', { className: 'title' }, span.name), ' ',
      nameOf(span) && make('span', { className: repeated ? 'only-read' : 'object' }, nameOf(span)), ' ',
      collapsed && make('span', { className: 'badge' }, `+${below}`, span.errorsBelow && bad(` ✗ ${span.errorsBelow}`)), ' ',
      make('span', { className: 'message' }, message(span)));
    name.firstChild.style.setProperty('--depth', Math.min(MAX_INDENT, span.depth));
    const hue = 'hue' + hueOf(span, trace);
    return make('div',
      {
        role: 'row',
        className: `row${span.matches ? ' found' : ''}${span === trace.root ? ' root' : ''}`,
        ariaLevel: span.depth + 1,
        ariaPosInSet: span.position,
        ariaSetSize: span.siblings.length,
        ariaExpanded: below ? !collapsed : null,
        ariaSelected: span === details.span || null,
      },
      name,
      make('div', { role: 'gridcell', className: 'by ' + hue }, make('i'), span.component),
      make('div', { role: 'gridcell', className: 'number' }, duration(span.duration)),
      make('div', { role: 'gridcell', className: 'time' }, bar(span, hue, this.window)));
  },

  currentChanged(span) {
    if (details.isOpen()) details.show(span);
    const row = this.rows.drawn.get(this.rows.current);
    // The tip follows the keys only; the mouse shows it where it points. A root has no cause to show.
    if (span.parent && !details.isOpen() && row.matches(':focus-visible')) tip.show(span, row.getBoundingClientRect().left + 60, row);
    else tip.hide();
  },

  // Collapsing

  toggle(span, collapse = !this.collapsed.has(span.id)) {
    if (!isParent(span)) return;
    if (collapse) this.collapsed.add(span.id);
    else this.collapsed.delete(span.id);
    this.refresh(span);
  },

  expandAll() {
    this.collapsed.clear();
    this.refresh();
  },

  /** The root stays open: collapsed it would hide everything. */
  collapseAll() {
    this.trace.spans.filter((span) => span.depth > 0 && isParent(span)).forEach((span) => this.collapsed.add(span.id));
    this.refresh();
  },

  expandTo(span) {
    for (let above = span.parent; above; above = above.parent) this.collapsed.delete(above.id);
  },

  // Finding

  find(current = this.rows.item) {
    const wanted = terms(byId('find').value);
    let matches = 0;
    for (const span of this.trace.spans) {
      span.matches = wanted.length > 0 && wanted.every((term) => searchText(span).includes(term));
      if (span.matches) matches++;
    }
    byId('find-count').textContent = wanted.length ? `${matches} ${matches === 1 ? 'match' : 'matches'}` : '';
    this.refresh(current);
  },

  /** Goes to the next wanted span, from the current one on and around; what hides it opens. */
  next(wanted, step, keepFocus = false) {
    const { spans } = this.trace;
    const from = this.rows.item.index;
    for (let i = 1; i <= spans.length; i++) {
      const span = spans[(from + step * i + spans.length * 2) % spans.length];
      if (wanted(span)) {
        this.goTo(span, keepFocus);
        return;
      }
    }
    announce('None in this trace');
  },

  goTo(span, keepFocus = false) {
    this.expandTo(span);
    this.refresh(span);
    if (!keepFocus) {
      this.rows.focus();
      return;
    }
    this.rows.reveal();
    this.rows.update();
    this.currentChanged(span);
  },

  // Time

  zoom(change) {
    change(this.window);
    this.timeChanged();
  },

  zoomTo(span) {
    const margin = Math.max(5e5, span.duration * 0.05);
    this.zoom((window) => window.set(span.start - margin, span.start + span.duration + margin));
  },

  timeChanged() {
    drawAxis(this.window, this.trace.duration);
    this.rows.redraw();
    drawOverview(this.trace, this.window);
  },

  // Keys

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const span = this.rows.item;
    const open = isParent(span) && !this.collapsed.has(span.id);
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
      Enter: () => (details.isOpen() ? details.close() : details.open()),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  },
};
