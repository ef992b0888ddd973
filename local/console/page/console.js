// The codes of decisions and refusals, in words.
const REASONS = {
  clear: 'Sure enough, and ahead of the other animal.',
  'low-confidence': 'Seen, but not surely enough: a person decides.',
  'close-call': 'Too close to the other animal: a person decides.',
  'both-animals': 'Both animals are in the picture: a person decides.',
  'no-animal': 'Neither a cat nor a dog was seen.',
  'empty-file': 'The file is empty.',
  'not-a-picture': 'This is not a picture.',
  'unsupported-format': 'Neither JPEG nor PNG.',
  'type-mismatch': 'Not of the type that was declared.',
  truncated: 'The end of the picture is missing.',
  malformed: 'The picture is damaged.',
  'too-small': 'Below 80 pixels.',
  'too-large': 'The file is too large.',
  'dimensions-too-large': 'More than 10,000 pixels wide or high.',
  animated: 'Animations are not accepted.',
  'refused-by-detector': 'The detector could not read it.',
};
const OUTCOMES = ['cat', 'dog', 'other', 'uncertain', 'refused', 'failed'];

const find = (id) => document.getElementById(id);
const percent = (value) => `${value.toFixed(1)} %`;

function outcomeOf({ status, category }) {
  if (status === 'completed') return category;
  return status === 'failed' ? 'failed' : 'refused';
}

function pictureElement(picture) {
  const element = find('picture-template').content.firstElementChild.cloneNode(true);
  const outcome = outcomeOf(picture);
  const part = (selector) => element.querySelector(selector);
  element.dataset.outcome = outcome;
  part('h3').textContent = picture.file;
  part('.badge').textContent = outcome;
  part('.reason').textContent = REASONS[picture.reason] ?? picture.reason;
  part('.where').textContent = [
    picture.s3Location?.replace(/^s3:\/\/[^/]+\//, ''),
    `${(picture.milliseconds / 1000).toFixed(1)} s`,
  ]
    .filter(Boolean)
    .join(' · ');
  const meter = part('meter');
  meter.hidden = !picture.confidence;
  if (picture.confidence) {
    part('.confidence').textContent = percent(picture.confidence);
    meter.value = picture.confidence;
    meter.setAttribute('aria-label', `Confidence ${percent(picture.confidence)}`);
  }
  const image = part('img');
  image.addEventListener('error', () => (image.hidden = true));
  if (picture.hasPreview) image.src = `/pictures/${picture.index}`;
  else image.hidden = true;
  image.alt = `${picture.file}: ${outcome}`;
  if (picture.record) part('pre').textContent = JSON.stringify(picture.record, null, 2);
  else part('details').remove();
  return element;
}

function summaryElement(outcome, pictures) {
  const element = document.createElement('li');
  const count = document.createElement('b');
  count.textContent = pictures.filter((picture) => outcomeOf(picture) === outcome).length;
  element.append(count, ` ${outcome}`);
  return element;
}

function reviewElement({ imageId, reason, candidates }, pictures) {
  const element = document.createElement('li');
  const file = pictures.find((picture) => picture.imageId === imageId)?.file ?? imageId;
  const seen = candidates.map(({ category, confidence }) => `${category} ${percent(confidence)}`).join(', ');
  element.textContent = `${file}: ${REASONS[reason] ?? reason} (${seen})`;
  return element;
}

async function refresh() {
  const response = await fetch('/api/state');
  if (!response.ok) throw new Error(await response.text());
  const { pictures, reviews } = await response.json();
  const newestFirst = pictures.toReversed ? pictures.toReversed() : [...pictures].reverse();
  find('summary').replaceChildren(...OUTCOMES.map((outcome) => summaryElement(outcome, pictures)));
  find('pictures').replaceChildren(...newestFirst.map(pictureElement));
  find('reviews').replaceChildren(...reviews.map((review) => reviewElement(review, pictures)));
}

async function send(files) {
  const status = find('status');
  for (const [index, file] of files.entries()) {
    status.textContent = `Sending ${file.name} (${index + 1} of ${files.length}) …`;
    const response = await fetch(`/api/pictures?name=${encodeURIComponent(file.name)}`, {
      method: 'POST',
      body: file,
    });
    if (!response.ok) throw new Error(`${file.name}: ${await response.text()}`);
    const row = await response.json();
    status.textContent = `${file.name}: ${outcomeOf(row)}.`;
    await refresh();
  }
}

const report = (error) => (find('status').textContent = error.message);
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
  send([...event.dataTransfer.files]).catch(report);
});

refresh().catch(report);
