import type { DeploymentRecord, Rehearsal } from '../record';
import type { DeploymentSummary } from './deployment-summary';
import type { Failure } from './failure';
import { count, counted, duration, milliseconds, moment, shortRevision } from './figures';
import { type Content, html, Markup } from './html';
import { type Mark, marksOf } from './mark-lanes';
import { legend, patterns } from './page-legend';
import { pageStyle } from './page-style';
import { jobTable, shiftTable, socketTable, stageTable, taskTable } from './page-tables';
import { type Summary, summarise } from './summary';
import { closeUp, overview } from './timeline';
import { judge, partition, type Verdict } from './verdict';
import { containerNames, outcomeOf, verdictSentence } from './wording';

/** A rehearsal as one HTML file that asks nobody for anything: to look at, to send, to print. */
export function reportPage(rehearsal: Rehearsal): string {
  const verdict = judge(rehearsal);
  const summary = summarise(rehearsal);
  const marks = marksOf(rehearsal, verdict, partition(rehearsal));
  const title = `Rehearsal of ${rehearsal.environment}: ${verdict.passed ? 'passed' : 'FAILED'}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>${patterns}
<main>
${head(rehearsal, summary, verdict)}
${failures(rehearsal, verdict)}
<section><h2>The whole run</h2>
${legend}
${drawing('The whole run', overview(rehearsal, marks))}</section>
${deploymentCards(rehearsal, summary)}
${closeUps(rehearsal, marks)}
<section><h2>Stages</h2>${stageTable(summary)}</section>
<section><h2>Traffic shifts</h2>${shiftTable(summary)}</section>
<section><h2>Sockets</h2>${socketTable(summary)}</section>
<section><h2>Jobs</h2>${jobTable(summary)}</section>
<section><h2>Tasks</h2>${taskTable(rehearsal)}</section>
</main>
</body>
</html>
`.text;
}

/** In one language and one time zone, whoever reads it. */
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

function head(rehearsal: Rehearsal, summary: Summary, verdict: Verdict): Markup {
  const { environment, revision, containers, speed, rate, rateMayBeLess, startedAt, loadFrom, endedAt } = rehearsal;
  const [word, ...sentence] = verdictSentence(rehearsal, summary, verdict).split(': ');
  const facts: readonly (readonly [string, string])[] = [
    ['Environment', environment],
    ['Revision', shortRevision(revision)],
    ['Run as', containerNames[containers]],
    ['Load', `${rateMayBeLess ? 'at most ' : ''}${count(rate)} requests a second for ${duration(endedAt - loadFrom)}`],
    [
      'Waits of AWS',
      speed === 1 ? 'as long as on AWS' : `${speed} times shorter: health checks, deregistration, drain, bake, alarms`,
    ],
    ['When', `${day.format(startedAt)} UTC, ${duration(endedAt - startedAt)} in all`],
  ];
  return html`<header><h1>Rehearsal of a release to ${environment}</h1>
<p class="soft">What users would have seen of it, played on this machine with what would be deployed.</p>
<div class="verdict ${verdict.passed ? 'passed' : 'failed'}" role="status"><strong>${verdict.passed ? '✓' : '✗'} ${word}</strong>${sentence.join(': ')}</div>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></header>`;
}

function failures({ loadFrom }: Rehearsal, verdict: Verdict): Content {
  const card = ({ message, explanation, at, count: number }: Failure) =>
    html`<div class="card failure"><p>${message}${moment(at && at - loadFrom, number)}</p>${explanation && html`<p>${explanation}</p>`}</div>\n`;
  return [
    verdict.passed ? undefined : html`<section><h2>Why it failed</h2>${verdict.failures.map(card)}</section>`,
    verdict.notes.length === 0
      ? undefined
      : html`<section><h2>Worth knowing</h2>${verdict.notes.map((note) => html`<div class="card note"><p>${note}</p></div>`)}</section>`,
  ];
}

const deploymentCards = ({ deployments }: Rehearsal, summary: Summary): Markup =>
  html`<section><h2>Deployments</h2><ol class="deployments">${deployments.map((deployment, index) => deploymentCard(deployment, summary.deployments[index]))}</ol></section>`;

function deploymentCard(deployment: DeploymentRecord, of: DeploymentSummary | undefined): Markup {
  const { title, from, to, status, expected, reason } = deployment;
  const asExpected = status === expected;
  return html`<li class="card"><p><strong>${title}</strong></p>
<p class="${asExpected ? 'as-expected' : 'not-expected'}">${asExpected ? '✓' : '✗'} ${outcomeOf(deployment)}</p>
<p class="soft">${from} → ${to}, ${of?.seconds.toFixed(1)} s, ${counted(of?.requests ?? 0, 'request')}, ${count(of?.failed ?? 0)} failed, p99 ${milliseconds(of?.p99)} ms</p>
${reason && html`<p class="soft reason">${reason}</p>`}</li>\n`;
}

const drawing = (label: string, content: Markup): Markup =>
  html`<div class="box" tabindex="0" role="region" aria-label="${label}">${content}</div>`;

const closeUps = (rehearsal: Rehearsal, marks: readonly Mark[]): Markup =>
  html`<section><h2>Deployment by deployment</h2>${rehearsal.deployments.map(
    (deployment) =>
      html`<h3>${deployment.title}</h3>${drawing(deployment.title, closeUp(rehearsal, deployment, marks))}`,
  )}</section>`;
