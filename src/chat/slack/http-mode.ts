import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { messageOf, UpstreamError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Api } from './api.ts';
import { signatureAgeMs } from './limits.ts';
import { createLink, type Deliver, type Ended, type Link, type LinkState } from './link.ts';
import { createSeen } from './seen.ts';
import { signatureProblem } from './signature.ts';

export type HttpModeOptions = {
  readonly api: Api;
  readonly signingSecret: string | null;
  /** 0 for a free one; the log says which. */
  readonly port: number;
  readonly deliver: Deliver;
  readonly log: Log;
  readonly now: () => number;
};

const path = '/slack/events';
/** Slack's own bodies are far smaller. */
const longestBody = 1_000_000;
const requestTimeoutMs = 5_000;
/** A signature is good from five minutes before the clock to five minutes behind it. */
const rememberedSignatures = { forMs: 2 * signatureAgeMs + 60_000, most: 50_000 };

/**
 * Slack calls the bot over HTTP. A call is believed when it is signed with the signing secret, of the last or next five minutes, and
 * has not come before; Bolt's own receiver takes calls from the future, and the same one twice. It is answered before anything
 * else is done with it.
 */
export function createHttpMode({ api, signingSecret, port, deliver, log, now }: HttpModeOptions): Link {
  const isNewSignature = createSeen({ ...rememberedSignatures, now });

  async function answer(request: IncomingMessage, response: ServerResponse, secret: string): Promise<void> {
    if (request.url?.split('?')[0] !== path) return end(response, 404);
    if (request.method !== 'POST') return end(response, 405);
    const body = await readBody(request);
    if (body === null) return end(response, 413);
    const signature = headerOf(request, 'x-slack-signature');
    const signed = { timestamp: headerOf(request, 'x-slack-request-timestamp'), signature, body };
    const problem = signatureProblem(signed, secret, now()) ?? (isNewSignature(signature) ? null : 'it came before');
    if (problem !== null) {
      log.warn('a call was refused: it may not come from Slack', { because: problem });
      return end(response, 401);
    }
    const content = contentOf(body.toString('utf8'), headerOf(request, 'content-type'));
    if (content === undefined) return end(response, 400);
    const challenge = challengeOf(content);
    end(response, 200, challenge ?? '');
    if (challenge === null) await deliver(content);
  }

  function listen(secret: string): Promise<Server> {
    const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
      answer(request, response, secret).catch((error: unknown) => {
        log.debug('a call broke off', { reason: messageOf(error) });
        response.destroy();
      });
    });
    return new Promise((resolve, reject) => {
      server.once('error', (error) => {
        const because = `SLACK_PORT ${port} can not be listened on: ${messageOf(error)}`;
        reject(new UpstreamError('slack', because, { retryable: true }));
      });
      server.listen(port, () => {
        server.on('error', (error) => log.warn('the server for Slack reports an error', { error }));
        const address = server.address();
        log.info('listening for Slack', { port: typeof address === 'object' ? address?.port : port, path });
        resolve(server);
      });
    });
  }

  async function connect(state: LinkState, signal: AbortSignal): Promise<Ended> {
    if (signingSecret === null)
      throw new UpstreamError('slack', 'SLACK_SIGNING_SECRET is missing: HTTP mode needs it', { retryable: false });
    server ??= await listen(signingSecret);
    await api.whoAmI(signal);
    state.up();
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    return { heldMs: 0, because: 'stopped', isPlanned: false };
  }

  /** Listens on while the token is being asked about: Slack checks the address before the app is installed. */
  let server: Server | null = null;
  const link = createLink({ log, now, connects: [connect] });
  return {
    ...link,
    async stop() {
      await link.stop();
      server?.closeAllConnections();
      server?.close();
    },
  };
}

/** The whole body, or null when it is too long. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > longestBody) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const piece = Buffer.from(chunk);
    length += piece.length;
    if (length > longestBody) return null;
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}

/** A body as Slack writes it: JSON, or a form, whose field `payload` may hold JSON; undefined when it is neither. */
function contentOf(text: string, type: string): unknown {
  try {
    if (!type.startsWith('application/x-www-form-urlencoded')) return JSON.parse(text);
    const { payload, ...fields } = Object.fromEntries(new URLSearchParams(text));
    return payload === undefined ? fields : JSON.parse(payload);
  } catch {
    return undefined;
  }
}

/** What Slack wants to hear back when it checks the address; null when this is no check. */
function challengeOf(content: unknown): string | null {
  if (typeof content !== 'object' || content === null) return null;
  if ('ssl_check' in content) return '';
  const isCheck = 'type' in content && content.type === 'url_verification' && 'challenge' in content;
  return isCheck ? String(content.challenge) : null;
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

function end(response: ServerResponse, status: number, text = ''): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
  response.end(text);
}
