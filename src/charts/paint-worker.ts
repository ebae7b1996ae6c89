import { parentPort } from 'node:worker_threads';
import { messageOf } from '../core/errors.ts';
import { pngOf, svgOf } from './draw.ts';
import { readFonts } from './fonts.ts';
import type { PaintAnswer, PaintJob } from './painter.ts';

/** A thread that draws what it is told, one after another, for as long as it is kept. */

const fonts = readFonts();

function answerTo({ id, chart }: PaintJob): PaintAnswer {
  try {
    return { kind: 'drawn', id, ...pngOf(svgOf(chart, fonts)) };
  } catch (error) {
    return { kind: 'failed', id, because: messageOf(error) };
  }
}

parentPort?.on('message', (job: PaintJob) => parentPort?.postMessage(answerTo(job)));
