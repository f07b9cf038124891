// What is said of an incident in words: at its marks, and above its axis.

/** Of the changes before the first failure, so many are named. */
const NAMED_CHANGES = 5;

const onNodes = ({ nodes }) => (nodes.length ? `, on ${nodes.join(', ')}` : '');

/** What is written at a bar. */
function shortWords(trace) {
  const what = trace.root.name.split('.').pop();
  const outcome = trace.outcome && trace.outcome !== 'succeeded' && trace.outcome !== 'unfinished' ? ` (${trace.outcome})` : '';
  return `${isChange(trace) ? '◆' : '◇'} ${what} ${difference(trace)}${outcome}`;
}

function traceWords(trace) {
  return [`${isChange(trace) ? 'Change' : 'Activity'} ${trace.root.name} ${qualified(trace.root)}`, difference(trace),
    `at ${clock(trace.startMillis)}, ${duration(trace.duration)}${onNodes(trace)}`, trace.outcome].filter(Boolean).join(', ');
}

function failureWords(failure) {
  const { name, kind: of, object, node, component, message: said, at } = failure;
  return `Failure ${name} of ${of} ${object} at ${clock(at)}${node && ` on node ${node}`}, reported by ${component}: ${said}`;
}

/** The changes that began before the first failure, the nearest first. */
function causeLine(shown, failures) {
  if (!failures.length) return shown.length ? [make('p', {}, 'Nothing failed in this range.')] : [];
  const [first] = failures;
  const changes = shown.filter((trace) => isChange(trace) && changedAt(trace) < first.at && changedAt(trace) >= incident.range.from)
    .sort((a, b) => changedAt(b) - changedAt(a));
  const named = changes.slice(0, NAMED_CHANGES).map((trace) => make('li', {},
    make('a', { href: '#/trace/' + trace.id }, objectName(trace), ' ', difference(trace)), ', ',
    `${duration((first.at - changedAt(trace)) * 1e6)} before`));
  const more = changes.length - named.length;
  return [
    make('p', {}, 'Before the first failure at ', make('b', {}, clock(first.at)), ' (',
      make('a', { href: `#/trace/${first.trace.id}/${first.span}` }, bad('✗ '), `${first.name} ${first.object}`), '): ',
      !changes.length && 'no change began in this range.'),
    ...(named.length ? [make('ol', {}, ...named, more && make('li', { className: 'quiet' }, `and ${count(more, 'earlier change')}`))] : []),
  ];
}

/** Whether all failures are on one node. */
function nodeSentence(failing, failures) {
  const nodes = new Set(failures.map((failure) => failure.node).filter(Boolean));
  if (nodes.size !== 1 || failures.length < 2) return [];
  const [node] = nodes;
  const named = failures.filter((failure) => failure.node).length;
  const all = count(failures.length, 'failure') + (failing.some((lane) => lane.unlisted) ? ' shown here' : '');
  return [make('p', {}, named === failures.length ? `All ${all} are on node ` : `${named} of ${all} name a node, all of them `,
    make('b', {}, node), '.')];
}

/** Who, what and where, beside the mark that has the pointer or the focus. */
const incidentTip = {
  start(body) {
    body.addEventListener('pointerover', (event) => this.showFor(event.target.closest('a')));
    body.addEventListener('pointerleave', () => this.hide());
    body.addEventListener('focusin', (event) => this.showFor(event.target.matches(':focus-visible') && event.target.closest('a')));
    body.addEventListener('focusout', () => this.hide());
  },

  showFor(anchor) {
    this.hide();
    if (!anchor?.mark) return;
    const { trace, failure } = anchor.mark;
    const box = byId('incident-tip');
    box.replaceChildren(...(failure
      ? [make('div', {}, bad('✗ '), make('b', {}, failure.name), ` ${failure.kind} ${failure.object}`),
        make('div', { className: 'message' }, failure.message),
        quiet(`${clock(failure.at)}${failure.node && ` · node ${failure.node}`} · reported by ${failure.component}`)]
      : [make('div', {}, make('b', {}, trace.root.name), ' ', qualified(trace.root), ' ', outcomeBadge(trace)),
        make('div', { className: 'message' }, difference(trace)),
        quiet(`${clock(trace.startMillis)}, ${duration(trace.duration)} · ${count(trace.errors, 'error')}${onNodes(trace)}`)]));
    box.hidden = false;
    placeTip(box, anchor.getBoundingClientRect(), anchor.getBoundingClientRect().left);
  },

  hide() {
    byId('incident-tip').hidden = true;
  },
};
