import { join } from 'node:path';
import { type Block, estimate } from '../../cost/estimate';
import type { Line } from '../../cost/line';
import { priceList } from '../../cost/price-list';
import { readAssembly } from '../../diff-guard/assembly/read-assembly';

export const deployed = join(process.env.TEST_ASSEMBLIES ?? '', 'deployed');

let blocks: Block[] | undefined;
export function everyBlock(): readonly Block[] {
  blocks ??= estimate(readAssembly(deployed), priceList);
  return blocks;
}

export function blockOf(name: string, of: readonly Block[] = everyBlock()): Block {
  const found = of.find((block) => block.name === name);
  if (found === undefined) throw new Error(`no block ${name}; there are ${of.map((block) => block.name).join(', ')}`);
  return found;
}

export const linesOf = ({ fixed, usage }: Block): Line[] => [...fixed, ...usage];
/** What all lines of an id cost together, wherever they are. */
export const usdOf = (block: Block, id: string): number =>
  linesOf(block)
    .filter((line) => line.id === id)
    .reduce((sum, { usd }) => sum + usd, 0);
