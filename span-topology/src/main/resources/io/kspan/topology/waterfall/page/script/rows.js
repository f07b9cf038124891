// Rows of a grid, for the list and the tree.

/** Rows drawn above and below those in sight. */
const MARGIN = 8;

/** More rows than these are not printed. */
const PRINTED = 2_000;

/**
 * Rows of equal height of which only those in sight exist, so that a trace of 10,000 spans costs what one of 50 does. The
 * current row always exists, because the focus would be lost if it were removed.
 */
class Rows {
  constructor(grid, draw, onCurrent) {
    this.grid = grid;
    this.viewport = grid.querySelector('.viewport');
    this.body = grid.querySelector('.body');
    this.draw = draw;
    this.onCurrent = onCurrent;
    this.items = [];
    this.current = 0;
    this.drawn = new Map();
    this.all = false;
    this.viewport.addEventListener('scroll', () => this.updateSoon(), { passive: true });
    new ResizeObserver(() => this.updateSoon()).observe(this.viewport);
    this.body.addEventListener('keydown', (event) => this.key(event));
    this.body.addEventListener('focusin', (event) => {
      const index = Number(event.target.closest('[role=row]')?.dataset.index ?? this.current);
      if (index === this.current) return;
      this.setCurrent(index);
      this.onCurrent?.(this.item);
    });
    addEventListener('beforeprint', () => this.print(true));
    addEventListener('afterprint', () => this.print(false));
  }

  /** The item of the current row. */
  get item() {
    return this.items[this.current];
  }

  /** The item of the row in which `event` happened. */
  itemAt(event) {
    const row = event.target.closest('.body > [role=row]');
    return row && this.items[row.dataset.index];
  }

  get height() {
    return parseFloat(getComputedStyle(this.grid).getPropertyValue('--row'));
  }

  updateSoon() {
    this.pending ||= requestAnimationFrame(() => {
      this.pending = 0;
      this.update();
    });
  }

  set(items, current) {
    const focused = this.body.contains(document.activeElement);
    this.items = items;
    this.current = Math.max(0, Math.min(items.length - 1, current));
    this.body.style.height = `calc(${items.length} * var(--row))`;
    this.grid.setAttribute('aria-rowcount', items.length + 1);
    this.redraw();
    if (focused) this.focus(this.current);
  }

  /** Draws the rows in sight anew. */
  redraw() {
    const focused = this.body.contains(document.activeElement);
    this.body.replaceChildren();
    this.drawn.clear();
    this.update();
    if (focused) this.drawn.get(this.current)?.focus({ preventScroll: true });
  }

  update() {
    const { height, viewport } = this;
    const first = this.all ? 0 : Math.max(0, Math.floor(viewport.scrollTop / height) - MARGIN);
    const last = this.all ? this.items.length
      : Math.min(this.items.length, Math.ceil((viewport.scrollTop + viewport.clientHeight) / height) + MARGIN);
    for (const [index, row] of this.drawn) {
      if ((index < first || index >= last) && index !== this.current) {
        row.remove();
        this.drawn.delete(index);
      }
    }
    for (let index = first; index < last; index++) this.show(index);
    if (this.items.length) this.show(this.current);
  }

  show(index) {
    if (this.drawn.has(index)) return;
    const row = this.draw(this.items[index]);
    row.dataset.index = index;
    row.setAttribute('aria-rowindex', index + 2);
    row.tabIndex = index === this.current ? 0 : -1;
    row.style.top = `calc(${index} * var(--row))`;
    // Screen readers read the rows in the order of the document.
    const next = Math.min(...[...this.drawn.keys()].filter((other) => other > index));
    this.body.insertBefore(row, this.drawn.get(next) || null);
    this.drawn.set(index, row);
  }

  setCurrent(index) {
    const before = this.drawn.get(this.current);
    if (before) before.tabIndex = -1;
    this.current = index;
    this.show(index);
    this.drawn.get(index).tabIndex = 0;
  }

  focus(index = this.current) {
    if (!this.items.length) return;
    const to = limit(index, 0, this.items.length - 1);
    this.reveal(to);
    this.setCurrent(to);
    this.drawn.get(to).focus({ preventScroll: true });
    this.update();
    this.onCurrent?.(this.items[to]);
  }

  reveal(index = this.current) {
    const { height, viewport } = this;
    const bottom = (index + 1) * height;
    viewport.scrollTop = limit(viewport.scrollTop, bottom - viewport.clientHeight, bottom - height);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const leaf = Math.max(1, Math.floor(this.viewport.clientHeight / this.height) - 1);
    const to = {
      ArrowDown: this.current + 1,
      ArrowUp: this.current - 1,
      PageDown: this.current + leaf,
      PageUp: this.current - leaf,
      Home: 0,
      End: this.items.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.focus(to);
  }

  print(begins) {
    this.all = begins && this.items.length <= PRINTED && this.viewport.clientHeight > 0;
    this.update();
  }
}
