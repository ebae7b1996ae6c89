import type { ProviderChoice } from '../core/ai.ts';
import type { Grant } from '../core/person.ts';
import type { Rules } from '../core/routing.ts';
import type { Watch } from '../core/watch.ts';

type Model = { readonly apiKey: string; readonly model: string; readonly baseUrl: string | null };

type Bucket = {
  readonly bucket: string;
  readonly endpoint: string | null;
  readonly region: string;
  readonly prefix: string;
  readonly forcePathStyle: boolean;
  readonly requestChecksumCalculation: 'WHEN_SUPPORTED' | 'WHEN_REQUIRED';
  readonly responseChecksumValidation: 'WHEN_SUPPORTED' | 'WHEN_REQUIRED';
  readonly encrypt: boolean;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
  readonly deadlineMs: number;
};

/** Everything that is decided by the environment, once. Times in ms; null is "not configured". */
export type Config = {
  readonly slack: {
    readonly botToken: string;
    readonly appToken: string | null;
    readonly signingSecret: string | null;
    readonly mode: 'socket' | 'http';
    readonly port: number;
    readonly apiUrl: string | null;
    readonly channel: string | null;
    /** The user groups that roles are given to. */
    readonly groups: readonly string[];
  } | null;
  readonly discord: {
    readonly token: string;
    readonly apiUrl: string | null;
    readonly channelId: string | null;
  } | null;
  readonly ai: {
    readonly choice: ProviderChoice;
    readonly deadlineMs: number;
    readonly gemini: Model | null;
    readonly openai: Model | null;
  };
  readonly prometheus: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | null;
  readonly alertmanager: Config['prometheus'];
  /** Called while all is well; it is a secret. */
  readonly heartbeatUrl: string | null;
  readonly prometheusTimeoutMs: number;
  readonly watches: readonly Watch[];
  /** Who is told of what, and when. */
  readonly rules: Rules;
  readonly watchesFile: string | null;
  readonly pollCron: string;
  /** The longest pause that `pollCron` leaves. */
  readonly pollPauseMs: number;
  readonly trainCron: string;
  /** An acknowledgement runs out so long after its incident got worse. */
  readonly ackEndsAfterMs: number;
  readonly demo: { readonly seed: number; readonly autoFaults: boolean };
  readonly http: { readonly host: string; readonly port: number; readonly apiKey: string | null };
  readonly grants: readonly Grant[];
  /** IANA name of the time zone that pictures are in. */
  readonly timeZone: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  /** So many models of each watch are kept. */
  readonly modelVersions: number;
  readonly s3: Bucket | null;
  readonly logs: { readonly s3: Bucket | null; readonly keepMs: number; readonly keepBytes: number };
  readonly backup: { readonly cron: string | null; readonly keep: number; readonly folder: string | null };
  /** Every value that must not be seen in a log. */
  readonly secrets: readonly string[];
  /** What is probably not meant so, a sentence each. */
  readonly warnings: readonly string[];
};
