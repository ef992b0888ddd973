import type { APIGatewayProxyEvent } from 'aws-lambda';
import { DependencyUnavailableError } from '../../../lambda/domain/errors';
import { sha256 } from '../../../lambda/domain/digest';
import { inputKey } from '../../../lambda/domain/picture-keys';
import { stripMetadata } from '../../../lambda/domain/strip-metadata';
import { reviewState } from '../../../lambda/domain/review';
import {
  apiEvent,
  InMemorySystem,
  objectCreated,
  reviewerEvent,
  stewardEvent,
} from '../../support/in-memory-system';
import type { DetectionRecord } from '../../../lambda/domain/detection-record';
import { webhookMessage } from '../../../lambda/domain/webhook-event';
import type { WebhookAttempt } from '../../../lambda/domain/webhook-run';
import { streamEvent } from '../../support/stream-event';
import { NO_MUTANT, type Mutant } from './mutant';
import { type Answer, type PendingCall, Programs } from './programs';
import { NO_BUDGET, type Scenario, scenarioPicture } from './scenario';
import {
  type Budget,
  cloneAws,
  identityOf,
  type Message,
  type Process,
  type SentDecision,
  type World,
} from './world';

export interface Step {
  readonly what: string;
  readonly world: World;
}

/** What Lambda reports of a process that died. */
class ProcessDiedError extends Error {
  override readonly name = 'Runtime.ExitError';
}

const value = (answer: unknown): Answer => ({ kind: 'value', value: answer });
const MOST_REDRIVES = 4;

/** How a picture stands, as far as its client is told; undefined while it is on its way. */
const stateOf = (record: DetectionRecord): string | undefined =>
  webhookMessage(record, '2025-08-04T11:42:00Z')?.id;

/** What the client sent: as posted, and as it is kept. */
export interface SentPicture {
  readonly posted: string;
  readonly kept: string;
}

/** All moves from a world to the next ones, with the real handlers behind every one. */
export class Explorer {
  private readonly system = new InMemorySystem();
  private readonly programs = new Programs(this.system, ({ name }) =>
    /^(clients|counter|thresholds|schedule|links|cursorKeys|webhookSecrets)\./.test(name),
  );
  private readonly pictures: { readonly id: string; readonly key: string }[] = [];
  readonly sent: SentPicture[] = [];
  private first: Uint8Array = new Uint8Array();
  private later: Uint8Array = new Uint8Array();

  constructor(
    readonly scenario: Scenario,
    private readonly mutant: Mutant = NO_MUTANT,
  ) {
    this.system.labels = scenario.labels;
    this.system.maxReceiveCount = scenario.receives ?? this.system.maxReceiveCount;
    this.system.taskAttempts = scenario.taskAttempts ?? 1;
    this.system.rules.people = { demo: scenario.people ?? 1 };
    this.system.rules.onExpiry = scenario.onExpiry ?? 'other';
  }

  get imageIds(): string[] {
    return this.pictures.map(({ id }) => id);
  }

  /** The world in which the pictures were posted (or, inside a request, are about to be). */
  async begin(): Promise<World> {
    const { scenario, system } = this;
    const isRejected = scenario.isRejected === true;
    const text = (what: string) => new TextEncoder().encode(`not a picture: ${what}`);
    this.first = isRejected ? text('first') : await scenarioPicture(80);
    this.later = isRejected ? text('the later one') : await scenarioPicture(96);
    for (const bytes of [this.first, this.later]) {
      const kept = isRejected ? bytes : stripMetadata(bytes, 'jpg');
      this.sent.push({ posted: sha256(bytes), kept: sha256(kept) });
    }
    let messages: readonly Message[] = [];
    for (let picture = 0; picture < (scenario.pictures ?? 1); picture += 1) {
      const id = await this.giveOutId(picture);
      const key = inputKey(id, 'demo', 'jpg');
      this.pictures.push({ id, key });
      if (scenario.inline === true) continue;
      const versionId = system.pictures.post(key, this.first);
      if (scenario.isFinished === true) await system.deliver({ key, versionId });
      else messages = [...messages, ...this.eventsOf(key, versionId)];
    }
    const aws = cloneAws(system.state);
    if (scenario.inline === true) aws.records.clear();
    return {
      aws,
      messages,
      processes: [],
      budget: { ...NO_BUDGET, ...scenario.budget },
      redrives: 0,
      owesErasure: false,
      owesUpload: scenario.inline === true,
      begunDecisions: 0,
      owedDecisions: [],
      takenDecisions: [],
      refusedDecisions: [],
      decidedAgain: false,
      gaveUp: false,
      paidForNothing: false,
      announcedAgain: false,
      streamed: {},
      runs: 0,
      tellable: [],
      attemptsAtOnce: [],
    };
  }

