import type { FastifyInstance } from 'fastify';
import { type Command, type CommandOption, takesByPosition, usageOf } from '../core/command.ts';
import type { ConsoleAsset, ConsoleDoor } from '../core/console.ts';
import type { Person } from '../core/person.ts';
import type { StatusReport } from '../core/status.ts';
import { createEventStream } from './event-stream.ts';
import { dataHeaders, pageHeaders } from './headers.ts';
import { perMinute } from './limits.ts';
import { panelOf } from './panel.ts';
import { problem, refuse } from './problem.ts';
import { readInput } from './read-input.ts';
import { requestSignal } from './request-signal.ts';
import { clickRequest, completeRequest, pictureRequest, questionRequest } from './schemas.ts';

export type ConsoleRouteOptions = {
  readonly console: ConsoleDoor;
  readonly commands: readonly Command[];
  readonly status: () => StatusReport;
  readonly stopping: AbortSignal;
};

/** Whoever has the page in front of them: this machine's user, or somebody with the key. */
const operator: Person = { platform: 'console', id: 'local', name: 'console' };

const heartbeatMs = 15_000;
const typedPerMinute = 60;
const completedPerMinute = 600;

/** The paths of the page itself, which hold nothing of what is watched. */
export function pagePaths(door: ConsoleDoor): readonly string[] {
  return ['/', ...[...door.assets.keys()].map(assetPath)];
}

/** The console's page and what it asks for. What it gives back ends its event streams. */
export function addConsoleRoutes(app: FastifyInstance, options: ConsoleRouteOptions): { close(): void } {
  const { console: door, commands, status, stopping } = options;
  const events = createEventStream({ door, heartbeatMs });

  for (const [name, asset] of door.assets) addAsset(app, name === 'index.html' ? '/' : assetPath(name), asset);

  app.get('/console/commands', async () => commands.map(commandView));
  app.get('/console/state', async () => panelOf(status()));
  app.post('/console/ask', { onRequest: perMinute(typedPerMinute) }, async ({ body }, reply) => {
    const question = readInput(questionRequest, body);
    return reply.code(202).send(await door.ask({ ...question, person: operator }));
  });
  app.post('/console/click', { onRequest: perMinute(typedPerMinute) }, async ({ body }) =>
    door.click({ ...readInput(clickRequest, body), person: operator }),
  );
  app.get(
    '/console/pictures/:entry/:block',
    { onRequest: perMinute(completedPerMinute) },
    async ({ params }, reply) => {
      const { entry, block } = readInput(pictureRequest, params);
      const picture = await door.picture(entry, block, requestSignal(reply, stopping));
      if (picture === null) return refuse(reply, problem(404, 'There is no picture.'));
      return reply.type('image/png').send(Buffer.from(picture.png));
    },
  );
  app.get('/console/complete', { onRequest: perMinute(completedPerMinute) }, async ({ query }, reply) => {
    const { command, option, typed } = readInput(completeRequest, query);
    return door.complete(command.split(' '), option, typed, requestSignal(reply, stopping));
  });
  app.get('/console/events', { exposeHeadRoute: false }, async ({ headers }, reply) => {
    if (!events.hasRoom()) return refuse(reply, problem(503, 'Too many pages are open.', 10_000));
    const lastEventId = headers['last-event-id'];
    await events.open(reply.raw, typeof lastEventId === 'string' ? lastEventId : null, dataHeaders);
    return reply.hijack();
  });
  return events;
}

function assetPath(name: string): string {
  return `/assets/${name}`;
}

function addAsset(app: FastifyInstance, path: string, { body, type, etag }: ConsoleAsset): void {
  app.get(path, async (request, reply) => {
    reply.headers(pageHeaders).header('etag', etag);
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type(type).send(body);
  });
}

/** A command as the page's suggestions need it. */
export type CommandView = Pick<Command, 'summary' | 'effect' | 'role'> & {
  readonly name: string;
  readonly usage: string;
  /** Whether the value of each option can be given by its place. */
  readonly byPosition: boolean;
  readonly options: readonly Pick<CommandOption, 'name' | 'summary' | 'required' | 'choices' | 'completes'>[];
};

function commandView(command: Command): CommandView {
  const { path, summary, effect, role } = command;
  return {
    name: path.join(' '),
    usage: usageOf(command, '').trim(),
    summary,
    effect,
    role,
    byPosition: takesByPosition(command.options),
    options: command.options.map(({ name, summary, required, choices, completes }) => {
      return { name, summary, required, choices, completes };
    }),
  };
}
