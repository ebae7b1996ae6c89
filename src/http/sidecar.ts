import fastify, { type FastifyInstance } from 'fastify';
import type { ReportAlerts } from '../core/alerts.ts';
import type { Command } from '../core/command.ts';
import type { ConsoleDoor } from '../core/console.ts';
import { ConfigError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import type { Log } from '../core/log.ts';
import type { StatusReport } from '../core/status.ts';
import type { Api } from './api.ts';
import { addApiRoutes } from './api-routes.ts';
import { answerClientError } from './client-error.ts';
import { addConsoleRoutes, pagePaths } from './console-routes.ts';
import { isLoopback, keyGuard, loopbackGuard } from './guard.ts';
import { dataHeaders } from './headers.ts';
import * as limits from './limits.ts';
import { problem, problemOf, refuse } from './problem.ts';
import { addWebhookRoutes } from './webhook-routes.ts';

export type SidecarOptions = {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Without a key it serves this machine only. */
  readonly apiKey: string | null;
  readonly version: string;
  readonly status: () => StatusReport;
  /** The last incidents, newest first. */
  readonly incidents: () => Promise<readonly Incident[]>;
  readonly api: Api;
  readonly report: ReportAlerts;
  /** The labels by which the watches name their entities. */
  readonly entityLabels: readonly string[];
  readonly commands: readonly Command[];
  readonly console: ConsoleDoor;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly log: Log;
};

export type Sidecar = {
  /** Throws `ConfigError` when the address can't be listened on. */
  start(): Promise<{ readonly url: string }>;
  /** Ends open streams and gives running answers a moment. */
  stop(): Promise<void>;
};

const stopPatienceMs = 3_000;

/** The HTTP side of the bot: health, metrics, the API and the console's page. */
export function createSidecar(options: SidecarOptions): Sidecar {
  const { host, port, apiKey, status, console: door, log } = options;
  const stopping = new AbortController();
  const app = createServer(log);

  app.addHook('onRequest', async (_, reply) => void reply.headers(dataHeaders));
  app.addHook(
    'onRequest',
    apiKey === null ? loopbackGuard : keyGuard(apiKey, new Set(['/healthz', ...pagePaths(door)])),
  );
  addApiRoutes(app, { ...options, needsKey: apiKey !== null, stopping: stopping.signal });
  addWebhookRoutes(app, { needsKey: apiKey !== null, report: options.report, labels: options.entityLabels, log });
  const pages = addConsoleRoutes(app, { console: door, commands: options.commands, status, stopping: stopping.signal });

  return {
    async start() {
      if (apiKey === null && !isLoopback(host))
        throw new ConfigError([`HOST ${host} can be reached by others: set API_KEY, or listen on 127.0.0.1.`]);
      await app.listen({ host, port }).catch((error: unknown) => {
        throw new ConfigError([listenProblem(error, host, port)]);
      });
      const address = app.server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      return { url: `http://${host === '127.0.0.1' ? host : 'localhost'}:${bound}` };
    },
    async stop() {
      stopping.abort();
      pages.close();
      const patience = setTimeout(() => app.server.closeAllConnections(), stopPatienceMs);
      await app.close();
      clearTimeout(patience);
    },
  };
}

function createServer(log: Log): FastifyInstance {
  const app = fastify({
    bodyLimit: limits.maxBodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: limits.idleTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: 'idle',
    http: { maxHeaderSize: limits.maxHeaderBytes, headersTimeout: limits.headersTimeoutMs },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, _, reply) => void refuse(reply, problemOf(error)),
  });
  app.server.maxConnections = limits.maxConnections;
  // JSON is the only language spoken here; a form or a plain text is what a foreign page could send unasked.
  app.removeContentTypeParser('text/plain');

  const methods = new Map<string, string[]>();
  app.addHook('onRoute', ({ url, method }) => {
    methods.set(url, [...(methods.get(url) ?? []), ...[method].flat()]);
  });
  app.setNotFoundHandler((request, reply) => {
    const allowed = methods.get(request.url.split('?')[0] ?? '');
    if (allowed === undefined) return refuse(reply, problem(404, 'There is nothing at this path.'));
    return refuse(reply.header('allow', allowed.join(', ')), problem(405, `Use ${allowed.join(' or ')} here.`));
  });
  app.setErrorHandler((error, request, reply) => {
    const trouble = problemOf(error);
    if (trouble.status >= 500)
      log.warn('a request failed', { method: request.method, path: request.routeOptions.url, error });
    return refuse(reply, trouble);
  });
  return app;
}

function listenProblem(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') return `PORT ${port} on ${host} is taken by another process: end it or set another PORT.`;
  if (code === 'EACCES') return `PORT ${port} may not be used by this user: set one above 1023.`;
  return `It is not possible to listen on ${host}:${port} (${code ?? String(error)}): set HOST and PORT.`;
}