  private uploadEvent(picture: number, inline: boolean) {
    const image = { image: Buffer.from(this.first).toString('base64') };
    return apiEvent({
      headers: { 'Idempotency-Key': `picture-${picture}` },
      body: {
        fileName: 'rex.jpg',
        contentType: 'image/jpeg',
        ...(inline ? image : { size: this.first.length }),
      },
    });
  }

  private async giveOutId(picture: number): Promise<string> {
    const answer = await this.system.upload(this.uploadEvent(picture, false));
    return (JSON.parse(answer.body) as { imageId: string }).imageId;
  }

  private eventsOf(key: string, versionId: string): Message[] {
    return Array.from({ length: this.scenario.events ?? 1 }, (_, copy) => ({
      id: `${versionId}-${key.slice(6, 10)}-${copy}`,
      key,
      versionId,
      receives: 0,
      status: 'visible' as const,
    }));
  }

  /** Nobody works, nothing waits and nobody will ask again. */
  isQuiet(world: World): boolean {
    const { messages, processes, owesErasure, owesUpload, owedDecisions } = world;
    return (
      [messages, processes, owedDecisions].every(({ length }) => length === 0) &&
      !owesErasure &&
      !owesUpload &&
      !this.isSweepDue(world) &&
      this.changeOf(world) === undefined &&
      ![...world.aws.webhookMarks.values()].some(({ queue }) => queue === 'demo')
    );
  }

  /** Whether a run that settles reviews has anything to do. */
  private isSweepDue({ aws }: World): boolean {
    if (aws.settling.size > 0) return true;
    return [...aws.records.values()].some(
      (record) =>
        record.ReviewQueue === 'decided' ||
        (record.ReviewQueue === 'waiting' && reviewState(record, this.system.rules, aws.now) === 'expired'),
    );
  }

  identity(world: World): string {
    return identityOf(world);
  }

  async steps(world: World): Promise<Step[]> {
    const steps: Step[] = [];
    for (const process of world.processes) {
      if (process.due !== undefined) {
        steps.push(await this.stepOfDue(world, process, process.due));
        continue;
      }
      for (const pending of process.point.pending.values()) {
        steps.push(...(await this.stepsOfCall(world, process, pending)));
      }
    }
    steps.push(...(await this.stepsOfQueue(world)), ...(await this.stepsOfPeople(world)));
    steps.push(...(await this.stepsOfReviewers(world)), ...(await this.stepsOfTelling(world)));
    return steps;
  }

  private spend(world: World, what: keyof Budget): World | undefined {
    const left = world.budget[what];
    return left === 0 ? undefined : { ...world, budget: { ...world.budget, [what]: left - 1 } };
  }

