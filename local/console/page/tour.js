// The tour: what each of its buttons does, and what came of it.
import { showDetails } from './details.js';
import { on } from './events.js';
import { explain, seconds } from './words.js';

const find = (id) => document.getElementById(id);
const button = (name) => document.querySelector(`[data-tour="${name}"]`);
const told = (name, text) => {
  button(name).closest('li').querySelector('.told').textContent = text;
};
let sent;

async function post(path) {
  const response = await fetch(path, { method: 'POST' });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text);
}

async function sendSample() {
  const row = await post('/api/tour/send');
  if (row.status !== 'completed') throw new Error(`${row.status}: ${explain(row.reason)}`);
  sent = row.imageId;
  button('look').disabled = false;
  return `Decided in ${seconds(row.milliseconds)}: ${row.category}.`;
}

async function look() {
  const response = await fetch('/api/records?limit=100');
  const { items } = await response.json();
  const record = items.find(({ ImageID }) => ImageID === sent);
  if (!record) return 'Its record is not on the newest page any more.';
  await showDetails(record);
  return `It lies in ${record.S3Location.replace(/^s3:\/\/[^/]+\//, '').replace(/[^/]+$/, '')}.`;
}

async function take() {
  const { action, role } = await post('/api/tour/take');
  const row = await post('/api/tour/send');
  if (row.status === 'completed') return 'It still went through: the policy has not taken effect.';
  return `Refused (500): IAM no longer lets ${role} use ${action}, so nothing was stored. The client is not told why; Alerts below say which function failed.`;
}

async function giveBack() {
  await post('/api/tour/give-back');
  const row = await post('/api/tour/send');
  return row.status === 'completed'
    ? 'Given back; the same picture goes through again.'
    : explain(row.reason);
}

const ACTIONS = {
  send: ['sending …', sendSample, 'send'],
  look: ['', look, 'look'],
  take: ['taking it away, and sending …', take, 'take'],
  'give-back': ['giving it back, and sending …', giveBack, 'give-back'],
};

export function showTour() {
  for (const [name, [before, act]] of Object.entries(ACTIONS)) {
    button(name).addEventListener('click', async () => {
      // Not disabled while it works: a button that is loses the focus, and the keyboard its place.
      if (button(name).ariaBusy === 'true') return;
      button(name).ariaBusy = 'true';
      told(name, before);
      try {
        told(name, await act());
      } catch (error) {
        told(name, error.message);
      } finally {
        button(name).ariaBusy = null;
      }
    });
  }
  on('permission', ({ action, role, isTaken }) => {
    find('permission-action').textContent = action;
    find('permission-role').textContent = role;
    const [next, last] = isTaken ? ['give-back', 'take'] : ['take', 'give-back'];
    button(next).disabled = false;
    if (document.activeElement === button(last)) button(next).focus();
    button(last).disabled = true;
  });
}
