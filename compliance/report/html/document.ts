import { html, Markup } from './markup';
import { STYLE } from './style';

/**
 * A page that needs no network: everything is in it, and nothing else may be loaded.
 * @param options.style - in place of the report's own
 */
export const htmlDocument = (
  title: string,
  body: Markup,
  { script, style = STYLE }: { readonly script?: string; readonly style?: string } = {},
): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src ${script === undefined ? "'none'" : "'unsafe-inline'"}; img-src data:"
        />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        ${body}
        ${
          script === undefined
            ? undefined
            : html`<script>
                ${new Markup(script)};
              </script>`
        }
      </body>
    </html> `.text;
