/** A binary min-heap of events by time; ties leave in the order in which they came, so that a run is reproducible. */
export class EventQueue<T> {
  private readonly heap: { at: number; order: number; event: T }[] = [];
  private pushed = 0;

  get size(): number {
    return this.heap.length;
  }

  private before(a: number, b: number): boolean {
    const [x, y] = [this.heap[a], this.heap[b]];
    if (x === undefined || y === undefined) return false;
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  }

  private swap(a: number, b: number): void {
    const [x, y] = [this.heap[a], this.heap[b]];
    if (x !== undefined && y !== undefined) [this.heap[a], this.heap[b]] = [y, x];
  }

  push(at: number, event: T): void {
    this.heap.push({ at, order: this.pushed++, event });
    for (let child = this.heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.before(child, parent)) break;
      this.swap(child, parent);
      child = parent;
    }
  }

  pop(): { at: number; event: T } | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (first === undefined || last === undefined || this.heap.length === 0) return first;
    this.heap[0] = last;
    for (let parent = 0; ;) {
      const left = 2 * parent + 1;
      let least = parent;
      if (this.before(left, least)) least = left;
      if (this.before(left + 1, least)) least = left + 1;
      if (least === parent) return first;
      this.swap(parent, least);
      parent = least;
    }
  }
}
