import { functionIdOf } from '../function-names';
import type { NetworkModel } from './network-model';
import type { Reach } from './reachability';

const node = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '_');

/** A Mermaid flowchart of who reaches what, for the report. */
export function drawNetwork(model: NetworkModel, reach: ReadonlyMap<string, readonly Reach[]>): string {
  const lines = ['flowchart LR'];
  const destinations = new Map<string, Reach['kind']>();
  for (const fn of model.functions) {
    const name = functionIdOf(fn.name) ?? fn.path;
    lines.push(`  ${node(name)}["${name}"]`);
    for (const item of reach.get(fn.path) ?? []) {
      destinations.set(item.destination, item.kind);
      lines.push(`  ${node(name)} -->|"${item.traffic.describe().join(', ')}"| to_${node(item.destination)}`);
    }
  }
  for (const [destination, kind] of destinations) {
    lines.push(`  to_${node(destination)}(["${destination} (${kind})"])`);
  }
  return `${lines.join('\n')}\n`;
}
