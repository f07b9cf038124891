// Addresses, colours, and the start of the page.

/** The address follows what is shown, but not at every key that is held down: browsers refuse that. */
const address = {
  replaceSoon(fragment) {
    clearTimeout(this.timer);
    this.fragment = fragment;
    this.timer = setTimeout(() => this.replace(), 100);
  },

  replace() {
    if (this.fragment) history.replaceState(null, '', this.fragment);
    this.cancel();
  },

  /** Shows another fragment. What is put off goes first: it would replace the new one. */
  go(fragment) {
    this.replace();
    location.hash = fragment;
  },

  cancel() {
    clearTimeout(this.timer);
    this.fragment = '';
  },
};

/** Copies a link to what is shown. Where a browser has no clipboard for a page, it selects the link to be copied. */
async function copyLink() {
  address.replace();
  const what = details.span ? 'span' : 'trace';
  try {
    await navigator.clipboard.writeText(location.href);
    announce(`Copied a link to this ${what}`);
    byId('copy').textContent = 'Copied';
    setTimeout(() => { byId('copy').textContent = 'Copy link'; }, 2_000);
  } catch {
    prompt(`Link to this ${what}`, location.href);
  }
}

function go(traceId) {
  address.go('#/trace/' + traceId);
}

const VIEWS = ['list', 'trace', 'incident', 'missing'];

/** What is shown instead of a trace: that it is loading, could not be loaded, or is not here. */
const missing = {
  /** The trace that is shown as soon as it is here; '' for none. */
  waitsFor: '',

  show(title, words, waitsFor = '', again = false) {
    byId('missing-title').textContent = title;
    byId('missing-text').textContent = words;
    byId('missing-again').hidden = !again;
    this.waitsFor = waitsFor;
  },
};

let routes = 0;

/** The fragment of the list or incident that a trace was opened from. */
let upFromTrace = '#/';

/**
 * Shows the page of the fragment: #/ and #/?q=… are the list, #/trace/<trace id>[/<span id>] a trace, #/incident?… what
 * happened in a time.
 */
async function route() {
  const own = ++routes;
  tip.hide();
  address.cancel();
  const [path, query] = location.hash.slice(1).split('?');
  const [, what, traceId, spanId] = path.split('/');
  if (what === 'trace') {
    const trace = traces.get(traceId);
    if (trace?.loaded || !page.live) showTrace(trace, traceId, spanId);
    else await loadAndShow(traceId, spanId, () => own === routes);
  } else if (what === 'incident') {
    openView('incident', () => incident.restore(new URLSearchParams(query)));
  } else {
    const from = isTraceShown() ? view.trace?.id : list.rows.item?.id;
    openView('list', () => {
      document.title = (page.title || 'Traces') + ' · kspan-streams';
      list.restore(new URLSearchParams(query));
      list.show(from);
    });
  }
}

/** Shows one of the views. Keys go on where they were; on the first view the focus stays at the beginning of the document. */
function openView(shown, fill) {
  const before = VIEWS.find((id) => !byId(id).hidden);
  if (before === 'list') upFromTrace = list.address();
  if (before === 'incident') upFromTrace = incident.address();
  for (const id of VIEWS) byId(id).hidden = id !== shown;
  fill();
  if (before && before !== shown && shown !== 'missing') shownRows().focus();
}

async function loadAndShow(traceId, spanId, isWanted) {
  const isLoading = () => openView('missing', () => missing.show('Loading the trace …', `Trace ${traceId}`));
  // Most answers come before a reader sees that there is something to wait for.
  const timer = setTimeout(isLoading, 200);
  try {
    const trace = await loadTrace(traceId);
    if (isWanted()) showTrace(trace, traceId, spanId);
  } catch (failure) {
    console.warn(failure);
    if (isWanted()) {
      openView('missing', () => missing.show('This trace could not be loaded', `The receiver does not answer for trace ${traceId}.`,
        traceId, true));
    }
  } finally {
    clearTimeout(timer);
  }
}

function showTrace(trace, traceId, spanId) {
  if (trace) openView('trace', () => view.show(trace, spanId));
  else openView('missing', () => missing.show('This trace is not here', page.live
    ? `Trace ${traceId} has not been received (yet), or is not kept any more.` : `This file does not hold trace ${traceId}.`, traceId));
}

const THEMES = new Map([['auto', ['◐', 'as the system']], ['light', ['☀', 'light']], ['dark', ['☾', 'dark']]]);

const theme = {
  set(name) {
    const known = THEMES.has(name) ? name : 'auto';
    const [glyph, meaning] = THEMES.get(known);
    document.documentElement.dataset.theme = known;
    byId('theme').textContent = glyph;
    byId('theme').ariaLabel = `Colours: ${meaning}`;
    byId('theme').title = `Colours: ${meaning} (t)`;
    settings.set('theme', known);
    this.changed();
  },

  next() {
    const names = [...THEMES.keys()];
    this.set(names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length]);
  },

  /** The canvas is the only thing that does not follow the style sheet. */
  changed() {
    if (isTraceShown() && view.trace) drawOverview(view.trace, view.window);
  },
};

byId('origin').textContent = page.title;
document.querySelectorAll('form.tools').forEach((form) => form.addEventListener('submit', (event) => event.preventDefault()));
addEventListener('hashchange', route);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => theme.changed());
on('missing-again', 'click', route);
page.traces.forEach((data) => addTrace(data));
mergeTraces();
list.start();
view.start();
mouse.start();
tip.start();
incident.start();
startKeyboard();
theme.set(settings.get('theme'));
if (page.at && !location.hash) history.replaceState(null, '', page.at);
route();
if (page.live) poll('', 1_000);
