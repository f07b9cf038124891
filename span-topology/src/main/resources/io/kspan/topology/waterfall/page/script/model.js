// Traces and spans, and what their attributes say.

const text = (span, key) => (span.attributes[key] === undefined ? '' : String(span.attributes[key]));
const kind = (span) => text(span, 'k8s.object.kind');
const nameOf = (span) => text(span, 'k8s.object.name');
const namespaceOf = (span) => text(span, 'k8s.namespace.name');
const isState = (span) => text(span, 'kspan.origin') === 'state';
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

function outcomeBadge(root) {
  const outcome = text(root, 'kspan.outcome');
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

/** A trace as it is shown. The spans come in the order of the tree, each with its depth, so parents need no search. */
class Trace {
  constructor(data) {
    this.id = data.id;
    this.start = BigInt(data.start);
    this.duration = data.duration;
    this.spans = data.spans;
    this.root = data.spans[data.root];
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
      span.errorsBelow = 0;
      above.push(span);
      siblings.push([]);
      for (const parent of above) {
        parent.end = index + 1; // Behind the last span below it.
        if (span.error && parent !== span) parent.errorsBelow++;
      }
    });
    this.components = [...new Set(this.spans.map((span) => span.component))];
    this.errors = this.spans.filter((span) => span.error).length;
    this.byId = new Map(this.spans.map((span) => [span.id, span]));
    this.cluster = this.root.resource['k8s.cluster.name'] || '';
    this.outcome = text(this.root, 'kspan.outcome');
    this.delivery = text(this.root, 'kspan.delivery.id');
  }

  /** Made at the first search. */
  get searchText() {
    this.words ||= [...new Set([this.id, this.cluster.toLowerCase(), this.outcome.toLowerCase(), this.delivery,
      ...this.spans.map(searchText)])].join('\n');
    return this.words;
  }
}

const traces = new Map();

/** Adds a trace, or replaces it. A trace that cannot be read does not keep others from being shown. */
function addTrace(data) {
  try {
    traces.set(data.id, new Trace(data));
  } catch (failure) {
    console.warn(`Trace ${data?.id} cannot be shown:`, failure);
  }
}

/** Links of other traces to `trace`. */
function linksTo(trace) {
  return [...traces.values()].filter((other) => other !== trace).flatMap((other) => other.spans.flatMap((span) =>
    (span.links || []).filter((link) => link.trace === trace.id).map((link) => ({ other, span, link }))));
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
const linkItems = (span) => (span.links || []).map((link) => linkItem('Link to', traces.get(link.trace), link.span, link));

function linkItem(direction, other, spanId, link) {
  const outgoing = direction === 'Link to';
  const meaning = LINKS.get((link.attributes || {})['kspan.link'])?.[outgoing ? 0 : 1] || direction;
  const target = other?.byId.get(spanId);
  const shown = target || other?.root;
  return make('li', {}, make('span', { className: 'fact' }, meaning), ' ', other
    ? make('a', { href: '#/trace/' + other.id + (outgoing && target && target !== other.root ? '/' + spanId : '') },
      `${shown.name} ${qualified(shown)}, ${utc(other.start)}`)
    : make('span', {}, 'trace ', make('code', {}, link.trace), ' span ', make('code', {}, link.span), ' (not here)'));
}
