/** No font and no picture comes from elsewhere. Colours are few, and each has a second sign: a pattern, a shape, a word. */
export const pageStyle = `
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --text: #1b2330; --soft: #566072; --line: #dde1e8;
  --blue: #3b76d6; --green: #2a9d6a; --red: #c62f3a; --amber: #9a6400; --grey: #8a93a3; --pass: #1b7f4f;
  --pass-back: #e6f5ec; --fail-back: #fdebec; --before: #c3cad6; --bake: #8fa0ba; --worker: #b9a6d9; }
@media (prefers-color-scheme: dark) { :root { --page: #12161d; --card: #1a2029; --text: #e6eaf1; --soft: #a3adbd;
  --line: #2e3744; --blue: #6ea3f5; --green: #4fc08d; --red: #ff7d84; --amber: #e6b04a; --grey: #8a93a3; --pass: #5fd39c;
  --pass-back: #16301f; --fail-back: #3a1d21; --before: #465063; --bake: #6d7f9c; --worker: #7d68a6; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1216px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 19px; margin: 36px 0 10px; }
h3 { font-size: 16px; margin: 24px 0 8px; }
p { margin: 0 0 8px; }
.soft { color: var(--soft); }
.verdict { border-radius: 10px; padding: 16px 20px; border-left: 6px solid; margin: 16px 0; font-size: 17px; }
.verdict.passed { background: var(--pass-back); border-color: var(--pass); }
.verdict.failed { background: var(--fail-back); border-color: var(--red); }
.verdict strong { font-size: 20px; display: block; }
.passed strong { color: var(--pass); } .failed strong { color: var(--red); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px 24px; margin: 16px 0 0; }
.facts dt { color: var(--soft); font-size: 13px; } .facts dd { margin: 0; overflow-wrap: anywhere; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 18px; margin: 0 0 12px; overflow-wrap: anywhere; }
.failure { border-left: 5px solid var(--red); } .note { border-left: 5px solid var(--amber); }
.failure p:first-child { font-weight: 600; } .failure p:last-child, .note p { margin: 0; }
.failure p { white-space: pre-line; }
.deployments { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 12px; list-style: none; padding: 0; margin: 0; }
.deployments .card { margin: 0; } .deployments p { margin: 0; } .deployments .reason { white-space: pre-line; font-size: 13px; margin-top: 6px; }
.as-expected { color: var(--pass); font-weight: 600; } .not-expected { color: var(--red); font-weight: 600; }
.box { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px; margin: 0 0 12px; }
.box:focus-visible { outline: 3px solid var(--blue); }
.timeline { display: block; width: 100%; min-width: 900px; height: auto; font-size: 12px; fill: var(--text); }
.timeline .strong { font-weight: 600; } .timeline .soft { fill: var(--soft); }
.timeline .tick { text-anchor: end; fill: var(--soft); font-size: 11px; } .timeline .time { text-anchor: middle; fill: var(--soft); font-size: 11px; }
.timeline .lane-title { fill: var(--soft); font-size: 11px; paint-order: stroke; stroke: var(--card); stroke-width: 5px; }
.grid { stroke: var(--line); } .leader { stroke: var(--grey); stroke-width: .7; }
.deployment { fill: none; stroke: var(--grey); } .deployment.wrong { stroke: var(--red); stroke-width: 2; }
.stage.before { fill: var(--before); } .stage.shift, .stage.back { fill: var(--amber); } .stage.bake { fill: var(--bake); }
.stage.clean { fill: var(--before); opacity: .6; } .stage.worker { fill: var(--worker); }
.area.blue { fill: var(--blue); } .area.green { fill: url(#green-stripes); } .area.other { fill: var(--grey); } .area.failed { fill: var(--red); }
.line { fill: none; stroke: var(--text); stroke-linejoin: round; } .line.p50 { stroke-width: 1.8; } .line.p99 { stroke-width: .9; stroke: var(--amber); }
.failure-mark { fill: none; stroke: var(--red); stroke-width: 1.8; } .failure-mark.provoked { stroke: var(--amber); stroke-width: 1.1; }
.failure-mark.other { fill: var(--red); stroke: var(--card); stroke-width: 1; }
.move { stroke: var(--soft); stroke-width: 1.3; }
.outage rect { fill: var(--amber); opacity: .2; } .outage text { fill: var(--amber); font-size: 11px; }
.traffic { stroke-width: 1.5; stroke-dasharray: 4 3; } .traffic.blue { stroke: var(--blue); } .traffic.green { stroke: var(--green); }
.hover { fill: transparent; } .hover:hover { fill: var(--text); opacity: .12; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 0 0 10px; list-style: none; font-size: 13px; color: var(--soft); }
.legend svg { width: 20px; height: 14px; vertical-align: -2px; margin-right: 6px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 500; font-size: 13px; } .number { text-align: right; white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; } tbody th { color: var(--text); font-size: 14px; min-width: 8em; } td.word { min-width: 7em; }
tr.group > * { font-weight: 600; padding-top: 12px; } tr.inner > th { padding-left: 18px; font-weight: 400; } .bad { color: var(--red); font-weight: 600; }
@media (max-width: 600px) { main { padding: 16px 12px 32px; } h1 { font-size: 22px; } .box { padding: 8px; } .timeline { width: 1120px; } table, tbody th { font-size: 13px; } tbody th { min-width: 7em; } th, td { padding-right: 6px; } }
@media print { body { background: none; font-size: 12px; } .card, .box, .verdict { break-inside: avoid; } .box { overflow: visible; } .timeline { min-width: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
