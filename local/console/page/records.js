// Records by filters and pages, as the public API lists them.
import { showDetails } from './details.js';
import { explainAnswer, outcomeOf, percent, whyOf } from './words.js';

const PAGE_SIZE = '24';
const find = (id) => document.getElementById(id);
const FILTERS = ['animal', 'status'];
const TIMES = ['from', 'to'];
/** The cursors of the pages before this one, and of this one; undefined is the newest page. */
let cursors = [undefined];
let asked = 0;

function question() {
  const query = new URLSearchParams({ limit: PAGE_SIZE });
  const form = new FormData(find('filters'));
  for (const name of FILTERS) if (form.get(name)) query.set(name, form.get(name));
  for (const name of TIMES) if (form.get(name)) query.set(name, new Date(form.get(name)).toISOString());
  const cursor = cursors.at(-1);
  if (cursor !== undefined) query.set('cursor', cursor);
  return query;
}

function pictureElement(record) {
  const element = find('picture-template').content.firstElementChild.cloneNode(true);
  const outcome = outcomeOf(record);
  const part = (selector) => element.querySelector(selector);
  element.dataset.outcome = outcome;
  element.dataset.imageId = record.ImageID;
  part('.name').textContent = record.FileName;
  part('.badge').textContent = outcome;
  part('.reason').textContent = whyOf(record);
  part('.where').textContent = record.S3Location.replace(/^s3:\/\/[^/]+\//, '').replace(/[^/]+$/, '');
  const meter = part('meter');
  meter.hidden = !record.ConfidenceScore;
  if (record.ConfidenceScore) {
    part('.confidence').textContent = percent(record.ConfidenceScore);
    meter.value = record.ConfidenceScore;
    meter.setAttribute('aria-label', `Confidence ${percent(record.ConfidenceScore)}`);
  }
  const image = part('img');
  image.addEventListener('error', () => (image.hidden = true));
  // Once it has moved, the same address has another picture's place.
  if (record.ProcessingStatus === 'pending') image.hidden = true;
  else image.src = `/pictures/${record.ImageID}?${record.ProcessingStatus}`;
  part('.open').addEventListener('click', () => showDetails(record));
  return element;
}

const fingerprint = (records) => JSON.stringify(records);
let shown = '';

export async function refreshRecords() {
  const turn = (asked += 1);
  const response = await fetch(`/api/records?${question()}`);
  const text = await response.text();
  // A later question has been asked meanwhile.
  if (turn !== asked) return;
  if (!response.ok) {
    find('records-status').textContent = explainAnswer(text, response.status);
    return;
  }
  const { items, cursor } = JSON.parse(text);
  find('records-status').textContent = items.length === 0 ? 'No record fits.' : '';
  find('page-number').textContent = `Page ${cursors.length}`;
  find('newest').disabled = cursors.length === 1;
  find('older').disabled = cursor === undefined;
  find('older').cursor = cursor;
  if (shown === fingerprint(items)) return;
  shown = fingerprint(items);
  const focused = document.activeElement?.closest('.picture')?.dataset.imageId;
  find('pictures').replaceChildren(...items.map(pictureElement));
  if (focused) find('pictures').querySelector(`[data-image-id="${focused}"] .open`)?.focus();
}

const report = (error) => (find('records-status').textContent = error.message);
const show = () => refreshRecords().catch(report);

/** Soon, and once for many changes. */
let soon;
export function refreshSoon() {
  clearTimeout(soon);
  soon = setTimeout(show, 400);
}

export function showRecords() {
  find('filters').addEventListener('submit', (event) => {
    event.preventDefault();
    cursors = [undefined];
    show();
  });
  find('filters').addEventListener('reset', () => {
    cursors = [undefined];
    // The fields are empty only after this event.
    setTimeout(show);
  });
  find('older').addEventListener('click', ({ target }) => {
    cursors.push(target.cursor);
    show();
  });
  find('newest').addEventListener('click', () => {
    cursors = [undefined];
    show();
  });
  show();
}
