// The traces of an incident by tree, and its time axis.

/** Namespace of what is in none. */
const NO_NAMESPACE = '-';

const endOf = (trace) => trace.startMillis + trace.duration / 1e6;
const namespaceKey = (trace) => trace.namespace || NO_NAMESPACE;
const isChange = (trace) => text(trace.root, 'kspan.origin') !== 'activity' && !trace.root.name.endsWith('.Activity');
const changedAt = (trace) => trace.startMillis + trace.root.start / 1e6;
const clock = (millis) => new Date(millis).toISOString().slice(11, 19);
const objectName = ({ root }) => [kind(root), qualified(root)].filter(Boolean).join(' ') || root.name;

/** A time for an address, without seconds if there are none. */
const stamp = (millis) => new Date(millis).toISOString().replace(/(:00)?\.\d{3}Z$/, 'Z');

/** The time in UTC that a text such as 2026-11-20T20:17Z or 2026-11-20 20:17:05 names; NaN if it names none. */
function parseTime(written) {
  const iso = written.trim().replace(' ', 'T');
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(iso) ? iso : iso + 'Z');
}

/** Milliseconds between two ticks: the first of these that leaves room. */
const CLOCK_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1.5e4, 3e4, 6e4, 1.2e5, 3e5, 6e5, 9e5, 1.8e6, 3.6e6,
  7.2e6, 1.44e7, 2.16e7, 4.32e7, 8.64e7];

function clockTicks({ from, to }, pixels) {
  const least = (to - from) / Math.max(1, Math.floor(pixels / 90));
  const step = CLOCK_STEPS.find((candidate) => candidate >= least) || 8.64e7 * Math.ceil(least / 8.64e7);
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, n) => {
    const at = (first + n) * step;
    const iso = new Date(at).toISOString();
    const label = step < 1e3 ? iso.slice(11, 23) : step < 6e4 ? iso.slice(11, 19) : to - from < 8.64e7 ? iso.slice(11, 16)
      : iso.slice(5, 16).replace('T', ' ');
    return { at, label };
  });
}

/**
 * The traces of a time by tree: one lane for each root object, those of a namespace together. What failed first comes first;
 * what did not fail comes last.
 */
function lanesOf(shown, { from, to }) {
  const lanes = new Map();
  const groups = new Map();
  for (const trace of [...shown].sort(byStart)) {
    const group = trace.cluster && trace.namespace ? `${trace.cluster} / ${trace.namespace}` : trace.cluster || trace.namespace;
    const key = [group, trace.kind, nameOf(trace.root)].join('\n');
    if (!lanes.has(key)) lanes.set(key, { key, group, root: trace.root, start: trace.startMillis, traces: [], failures: [], unlisted: 0 });
    const lane = lanes.get(key);
    lane.traces.push(trace);
    lane.unlisted += trace.errors - trace.failures.length;
    for (const failure of trace.failures) {
      const at = trace.startMillis + failure.at / 1e6;
      if (at >= from && at <= to) lane.failures.push({ ...failure, trace, at });
    }
  }
  for (const lane of lanes.values()) {
    lane.failures.sort(ascending((failure) => failure.at));
    lane.nodes = [...new Set(lane.failures.map((failure) => failure.node).filter(Boolean))].sort();
    lane.first = lane.failures[0]?.at ?? Infinity;
    groups.set(lane.group, Math.min(lane.first, groups.get(lane.group) ?? Infinity));
  }
  const order = [(lane) => groups.get(lane.group), (lane) => lane.group, (lane) => lane.first, (lane) => lane.start].map(ascending);
  return [...lanes.values()].sort((a, b) => order.reduce((found, by) => found || by(a, b), 0));
}
