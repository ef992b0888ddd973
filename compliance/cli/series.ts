import { readFileSync } from 'node:fs';
import { GateError } from '../gate-error';
import { kmsPublicKey } from '../report/sign-pack';
import { readSeries, type SeriesPack } from '../series/read-series';
import { isUsable } from '../series/timeline';
import { type Question, seriesProblems, describeAt, describeSeries } from '../series/describe';
import type { Command } from './arguments';
import { fromCaller } from './from-caller';

type SeriesCommand = Extract<Command, { name: 'series' | 'at' }>;

async function read(command: SeriesCommand): Promise<{ packs: SeriesPack[]; question: Question }> {
  const { packs: directory, stage, everyDays, publicKey, keyId } = command;
  const key =
    keyId === undefined
      ? publicKey && readFileSync(fromCaller(publicKey), 'utf8')
      : await kmsPublicKey(keyId);
  return {
    packs: readSeries(fromCaller(directory), stage, key),
    question: { stage, everyDays, now: new Date().toISOString(), control: command.control },
  };
}

/** 0: every pack is as it was written and none is missing. 1: something is wrong with the series. */
export async function seriesCommand(command: Extract<Command, { name: 'series' }>): Promise<number> {
  const { packs, question } = await read(command);
  console.log(describeSeries(packs, question));
  return seriesProblems(packs, question).length === 0 ? 0 : 1;
}

/** A day means its end, for what held on it was told by its pack. @throws GateError USAGE */
export function instantOf(date: string): string {
  const instant = new Date(/^\d{4}-\d\d-\d\d$/.test(date) ? `${date}T23:59:59.999Z` : date);
  if (Number.isNaN(instant.getTime()))
    throw new GateError('USAGE', `"${date}" is no date. Write 2026-11-29 or 2026-11-29T08:00:00Z.`);
  return instant.toISOString();
}

/**
 * 0: a pack speaks for that time, or AWS Config shows that the one before still did. 1: neither, or the control is unknown,
 * or AWS Config does not show it.
 */
export async function atCommand(command: Extract<Command, { name: 'at' }>): Promise<number> {
  const instant = instantOf(command.date);
  const { packs, question } = await read(command);
  const { text, known } = describeAt(packs, instant, question);
  console.log(text);
  const { control, askConfig } = command;
  if (!askConfig || control === undefined) return known ? 0 : 1;
  const before = packs
    .filter(isUsable)
    .filter(({ generated }) => generated <= instant)
    .at(-1);
  if (before === undefined || instant > question.now) return 1;
  // Loaded when an account is asked: clients of AWS come with it.
  const { askConfigHistory, describeHistory, resourcesOfControl } =
    await import('../series/config-history.js');
  const { accountAccess } = await import('./account-access.js');
  const [from, to] = [new Date(before.generated), new Date(instant)];
  const { connect } = await accountAccess(command.stage, command.assume);
  const history = await askConfigHistory(resourcesOfControl(before.content, control), from, to, connect);
  console.log(`\n${describeHistory(history, control, before.name, from, to)}`);
  return history.length > 0 && history.every(({ state }) => state === 'unchanged') ? 0 : 1;
}
