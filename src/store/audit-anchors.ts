import { type AuditHead, type AuditStore, formatHead, parseHead } from '../core/audit.ts';
import type { Blobs } from '../core/blobs.ts';
import type { Log } from '../core/log.ts';

/** Heads of the record that were written down beside the backups, where whoever changes the database need not reach. */
export type AuditAnchors = {
  /** Writes down where the record ends, unless that is done. Never throws: what fails is logged and tried again the next time. */
  note(signal: AbortSignal): Promise<void>;
  /** Every head that was written down, oldest first. Throws `UpstreamError`. */
  known(signal: AbortSignal): Promise<readonly AuditHead[]>;
};

export type AuditAnchorsOptions = {
  readonly audit: Pick<AuditStore, 'head'>;
  readonly blobs: Blobs;
  readonly log: Log;
};

const root = 'audit/';
/** Keys sort as the lines do. */
const digits = 15;

export function createAuditAnchors({ audit, blobs, log }: AuditAnchorsOptions): AuditAnchors {
  let noted = 0;
  return {
    async note(signal) {
      try {
        const head = await audit.head();
        if (head.sequence === noted) return;
        // The key says it all, so that known heads are read by listing alone; nothing is ever written over.
        await blobs.put(keyOf(head), Buffer.from(`${formatHead(head)}\n`), null, signal);
        noted = head.sequence;
        log.info('the end of the record of actions was written down', { audit: formatHead(head) });
      } catch (error) {
        if (!signal.aborted) log.warn('the end of the record of actions could not be written down', { error });
      }
    },
    async known(signal) {
      const keys = await blobs.list(root, signal);
      return keys.flatMap((key) => headIn(key) ?? []);
    },
  };
}

function keyOf({ sequence, hash }: AuditHead): string {
  return `${root}${String(sequence).padStart(digits, '0')}-${hash}`;
}

function headIn(key: string): AuditHead | null {
  return parseHead(key.slice(root.length).replace('-', ':'));
}
