/** Calm, readable, prints in black on white; no colour carries meaning alone. */
export const STYLE = `
:root { color-scheme: light; --ink: #1c2733; --soft: #55626f; --line: #d5dce3; --paper: #ffffff; --ground: #f5f7f9; --accent: #1d5a8a;
  --good: #1b6b3a; --except: #8a5a00; --bad: #a4262c; --none: #55626f; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
main, header, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 1.5rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.35rem; margin: 3rem 0 .75rem; padding-top: 1rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.05rem; margin: 0 0 .25rem; }
p { margin: .35rem 0 .75rem; max-width: 62rem; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible, input:focus-visible, select:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
.panel { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 1.25rem 1.5rem; margin: 1rem 0; }
.lead { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1.25rem; align-items: start; }
.lead .panel { margin: 1rem 0 0; padding: 1rem 1.5rem; } .lead p { margin: .25rem 0 .5rem; } .lead dl { font-size: .9rem; gap: .15rem 1rem; }
.lead > div { display: flex; flex-direction: column; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: 1rem 0 0; }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: 999px; padding: 0 .6rem; font-size: .85rem; font-weight: 600; white-space: nowrap; }
.supported, .clean, .compliant { color: var(--good); } .supported-in-part { color: #2f6f8f; } .excepted { color: var(--except); }
.findings, .non-compliant, .error, .could-not-evaluate, .not-met { color: var(--bad); } .full { color: var(--good); } .partial { color: #2f6f8f; } .contributes { color: #5b5ea6; } .not-assessed, .not-applicable { color: var(--none); }
table { border-collapse: collapse; width: 100%; background: var(--paper); font-size: .875rem; }
caption { position: sticky; left: 0; max-width: min(72rem, calc(100vw - 4rem)); text-align: left; color: var(--soft); padding: .25rem 0 .5rem; }
th, td { border: 1px solid var(--line); padding: .4rem .55rem; text-align: left; vertical-align: top; }
thead th { background: #e9eef3; position: sticky; top: 0; } tbody th { font-weight: 600; }
thead th { overflow-wrap: normal; hyphens: auto; } tbody th { min-width: 6rem; }
table.measured { table-layout: fixed; min-width: 44rem; } .whole { white-space: nowrap; }
.standing { margin: -.25rem 0 .75rem; padding-left: 1.2rem; font-size: .875rem; }
.plain { border: 0; margin: 0; padding: 0; font-size: 1.1rem; }
.bars, .legend, .timeline { list-style: none; padding: 0; margin: .5rem 0; } .bars li { display: grid; grid-template-columns: 17rem 8.5rem minmax(0, 1fr); gap: .1rem .8rem; align-items: center; margin: .35rem 0; }
.bars li > :last-child { grid-column: 1 / -1; margin: 0 0 .2rem; } .bar { display: flex; height: .9rem; border-radius: 3px; overflow: hidden; background: #e4e9ee; }
.part { display: block; background: currentColor; } .part.not-assessed { background: #c6ced6; } .legend { display: flex; flex-wrap: wrap; gap: .15rem 1.25rem; font-size: .8rem; } .legend .part { display: inline-block; width: .8rem; height: .8rem; margin-right: .3rem; }
.timeline li { display: grid; grid-template-columns: 5rem minmax(0, 1fr) minmax(0, 1fr); gap: 0 .8rem; align-items: center; font-size: .875rem; margin: .25rem 0; } .timeline li > :last-child { grid-column: 2 / -1; margin: 0; }
.track { position: relative; display: block; height: .7rem; background: #e4e9ee; border-radius: 3px; } .span { position: absolute; top: 0; bottom: 0; background: var(--except); border-radius: 3px; } .now { position: absolute; top: -.2rem; bottom: -.2rem; width: 2px; background: var(--ink); }
.heatmap { width: auto; } .heatmap td { text-align: center; white-space: nowrap; padding: .15rem .3rem; min-width: 1.9rem; } .heatmap thead th span { writing-mode: vertical-rl; font-weight: 500; font-size: .75rem; } .heatmap thead th { vertical-align: bottom; padding: .3rem .1rem; } .heatmap tbody th { min-width: 5rem; padding: .15rem .4rem; }
.heat.compliant { background: #dcefe2; } .heat.excepted { background: #f6e7c9; } .access tbody th { min-width: 11rem; } .access td { white-space: nowrap; } .may { font-weight: 600; color: #1d5a8a; background: #eaf2f8; } .heat.open { background: #f6d5d6; color: var(--bad); font-weight: 700; }
figure { margin: 1rem 0; } figure .scroll { max-width: 42rem; } figure svg { min-width: 34rem; } figcaption { color: var(--soft); font-size: .875rem; } svg { max-width: 42rem; width: 100%; height: auto; background: var(--paper); border: 1px solid var(--line); } svg line { stroke: #8fa5b8; stroke-width: 1; } svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
.control dl { font-size: .9rem; } .control dl ul { margin: 0; } .panel ul { padding-left: 1.2rem; margin: .3rem 0; }
.scroll { overflow-x: auto; margin: .5rem 0 1rem; }
.control { background: var(--paper); border: 1px solid var(--line); border-left-width: 5px; border-radius: 4px; padding: .9rem 1.2rem; margin: .75rem 0; }
.control.supported { border-left-color: var(--good); } .control.supported-in-part { border-left-color: #2f6f8f; } .control.excepted { border-left-color: var(--except); }
.control.findings { border-left-color: var(--bad); } .control.not-assessed { border-left-color: var(--none); }
.control, .control p, .control li { color: var(--ink); }
.control > p:first-of-type { margin-bottom: .4rem; }
.control .head { display: flex; flex-wrap: wrap; gap: .4rem .9rem; align-items: baseline; justify-content: space-between; }
.meta { color: var(--soft); font-size: .875rem; margin: .2rem 0; }
.control ul { margin: .3rem 0; padding-left: 1.2rem; font-size: .875rem; }
details { margin: .5rem 0; } summary { cursor: pointer; font-weight: 600; }
code { font: .92em ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
.filter { display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: end; margin: .75rem 0; }
.filter label { display: flex; flex-direction: column; font-size: .85rem; color: var(--soft); }
.filter input, .filter select { font: inherit; padding: .3rem .5rem; border: 1px solid #8795a3; border-radius: 4px; background: var(--paper); color: var(--ink); min-width: 12rem; }
.needs-script { display: none; } .scripted .needs-script { display: flex; }
footer { color: var(--soft); font-size: .875rem; padding: 2rem 1.5rem 4rem; }
#rows table { table-layout: fixed; } #rows tbody tr { content-visibility: auto; contain-intrinsic-size: auto 3rem; } .rule th { background: #eef2f6; border-top: 2px solid #8fa5b8; font-weight: 500; } .rule .meta { display: block; margin: 0; } tr:target > * { background: #fff3c4; }
@media screen and (max-width: 50rem) { .bars li, .timeline li { grid-template-columns: minmax(0, 1fr); } .timeline li > :last-child { grid-column: auto; } .lead { grid-template-columns: minmax(0, 1fr); } dl { grid-template-columns: minmax(0, 1fr); } dt { margin-top: .4rem; } }
@media print {
  @page { size: A4; margin: 16mm 14mm; @bottom-right { content: counter(page) " of " counter(pages); font-size: 8pt; color: #55626f; } }
  body { background: #fff; font-size: 10.5pt; } main, header, footer { max-width: none; padding: 0; }
  nav, .filter, .skip, details:not(.sums) { display: none !important; } .sums::details-content { content-visibility: visible; } .scroll { overflow: visible; }
  .bar, .part, .track, .span, .now, .heat, .may { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .summary .legend { font-size: 7pt; margin: .1rem 0; } .summary { font-size: 8.5pt; line-height: 1.3; } .summary h1 { font-size: 14pt; } .summary h2 { font-size: 11pt; margin: .6rem 0 .2rem; padding-top: .3rem; border-top-width: 1px; } .summary p, .summary ul { margin: .15rem 0; } .summary li { margin: 0; } .summary .bars li { margin: .15rem 0; grid-template-columns: 19.5rem 6.5rem minmax(0, 1fr); line-height: 1.15; gap: 0 .8rem; } .summary .bar { height: .55rem; } .summary .meta { font-size: 7.5pt; } .summary .bars li > * { margin: 0; } .summary table { font-size: 7pt; line-height: 1.2; } .summary th, .summary td { padding: .04rem .35rem; } .summary .badge { font-size: 7pt; padding: 0 .35rem; } .summary .scroll { margin: .1rem 0; } .summary caption { padding: 0; }
  caption { position: static; max-width: none; } figure svg { min-width: 0; }
  .panel, .control { break-inside: avoid; border-color: #999; } .framework .requirement { break-inside: auto; } .framework .head, .framework dl { break-inside: avoid; break-after: avoid; } h2, h3, caption, thead, summary { break-after: avoid; } tr { break-inside: avoid; }
  thead { display: table-header-group; } thead th { position: static; } a { color: inherit; text-decoration: none; }
  table { font-size: 8.5pt; } table.measured, tbody th { min-width: 0; } .lead { grid-template-columns: minmax(0, 1fr); gap: 0; } td .meta { font-size: inherit; }
}
@media not print { .print-only { display: none; } }
`;
