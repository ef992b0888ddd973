import { connect, on } from './events.js';
import { refreshSoon, showRecords } from './records.js';
import { showDesk } from './reviews.js';
import { showSending } from './send.js';
import { showTour } from './tour.js';
import { explain, percent } from './words.js';
import { showWorkflow } from './workflow.js';

const find = (id) => document.getElementById(id);

function item(text) {
  const element = document.createElement('li');
  element.textContent = text;
  return element;
}

function reviewElement({ imageId, reason, candidates }) {
  const seen = candidates.map(({ category, confidence }) => `${category} ${percent(confidence)}`).join(', ');
  const element = item(`${explain(reason)} (${seen}) `);
  const image = document.createElement('img');
  image.alt = '';
  image.src = `/pictures/${imageId}`;
  image.addEventListener('error', () => image.remove());
  const id = document.createElement('code');
  id.textContent = imageId.slice(0, 8);
  element.prepend(image);
  element.append(id);
  return element;
}

/** Newest first; only what verified says what it is about. */
function toldElement({ isVerified, isRepeat, type, imageId, decision }) {
  if (!isVerified) return item('told: refused, the signature is not of this client’s secret');
  const element = item(
    `told: verified ${isRepeat ? 'again ' : ''}${type}${decision ? ` (${explain(decision)})` : ''} `,
  );
  const id = document.createElement('code');
  id.textContent = imageId.slice(0, 8);
  element.append(id);
  return element;
}

/** What a function's failure, or an answer of 5xx, says. */
const isFailure = ({ phase, outcome }) => phase === 'failed' || /^5\d\d$/.test(outcome ?? '');

function failureElement({ at, functionName, outcome, imageId }) {
  const element = item(`${new Date(at).toLocaleTimeString()} ${functionName}: ${outcome ?? 'failed'} `);
  if (imageId) {
    const id = document.createElement('code');
    id.textContent = imageId.slice(0, 8);
    element.append(id);
  }
  return element;
}

/** The newest first; a sentence where there is none. */
const list = (id, elements, none) =>
  find(id).replaceChildren(...(elements.length > 0 ? elements.reverse() : [item(none)]));

on('told', (told) => list('told', told.map(toldElement), 'Nothing was told yet.'));
on('reviews', (reviews) => list('reviews', reviews.map(reviewElement), 'No message has come.'));
let failures = [];
on('restart', () => (failures = []));
on('activity', (activities) => {
  failures.push(...activities.filter(isFailure));
  list('alerts', failures.map(failureElement), 'No function has failed.');
});

async function about() {
  const response = await fetch('/api/about');
  const { differences, withoutEffect, hasReport } = await response.json();
  find('without-effect').replaceChildren(...withoutEffect.map(item));
  find('differences').replaceChildren(...differences.map(item));
  if (!hasReport)
    find('report-told').textContent = 'There is none yet: run “npm run compliance” (a minute), then open it.';
}

showWorkflow(refreshSoon);
showSending();
showTour();
showRecords();
showDesk();
about().catch((error) => console.error(error));
connect((state) => {
  find('live').textContent = state;
  find('live').dataset.state = state;
});
