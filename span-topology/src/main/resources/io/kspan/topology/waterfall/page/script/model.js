// Traces and spans, and what their attributes say.

const text = (span, key) => (span.attributes[key] === undefined ? '' : String(span.attributes[key]));
const kind = (span) => text(span, 'k8s.object.kind');
const nameOf = (span) => text(span, 'k8s.object.name');
const namespaceOf = (span) => text(span, 'k8s.namespace.name');
const isState = (span) => text(span, 'kspan.origin') === 'state';
/** Whether it was reported before its trace was over. */
const isProvisional = (span) => text(span, 'kspan.provisional') === 'true';
const message = (span) => (isState(span) ? stateOf(span) : text(span, 'k8s.event.message')) || span.status || '';
const qualified = (span) => [namespaceOf(span), nameOf(span)].filter(Boolean).join('/');

/** What a state is about: trace model 9. */
function stateOf(span) {
  const exitCode = text(span, 'kspan.state.exit_code');
  return [text(span, 'k8s.container.name'), text(span, 'kspan.state.condition'), text(span, 'kspan.state.reason'),
    exitCode && `exit code ${exitCode}`].filter(Boolean).join(', ');
}

// Maps: in a plain object a text of the cluster, such as 'constructor', would match what every object inherits.
const OUTCOMES = new Map([
  ['open', ['○', 'plain', 'it is not over yet: what is shown is what is known so far']],
  ['succeeded', ['✓', 'good', 'settled as the spec wants it']],
  ['failed', ['✗', 'bad', 'it failed, or was failing when the trace was closed']],
  ['overtaken', ['»', 'plain', 'the next change came before it had settled']],
  ['unfinished', ['…', 'plain', 'neither success nor failure was reported']],
  ['suspended', ['…', 'plain', 'it waits until it is resumed']],
  ['deleted', ['×', 'plain', 'its object was deleted before it had settled']],
]);

/** What a link says, from its own trace and from the other one. */
const LINKS = new Map([
  ['change', ['Change', 'Later activity']],
  ['traceparent', ['Deployed by', 'Deployed']],
  ['delivery', ['First change of the delivery', 'Later change of the delivery']],
  ['related', ['Related to', 'Related to']],
  ['scale', ['Scales', 'Scaled by']],
  ['claim', ['Claimed by', 'Claims']],
  ['owner', ['Run of', 'Run']],
]);

const INFERRED = new Map([
  ['namesake', 'taken from an object of the same name'],
  ['mention', 'taken from an Event that mentions the object'],
  ['none', 'unknown: the object was never seen'],
]);

function outcomeBadge({ root, outcome }) {
  const [glyph, look, meaning] = OUTCOMES.get(outcome) || (root.error ? ['✗', 'bad', ''] : ['', 'plain', '']);
  return make('span', { className: 'outcome ' + look, title: meaning }, glyph, ' ', outcome || (root.error ? 'error' : ''));
}

/** The facts that a change changed, as [fact, before -> after], and the author of the change. */
function changesOf(root) {
  const prefix = 'kspan.change.';
  const facts = Object.entries(root.attributes).filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), Array.isArray(value) ? value.join(', ') : String(value)]);
  const isAuthor = ([key]) => key === 'manager' || key === 'operation';
  return {
    facts: facts.filter((fact) => !isAuthor(fact)),
    author: facts.filter(isAuthor).map(([, value]) => value).join(', '),
  };
}

/** The text of a span that a search looks at, in lower case. */
function searchText(span) {
  const values = changesOf(span).facts.map(([, value]) => value);
  return [span.id, span.name, namespaceOf(span), nameOf(span), message(span), span.component, ...values].join('\n').toLowerCase();
}

/**
 * A trace: what list, filters and links show of it, and its spans. In a live page the spans come when it is opened, and each
 * state of a trace is an object of its own.
 */
class Trace {
  constructor(data) {
    this.data = data;
    this.id = data.id;
    this.version = data.version;
    this.start = BigInt(data.start);
    this.startMillis = Number(this.start) / 1e6;
    this.duration = data.duration;
    this.root = data.root;
    this.open = Boolean(data.open);
    this.spanCount = data.spanCount;
    this.errors = data.errors;
    this.components = data.components;
    this.about = data.about;
    this.links = data.links;
    this.failures = data.failures;
    this.nodes = data.nodes;
    this.cluster = data.cluster;
    this.outcome = this.open ? 'open' : text(this.root, 'kspan.outcome');
    this.delivery = text(this.root, 'kspan.delivery.id');
    this.namespace = namespaceOf(this.root);
    this.kind = kind(this.root);
  }

  /** Whether its spans are here. */
  get loaded() {
    return Boolean(this.data.spans);
  }

  /** The spans in the order of the tree, each with its depth, so parents need no search. */
  get spans() {
    return this.tree || this.build();
  }