  private async stepsOfCall(world: World, process: Process, pending: PendingCall): Promise<Step[]> {
    const { call, number } = pending;
    const what = `${process.name} ${call.name}`;
    const steps: Step[] = [];
    const add = (how: string, next: World) => steps.push({ what: `${what}${how}`, world: next });
    const isWorkflowCall = call.name === 'workflow.run';
    const killed = this.spend(world, 'kills');
    const faulty = this.spend(world, 'faults');
    const die = (from: World) =>
      process.kind === 'workflow'
        ? this.resume(from, process, number, { kind: 'error', error: new ProcessDiedError('killed') })
        : Promise.resolve(this.end(from, process, undefined));
    const fail = (from: World) =>
      this.resume(from, process, number, {
        kind: 'error',
        error: new DependencyUnavailableError('injected'),
      });
    if (isWorkflowCall) {
      const isRunning = world.processes.some(
        ({ caller }) => caller?.name === process.name && caller.call === number,
      );
      if (!isRunning) {
        add('', await this.startWorkflow(world, process, pending));
        if (faulty) add(' (fails before)', await fail(faulty));
      } else if (faulty) {
        add(' (answer lost)', await fail(faulty));
      }
      if (killed) add(' (killed)', await die(killed));
      return steps;
    }
    const refused = call.name === 'receiver.post' ? this.spend(world, 'refusals') : undefined;
    const answerRefused = (from: World, error: string) => this.resume(from, process, number, value(error));
    if (refused) add(' (refused)', await answerRefused(refused, 'States.Http.StatusCode.500'));
    if (killed) add(' (killed before)', await die(killed));
    if (faulty) add(' (fails before)', await fail(faulty));
    const done = await this.execute(world, process, pending);
    const deed = (from: World, aws: World['aws']): World => ({
      ...from,
      aws,
      messages: this.withArrivals(world, aws),
      decidedAgain: from.decidedAgain || this.isDecidedAgain(world.aws, aws),
      ...this.isNeedless(world, process, call.name, from),
      tellable: this.tellable(from, aws),
      attemptsAtOnce: this.attemptsAtOnce(from, call, aws),
    });
    const { answer, due } = done;
    const acted = { ...process, putOff: done.putOff };
    const after = deed(world, done.aws);
    if (due.length === 0) add('', await this.resume(after, acted, number, answer));
    else add('', this.replace(after, process, { ...acted, due: { runs: due, call: number, answer } }));
    if (refused) add(' (taken, unanswered)', await answerRefused(deed(refused, done.aws), 'States.Timeout'));
    if (killed) add(' (killed after)', await die(deed(killed, done.aws)));
    if (faulty) add(' (fails after)', await fail(deed(faulty, done.aws)));
    return steps;
  }

  private isDecidedAgain(before: World['aws'], after: World['aws']): boolean {
    return this.imageIds.some((id) => {
      const first = before.records.get(id)?.ReviewDecision;
      const record = after.records.get(id);
      return first !== undefined && record !== undefined && record.ReviewDecision?.outcome !== first.outcome;
    });
  }

  private isNeedless(world: World, { about }: Process, call: string, so: World) {
    const imageId = this.imageIds.find((id) => about?.includes(id)) ?? '';
    const record = world.aws.records.get(imageId);
    const { paidForNothing, announcedAgain } = so;
    return {
      paidForNothing: paidForNothing || (call === 'detector.detect' && record?.Decision !== undefined),
      announcedAgain: announcedAgain || (call === 'reviews.publish' && record?.AnnouncedAt !== undefined),
    };
  }

  /** Makes a call, or puts it off, and tells what that makes due. */
  private async execute(world: World, process: Process, pending: PendingCall) {
    const { system, mutant } = this;
    const { call, run } = pending;
    system.state = cloneAws(world.aws);
    if (call.name === 'detector.detect' && world.aws.paidCalls.length > 0)
      system.labels = this.scenario.laterLabels ?? this.scenario.labels;
    else system.labels = this.scenario.labels;
    const put = mutant.putOff?.(call);
    let answer: Answer;
    let { putOff } = process;
    if (put !== undefined) {
      answer = value(put.answer);
      putOff = [...putOff, { until: put.until, run }];
    } else {
      try {
        answer = value(await (mutant.replace?.(call, run, system.state) ?? run()));
      } catch (error) {
        answer = { kind: 'error', error: error as Error };
      }
    }
    const due = put === undefined ? putOff.filter(({ until }) => until === call.name) : [];
    putOff = putOff.filter((late) => !due.includes(late));
    return { aws: system.state, answer, putOff, due: due.map((late) => late.run) };
  }

