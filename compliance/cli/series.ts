import { readFileSync } from 'node:fs';
import { GateError } from '../gate-error';
import { kmsPublicKey } from '../report/sign-pack';
import { readSeries, type SeriesPack } from '../series/read-series';
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

/** 0: a pack speaks for that time. 1: none does, or it does not know the control. */
export async function atCommand(command: Extract<Command, { name: 'at' }>): Promise<number> {
  const instant = instantOf(command.date);
  const { packs, question } = await read(command);
  const { text, known } = describeAt(packs, instant, question);
  console.log(text);
  return known ? 0 : 1;
}
