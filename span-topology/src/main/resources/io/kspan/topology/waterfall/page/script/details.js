// Everything about one span, and the tip beside a row.

const GROUPS = [
  ['What changed', /^kspan\.change\./],
  ['Outcome', /^(kspan\.(outcome|finished\.by|replay\.cut|open|provisional)|error\.type$)/],
  ['Event', /^k8s\.event\./],
  ['Object', /^k8s\.(object|namespace|container)\./],
  ['Owners and node', /^k8s\./],
  ['Delivery and sources', /^(kspan\.delivery|vcs|cicd|deployment)\./],
  ['How it was placed', /^kspan\./],
  ['Other', /./],
];

function section(title, ...content) {
  return make('section', {}, make('h3', {}, title), ...content);
}

function table(title, entries) {
  return section(title, make('table', {}, make('tbody', {}, ...entries.map(([key, value]) => make('tr', {},
    make('th', { scope: 'row' }, key),
    make('td', {}, Array.isArray(value) ? value.join(', ') : String(value)))))));
}

const details = {
  /** The span that is shown, null if the details are closed. */
  span: null,

  isOpen: () => !byId('details').hidden,

  open() {
    tip.hide();
    byId('details').hidden = false;
    this.show(view.rows.item);
  },

  close() {
    byId('details').hidden = true;
    this.select(null);
    address.replaceSoon('#/trace/' + view.trace.id);
  },

  select(span) {
    this.span = span;
    view.rows.drawn.forEach((row, index) => { row.ariaSelected = view.rows.items[index] === span || null; });
  },

  show(span) {
    this.select(span);
    address.replaceSoon(`#/trace/${view.trace.id}/${span.id}`);
    const close = make('button', { type: 'button', className: 'close', label: 'Close the details', title: 'Close (Esc)' }, '×');
    close.addEventListener('click', () => {
      this.close();
      view.rows.focus();
    });
    byId('details').replaceChildren(close, ...this.content(span, view.trace));
    byId('details').scrollTop = 0;
  },

  content(span, trace) {
    const why = make('p', { className: 'cause' }, ...cause(span));
    if (span.parent) {
      const toCause = make('button', { type: 'button', className: 'plain' }, 'Go to it');
      toCause.addEventListener('click', () => view.goTo(span.parent));
      why.append(' ', toCause);
    }
    const inferred = INFERRED.get(text(span, 'kspan.owner.inferred'));
    const links = linkItems(span);
    const entries = Object.entries(span.attributes);
    const groupOf = ([key]) => GROUPS.find(([, pattern]) => pattern.test(key));
    return [
      make('h2', {}, span.error && bad('✗ ', onlyRead('error, ')), span.name),
      nameOf(span) && make('p', { className: 'object' }, [kind(span), qualified(span)].filter(Boolean).join(' ')),
      message(span) && make('p', { className: span.error ? 'said bad' : 'said' }, message(span)),
      section('Caused by', why),
      isProvisional(span) && make('p', { className: 'note' }, '○ Its trace is not over: this is what is known so far.'),
      inferred && make('p', { className: 'note' }, '⚠ Its owner is ' + inferred + '.'),
      links.length && section('Links', make('ul', {}, ...links)),
      table('Time', [
        ['start', utc(trace.start + BigInt(span.start), 6) + ' UTC'],
        ['since the trace began', duration(span.start)],
        ['duration', duration(span.duration)],
        ['end', utc(trace.start + BigInt(span.start + span.duration), 6) + ' UTC'],
      ]),
      ...GROUPS.map((group) => [group[0], entries.filter((entry) => groupOf(entry) === group)])
        .map(([title, grouped]) => grouped.length && table(title, grouped)),
      table('Resource', Object.entries(span.resource)),
      table('Ids', [['trace', trace.id], ['span', span.id], ['parent', span.parentId], ['status', span.status]]
        .filter(([, value]) => value)),
    ].filter(Boolean);
  },
};

/** Puts a tip below the area `at`, or above it where there is no room, and from `x` on. */
function placeTip(box, at, x) {
  const below = at.bottom + 4 + box.offsetHeight < innerHeight;
  box.style.left = Math.max(8, Math.min(x, innerWidth - box.offsetWidth - 8)) + 'px';
  box.style.top = (below ? at.bottom + 4 : Math.max(4, at.top - 4 - box.offsetHeight)) + 'px';
}

/** Shows the span and its cause beside a row, for the mouse and for the keys. */
const tip = {
  start() {
    const { body, viewport } = view.rows;
    body.addEventListener('pointermove', (event) => {
      const span = view.rows.itemAt(event);
      if (!span || event.pointerType !== 'mouse' || event.buttons) this.hide();
      else if (span !== this.span) this.showSoon(span, event.clientX, event.target.closest('[role=row]'));
    });
    body.addEventListener('pointerleave', () => this.hide());
    viewport.addEventListener('scroll', () => this.atPointer && this.hide(), { passive: true });
  },

  showSoon(span, x, row) {
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
      make('div', {}, span.error && bad('✗ '), make('b', {}, span.name), ' ', qualified(span)),
      make('div', { className: 'message' }, message(span)),
      make('div', { className: 'quiet' },
        `${duration(span.duration)}, from ${duration(span.start)} on · reported by ${span.component}`),
      span.parent ? make('div', { className: 'cause' }, quiet('Caused by '), ...cause(span)) : '');
    box.hidden = false;
    row.setAttribute('aria-describedby', 'tip');
    placeTip(box, row.getBoundingClientRect(), x + 12);
  },

  hide() {
    clearTimeout(this.timer);
    this.span = null;
    this.row?.removeAttribute('aria-describedby');
    byId('tip').hidden = true;
  },
};
