import { parseArgs } from 'node:util';
import type { PackPurpose } from '../../lib/names';
import { GateError, messageOf } from '../gate-error';
import { GATE_OPTIONS } from '../gate-options';
import type { About } from '../read-subject';
import { NAME_IN_PACK } from '../report/name-in-pack';
import { misplaced, type Occasion, PURPOSES } from '../report/purpose';
import { ENGINE_NAMES, type EngineName } from '../verdict-row';

export const HELP = `npm run compliance -- [options]          evaluate, write the evidence pack
npm run compliance -- deployed           evaluate, and ask the account whether it holds what was evaluated (reads only)
npm run compliance -- verify PACK        recompute the pack's sums; tell what was changed
npm run compliance -- diff OLD NEW       what changed between two packs
npm run compliance -- series DIR         each control over time, from the packs in DIR: when it held, gaps, exceptions
npm run compliance -- at DATE [CONTROL]  what held then (--packs DIR), and how one can verify it; with --ask-config also
                                         what AWS Config recorded of the control's resources between pack and DATE
npm run compliance -- measured FILE      write what a first contact saw on AWS into the contracts
npm run compliance -- sign PACK          sign the pack with a KMS key (in the pipeline)
npm run compliance -- rebuild SOURCES ASSEMBLY  does a cloud assembly hold the bundles that these sources give, each for its function?
npm run compliance -- approve ID …        write down who approved exceptions or accepted attack paths as they stand
npm run compliance -- accept-proofs      make today's results of the proofs the reviewed ones
npm run compliance -- self-test          does the gate catch every known mistake?

Options
  --stage NAME          dev, staging or prod (default: prod, with the second region and the pipeline)
  --engine NAME         only this engine, as often as wanted; writes no pack
                        ${ENGINE_NAMES.slice(0, 7).join(', ')},
                        ${ENGINE_NAMES.slice(7).join(', ')}
  --templates PLACE     evaluate what lies there instead of this project's own: a cloud assembly, a directory with
                        templates anywhere below it (not in node_modules and hidden folders), or one template; JSON, YAML, SAM
  --parameters K=V      a parameter's value, as often as wanted; else its default, and every value that conditions tell apart
  --region NAME         where stacks go that name no region
  --profile NAME|FILE   how those templates are evaluated: generic (default), or a file of your own: tags, names, frameworks,
                        rules, known findings, exceptions (README.md)
  --write-baseline FILE writes what is open now as known findings, for their owner to sign
  --subject, --source, --commit, --stage TEXT
                        what the pack says of those templates; what you do not say, it does not say
  --strict              what could not be evaluated fails the run (exit code 2), as it always does for this application
  --output DIR          where the pack goes (default: compliance-report)
  --previous PACK       the pack to compare with (default: the one in the output directory)
  --key-id KEY          sign, verify: id or ARN of the KMS key; no alias, which can be moved to another
  --public-key FILE     verify: the public key (PEM) instead, as you had it from KMS; not the one beside the pack
  --fingerprint SHA256  verify: of the public key, from your own records
  --commit ID, --stage NAME
                        verify: what the pack has to be about; with these, a purpose, a key or a fingerprint nothing less than
                        a verified signature is good enough
  --purpose PURPOSE     what the pack is for: release, recheck, day, or local, which it is if nothing is said; a release and a day
                        have --execution ID, the pipeline's name for its run, and a recheck has --about COMMIT, too: whose
                        assembly the gate of another commit evaluates. verify: what the pack has to be for, of which
                        execution, about whose assembly; a commit alone is no word for a recheck or a day
  --stacks NAME         diff: only what changed in the templates of the stacks of that name, or that begin with it and a
                        hyphen; a line each, and nothing else
  --packs DIR           at: the directory that holds the packs (default: compliance-packs)
  --ask-config          at DATE CONTROL: ask AWS Config of the accounts; its permissions are in deployed --print-policy
  --every DAYS          series, at: how often a pack is due (default: 1)
  --control ID          series: one control only, ENC-01 or SOC2:CC7.2
  --by ROLE             approve: the role of policies/roles.yaml that decided
  --on DATE             approve: the day of the decision, YYYY-MM-DD
  --private-key FILE    sign: a local key (PEM) instead; for rehearsals
  --assume ROLE         deployed, at --ask-config: name of the role to take in accounts that are not the caller's; evidence-reader stands for
                        the stage's own
  --print-policy        deployed: print the policies that suffice for its questions, and ask nothing
  --write-policy        deployed: write them to policies/identity, from where the roles of the stages take them
  --pin-rules           make the rules that ran now the ones that must run; for review
  --help

Exit codes: 0 clean, 1 findings (or a pack that was changed), 2 the gate could not evaluate.
SOURCE_DATE_EPOCH sets the time that the pack states: same commit, same time and same previous pack, same bytes. Whether an
exception has ended is evaluated by the latest of this time, the clock and the commit's.`;