  private async stepOfDue(world: World, process: Process, due: NonNullable<Process['due']>): Promise<Step> {
    const rest = { ...process, due: undefined };
    this.system.state = cloneAws(world.aws);
    for (const run of due.runs) await run();
    const aws = this.system.state;
    const after = { ...world, aws, messages: this.withArrivals(world, aws) };
    return {
      what: `${process.name} what was put off`,
      world: await this.resume(after, rest, due.call, due.answer),
    };
  }

  /** Every new version of an input key is told of. */
  private withArrivals(world: World, aws: World['aws']): readonly Message[] {
    let { messages } = world;
    for (const { key } of this.pictures) {
      const before = new Set((world.aws.objects.get(key) ?? []).map(({ versionId }) => versionId));
      for (const { versionId } of aws.objects.get(key) ?? []) {
        if (!before.has(versionId)) messages = [...messages, ...this.eventsOf(key, versionId)];
      }
    }
    return messages;
  }

  private async resume(world: World, process: Process, call: number, answer: Answer): Promise<World> {
    const point = await this.programs.resume(process.point, call, answer, world.aws.now);
    return await this.settle(this.replace(world, process, { ...process, point }), process.name);
  }

  private replace(world: World, process: Process, ...by: Process[]): World {
    return {
      ...world,
      processes: [...world.processes.filter(({ name }) => name !== process.name), ...by],
    };
  }

  private async add(world: World, process: Process): Promise<World> {
    return await this.settle({ ...world, processes: [...world.processes, process] }, process.name);
  }

  /** Takes a process that ended out of the world, with the consequences. */
  private async settle(world: World, name: string): Promise<World> {
    const process = world.processes.find((candidate) => candidate.name === name);
    if (process?.point.result === undefined) return world;
    const result = process.point.result;
    const ended = this.end(world, process, result);
    const caller = ended.processes.find((candidate) => candidate.name === process.caller?.name);
    if (caller === undefined || process.caller === undefined) return ended;
    return await this.resume(
      ended,
      caller,
      process.caller.call,
      this.mutant.workflowAnswer?.(result) ?? result,
    );
  }

  /** @param result undefined: it died */
  private end(world: World, process: Process, result: Answer | undefined): World {
    const rest = this.replace(world, process);
    const status =
      result?.kind === 'value'
        ? (result.value as { statusCode?: number } | undefined)?.statusCode
        : undefined;
    switch (process.kind) {
      case 'workflow':
        return rest;
      case 'erase':
        return status === 204 || status === 404 ? { ...rest, owesErasure: false } : rest;
      case 'upload':
        // What was erased is refused for good, and so is anything but a passing fault.
        return status !== undefined && status < 500 ? { ...rest, owesUpload: false } : rest;
      case 'decide':
        return this.afterDecision(rest, process, status);
      case 'sweep':
      case 'tell':
        return rest;
      case 'stream':
        return this.afterStream(rest, process, result);
      case 'intake':
        return { ...rest, messages: this.giveBack(rest, process, result) };
    }
  }

  /** A person without an answer, or with a fault of ours, sends again; a refusal is an answer. */
  private afterDecision(world: World, { sent }: Process, status: number | undefined): World {
    if (sent === undefined || status === undefined || status >= 500) return world;
    const owedDecisions = world.owedDecisions.filter(({ decision }) => decision !== sent.decision);
    const answered = status === 200 ? 'takenDecisions' : 'refusedDecisions';
    return { ...world, owedDecisions, [answered]: [...world[answered], sent.decision] };
  }

  private async decide(world: World, sent: SentDecision): Promise<World> {
    const { reviewer = '', outcome } = this.scenario.decisions?.[sent.decision] ?? {};
    const decision = { outcome, reason: 'plain-to-see', version: sent.version };
    const event = reviewerEvent({ id: this.imageIds[0] ?? '', decision }, reviewer);
    const program = `decide ${sent.decision} of ${sent.version}`;
    const point = await this.programs.start(program, () => this.system.review(event), world.aws.now);
    const name = `decide ${sent.decision}`;
    return await this.add(world, { name, kind: 'decide', point, messages: [], sent, putOff: [] });
  }

