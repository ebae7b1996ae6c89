import type { Painter, Picture } from '../core/chart.ts';
import type { Log } from '../core/log.ts';
import type { Block, Reply } from '../core/reply.ts';

export type ChartBlock = Extract<Block, { kind: 'chart' }>;

/** A block and the picture of it. */
export type Painted = { readonly block: ChartBlock; readonly picture: Picture };

/** So many pictures of a message are drawn; further ones are said in words. */
const mostPictures = 4;
/** A message waits this long for its pictures. */
const patienceMs = 5_000;

/** The pictures of a reply. What is not drawn in time is left out: words stand in for it, and no message waits or fails for a picture. */
export async function paintAll(
  painter: Painter,
  { blocks }: Reply,
  log: Log,
  signal: AbortSignal,
): Promise<readonly Painted[]> {
  const charts = blocks.filter((block) => block.kind === 'chart').slice(0, mostPictures);
  if (charts.length === 0) return [];
  const soon = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const painted = await Promise.all(
    charts.map(async (block) => {
      try {
        return [{ block, picture: await painter.paint(block.chart, soon) }];
      } catch (error) {
        signal.throwIfAborted();
        log.warn('a message has no picture', { error });
        return [];
      }
    }),
  );
  return painted.flat();
}