/** What is asked of a series of packs. */
interface OverTime {
  readonly packs: string;
  readonly stage: string;
  readonly everyDays: number;
  readonly control: string | undefined;
  readonly publicKey: string | undefined;
  readonly keyId: string | undefined;
}

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'self-test'; readonly arguments: readonly string[] }
  | {
      readonly name: 'verify';
      readonly pack: string;
      readonly publicKey: string | undefined;
      readonly keyId: string | undefined;
      readonly fingerprint: string | undefined;
      readonly commit: string | undefined;
      readonly stage: string | undefined;
      readonly purpose: PackPurpose | undefined;
      readonly execution: string | undefined;
      readonly about: string | undefined;
    }
  | {
      readonly name: 'sign';
      readonly pack: string;
      readonly keyId: string;
      readonly privateKey: string | undefined;
    }
  | ({ readonly name: 'series' } & OverTime)
  | ({
      readonly name: 'at';
      readonly date: string;
      /** Whether AWS Config is asked, and as which role in accounts that are not the caller's. */
      readonly askConfig: boolean;
      readonly assume: string | undefined;
    } & OverTime)
  | { readonly name: 'accept-proofs' }
  | { readonly name: 'rebuild'; readonly sources: string; readonly assembly: string }
  | { readonly name: 'measured'; readonly file: string }
  | { readonly name: 'approve'; readonly ids: readonly string[]; readonly by: string; readonly on: string }
  | {
      readonly name: 'diff';
      readonly before: string;
      readonly after: string;
      readonly stacks: string | undefined;
    }
  | { readonly name: 'print-policy'; readonly stage: string; readonly write: boolean }
  | {
      readonly name: 'evaluate';
      /** Whether the account is asked, too. */
      readonly account: boolean;
      /** Name of the role to take in other accounts. */
      readonly assume: string | undefined;
      readonly stage: string;
      readonly engines: ReadonlySet<EngineName> | undefined;
      readonly templates: string | undefined;
      readonly parameters: ReadonlyMap<string, string>;
      readonly region: string | undefined;
      readonly strict: boolean;
      readonly profile: string | undefined;
      readonly writeBaseline: string | undefined;
      readonly about: About;
      readonly occasion: Occasion;
      readonly output: string | undefined;
      readonly previous: string | undefined;
      readonly pinRules: boolean;
    };

const usage = (message: string): GateError =>
  new GateError('USAGE', `${message}\nnpm run compliance -- --help tells what there is.`);

