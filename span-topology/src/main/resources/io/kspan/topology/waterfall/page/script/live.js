// A live page: what it asks its receiver for. A page that carries its traces asks for nothing.

/** Asks the receiver; null if it does not have that. */
async function ask(path, parameters) {
  const answer = await fetch(`${path}?${new URLSearchParams(parameters)}`, { cache: 'no-store' });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error('HTTP ' + answer.status);
  return answer.json();
}

/** The trace with its spans, undefined if neither the page nor the receiver has it; fails if the receiver does not answer. */
async function loadTrace(id) {
  const known = traces.get(id);
  if (known?.loaded || !page.live) return known;
  const data = await ask('trace.json', { id });
  if (!data) return undefined;
  // A summary that comes later has another version, and this is asked for again.
  addTrace({ ...data, version: known?.version }, data.open ? opened : kept);
  mergeTraces();
  return traces.get(id);
}

/**
 * Asks the receiver for what is new since the last answer that could be shown. A receiver that does not answer, or whose
 * answer cannot be shown, is asked less and less often.
 */
async function poll(since, wait) {
  let next = since;
  let pause = 1_000;
  let trouble = 'the receiver does not answer; what is here stays';
  try {
    const update = await ask('traces.json', { since });
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
  if (update.reset) kept.clear();
  update.removed.forEach((id) => kept.delete(id));
  update.traces.forEach((data) => addTrace(data));
  if (update.open) applyOpen(update.open, update.reset);
  mergeTraces();
  serverSearch.refresh();
  if (!byId('list').hidden) {
    list.show(list.rows.item?.id);
    if (traces.size > before) announce(count(traces.size - before, 'new trace'));
  } else if (!byId('missing').hidden) {
    if (traces.has(missing.waitsFor)) route();
  } else if (!byId('incident').hidden) {
    incident.show();
  } else {
    replaceShown();
  }
}

/** A trace that is open as before keeps its spans. */
function applyOpen(open, reset) {
  const before = new Map(reset ? [] : opened);
  opened.clear();
  for (const data of open.traces) {
    const same = before.get(data.id);
    if (same?.version === data.version) opened.set(data.id, same);
    else addTrace(data, opened);
  }
  byId('list-missing').replaceChildren(...open.missing.map((sentence) => make('p', {}, '⚠ ' + sentence)));
}

/** Shows the trace in sight anew if it has changed: has grown, or is finished. */
async function replaceShown() {
  const { trace } = view;
  const now = traces.get(trace.id);
  try {
    const loaded = now && now !== trace ? await loadTrace(trace.id) : null;
    if (view.trace !== trace || !isTraceShown()) return;
    if (loaded) view.show(loaded);
    else view.summary(); // A trace that links here may be new.
    if (loaded && trace.open && !loaded.open) announce(`The trace is over: ${loaded.outcome || 'finished'}`);
  } catch (failure) {
    console.warn(failure); // The next change asks again.
  }
}

/** The search of a live page, which does not have all spans. */
const serverSearch = {
  query: '',
  /** The ids found for the query before, until those of a new query come. */
  ids: null,
  state: '',
  question: 0,

  /** Whether `trace` is found. */
  has(trace) {
    return !this.query || !this.ids || this.ids.has(trace.id);
  },

  set(query) {
    if (query === this.query) return;
    this.query = query;
    this.state = query ? 'searching …' : '';
    if (!query) this.ids = null;
    this.askSoon();
  },

  /** What has come since the answer may match, too. */
  refresh() {
    if (this.query) this.askSoon();
  },

  askSoon() {
    clearTimeout(this.timer);
    this.question++; // An answer that is still to come is of no use.
    if (this.query) this.timer = setTimeout(() => this.ask(this.question), 150);
  },

  async ask(question) {
    let found = null;
    try {
      found = await ask('search.json', { q: this.query });
    } catch (failure) {
      console.warn(failure);
    }
    if (question !== this.question) return;
    this.state = found ? '' : 'the receiver does not answer this search';
    if (found) this.ids = new Set(found.ids);
    if (!byId('list').hidden) list.show(list.rows.item?.id);
  },
};
