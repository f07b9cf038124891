// One file of the traces of an incident, which opens at it.

/** How many traces are asked for at a time. */
const AT_ONCE = 4;

const saving = {
  running: false,

  async start() {
    const { title } = incident;
    const at = incident.address();
    const shown = incident.shown();
    this.running = byId('incident-save').disabled = true;
    const data = page.live ? await this.withSpans(shown) : shown.map((trace) => trace.data);
    this.running = byId('incident-save').disabled = false;
    const left = shown.length - data.length;
    this.say(`${count(data.length, 'trace')} saved${left ? `; ${left.toLocaleString('en')} could not be loaded` : ''}`);
    if (data.length) this.download(documentOf({ title, live: false, at, traces: data }), title);
  },

  say(words) {
    byId('incident-saved').textContent = words;
  },

  download(text, title) {
    const anchor = make('a', {
      href: URL.createObjectURL(new Blob([text], { type: 'text/html' })),
      download: title.replace(/:/g, '-').replace(/[^\w.-]+/g, '-').slice(0, 100) + '.html',
    });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
  },

  /** The data of the traces, those without spans from the receiver; what it does not have any more is left out. */
  async withSpans(shown) {
    const data = [];
    const rest = [...shown];
    const load = async () => {
      for (let trace = rest.shift(); trace; trace = rest.shift()) {
        this.say(`loading ${(shown.length - rest.length).toLocaleString('en')} of ${count(shown.length, 'trace')} …`);
        try {
          const loaded = trace.loaded ? trace.data : await ask('trace.json', { id: trace.id });
          if (loaded) data.push(loaded);
        } catch (failure) {
          console.warn(failure);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, load));
    return data;
  },
};

/** This document with other data. A file connects to nothing. */
function documentOf(data) {
  const json = JSON.stringify(data).replace(/[<>&\u0080-\uffff]/g,
    (character) => '\\u' + character.charCodeAt(0).toString(16).padStart(4, '0'));
  const place = pristine.indexOf('id="data">') + 'id="data">'.length;
  return pristine.slice(0, place).replace("; connect-src 'self'", '') + json + pristine.slice(place) + '\n';
}