/** @throws GateError USAGE */
export function parseCommand(argv: readonly string[]): Command {
  if (argv[0] === 'self-test') return { name: 'self-test', arguments: argv.slice(1) };
  const { values, positionals } = parse(argv);
  const [name, ...operands] = positionals;
  if (values.help === true) return { name: 'help' };
  // Whoever may move an alias says which key it names: https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html
  if (/(?:^|:)alias\//.test(values['key-id'] ?? ''))
    throw usage(
      '--key-id takes the id or ARN of a key, from your own records: an alias can be moved to another.',
    );
  if (name === 'verify') {
    const [pack] = operands;
    if (pack === undefined || operands.length > 1) throw usage('verify takes the directory of one pack.');
    if (values['public-key'] !== undefined && values['key-id'] !== undefined)
      throw usage('verify takes --key-id or --public-key, not both.');
    return {
      name,
      pack,
      publicKey: values['public-key'],
      keyId: values['key-id'],
      fingerprint: values.fingerprint,
      commit: values.commit,
      stage: values.stage,
      purpose: purposeOf(values.purpose),
      execution: values.execution,
      about: values.about,
    };
  }
  if (name === 'sign') {
    const [pack] = operands;
    if (pack === undefined || operands.length > 1) throw usage('sign takes the directory of one pack.');
    const keyId = values['key-id'] ?? (values['private-key'] === undefined ? undefined : 'a local key');
    if (keyId === undefined) throw usage('sign needs --key-id.');
    return { name, pack, keyId, privateKey: values['private-key'] };
  }
  if (name === 'series' || name === 'at') {
    const everyDays = Number(values.every ?? '1');
    if (!(everyDays > 0)) throw usage('--every takes a number of days.');
    const common = {
      stage: values.stage ?? 'prod',
      everyDays,
      publicKey: values['public-key'],
      keyId: values['key-id'],
    };
    const [first, control] = operands;
    if (first === undefined || operands.length > (name === 'at' ? 2 : 1))
      throw usage(name === 'at' ? 'at takes a date, and one control.' : 'series takes one directory.');
    const askConfig = values['ask-config'] === true;
    if (askConfig && (name === 'series' || control === undefined))
      throw usage('--ask-config goes with at, a date and a control.');
    return name === 'series'
      ? { ...common, name, packs: first, control: values.control }
      : {
          ...common,
          name,
          date: first,
          packs: values.packs ?? 'compliance-packs',
          control,
          askConfig,
          assume: values.assume,
        };
  }
  if (name === 'approve') {
    if (operands.length === 0) throw usage('approve takes ids: EXC-001, ATK-001.');
    if (values.by === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(values.on ?? ''))
      throw usage('approve needs --by ROLE and --on YYYY-MM-DD.');
    return { name, ids: operands, by: values.by, on: values.on ?? '' };
  }
  if (name === 'accept-proofs') return { name };
  if (name === 'rebuild') {
    const [sources, assembly] = operands;
    if (sources === undefined || assembly === undefined || operands.length > 2)
      throw usage('rebuild takes a checkout and a cloud assembly.');
    return { name, sources, assembly };
  }
  if (name === 'measured') {
    const [file] = operands;
    if (file === undefined || operands.length > 1) throw usage('measured takes one file of results.');
    return { name, file };
  }
  if (name === 'diff') {
    const [before, after] = operands;
    if (before === undefined || after === undefined || operands.length > 2)
      throw usage('diff takes two packs.');
    return { name, before, after, stacks: values.stacks };
  }
  if (name !== undefined && name !== 'deployed') throw usage(`There is no command "${name}".`);
  for (const option of ['stage', 'commit', 'execution', 'about'] as const)
    if (values[option] !== undefined && !NAME_IN_PACK.test(values[option]))
      throw usage(`--${option} takes one word of letters, digits and ._:+/- (a hundred at most).`);
  const account = name === 'deployed';
  if (operands.length > 0)
    throw usage(`deployed takes no ${operands.join(' ')}; name the stage with --stage.`);
  const write = values['write-policy'] === true;
  if (values['print-policy'] === true || write) {
    if (!account) throw usage(`--${write ? 'write' : 'print'}-policy goes with deployed.`);
    return { name: 'print-policy', stage: values.stage ?? 'prod', write };
  }
  if (!account && values.engine?.includes('deployed') === true)
    throw usage('The engine deployed asks an account: npm run compliance -- deployed --engine deployed.');
  return {
    name: 'evaluate',
    account,
    assume: values.assume,
    stage: values.stage ?? 'prod',
    engines: values.engine === undefined ? undefined : new Set(values.engine.map(engineName)),
    templates: values.templates,
    parameters: new Map((values.parameters ?? []).map(parameter)),
    region: values.region,
    strict: values.strict === true,
    profile: values.profile,
    writeBaseline: values['write-baseline'],
    about: {
      ...(values.subject !== undefined && { subject: values.subject }),
      ...(values.source !== undefined && { source: values.source }),
      ...(values.commit !== undefined && { commit: values.commit }),
      ...(values.stage !== undefined && { stage: values.stage }),
    },
    occasion: occasionOf(values),
    output: values.output,
    previous: values.previous,
    pinRules: values['pin-rules'] === true,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: GATE_OPTIONS,
    });
  } catch (error) {
    throw usage(messageOf(error));
  }
}

function parameter(text: string): [string, string] {
  const [, name, value] = /^([A-Za-z0-9]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw usage(`"${text}" is no parameter: write Name=value.`);
  return [name, value];
}

function purposeOf(name: string | undefined): PackPurpose | undefined {
  const found = PURPOSES.find((purpose) => purpose === name);
  if (name !== undefined && found === undefined)
    throw usage(`There is no purpose "${name}". Purposes: ${PURPOSES.join(', ')}.`);
  return found;
}

/** What a pack that is to be written is for. */
function occasionOf(values: {
  readonly purpose?: string | undefined;
  readonly execution?: string | undefined;
  readonly about?: string | undefined;
}): Occasion {
  const { execution, about } = values;
  const occasion = { purpose: purposeOf(values.purpose) ?? 'local', execution, about };
  const [wrong] = misplaced(occasion);
  if (wrong !== undefined)
    throw usage(
      `A pack for purpose ${occasion.purpose} ${occasion[wrong] === undefined ? 'needs' : 'takes no'} --${wrong}.`,
    );
  return occasion;
}

function engineName(name: string): EngineName {
  const found = ENGINE_NAMES.find((engine) => engine === name);
  if (found === undefined) throw usage(`There is no engine "${name}". Engines: ${ENGINE_NAMES.join(', ')}.`);
  return found;
}
