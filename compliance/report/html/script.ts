/** Filters the table of rows; the page is whole without it. */
export const SCRIPT = `
document.documentElement.classList.add('scripted');
const rows = [...document.querySelectorAll('#rows tbody tr')];
const text = document.getElementById('filter-text');
const verdict = document.getElementById('filter-verdict');
const engine = document.getElementById('filter-engine');
const shown = document.getElementById('filter-shown');
const content = rows.map((row) => row.textContent.toLowerCase());
function filter() {
  const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  rows.forEach((row, index) => {
    const visible = (!verdict.value || row.dataset.verdict === verdict.value)
      && (!engine.value || row.dataset.engine === engine.value)
      && words.every((word) => content[index].includes(word));
    row.hidden = !visible;
    if (visible) count += 1;
  });
  shown.textContent = count + ' of ' + rows.length + ' rows';
}
[text, verdict, engine].forEach((field) => field.addEventListener('input', filter));
filter();
for (const link of document.querySelectorAll('a[data-rule]')) {
  link.addEventListener('click', () => {
    document.getElementById('all-rows').open = true;
    text.value = link.dataset.rule; verdict.value = ''; engine.value = link.dataset.engine; filter();
  });
}
`;
