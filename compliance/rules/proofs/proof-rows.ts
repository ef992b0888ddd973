import type { EngineName, Verdict, VerdictRow } from '../../verdict-row';
import { PolicyError } from './iam/errors';
import { ModelError } from './model/errors';
import type { Resource } from './model/resource';
import { accepted, differences, type ReviewedResult } from './reviewed-file';

/** A rule of a proof: what it claims and which controls it is evidence for. */
export interface ProofRule {
  readonly id: string;
  readonly title: string;
  readonly controls: readonly string[];
  readonly remedy: string;
}

/** What was evaluated: a resource of the templates, or a word for something that is none. */
export type Subject = Resource | { readonly resource: string; readonly resourceType: string };

const isResource = (subject: Subject): subject is Resource => 'logicalId' in subject;

/** Collects the verdict rows of one proof. */
export class ProofRows {
  readonly rows: VerdictRow[] = [];

  constructor(private readonly engine: EngineName) {}

  add(rule: ProofRule, subject: Subject, verdict: Verdict, message: string): void {
    const where = isResource(subject)
      ? {
          stack: subject.stackName,
          resource: subject.logicalId,
          resourceType: subject.type,
          ...(subject.constructPath === undefined ? {} : { constructPath: subject.constructPath }),
        }
      : { resource: subject.resource, resourceType: subject.resourceType };
    this.rows.push({
      engine: this.engine,
      rule: rule.id,
      title: rule.title,
      verdict,
      ...where,
      controls: [...rule.controls],
      strength: 'behaviour',
      severity: 'error',
      message,
      ...(verdict === 'compliant' ? {} : { remedy: rule.remedy }),
    });
  }

  /** `problems` empty: compliant with `good`; otherwise a finding that lists them. */
  evaluate(rule: ProofRule, subject: Subject, problems: readonly string[], good: string): void {
    if (problems.length === 0) this.add(rule, subject, 'compliant', good);
    else this.add(rule, subject, 'non-compliant', problems.join('; '));
  }

  /** Compares today's result with the accepted file. */
  review(rule: ProofRule, result: ReviewedResult): void {
    const before = accepted(result.file);
    const subject = { resource: result.file, resourceType: 'file' };
    const problems =
      before === undefined ? ['nothing was accepted yet'] : differences(before, result.content);
    this.evaluate(rule, subject, problems, 'the result is the one that was reviewed');
  }

  /**
   * As {@link guarded}, of a resource: found again only where something changed that was read.
   * @param by as of {@link Resource.remember}: the same object for the same part of the same proof.
   */
  remembered(rule: ProofRule, resource: Resource, by: object, part: (rows: ProofRows) => void): void {
    const found = resource.remember(by, () => {
      const own = new ProofRows(this.engine);
      own.guarded(rule, resource, () => {
        part(own);
      });
      return own.rows;
    });
    this.rows.push(...found);
  }

  /** Runs one part of a proof; what the model cannot read becomes an `error` row, never a pass. */
  guarded(rule: ProofRule, subject: Subject, part: () => void): void {
    try {
      part();
    } catch (error) {
      if (!(error instanceof ModelError) && !(error instanceof PolicyError)) throw error;
      this.add(rule, subject, 'error', error.message);
    }
  }
}
