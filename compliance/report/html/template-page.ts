import { html, Markup } from './markup';

/** A template with an anchor for each line, so that a verdict can point at the line it is about. */
export const templateAsPage = (stack: string, template: string): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <link rel="icon" href="data:," />
        <title>${stack}: template, line by line</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <h1>${stack}</h1>
        <p>
          The template as it was judged, with its lines; the file itself is
          <a href="${stack}.template.json">${stack}.template.json</a>.
          <a href="../index.html">Back to the report</a>
        </p>
        <ol>
          ${template
            .replace(/\n$/, '')
            .split('\n')
            .map((line, index) => html`<li id="L${index + 1}">${line}</li>`)}
        </ol>
      </body>
    </html> `.text;

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 1rem; color: #1c2733; }
ol { font: 13px/1.5 ui-monospace, Consolas, monospace; padding-left: 4.5rem; }
li { white-space: pre-wrap; overflow-wrap: anywhere; } li::marker { color: #55626f; } li:target { background: #fff3c4; }
`;
