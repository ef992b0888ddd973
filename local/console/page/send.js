// Pictures and whole folders, dropped or chosen. What is refused is said beside it; the rest goes on.
import { on } from './events.js';
import { explain } from './words.js';

const AT_ONCE = 3;
const find = (id) => document.getElementById(id);
const isPicture = ({ name }) => /\.(jpe?g|png)$/i.test(name);

const entriesOf = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

/** The pictures below an entry. A folder hands its entries out in parts, and an empty part is the end. */
async function filesBelow(entry, isChosen) {
  // Of a folder its pictures alone, since cameras put other files beside them; a file by itself is meant.
  if (entry.isFile) return isChosen || isPicture(entry) ? [await fileOf(entry)] : [];
  const reader = entry.createReader();
  const found = [];
  for (let part = await entriesOf(reader); part.length > 0; part = await entriesOf(reader)) {
    for (const child of part) found.push(...(await filesBelow(child, false)));
  }
  return found;
}

function row(name) {
  const element = find('queue-template').content.firstElementChild.cloneNode(true);
  element.querySelector('.name').textContent = name;
  return element;
}

function tell(element, state, text) {
  element.dataset.state = state;
  element.querySelector('.told').textContent = text;
}

function thumbnail(element, source) {
  const image = element.querySelector('img');
  image.addEventListener('error', () => (image.hidden = true));
  image.src = source;
}

async function sendOne(file, element) {
  tell(element, 'sending', 'on its way …');
  try {
    const response = await fetch(`/api/pictures?name=${encodeURIComponent(file.name)}`, {
      method: 'POST',
      body: file,
    });
    if (!response.ok) throw new Error(await response.text());
    const { status, category, reason } = await response.json();
    if (status === 'completed') tell(element, 'done', `${category}. ${explain(reason)}`);
    else tell(element, 'refused', `${status}. ${explain(reason)}`);
  } catch (error) {
    tell(element, 'refused', error.message);
  }
}

export async function send(files) {
  const status = find('status');
  const waiting = files.map((file) => {
    const element = row(file.name);
    const source = URL.createObjectURL(file);
    thumbnail(element, source);
    tell(element, 'waiting', 'waiting');
    return [file, element];
  });
  find('queue').replaceChildren(...waiting.map(([, element]) => element));
  let done = 0;
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await sendOne(...next);
      done += 1;
      status.textContent = `${done} of ${files.length} files sent.`;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const refused = find('queue').querySelectorAll('[data-state="refused"]').length;
  status.textContent = `${files.length} files sent${refused > 0 ? `, ${refused} of them not taken` : ''}.`;
}

const report = (error) => (find('status').textContent = error.message);

async function sendDropped(items) {
  // Entries are gone once this turn is over: taken first, read then.
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files = [];
  for (const entry of entries) files.push(...(await filesBelow(entry, true)));
  if (files.length === 0) throw new Error('There is no JPEG or PNG picture in that.');
  await send(files);
}

export function showSending() {
  const drop = find('drop');
  find('files').addEventListener('change', ({ target }) => {
    send([...target.files])
      .catch(report)
      .finally(() => (target.value = ''));
  });
  for (const type of ['dragenter', 'dragover']) {
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.add('over');
    });
  }
  for (const type of ['dragleave', 'drop']) drop.addEventListener(type, () => drop.classList.remove('over'));
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    sendDropped(event.dataTransfer.items).catch(report);
  });
  on('refused', (refused) => {
    find('refused-part').hidden = refused.length === 0;
    find('refused').replaceChildren(
      ...[...refused].reverse().map(({ file, reason, status, index, hasPreview }) => {
        const element = row(file);
        tell(element, 'refused', `${status}. ${explain(reason)}`);
        if (hasPreview) thumbnail(element, `/refused/${index}`);
        else element.querySelector('img').hidden = true;
        return element;
      }),
    );
  });
}
