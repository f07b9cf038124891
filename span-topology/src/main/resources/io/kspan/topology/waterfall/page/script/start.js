// Addresses, colours, the receiver's updates, and the start of the page.

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
  address.replace();
  location.hash = '#/trace/' + traceId;
}

/** Shows the page of the fragment: #/ and #/?q=… are the list, #/trace/<trace id>[/<span id>] a trace. */
function route() {
  tip.hide();
  address.cancel();
  const [path, query] = location.hash.slice(1).split('?');
  const [, what, traceId, spanId] = path.split('/');
  const trace = traces.get(traceId);
  const shown = what !== 'trace' ? 'list' : trace ? 'trace' : 'missing';
  const before = ['list', 'trace', 'missing'].find((id) => !byId(id).hidden);
  for (const id of ['list', 'trace', 'missing']) byId(id).hidden = id !== shown;
  if (shown === 'list') {
    document.title = (page.title || 'Traces') + ' · kspan-streams';
    list.restore(new URLSearchParams(query));
    list.show(before === 'trace' ? traces.get(view.trace?.id) : list.rows.item);
  } else if (shown === 'trace') {
    view.show(trace, spanId);
  } else {
    byId('missing-text').textContent = page.live
      ? `Trace ${traceId} has not been received (yet), or is not kept any more.` : `This file does not hold trace ${traceId}.`;
  }
  // Keys go on where they were; on the first view the focus stays at the beginning of the document.
  if (before && before !== shown && shown !== 'missing') shownRows().focus();
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

/**
 * Asks the receiver for what is new since the last answer that could be shown. A receiver that does not answer, or whose
 * answer cannot be shown, is asked less and less often.
 */
async function poll(since, wait) {
  let next = since;
  let pause = 1_000;
  let trouble = 'the receiver does not answer; what is here stays';
  try {
    const answer = await fetch(`traces.json?since=${encodeURIComponent(since)}`, { cache: 'no-store' });
    if (!answer.ok) throw new Error('HTTP ' + answer.status);
    const update = await answer.json();
    trouble = 'what the receiver answers cannot be shown';
    if (update.next !== since) apply(update);
    next = update.next;
    trouble = '';
  } catch (failure) {
    pause = Math.min(30_000, wait * 2);
    console.warn(failure);
  }
  byId('live').textContent = trouble ? '○ ' + trouble : '● live';
  byId('live').className = trouble ? 'bad' : 'good';
  setTimeout(() => poll(next, pause), pause);
}

function apply(update) {
  const before = traces.size;
  const kept = new Set(update.kept);
  update.traces.forEach(addTrace);
  [...traces.keys()].filter((id) => !kept.has(id)).forEach((id) => traces.delete(id));
  if (!byId('list').hidden) {
    list.show(traces.get(list.rows.item?.id));
    if (traces.size > before) announce(count(traces.size - before, 'new trace'));
  } else if (!byId('missing').hidden) {
    route();
  } else if (traces.has(view.trace.id) && traces.get(view.trace.id) !== view.trace) {
    view.show(traces.get(view.trace.id));
  } else {
    view.summary(); // A trace that links here may be new.
  }
}

byId('origin').textContent = page.title;
document.querySelector('form.tools').addEventListener('submit', (event) => event.preventDefault());
addEventListener('hashchange', route);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => theme.changed());
page.traces.forEach(addTrace);
list.start();
view.start();
mouse.start();
tip.start();
startKeyboard();
theme.set(settings.get('theme'));
route();
if (page.live) poll('', 1_000);
