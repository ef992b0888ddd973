// One picture: its boxes and labels, its steps, its record.
import { outcomeOf, percent, seconds, whyOf } from './words.js';
import { storyOf } from './workflow.js';

const find = (id) => document.getElementById(id);
const SVG = 'http://www.w3.org/2000/svg';
const KIND = { Cat: 'cat', Dog: 'dog' };

function item(text) {
  const element = document.createElement('li');
  element.textContent = text;
  return element;
}

function rectangle(label, box) {
  const element = document.createElementNS(SVG, 'rect');
  const place = { x: box.left, y: box.top, width: box.width, height: box.height };
  for (const [name, value] of Object.entries(place)) element.setAttribute(name, (value * 100).toFixed(2));
  element.setAttribute('class', KIND[label.name] ?? 'else');
  return element;
}

function showLabels(labels) {
  // Ancestors (Animal, Pet …) have no boxes; those with boxes come first.
  const boxed = labels.filter(({ boxes }) => boxes.length > 0);
  find('details-boxes').replaceChildren(
    ...boxed.flatMap((label) => label.boxes.map((box) => rectangle(label, box))),
  );
  find('details-labels').replaceChildren(
    ...boxed.map((label) => {
      const element = item(`${label.name} ${percent(label.confidence)} · ${label.boxes.length} ×`);
      element.className = KIND[label.name] ?? 'else';
      return element;
    }),
    ...labels
      .filter(({ boxes }) => boxes.length === 0)
      .map(({ name, confidence }) => item(`${name} ${percent(confidence)}`)),
  );
  if (labels.length === 0)
    find('details-labels').replaceChildren(item('The label model sees nothing that it knows.'));
}

export async function showDetails(record) {
  const outcome = outcomeOf(record);
  find('details-name').textContent = record.FileName;
  const badge = document.createElement('span');
  badge.className = 'badge';
  badge.textContent = outcome;
  find('details-outcome').dataset.outcome = outcome;
  find('details-outcome').replaceChildren(
    badge,
    record.ConfidenceScore ? ` ${percent(record.ConfidenceScore)}` : '',
  );
  find('details-reason').textContent = whyOf(record);
  find('details-record').textContent = JSON.stringify(record, null, 2);
  const steps = storyOf(record.ImageID).map(({ functionName, phase, milliseconds, outcome: what }) =>
    item(`${functionName}: ${phase} after ${seconds(milliseconds)}${what ? ` (${what})` : ''}`),
  );
  find('details-steps').replaceChildren(
    ...(steps.length > 0 ? steps : [item('Not seen: it went its way before this page knew.')]),
  );
  const image = find('details-image');
  find('details-figure').hidden = false;
  image.onerror = () => (find('details-figure').hidden = true);
  image.alt = `${record.FileName}: ${outcome}`;
  image.src = `/pictures/${record.ImageID}?${record.ProcessingStatus}`;
  find('details-boxes').replaceChildren();
  find('details-labels').replaceChildren(item('asking the label model …'));
  if (!find('details').open) find('details').showModal();
  const response = await fetch(`/api/labels/${record.ImageID}`);
  if (response.ok) showLabels(await response.json());
}
