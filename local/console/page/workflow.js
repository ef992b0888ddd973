// The workflow's steps, lit up as functions say that they begin and end.
import { on } from './events.js';
import { seconds } from './words.js';

const STEPS = [
  ['upload', 'Upload', 'takes the picture, or gives a form for it'],
  ['intake', 'Intake', 'claims it, waits for its turn, starts the workflow'],
  ['analyze', 'Analyze', 'checks the structure, asks for labels'],
  ['classify-and-log', 'Classify and log', 'decides, and writes the decision once'],
  ['organise', 'Organise', 'strips metadata, moves it to its folder'],
  ['notify', 'Notify', 'asks a person, where it is not sure'],
];
/** Long enough for an eye to see it. */
const GLOW_MILLISECONDS = 900;
const FLIGHT_KEPT_MILLISECONDS = 6000;
/** After the last sign of life: a picture that failed for good, or whose end was not heard. */
const FLIGHT_LOST_MILLISECONDS = 60_000;
/** The steps in which a picture's way ends. */
const LAST = ['organise', 'notify'];
const find = (id) => document.getElementById(id);

const stepOf = ({ functionName }) => STEPS.find(([id]) => functionName.endsWith(`-${id}`))?.[0];

/** Of each picture: what its functions said, oldest first. */
const stories = new Map();
const counts = new Map();

export const storyOf = (imageId) => (stories.get(imageId) ?? []).filter(({ phase }) => phase !== 'begun');

function node([id, name, what]) {
  const element = document.createElement('li');
  element.id = `step-${id}`;
  const title = document.createElement('strong');
  title.textContent = name;
  const text = document.createElement('span');
  text.textContent = what;
  const count = document.createElement('span');
  count.className = 'count';
  count.textContent = 'not run yet';
  element.append(title, text, count);
  return element;
}

function light(step, activity) {
  const element = find(`step-${step}`);
  const count = counts.get(step) ?? { running: 0, done: 0, failed: 0 };
  if (activity.phase === 'begun') count.running += 1;
  else {
    count.running = Math.max(0, count.running - 1);
    count[activity.phase === 'failed' ? 'failed' : 'done'] += 1;
  }
  counts.set(step, count);
  element.classList.toggle('running', count.running > 0);
  element.classList.toggle('failed', activity.phase === 'failed');
  element.classList.add('glow');
  clearTimeout(element.glow);
  element.glow = setTimeout(() => element.classList.remove('glow'), GLOW_MILLISECONDS);
  const last = activity.milliseconds === undefined ? '' : `, last ${seconds(activity.milliseconds)}`;
  const failed = count.failed > 0 ? `, ${count.failed} failed` : '';
  element.querySelector('.count').textContent =
    count.running > 0 ? 'running' : `${count.done} done${failed}${last}`;
}

function flight(imageId) {
  const element = document.createElement('li');
  const name = document.createElement('code');
  name.textContent = imageId.slice(0, 8);
  const dots = document.createElement('span');
  dots.className = 'dots';
  for (const [id, title] of STEPS) {
    const dot = document.createElement('span');
    dot.dataset.step = id;
    dot.title = title;
    dots.append(dot);
  }
  const told = document.createElement('span');
  element.append(name, dots, told);
  return element;
}

const flights = new Map();
function fly(step, { imageId, phase }) {
  let element = flights.get(imageId);
  if (!element) {
    element = flight(imageId);
    flights.set(imageId, element);
    find('flights').prepend(element);
  }
  element.querySelector(`[data-step="${step}"]`).dataset.phase = phase;
  const [, title] = STEPS.find(([id]) => id === step);
  const isDone = LAST.includes(step) && phase === 'ended';
  // Intake starts the workflow and ends when it will: often after the picture is where it belongs.
  if (element.isDone && !LAST.includes(step)) return;
  element.isDone = isDone;
  element.lastElementChild.textContent = isDone ? `${title}: done` : `${title}: ${phase}`;
  clearTimeout(element.landing);
  element.landing = setTimeout(
    () => {
      element.remove();
      flights.delete(imageId);
    },
    isDone ? FLIGHT_KEPT_MILLISECONDS : FLIGHT_LOST_MILLISECONDS,
  );
}

export function showWorkflow(whenChanged) {
  find('flow').replaceChildren(...STEPS.map(node));
  on('restart', () => {
    stories.clear();
    counts.clear();
  });
  on('activity', (activities) => {
    const isPast = Date.now() - (activities.at(-1)?.at ?? 0) > FLIGHT_KEPT_MILLISECONDS;
    for (const activity of activities) {
      const step = stepOf(activity);
      if (!step) continue;
      light(step, activity);
      if (!activity.imageId) continue;
      stories.set(activity.imageId, [...(stories.get(activity.imageId) ?? []), activity]);
      if (!isPast) fly(step, activity);
    }
    if (activities.length > 0) whenChanged();
  });
}
