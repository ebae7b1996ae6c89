import { setTimeout as pause } from 'node:timers/promises';
import { openLogReader } from '../compose-storage.ts';
import { shownLine } from '../log.ts';
import { runTool } from './run-tool.ts';
import { queryOf, showLogs } from './show-logs.ts';

/** `npm run logs -- --since 1h --level warn`: what was logged, from where it is kept. JSON lines, or words for a terminal. */

const betweenLooksMs = 2_000;

await runTool(async (config, args, signal) => {
  const query = queryOf(args, Date.now());
  const reader = await openLogReader(config);
  await showLogs(
    {
      reader,
      line: (text) => void process.stdout.write(`${process.stdout.isTTY ? shownLine(text) : text}\n`),
      trouble: (sentence) => console.error(sentence),
      wait: () => pause(betweenLooksMs, undefined, { signal }),
      now: Date.now,
    },
    query,
    signal,
  );
});
