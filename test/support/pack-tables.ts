/** The records of a CSV file by RFC 4180, each cell quoted. */
export const csvRows = (text: string): string[][] =>
  text
    .replace(/^\uFEFF/, '')
    .split('\r\n')
    .slice(0, -1)
    .map((line) =>
      [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell.replaceAll('""', '"')),
    );

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** What a reader sees of some markup, white space collapsed. */
const textOf = (markup: string): string =>
  markup
    .replace(/<[^>]+>/g, ' ')
    .replace(/&(#?\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();

/** The report's table of all rows in the pack's order: the heading of its rule before the cells of each row. */
export const htmlRows = (page: string): string[][] =>
  [...page.matchAll(/<tbody data-engine=.*?<\/tbody>/gs)]
    .flatMap(([group]) => {
      const [, heading = ''] = /<th colspan[^>]*>(.*?)<span/s.exec(group) ?? [];
      return [...group.matchAll(/<tr id="v(\d+)" data-verdict=.*?<\/tr>/gs)].map(([row, index]) => ({
        index: Number(index),
        cells: [
          textOf(heading),
          ...[...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) => textOf(cell)),
        ],
      }));
    })
    .sort((a, b) => a.index - b.index)
    .map(({ cells }) => cells);
