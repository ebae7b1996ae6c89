import { z } from 'zod';
import { entityLabels, type ListAlerts } from '../core/alerts.ts';
import { messageOf, UpstreamError } from '../core/errors.ts';
import { alertsWatch } from '../core/names.ts';
import type { Matcher, Silence, SilenceMirror } from '../core/silence.ts';
import { readBounded } from './read-bounded.ts';

export type AlertmanagerOptions = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
  /** Says whether a name is meant by a pattern. */
  readonly matches: (pattern: string | null, name: string) => boolean;
  /** The labels by which the watches name their entities. */
  readonly labels: readonly string[];
};

/** https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
type AlertmanagerMatcher = {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
};

const createdBy = 'SmartCloudOps AI';
const maxBytes = 16 * 1_024 * 1_024;
const listed = z.array(z.object({ fingerprint: z.string() }));
const created = z.object({ silenceID: z.string().min(1) });
const existing = z.array(
  z.object({
    id: z.string(),
    comment: z.string(),
    createdBy: z.string(),
    status: z.object({ state: z.string() }),
  }),
);

/**
 * Silences in Alertmanager through its API v2. A silence there needs a label by its name, so there is one for each label that may
 * name an entity. Nothing is tried again here: a copy that may be there is found by its comment.
 */
export function createAlertmanager(options: AlertmanagerOptions): SilenceMirror & { readonly firing: ListAlerts } {
  const { url, headers, timeoutMs } = options;

  async function ask(method: string, path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const what = `${method} ${path}`;
    try {
      const response = await options.fetch(`${url}/api/v2/${path}`, {
        method,
        headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, deadline]),
      });
      const text = await readBounded(response, maxBytes, what);
      if (response.status === 404 && method === 'DELETE') return null;
      if (!response.ok) throw refusalOf(response.status, text, what);
      return text === '' ? null : JSON.parse(text);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UpstreamError) throw error;
      const why = deadline.aborted
        ? `did not answer within ${timeoutMs / 1_000} s`
        : `could not be asked (${messageOf(error)})`;
      throw new UpstreamError('alertmanager', `Alertmanager ${why}: ${what}`, { retryable: true });
    }
  }

  async function find(comment: string, signal: AbortSignal): Promise<string | null> {
    const all = existing.parse(await ask('GET', 'silences', null, signal));
    const own = all.find(
      (one) => one.createdBy === createdBy && one.comment === comment && one.status.state !== 'expired',
    );
    return own?.id ?? null;
  }

  return {
    async copy(silence, signal) {
      if (!isForAlerts(silence.match, options.matches)) return [];
      const copies: string[] = [];
      for (const label of new Set([...options.labels, ...entityLabels.slice(0, 1)])) {
        const comment = commentOf(silence, label);
        const known = await find(comment, signal);
        const body = {
          matchers: matchersOf(silence.match, label),
          startsAt: new Date(silence.from).toISOString(),
          endsAt: new Date(silence.until).toISOString(),
          ...{ createdBy, comment },
        };
        copies.push(known ?? created.parse(await ask('POST', 'silences', body, signal)).silenceID);
      }
      return copies;
    },
    async firing(signal) {
      const all = await ask('GET', 'alerts?active=true&silenced=true&inhibited=true', null, signal);
      return new Set(listed.parse(all).map(({ fingerprint }) => fingerprint));
    },
    async end(copies, signal) {
      for (const id of copies) await ask('DELETE', `silence/${encodeURIComponent(id)}`, null, signal);
    },
  };
}

function isForAlerts({ watch, kind }: Matcher, matches: AlertmanagerOptions['matches']): boolean {
  return matches(watch, alertsWatch) && (kind === null || kind === 'alert');
}

/** Alertmanager's regular expressions are those of Go (RE2), anchored at both ends; instances have ports. */
function matchersOf({ entity, severity }: Matcher, label: string): readonly AlertmanagerMatcher[] {
  const pattern = entity === null ? '.+' : `(?:${entity.split('|').map(expressionOf).join('|')})(?::[0-9]+)?`;
  return [
    { name: label, value: pattern, isRegex: true, isEqual: true },
    ...(severity === null ? [] : [{ name: 'severity', value: severity, isRegex: false, isEqual: true }]),
  ];
}

function expressionOf(pattern: string): string {
  return pattern
    .split('*')
    .map((piece) => piece.replaceAll(/[\\.+?()|[\]{}^$]/g, '\\$&'))
    .join('.*');
}

function commentOf({ id, by, reason }: Silence, label: string): string {
  const why = reason === '' ? '' : `: ${reason}`;
  return `${by.name} in ${by.platform}${why} (silence ${id} by ${label})`;
}

function refusalOf(status: number, text: string, what: string): UpstreamError {
  const said = text.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
  const login = status === 401 || status === 403 ? ': check the login in ALERTMANAGER_URL' : '';
  return new UpstreamError(
    'alertmanager',
    `Alertmanager answered ${status} to ${what}${login}: ${said || 'no words'}`,
    {
      retryable: status === 429 || status >= 500,
    },
  );
}
