// Live: everything at the beginning, then what changes, by server-sent events.
const listeners = new Map();

export function on(event, listener) {
  listeners.set(event, [...(listeners.get(event) ?? []), listener]);
}
const tell = (event, data) => listeners.get(event)?.forEach((listener) => listener(data));

export function connect(state) {
  const source = new EventSource('/api/events');
  source.addEventListener('open', () => state('live'));
  source.addEventListener('error', () => state('not connected: is npm start still running?'));
  source.addEventListener('everything', ({ data }) => {
    tell('restart');
    for (const [event, value] of Object.entries(JSON.parse(data))) tell(event, value);
  });
  for (const event of ['activity', 'reviews', 'told', 'refused', 'permission']) {
    source.addEventListener(event, ({ data }) => tell(event, JSON.parse(data)));
  }
}
