// The reviewer's desk: what waits, one picture at a time, decided by button or key.
import { on } from './events.js';
import { refreshSoon } from './records.js';
import { explain, explainAnswer, percent } from './words.js';

const find = (id) => document.getElementById(id);
const SVG = 'http://www.w3.org/2000/svg';
const KEYS = { c: 'cat', d: 'dog', o: 'other', r: 'reject' };

let waiting = [];
let shown;
let isDeciding = false;
let last = Promise.resolve();

/** One after the other: a list that was asked for before a decision would bring the decided picture back. */
const inTurn = (act) => (last = last.then(act).catch((error) => tell(error.message)));

const tell = (text) => (find('desk-status').textContent = text);

function rectangle(animal, { Left, Top, Width, Height }) {
  const element = document.createElementNS(SVG, 'rect');
  const place = { x: Left, y: Top, width: Width, height: Height };
  for (const [name, value] of Object.entries(place)) element.setAttribute(name, (value * 100).toFixed(2));
  element.setAttribute('class', animal);
  return element;
}

const wordsOf = ({ Candidates }) =>
  Candidates.map(({ Animal, Score, Boxes }) => `${Animal} ${percent(Score)}, ${Boxes.length} ×`).join('; ');

function chooser(review) {
  const element = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = `${review.ImageID.slice(0, 8)} since ${new Date(review.WaitingSince).toLocaleString()}`;
  if (review.ImageID === shown?.ImageID) button.setAttribute('aria-current', 'true');
  button.addEventListener('click', () => inTurn(() => show(review.ImageID)));
  element.append(button);
  return element;
}

function showQueue() {
  find('desk-queue').replaceChildren(...waiting.map(chooser));
  find('desk').hidden = shown === undefined;
  find('desk-none').hidden = waiting.length > 0;
}

async function show(imageId) {
  const response = await fetch(`/api/reviews/${imageId}`);
  if (!response.ok) {
    tell(explainAnswer(await response.text(), response.status));
    return;
  }
  shown = await response.json();
  const image = find('desk-image');
  image.alt = `Picture ${imageId.slice(0, 8)}, to be decided`;
  image.src = `/api/reviews/${imageId}/picture`;
  find('desk-boxes').replaceChildren(
    ...shown.Candidates.flatMap(({ Animal, Boxes }) => Boxes.map((box) => rectangle(Animal, box))),
  );
  find('desk-why').textContent =
    `${explain(shown.DecisionReason ?? '')} Seen: ${wordsOf(shown) || 'nothing'}.`;
  find('desk-people').textContent =
    shown.DecisionsNeeded > 1
      ? `${shown.Decisions} decided so far; ${shown.DecisionsNeeded} must agree.`
      : `To be decided before ${new Date(shown.Deadline).toLocaleString()}.`;
  showQueue();
}

async function load(preferred) {
  const response = await fetch('/api/reviews');
  if (!response.ok) {
    tell(explainAnswer(await response.text(), response.status));
    return;
  }
  waiting = (await response.json()).items;
  const next = waiting.find(({ ImageID }) => ImageID === preferred) ?? waiting[0];
  if (next === undefined) {
    shown = undefined;
    const hadFocus = find('desk').contains(document.activeElement);
    showQueue();
    // What is hidden loses the focus, and the keyboard its place.
    if (hadFocus) find('desk-none').focus();
  } else if (next.ImageID === shown?.ImageID && next.Version === shown.Version) showQueue();
  else await show(next.ImageID);
}

async function decide(outcome, { ImageID, Version }) {
  const response = await fetch(`/api/reviews/${ImageID}/decision`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ outcome, reason: find('desk-reason').value, version: Version }),
  });
  const text = await response.text();
  if (response.ok) {
    const { State } = JSON.parse(text);
    const rest =
      State === 'decided' ? 'The picture is in its place within a minute.' : 'Another person must agree.';
    tell(`${ImageID.slice(0, 8)}: ${outcome}. ${rest}`);
    refreshSoon();
  } else tell(explainAnswer(text, response.status));
  await load();
}

/** About the picture that is seen now, and once: what comes after it has not been seen yet. */
function decideShown(outcome) {
  if (shown === undefined || isDeciding) return;
  const seen = shown;
  isDeciding = true;
  void inTurn(() => decide(outcome, seen).finally(() => (isDeciding = false)));
}

async function step(by) {
  const at = waiting.findIndex(({ ImageID }) => ImageID === shown?.ImageID);
  const next = waiting[at + by];
  if (next) await show(next.ImageID);
}

/** Keys count only while the focus is on the desk, so that nobody decides by typing elsewhere (WCAG 2.2, 2.1.4). */
function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target instanceof HTMLSelectElement) return;
  const key = event.key.toLowerCase();
  if (key in KEYS) decideShown(KEYS[key]);
  else if (key === 'j') void inTurn(() => step(1));
  else if (key === 'k') void inTurn(() => step(-1));
  else return;
  event.preventDefault();
}

export function showDesk() {
  find('desk').addEventListener('keydown', onKey);
  for (const button of find('desk').querySelectorAll('[data-outcome]'))
    button.addEventListener('click', () => decideShown(button.dataset.outcome));
  on('reviews', () => void inTurn(() => load(shown?.ImageID)));
  void inTurn(() => load());
}
