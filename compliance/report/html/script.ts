/** Filters the table of rows; the page is whole without it. */
export const SCRIPT = `
document.documentElement.classList.add('scripted');
const field = (name) => document.getElementById('filter-' + name);
const [text, requirement, verdict, engine, shown] = ['text', 'requirement', 'verdict', 'engine', 'shown'].map(field);
let groups;
function read() {
  groups ??= [...document.querySelectorAll('#rows tbody')].map((body) => {
    const [head, ...rows] = body.rows;
    const title = head.textContent.toLowerCase();
    return {
      body, engine: body.dataset.engine,
      bears: new Set([...head.querySelectorAll('a')].map((link) => link.getAttribute('href'))),
      rows: rows.map((row) => ({ row, verdict: row.dataset.verdict, content: title + row.textContent.toLowerCase() })),
    };
  });
}
function filter() {
  read();
  const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const asked = requirement.value.trim();
  const anchor = '#r-' + asked.replace(/[^A-Za-z0-9.]+/g, '-').replace(/-$/, '');
  let count = 0; let all = 0;
  for (const group of groups) {
    const fits = (!engine.value || group.engine === engine.value) && (!asked || group.bears.has(anchor));
    let visible = 0;
    for (const one of group.rows) {
      const shows = fits && (!verdict.value || one.verdict === verdict.value)
        && words.every((word) => one.content.includes(word));
      if (one.row.hidden === shows) one.row.hidden = !shows;
      if (shows) visible += 1;
    }
    group.body.hidden = visible === 0;
    count += visible; all += group.rows.length;
  }
  shown.textContent = count + ' of ' + all + ' rows';
}
[text, requirement, verdict, engine].forEach((one) => one.addEventListener('input', filter));
const all = document.getElementById('all-rows');
all.addEventListener('toggle', filter);
function show(values) {
  all.open = true;
  text.value = values.text ?? ''; requirement.value = values.requirement ?? '';
  verdict.value = ''; engine.value = values.engine ?? '';
  filter();
}
for (const link of document.querySelectorAll('a[data-requirement]'))
  link.addEventListener('click', () => show({ requirement: link.dataset.requirement }));
function follow() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target?.closest('#all-rows tbody')) return;
  show({});
  target.scrollIntoView();
}
addEventListener('hashchange', follow);
follow();
`;
