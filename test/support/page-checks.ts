/**
 * Runs in the browser: every piece of visible text that does not lie whole within the window's width, or that an
 * ancestor cuts off, with what it says.
 */
export const CUT_OFF = `(() => {
  const width = document.documentElement.clientWidth;
  const cut = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.data.trim() === '' || !text.parentElement.checkVisibility()) continue;
    if (text.parentElement.closest('script, style, .skip')) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const outside = [...range.getClientRects()].some(({ left, right }) => {
      if (left < -1 || right > width + 1) return true;
      for (let holder = text.parentElement; holder !== document.body; holder = holder.parentElement) {
        const box = holder.getBoundingClientRect();
        const cell = /^T[DH]$/.test(holder.tagName);
        if (!cell && getComputedStyle(holder).overflowX === 'visible') continue;
        if (left < box.left - 1 || right > box.right + 1) return true;
      }
      return false;
    });
    if (outside) cut.push(text.data.trim().slice(0, 80));
  }
  return cut;
})()`;

/** Runs in the browser: what each block of visible text says, white space left out. */
export const VISIBLE_TEXTS = `(() => {
  const blocks = 'h1, h2, h3, p, li, td, th, dt, dd, caption, summary';
  return [...document.querySelectorAll(blocks)]
    .filter((block) => block.checkVisibility() && !block.querySelector(blocks))
    .map((block) => block.innerText.replace(/\\s+/g, ''))
    .filter((text) => text !== '');
})()`;

/** Runs in the browser: the violations that axe-core finds below an element, each with where. */
export const accessibilityViolations = (axe: string, selector = 'html'): string => `(async () => {
  ${axe};
  const { violations } = await axe.run('${selector}', { resultTypes: ['violations'] });
  return violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 120)).join(' | '));
})()`;
