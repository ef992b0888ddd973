import { firstContact, describePlan } from '../../../bin/operations/first-contact/first-contact';
import { EXERCISES, LEFT_OUT } from '../../../bin/operations/first-contact/exercises';
import type { ContactContext } from '../../../bin/operations/first-contact/exercise';
import { readContactResults } from '../../../compliance/rules/contracts/measured';
import { clientSettings } from '../../../local/emulator/clients';
import { join } from 'node:path';
import type { GetSystem } from './test-system';

export function describeFirstContact(system: GetSystem): void {
  describe('first contact', () => {
    const lines: string[] = [];
    const context = (): ContactContext => {
      const { aws, demo } = system();
      return {
        config: aws.config,
        names: aws.names,
        api: demo,
        connection: clientSettings(aws.emulator),
        print: (line) => lines.push(...line.split('\n')),
        now: () => new Date(),
        embedded: true,
        patienceMilliseconds: 30_000,
        pollMilliseconds: 200,
      };
    };

    it('tells of everything what it will do and cost, and what cannot be shown here', () => {
      describePlan(context());
      for (const { id, does, cost, needsAws } of EXERCISES) {
        const line = lines.find((each) => each.startsWith(`  ${id}: `));
        expect(line).toContain(`${does} (${cost})`);
        if (needsAws !== undefined) expect(line).toContain(`cannot be shown here: ${needsAws}`);
      }
    });

    it('ends with a table of what was expected and seen, with the event that shows it', async () => {
      lines.length = 0;
      const file = join(system().aws.emulator.directory, 'first-contact.json');
      const right = await firstContact(context(), file);
      const { results, embedded } = readContactResults(file);
      expect(results.filter(({ outcome }) => outcome === 'otherwise')).toEqual([]);
      expect([right, embedded]).toEqual([true, true]);
      expect(results.map(({ id }) => id)).toEqual([
        ...EXERCISES.map(({ id }) => id),
        // What nothing exercises is a row as well, and no pass.
        ...Object.keys(LEFT_OUT).map((what) => `left-out: ${what}`),
      ]);
      const seen = results.filter(({ outcome }) => outcome === 'as expected');
      expect(seen.map(({ id }) => id)).toEqual([
        'picture-cat',
        'picture-dog',
        'picture-pizza',
        'picture-broken',
        'picture-large',
        'refused-without-key',
        'refused-foreign-image',
        'refused-form-for-another-key',
        'backup',
      ]);
      // Its trail names each execution that a picture started.
      expect(results.find(({ id }) => id === 'picture-cat')?.eventId).toEqual(expect.any(String));
      const row = lines.find((line) =>
        /^picture-cat +completed, cat +as expected: completed, cat/.test(line),
      );
      expect(row).toBeDefined();
      expect(lines).toContainEqual(
        expect.stringMatching(/^\d+ as expected, 0 otherwise, \d+ not shown here\.$/),
      );
    }, 90_000);
  });
}
