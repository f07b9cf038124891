// Single letters as shortcuts, and Escape. A button with data-key does what its key does.

const isTraceShown = () => !byId('trace').hidden;
const isIncidentShown = () => !byId('incident').hidden;
const shownRows = () => (isTraceShown() ? view : isIncidentShown() ? incident : list).rows;

const KEYS = {
  '/': () => byId(isTraceShown() ? 'find' : isIncidentShown() ? 'incident-from' : 'list-search').select(),
  '?': () => byId('help').showModal(),
  t: () => theme.next(),
};

const TRACE_KEYS = {
  '+': () => view.zoom((window) => window.zoom(2)),
  '=': () => view.zoom((window) => window.zoom(2)),
  '-': () => view.zoom((window) => window.zoom(0.5)),
  0: () => view.zoom((window) => window.reset()),
  f: () => view.zoomTo(view.rows.item),
  e: () => view.next((span) => span.error, 1),
  E: () => view.next((span) => span.error, -1),
  n: () => view.next((span) => span.matches, 1),
  N: () => view.next((span) => span.matches, -1),
  x: () => view.expandAll(),
  c: () => view.collapseAll(),
  y: () => copyLink(),
  u: () => up(),
};

/** From a trace to where it was opened, from an incident to the list. */
function up() {
  address.go(isTraceShown() ? upFromTrace : list.address());
}

const actionOf = (key) => KEYS[key] || (isTraceShown() && TRACE_KEYS[key]) || (key === 'u' && isIncidentShown() && up);

function startKeyboard() {
  addEventListener('keydown', (event) => {
    const typing = event.target.matches?.('input:not([type=checkbox]), select');
    if (event.key === 'Escape' && !byId('help').open) escape(event, typing);
    if (event.ctrlKey || event.metaKey || event.altKey || typing || byId('help').open || !byId('letters').checked) return;
    const action = actionOf(event.key);
    if (!action || event.defaultPrevented) return;
    event.preventDefault();
    action();
  });
  addEventListener('click', (event) => {
    const button = event.target.closest('[data-key]');
    if (button) actionOf(button.dataset.key)();
  });
  byId('letters').checked = settings.get('letters') !== 'off';
  on('letters', 'change', () => settings.set('letters', byId('letters').checked ? 'on' : 'off'));
}

/** Closes the tip, empties or leaves a search, or closes the details: the first of them that there is. */
function escape(event, typing) {
  if (!byId('tip').hidden) {
    tip.hide();
  } else if (!byId('incident-tip').hidden) {
    incidentTip.hide();
  } else if (typing && event.target.value) {
    event.target.value = '';
    event.target.dispatchEvent(new Event(event.target.matches('select') ? 'change' : 'input'));
  } else if (typing) {
    shownRows().focus();
  } else if (isTraceShown() && details.isOpen()) {
    details.close();
    view.rows.focus();
  } else {
    return;
  }
  event.preventDefault();
}
