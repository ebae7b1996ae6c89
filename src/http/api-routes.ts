import type { FastifyInstance } from 'fastify';
import type { Incident } from '../core/incident.ts';
import { isOpen } from '../core/incident.ts';
import type { Person } from '../core/person.ts';
import type { StatusReport } from '../core/status.ts';
import type { Api } from './api.ts';
import { askedPerMinute, perMinute, storeReadsPerMinute } from './limits.ts';
import { openApi } from './openapi.ts';
import { readInput } from './read-input.ts';
import { requestSignal } from './request-signal.ts';
import { forecastRequest, incidentsRequest, queryRequest, switchRequest } from './schemas.ts';
import { aiStatusView, forecastView, healthView, incidentsView, queryView, statusView, testView } from './views.ts';

export type ApiRouteOptions = {
  readonly api: Api;
  readonly status: () => StatusReport;
  readonly incidents: () => Promise<readonly Incident[]>;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly version: string;
  readonly needsKey: boolean;
  readonly stopping: AbortSignal;
};

const caller: Person = { platform: 'http', id: 'api', name: 'HTTP API' };

/** What other programs ask the bot. */
export function addApiRoutes(app: FastifyInstance, options: ApiRouteOptions): void {
  const { api, status, incidents, metrics, version, needsKey, stopping } = options;
  const document = openApi(version, needsKey);
  const asking = { onRequest: perMinute(askedPerMinute) };
  const reading = { onRequest: perMinute(storeReadsPerMinute) };

  app.get('/status', async () => statusView(status()));
  app.get('/healthz', async (_, reply) => {
    const health = healthView(status());
    return reply.code(health.status === 'ok' ? 200 : 503).send(health);
  });
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  app.get('/openapi.json', async () => document);
  app.get('/incidents', reading, async ({ query }) => {
    const { state } = readInput(incidentsRequest, query);
    const all = await incidents();
    return incidentsView(state === 'open' ? all.filter(isOpen) : all);
  });
  app.post('/query', asking, async ({ body }, reply) => {
    const { query } = readInput(queryRequest, body);
    return queryView(await api.ask(query, caller, requestSignal(reply, stopping)));
  });
  app.post('/forecast', asking, async ({ body }, reply) => {
    const given = Object.entries(readInput(forecastRequest, body)).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    return forecastView(await api.forecast(Object.fromEntries(given), caller, requestSignal(reply, stopping)));
  });
  app.post('/ai/switch', asking, async ({ body }, reply) => {
    const { provider } = readInput(switchRequest, body);
    return aiStatusView(await api.switch(provider, caller, requestSignal(reply, stopping)));
  });
  app.post('/ai/test', asking, async (_, reply) => testView(await api.test(caller, requestSignal(reply, stopping))));
}
