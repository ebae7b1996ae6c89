import { openAuditAnchors, openRecord } from '../compose-storage.ts';
import { type AuditHead, formatHead, parseHead } from '../core/audit.ts';
import { silentLog } from '../core/log.ts';
import { readFlags, refuse } from './flags.ts';
import { runTool } from './run-tool.ts';

/** `npm run audit:verify -- [--head 412:HASH]`: follows the record of actions from its first line, and through every end that is known. */

const usage = `Use: npm run audit:verify -- [--head NUMBER:HASH]
--head is an end of the record that you have from a line of the log ("audit") or from what "audit" answered in chat.`;
/** The exit code for a record that is not as it was written. */
const broken = 2;

await runTool(async (config, args, signal) => {
  const given = headIn(args);
  const record = await openRecord(config, silentLog);
  try {
    const anchors = await openAuditAnchors(config, record.audit, silentLog);
    const known = [...(await anchors.known(signal)), ...given];
    const verdict = await record.audit.verify(known, signal);
    if (verdict.kind === 'whole') {
      const length = `${verdict.head.sequence} lines, each behind the one before; ${inWords(known.length)}`;
      console.log(`${record.name}: ${length}. It ends with ${formatHead(verdict.head)}.`);
      return;
    }
    const line = `line ${verdict.sequence} of the record of actions is not as it was written`;
    console.error(`${record.name}: ${line}: ${verdict.because}.`);
    process.exitCode = broken;
  } finally {
    await record.close();
  }
});

function headIn(args: readonly string[]): readonly AuditHead[] {
  const { flags, problems } = readFlags(args, ['head']);
  const head = flags.head === undefined ? null : parseHead(flags.head);
  const isNone = flags.head !== undefined && head === null;
  refuse([...problems, ...(isNone ? [`--head ${flags.head} is no end of a record`] : [])], usage);
  return head === null ? [] : [head];
}

function inWords(known: number): string {
  if (known === 0) return 'no end was written down elsewhere';
  return known === 1
    ? '1 end that was written down elsewhere fits'
    : `${known} ends that were written down elsewhere fit`;
}
