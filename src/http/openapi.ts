import { type ZodType, z } from 'zod';
import { webhookRequest } from './alertmanager.ts';
import {
  aiStatusResponse,
  errorResponse,
  forecastRequest,
  forecastResponse,
  healthResponse,
  incidentsRequest,
  incidentsResponse,
  queryRequest,
  queryResponse,
  statusResponse,
  switchRequest,
  testResponse,
  webhookResponse,
} from './schemas.ts';

type Operation = {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: ZodType;
  /** Null for text that is not JSON. */
  readonly answers: ZodType | null;
  readonly problems: readonly number[];
  readonly open?: true;
};

const asked = [400, 401, 403, 413, 415, 429, 502, 503, 504];

/** The public part of the sidecar; what the console's page uses is between the two of them. */
export const operations: readonly Operation[] = [
  {
    method: 'get',
    path: '/status',
    summary: 'How the bot and what it watches are, at once, from what is known',
    answers: statusResponse,
    problems: [401, 403],
  },
  {
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process lives: 503 when no tick runs any more',
    answers: healthResponse,
    problems: [403, 503],
    open: true,
  },
  {
    method: 'get',
    path: '/metrics',
    summary: "The bot's own metrics in Prometheus's text format",
    answers: null,
    problems: [401, 403],
  },
  {
    method: 'get',
    path: '/incidents',
    summary: 'The last incidents, newest first',
    query: incidentsRequest,
    answers: incidentsResponse,
    problems: [400, 401, 403, 429, 502, 503],
  },
  {
    method: 'post',
    path: '/query',
    summary: 'A question in words, answered by the AI router',
    body: queryRequest,
    answers: queryResponse,
    problems: asked,
  },
  {
    method: 'post',
    path: '/forecast',
    summary: 'When a metric reaches a limit, or what it will be',
    body: forecastRequest,
    answers: forecastResponse,
    problems: asked,
  },
  {
    method: 'post',
    path: '/webhooks/alertmanager',
    summary: 'What Alertmanager reports, in its version "4"; kept when it is answered',
    body: webhookRequest,
    answers: webhookResponse,
    problems: [400, 401, 403, 413, 415, 429, 502, 503],
  },
  {
    method: 'post',
    path: '/ai/switch',
    summary: 'Choose who answers questions; survives a restart',
    body: switchRequest,
    answers: aiStatusResponse,
    problems: asked,
  },
  {
    method: 'post',
    path: '/ai/test',
    summary: 'Ask every configured provider for itself',
    answers: testResponse,
    problems: asked,
  },
];

/** An OpenAPI 3.1 document made from the schemas that check the requests. */
export function openApi(version: string, needsKey: boolean): Readonly<Record<string, unknown>> {
  const byPath = Map.groupBy(operations, (operation) => operation.path);
  return {
    openapi: '3.1.0',
    info: { title: 'SmartCloudOps AI', version, license: { name: 'MIT', identifier: 'MIT' } },
    ...(needsKey ? { security: [{ bearer: [] }, { header: [] }] } : {}),
    paths: Object.fromEntries(
      [...byPath].map(([path, list]) => [path, Object.fromEntries(list.map((one) => [one.method, describe(one)]))]),
    ),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        header: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
      responses: { Problem: { description: 'What is wrong, in words', content: json(errorResponse, 'output') } },
    },
  };
}

function describe(operation: Operation): Readonly<Record<string, unknown>> {
  const { method, path, summary, query, body, answers, problems, open } = operation;
  const content = answers === null ? { 'text/plain': { schema: { type: 'string' } } } : json(answers, 'output');
  const health = path === '/healthz' ? { 503: { description: 'Stuck', content } } : {};
  return {
    operationId: `${method}${path.replaceAll(/\/(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    ...(open ? { security: [] } : {}),
    ...(query === undefined ? {} : { parameters: parametersOf(query) }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body, 'input') } }),
    responses: {
      200: { description: 'As asked', content },
      ...Object.fromEntries(problems.map((status) => [status, { $ref: '#/components/responses/Problem' }])),
      ...health,
    },
  };
}

function parametersOf(query: z.ZodObject): readonly unknown[] {
  return Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: schemaOf(schema as ZodType, 'input'),
  }));
}

function json(schema: ZodType, io: 'input' | 'output'): Readonly<Record<string, unknown>> {
  return { 'application/json': { schema: schemaOf(schema, io) } };
}

function schemaOf(schema: ZodType, io: 'input' | 'output'): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return rest;
}