  private async stepsOfReviewers(world: World): Promise<Step[]> {
    const steps: Step[] = [];
    const isRunning = (name: string) => world.processes.some((process) => process.name === name);
    for (const owed of world.owedDecisions) {
      if (isRunning(`decide ${owed.decision}`)) continue;
      steps.push({ what: `decide ${owed.decision} again`, world: await this.decide(world, owed) });
    }
    const record = world.aws.records.get(this.imageIds[0] ?? '');
    const decision = world.begunDecisions;
    if (decision < (this.scenario.decisions?.length ?? 0) && record?.ReviewQueue === 'waiting') {
      const sent = { decision, version: record.ReviewVersion ?? 1 };
      const begun = {
        ...world,
        begunDecisions: decision + 1,
        owedDecisions: [...world.owedDecisions, sent],
      };
      steps.push({ what: `decide ${decision}`, world: await this.decide(begun, sent) });
    }
    // One run at a time: the function has one slot.
    if (this.isSweepDue(world) && !isRunning('sweep')) {
      const point = await this.programs.start('sweep', () => this.system.settleReviews(), world.aws.now);
      const sweep = { name: 'sweep', kind: 'sweep', point, messages: [], putOff: [] } as const;
      steps.push({ what: 'sweep', world: await this.add(world, sweep) });
    }
    const later = this.spend(world, 'days');
    if (later && record?.ReviewQueue === 'waiting') {
      const aws = cloneAws(world.aws);
      aws.now += (this.system.rules.expireAfterDays + 1) * 86_400_000;
      steps.push({ what: 'days pass', world: { ...later, aws } });
    }
    return steps;
  }

  /** The picture that the stream has to tell of, and how it stands. */
  private changeOf({ aws, streamed }: World): { imageId: string; state: string } | undefined {
    if (this.scenario.isTold !== true) return undefined;
    for (const imageId of this.imageIds) {
      const record = aws.records.get(imageId);
      const state = record && stateOf(record);
      if (state !== undefined && streamed[imageId] !== state) return { imageId, state };
    }
    return undefined;
  }

  /** Lambda reads on only when the function said that it took all in. */
  private afterStream(world: World, { change }: Process, result: Answer | undefined): World {
    const failures =
      result?.kind === 'value' ? (result.value as { batchItemFailures: unknown[] }).batchItemFailures : [0];
    if (change === undefined || failures.length > 0) return world;
    return { ...world, streamed: { ...world.streamed, [change.imageId]: change.state } };
  }

  private tellable({ tellable }: World, aws: World['aws']): readonly string[] {
    if (this.scenario.isTold !== true) return tellable;
    const ids = this.imageIds.flatMap((id) => {
      const record = aws.records.get(id);
      const message = record && webhookMessage(record, '2025-08-04T11:42:00Z');
      return message === undefined ? [] : [message.id];
    });
    return [...new Set([...tellable, ...ids])].sort();
  }

  private attemptsAtOnce({ attemptsAtOnce }: World, call: PendingCall['call'], aws: World['aws']) {
    if (call.name !== 'receiver.post') return attemptsAtOnce;
    const { token } = call.parameters[0] as WebhookAttempt;
    return [...attemptsAtOnce, `${token.imageId} ${token.version} ${aws.now}`];
  }

