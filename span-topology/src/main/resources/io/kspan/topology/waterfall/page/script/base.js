// Helpers of all other files. The page joins the files of this folder to one script, which a file that carries its traces and
// the page of a receiver share. Texts of a trace come from a cluster and are not trusted: they only become text nodes.
'use strict';

const byId = (id) => document.getElementById(id);
const on = (id, type, listener) => byId(id).addEventListener(type, listener);
const page = JSON.parse(byId('data').textContent);
byId('data').textContent = '';
/** The document as it came, without its data: for a file of some of the traces. */
const pristine = '<!DOCTYPE html>\n' + document.documentElement.outerHTML;

/** A new element. Children are texts or nodes; what is false, such as '', is left out. */
function make(tag, properties, ...children) {
  const { role, label, ...own } = properties || {};
  const element = Object.assign(document.createElement(tag), own);
  if (role) element.setAttribute('role', role);
  if (label) element.setAttribute('aria-label', label);
  element.append(...children.filter(Boolean));
  return element;
}

const quiet = (...children) => make('span', { className: 'quiet' }, ...children);
const bad = (...children) => make('span', { className: 'bad' }, ...children);
/** Hidden from sight, read by screen readers. */
const onlyRead = (...children) => make('span', { className: 'only-read' }, ...children);

/** Settings kept in the browser; without storage, or with storage forbidden, they last as long as the page. */
const settings = {
  get(key) {
    try { return localStorage.getItem('kspan.' + key); } catch { return null; }
  },
  set(key, value) {
    try { localStorage.setItem('kspan.' + key, value); } catch { /* No storage. */ }
  },
};

function announce(words) {
  byId('announce').replaceChildren(make('p', {}, words));
}

const pad = (number) => String(number).padStart(2, '0');
const limit = (value, least, most) => Math.max(least, Math.min(most, value));
const count = (number, noun) => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
const terms = (query) => query.toLowerCase().split(/\s+/).filter(Boolean);

/** The same as in the terminal (HumanDuration). */
function duration(nanos) {
  const micros = Math.floor(Math.max(0, nanos) / 1e3);
  if (micros === 0) return '0 ms';
  if (micros < 950) return (Math.round(Math.max(100, micros) / 100) / 10).toFixed(1) + ' ms';
  const millis = Math.floor((micros + 500) / 1e3);
  if (millis < 1e3) return millis + ' ms';
  if (millis < 59_950) return (Math.round(millis / 100) / 10).toFixed(1) + ' s';
  const seconds = Math.floor((millis + 500) / 1e3);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${pad(seconds % 60)} s`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 24) return `${hours} h ${pad(Math.floor((seconds % 3600) / 60))} m`;
  const days = Math.floor(hours / 24);
  return days < 100 ? `${days} d ${pad(hours % 24)} h` : `${days} d`;
}

/** UTC, like the stamps of Kubernetes. A BigInt, because a number does not hold epoch nanoseconds exactly. */
function utc(epochNanos, digits = 0) {
  const date = new Date(Number(epochNanos / 1_000_000n));
  const fraction = digits ? '.' + String(epochNanos % 1_000_000_000n).padStart(9, '0').slice(0, digits) : '';
  return date.toISOString().slice(0, 19).replace('T', ' ') + fraction;
}

/** A time of a span's attributes in the same form, or the text as it is. */
function instant(stamp) {
  const millis = Date.parse(stamp);
  return Number.isNaN(millis) ? stamp : utc(BigInt(Math.trunc(millis)) * 1_000_000n) + ' UTC';
}
