import { createHash } from 'node:crypto';
import type { Chart, Picture } from '../core/chart.ts';
import type { LastingPainter } from './painter.ts';

/** A picture takes some 150 kB. */
const mostPictures = 64;

/** Draws the same chart once, whoever asks for it and how often; what was not drawn is tried again. The oldest pictures are forgotten. */
export function createRememberingPainter(painter: LastingPainter): LastingPainter {
  const pictures = new Map<string, Promise<Picture>>();
  const lasting = new AbortController().signal;

  function draw(key: string, chart: Chart): Promise<Picture> {
    const picture = painter.paint(chart, lasting);
    picture.catch(() => pictures.delete(key));
    return picture;
  }

  function drawn(chart: Chart): Promise<Picture> {
    const key = keyOf(chart);
    const picture = pictures.get(key) ?? draw(key, chart);
    // What was asked for last is forgotten last.
    pictures.delete(key);
    pictures.set(key, picture);
    const [oldest] = pictures.keys();
    if (pictures.size > mostPictures && oldest !== undefined) pictures.delete(oldest);
    return picture;
  }

  return {
    async paint(chart, signal) {
      signal.throwIfAborted();
      return untilAborted(drawn(chart), signal);
    },
    stop: painter.stop,
  };
}

function keyOf(chart: Chart): string {
  return createHash('sha256').update(JSON.stringify(chart)).digest('base64url');
}

/** What the promise gives; rejects with the signal's reason when that comes first. */
async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