  private async stepsOfTelling(world: World): Promise<Step[]> {
    const steps: Step[] = [];
    if (this.scenario.isTold !== true) return steps;
    const { aws } = world;
    const isRunning = (kind: Process['kind']) => world.processes.some((process) => process.kind === kind);
    const change = this.changeOf(world);
    const record = change && aws.records.get(change.imageId);
    if (change && record && !isRunning('stream')) {
      const event = streamEvent(record, { version: change.state, at: aws.now });
      const point = await this.programs.start(
        `stream ${JSON.stringify(event)}`,
        () => this.system.stream(event),
        aws.now,
      );
      const process = { name: 'stream', kind: 'stream', point, messages: [], putOff: [], change } as const;
      steps.push({ what: 'stream', world: await this.add(world, process) });
    }
    const marks = [...aws.webhookMarks.values()].filter(({ queue }) => queue === 'demo');
    if (marks.length === 0 || isRunning('tell')) return steps;
    const held = aws.endpoints.get('demo')?.heldUntil ?? 0;
    const times = [held, ...marks.map(({ due }) => Date.parse(due))].filter((time) => time > aws.now);
    if (held <= aws.now && marks.some(({ due }) => Date.parse(due) <= aws.now)) {
      const run = `run ${world.runs}`;
      const point = await this.programs.start(run, () => this.system.tell(run), aws.now);
      const process = { name: run, kind: 'tell', point, messages: [], putOff: [] } as const;
      steps.push({ what: run, world: await this.add({ ...world, runs: world.runs + 1 }, process) });
    } else if (times.length > 0 && world.processes.length === 0) {
      const later = { ...cloneAws(aws), now: Math.min(...times) };
      steps.push({ what: 'a pause passes', world: { ...world, aws: later } });
    }
    return steps;
  }

  private giveBack(world: World, process: Process, result: Answer | undefined): readonly Message[] {
    const failures =
      result?.kind === 'value'
        ? (result.value as { batchItemFailures: { itemIdentifier: string }[] }).batchItemFailures.map(
            ({ itemIdentifier }) => itemIdentifier,
          )
        : process.messages;
    const isFailed = (id: string) => failures.includes(id) && this.mutant.consumesEverything !== true;
    return world.messages.flatMap((message): Message[] => {
      if (!process.messages.includes(message.id)) return [message];
      if (!isFailed(message.id)) return [];
      const isHeld = world.processes.some(({ messages }) => messages.includes(message.id));
      if (isHeld) return [message];
      return [{ ...message, status: message.receives >= this.system.maxReceiveCount ? 'dead' : 'away' }];
    });
  }

  private async startWorkflow(world: World, caller: Process, { call, number }: PendingCall): Promise<World> {
    const input = call.parameters[0];
    const point = await this.programs.start(
      `workflow ${JSON.stringify(input)}`,
      () => this.system.workflow.run(input),
      world.aws.now,
    );
    const name = `workflow of ${caller.name}#${number}`;
    const reference = { name: caller.name, call: number };
    return await this.add(world, {
      name,
      kind: 'workflow',
      point,
      messages: [],
      caller: reference,
      about: JSON.stringify(input),
      putOff: [],
    });
  }

  private async receive(world: World, ...messages: readonly Message[]): Promise<World> {
    const received = messages.map((message) => ({
      ...message,
      receives: message.receives + 1,
      status: 'in-flight' as const,
    }));
    const batch = received.map(({ id, key, versionId, receives }) => ({
      messageId: id,
      receive: receives,
      body: objectCreated(key, this.scenario.named === false ? undefined : versionId),
    }));
    const name = `intake ${received.map(({ id, receives }) => `${id}.${receives}`).join('+')}`;
    const point = await this.programs.start(
      `intake ${JSON.stringify(batch)}`,
      () => this.system.deliverBatch(batch),
      world.aws.now,
    );
    const ids = received.map(({ id }) => id);
    const others = world.messages.filter(({ id }) => !ids.includes(id));
    return await this.add(
      { ...world, messages: [...others, ...received] },
      { name, kind: 'intake', point, messages: ids, putOff: [] },
    );
  }