  build() {
    const { resources, spans } = this.data;
    const above = [];
    const siblings = [[]];
    // Copies: the data is saved as it came.
    this.tree = spans.map((span, index) => {
      const resource = resources[span.resource];
      return { ...span, index, resource, component: resource['service.name'] || 'unknown', errorsBelow: 0 };
    });
    this.tree.forEach((span, index) => {
      above.length = span.depth;
      siblings.length = span.depth + 1;
      span.parent = above[span.depth - 1] || null;
      span.siblings = siblings[span.depth];
      span.position = span.siblings.push(span);
      above.push(span);
      siblings.push([]);
      for (const parent of above) {
        parent.end = index + 1; // Behind the last span below it.
        if (span.error && parent !== span) parent.errorsBelow++;
      }
    });
    this.byId = new Map(this.tree.map((span) => [span.id, span]));
    this.root = this.byId.get(this.root.id) || this.tree[0];
    return this.tree;
  }

  /** The span, if it is here. */
  span(id) {
    return this.loaded && this.spans ? this.byId.get(id) : undefined;
  }

  /** Made at the first search of a file; a live page asks for a search. */
  get searchText() {
    this.words ||= [...new Set([this.id, this.cluster.toLowerCase(), this.outcome.toLowerCase(), this.delivery,
      ...this.spans.map(searchText)])].join('\n');
    return this.words;
  }
}

/** All traces that are here, by id. */
let traces = new Map();
/** Those that are kept, finished or not, and those that are open. */
const kept = new Map();
const opened = new Map();

/** Adds a trace, or replaces it. A trace that cannot be read does not keep others from being shown. */
function addTrace(data, to = kept) {
  try {
    to.set(data.id, new Trace(data));
  } catch (failure) {
    console.warn(`Trace ${data?.id} cannot be shown:`, failure);
  }
}

/** What is open is known better from where it is open than from what was sent before it was finished. */
function mergeTraces() {
  traces = opened.size ? new Map([...kept, ...opened]) : new Map(kept);
}

/** Links of other traces to `trace`. */
function linksTo(trace) {
  return [...traces.values()].filter((other) => other.id !== trace.id)
    .flatMap((other) => other.links.filter((link) => link.trace === trace.id).map((link) => ({ other, link })));
}

/** The reason for which `parent` is the parent of `span`, as far as the data shows it; else ''. */
function because(span, parent) {
  const words = message(parent).split(/[\s,]+/).map((word) => word.replace(/\.$/, ''));
  const object = kind(span) || 'object';
  if (nameOf(span) && words.includes(nameOf(span))) return `its message names this ${object}`;
  const owner = Object.entries(span.attributes).find(
    ([key, value]) => /^k8s\.(?!(namespace|node|event)\.)[a-z]+\.name$/.test(key) && value && value !== nameOf(span) &&
      words.includes(String(value)));
  if (owner) return `its message names ${owner[1]}, which owns this ${object}`;
  if (parent.parent) return '';
  return qualified(span) === qualified(parent) ? 'it is about the object that changed' : 'no Event names a nearer cause';
}

/** The nodes that show the Event, or change, that caused `span`, and the reason. */
function cause(span) {
  const { parent } = span;
  if (!parent) return [span.parentId ? `Span ${span.parentId} of another program, which is not here.` : 'Nothing: the root of its trace.'];
  const gap = span.start - parent.start;
  return [
    make('b', {}, parent.name), ' ', qualified(parent),
    message(parent) && make('q', {}, message(parent)),
    quiet([
      'reported by ' + parent.component,
      gap ? `${duration(Math.abs(gap))} ${gap < 0 ? 'after' : 'before'} this span began` : 'when this span began',
      because(span, parent),
    ].filter(Boolean).join(' · ')),
  ];
}

/** A list item for each link; it can be followed if the other trace is here, else its ids are shown. */
const linkItems = (span) => (span.links || []).map((link) => {
  const other = traces.get(link.trace);
  const shown = other && (other.span(link.span) || other.root);
  // A live page has the spans of a trace only after it was opened.
  const isSpan = other && link.span !== other.root.id && (!other.loaded || shown !== other.root);
  return linkItem(meaningOf(link, 0, 'Link to'), other && linkTo(other, isSpan ? link.span : '', shown.name, qualified(shown)), link);
});

const linkFrom = ({ other, link }) => linkItem(meaningOf(link, 1, 'Linked from'), linkTo(other, '', link.name, link.object));

const meaningOf = (link, direction, unknown) => LINKS.get((link.attributes || {})['kspan.link'])?.[direction] || unknown;

function linkTo(trace, spanId, name, object) {
  return make('a', { href: `#/trace/${trace.id}${spanId && '/' + spanId}` }, `${name} ${object}, ${utc(trace.start)}`);
}

function linkItem(meaning, anchor, link) {
  return make('li', {}, make('span', { className: 'fact' }, meaning), ' ', anchor
    || make('span', {}, 'trace ', make('code', {}, link.trace), ' span ', make('code', {}, link.span), ' (not here)'));
}