  private async stepsOfQueue(world: World): Promise<Step[]> {
    const steps: Step[] = [];
    const { messages, processes } = world;
    const visible = messages.filter(({ status }) => status === 'visible');
    for (const [index, message] of visible.entries()) {
      steps.push({ what: `receive ${message.id}`, world: await this.receive(world, message) });
      if ((this.scenario.batch ?? 1) < 2) continue;
      for (const other of visible.slice(index + 1)) {
        steps.push({
          what: `receive ${message.id}+${other.id}`,
          world: await this.receive(world, message, other),
        });
      }
    }
    const repeated = this.spend(world, 'repeats');
    for (const message of messages.filter(({ status }) => status === 'in-flight')) {
      if (repeated)
        steps.push({ what: `receive ${message.id} again`, world: await this.receive(repeated, message) });
    }
    const away = messages.filter(({ status }) => status === 'away');
    const back = (message: Message): Message =>
      message.status === 'away' ? { ...message, status: 'visible' } : message;
    if (away.length > 0) {
      const early = this.spend(world, 'early');
      if (early) steps.push({ what: 'back early', world: { ...early, messages: messages.map(back) } });
    }
    const isIdle = processes.length === 0;
    const later = isIdle ? world : this.spend(world, 'zombies');
    if (away.length > 0 && isIdle) {
      steps.push({ what: 'time passes', world: this.afterLease({ ...world, messages: messages.map(back) }) });
    } else if (later && !isIdle) {
      const flying = messages.map((message) =>
        message.status === 'in-flight' ? { ...message, status: 'visible' as const } : back(message),
      );
      steps.push({
        what: 'time passes, the slow go on',
        world: this.afterLease({ ...later, messages: flying }),
      });
    }
    const dead = messages.filter(({ status }) => status === 'dead');
    if (dead.length > 0 && dead.length === messages.length && isIdle && world.redrives < MOST_REDRIVES) {
      const given = dead.map((message) => ({
        ...message,
        id: `${message.id}'`,
        receives: 0,
        status: 'visible' as const,
      }));
      steps.push({
        what: 'redrive',
        world: this.afterLease({ ...world, messages: given, redrives: world.redrives + 1 }),
      });
    }
    return steps;
  }

  private afterLease(world: World): World {
    const aws = cloneAws(world.aws);
    aws.now += this.system.leaseSeconds * 1000 + 1;
    return { ...world, aws };
  }

  private erasureEvent(id: string): APIGatewayProxyEvent {
    switch (this.scenario.erasedBy) {
      case 'its client':
        return apiEvent({ id });
      case 'another client':
        return apiEvent({ id, apiKeyId: 'keyofpartner' });
      default:
        return stewardEvent(id);
    }
  }

  private async stepsOfPeople(world: World): Promise<Step[]> {
    const steps: Step[] = [];
    const isRunning = (kind: Process['kind']) => world.processes.some((process) => process.kind === kind);
    const [picture] = this.pictures;
    if (picture === undefined) return steps;
    const erasing = world.owesErasure ? world : this.spend(world, 'erasures');
    const isKnown = world.aws.records.has(picture.id) || world.owesErasure;
    if (erasing && isKnown && !isRunning('erase')) {
      const event = this.erasureEvent(picture.id);
      const point = await this.programs.start('erase', () => this.system.erase(event), world.aws.now);
      const process = { name: 'erase', kind: 'erase', point, messages: [], putOff: [] } as const;
      steps.push({ what: 'erase', world: await this.add({ ...erasing, owesErasure: true }, process) });
    }
    if (world.owesUpload && !isRunning('upload')) {
      const event = this.uploadEvent(0, true);
      const point = await this.programs.start('upload', () => this.system.upload(event), world.aws.now);
      const process = { name: 'upload', kind: 'upload', point, messages: [], putOff: [] } as const;
      steps.push({ what: 'upload', world: await this.add(world, process) });
      steps.push({ what: 'client gives up', world: { ...world, owesUpload: false, gaveUp: true } });
    }
    const posting = this.spend(world, 'posts');
    if (posting) {
      this.system.state = cloneAws(world.aws);
      this.system.pictures.post(picture.key, this.later);
      const aws = this.system.state;
      steps.push({ what: 'post again', world: { ...posting, aws, messages: this.withArrivals(world, aws) } });
    }
    return steps;
  }
}
