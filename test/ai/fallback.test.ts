import { describe, expect, it } from 'vitest';
import { createFallbackProvider } from '../../src/ai/fallback.ts';
import type { Situation } from '../../src/core/situation.ts';
import { request } from '../contracts/ai-provider.ts';
import { entityOf, hosts, incident, now, situationOf } from './situation.ts';
import { createNumberSource, type NumberSource } from './source.ts';
import { endOf } from './start-provider.ts';

type Scene = {
  readonly seen?: Partial<Situation>;
  readonly source?: NumberSource;
  readonly hasModel?: boolean;
};

async function answerTo(
  question: string,
  { seen = {}, source = createNumberSource(), hasModel = true }: Scene = {},
): Promise<string> {
  const situation = () => situationOf(seen);
  const provider = createFallbackProvider({ source, watches: [hosts], situation, hasModel, now: () => now });
  const asked = { ...request, turns: [{ role: 'user' as const, text: question }] };
  const events = [];
  for await (const event of provider.ask(asked, new AbortController().signal)) events.push(event);
  const end = events.at(-1);
  if (end?.kind !== 'done') throw new Error('it did not answer');
  return end.message.text;
}

/** A source in this mode. */
function sourceThatIs(mode: NumberSource['mode']): NumberSource {
  return Object.assign(createNumberSource(), { mode });
}

describe('the rules', () => {
  const topCpu = 'web-2 has the highest cpu: 93 % (expected 40 %).';
  const allCpu = [
    'web-2: 93 % (expected 40 %)',
    'web-1: 42 % (expected 40 %)',
    'db-1.example.com: 17 % (expected 40 %)',
  ];
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['highest cpu?', [topCpu, ...allCpu, '2026-01-05 12:00:00 UTC']],
    ['Which host has the most load?', [topCpu]],
    ['how are the processors doing', allCpu],
    ['what is the cpu of web-1', ['cpu of web-1: 42 % (expected 40 %)']],
    ['CPU on WEB-1 please', ['cpu of web-1: 42 %']],
    ['lowest cpu', ['db-1.example.com has the lowest cpu: 17 %']],
    ['how much memory is used?', ['web-2: 88 % (expected 60 %)', 'web-1: 61 %']],
    ['RAM on db-1', ['memory of db-1.example.com: 72 % (expected 60 %)']],
    ['mem of web-2', ['memory of web-2: 88 %']],
    ['which disk is busiest', ['db-1.example.com has the highest disk_io: 64 % (expected 10 %)']],
    ['disk_io of web-1', ['disk_io of web-1: 5 %']],
    ['how is the traffic?', ['network_io, highest first', 'web-2: 4.2 MB/s (expected 1 MB/s)']],
    ['bandwidth of db-1.example.com', ['network_io of db-1.example.com: 300 kB/s']],
    ['latency of db-1', ['response_time of db-1.example.com: 4.2 ms (expected 20 ms)']],
    ['why is web-2 slow', ['response_time of web-2: 1.5 s (expected 20 ms)']],
    ['response time of web-1', ['response_time of web-1: 18 ms']],
    ['cpu and memory of web-1', ['cpu of web-1: 42 %', 'memory of web-1: 61 %']],
    ['compare cpu of web-1 and web-2', ['web-2: 93 %', 'web-1: 42 %']],
    ['cpu of web-1 in the last hour', ['42 % now, between 41.6 % and 42 %, 41.8 % on average', 'in the last 1 h']],
    ['memory on web-2 over the last 30 minutes', ['88 % now, between 87.1 % and 88 %', 'in the last 30 min']],
    ['cpu of web-1 in the last 40 days', ['in the last 7 d']],
    [
      'what is wrong?',
      [
        '1 open incident:',
        'web-2 (hosts): critical anomaly for 10 min, confidence 97 %',
        'cpu 93 % (expected 40 %, 70 % of the blame)',
      ],
    ],
    ['any anomalies?', ['web-2 (hosts): critical anomaly']],
    ['are there alerts right now', ['1 open incident:']],
    ['is web-2 healthy?', ['web-2 is not well: 1 open incident.', 'memory: 88 % (expected 60 %)', '20 s old']],
    ['is web-1 ok?', ['web-1 is well', 'response_time: 18 ms (expected 20 ms)', '20 s old']],
    ['tell me about db-1', ['db-1.example.com is well']],
    ['status', ['1 open incident:', 'hosts: 2 normal, 1 anomalous; read 20 s ago']],
    ['is everything fine?', ['1 open incident:', 'hosts: 2 normal, 1 anomalous']],
    [
      'which hosts do you watch?',
      ['cpu, memory, disk_io, network_io, response_time of 3 entities: web-1, web-2, db-1.example.com'],
    ],
    ['is web-9 up?', ['I know no web-9.', 'web-1, web-2, db-1.example.com']],
    ['cpu of web-9', ['I know no web-9 of which cpu is read.']],
    ['give me `up`', ['1 series at 2026-01-05 12:00:00 UTC:', 'up{job="node"}: 1']],
    ['```promql\nup\n```', ['up{job="node"}: 1']],
    ['`broken(`', ['Prometheus refuses broken(: parse error']],
    ['hello', ['I watch hosts', 'highest cpu']],
    ['help', ['Ask me for instance']],
    ['thanks!', ['You are welcome.']],
    ['restart web-1', ['I only read; I can not change anything.']],
    ['will the disk be full tomorrow?', ['"forecast cpu"']],
    ['what is the meaning of life?', ['I can not tell what you ask for.']],
  ];

  it.each(table)('answer %j', async (question, words) => {
    const answer = await answerTo(question);
    for (const word of words) expect(answer).toContain(word);
  });

  it.each(['cpu of web-1', 'is web-1 ok?', 'compare the memory of web-1 and db-1.example.com'])(
    'leave out who was not asked for: %j',
    async (question) => {
      expect(await answerTo(question)).not.toContain('web-2');
    },
  );

  it('take a name that is a part of a longer one for itself only where it stands alone', async () => {
    const watches = situationOf().watches.map((watch) => ({
      ...watch,
      entities: [entityOf('db-1'), entityOf('db-1.example.com')],
    }));
    const seen = { open: [], watches };
    expect(await answerTo('is db-1.example.com ok?', { seen })).not.toContain('db-1 is');
    expect(await answerTo('is db-1 ok?', { seen })).not.toContain('example');
  });

  it('say the same to the same question', async () => {
    expect(await answerTo('highest cpu?')).toBe(await answerTo('highest cpu?'));
  });

  it('name an entity that only the source knows yet', async () => {
    const seen = { watches: [], open: [] };
    expect(await answerTo('cpu of web-1', { seen })).toContain('cpu of web-1: 42 %;');
  });
});

describe('what the rules can not know', () => {
  it('is said with what was last seen when Prometheus fails', async () => {
    const answer = await answerTo('cpu of web-2', { source: sourceThatIs('down') });
    expect(answer).toContain('Prometheus can not be read now: Prometheus could not be reached (ECONNREFUSED)');
    expect(answer).toContain('cpu as last seen:\nweb-2: 93 % (expected 40 %), 20 s ago');
    expect(answer).not.toContain('web-1');
  });

  it('is said too when nothing was ever seen', async () => {
    const answer = await answerTo('cpu', { source: sourceThatIs('down'), seen: { watches: [] } });
    expect(answer).toContain('Nothing was seen of it before.');
  });

  it('is no zero when there is no sample', async () => {
    const answer = await answerTo('cpu of web-1', { source: sourceThatIs('empty') });
    expect(answer).toContain('That is not zero');
    expect(answer).toContain('web-1: 42 % (expected 40 %), 20 s ago');
  });

  it('is no zero when a query matches nothing', async () => {
    expect(await answerTo('`up`', { source: sourceThatIs('empty') })).toContain('That is not zero.');
  });

  it('names a whole watch and Prometheus as what they are', async () => {
    const silent = { ...incident, kind: 'no data' as const, because: [] };
    const open = [
      { ...silent, entity: '*' },
      { ...silent, watch: 'prometheus', entity: 'prometheus' },
    ];
    const answer = await answerTo('what is wrong?', { seen: { open } });
    expect(answer).toContain(
      'every one of hosts: critical no data for 10 min\nPrometheus: critical no data for 10 min',
    );
  });

  it('names what carries the blame, and nothing that does not', async () => {
    const because = [
      { metric: 'cpu', expected: 40, seen: 93, share: 0.97 },
      { metric: 'memory', expected: 60, seen: 61, share: 0.03 },
    ];
    const answer = await answerTo('what is wrong?', { seen: { open: [{ ...incident, confidence: 1, because }] } });
    expect(answer).toContain('confidence 99.9 %: cpu 93 % (expected 40 %, 97 % of the blame)');
    expect(answer).not.toContain('memory');
  });

  it('keeps them from saying that all is well while Prometheus is silent', async () => {
    const source = { reachable: false, since: now - 90_000, because: 'it did not answer within 10 s' };
    const answer = await answerTo('what is wrong?', { seen: { open: [], source } });
    expect(answer).not.toMatch(/nothing is wrong/i);
    expect(answer).toContain('Prometheus has not been readable for 1 min 30 s (it did not answer within 10 s)');
  });

  it.each(['what is wrong?', 'is web-1 healthy?'])(
    'keeps them from hiding a watch that can not be read: %s',
    async (question) => {
      const unread = { since: now - 90_000, because: 'found duplicate series' };
      const watches = situationOf().watches.map((watch) => ({ ...watch, unread }));
      const answer = await answerTo(question, { seen: { open: [], watches } });
      expect(answer).not.toMatch(/nothing is wrong/i);
      expect(answer).toContain('The watch hosts can not be read (found duplicate series), so nothing of it is judged.');
    },
  );

  it('keeps them from saying that all is well while nothing is learnt', async () => {
    const watches = situationOf().watches.map((watch) => ({
      ...watch,
      model: { kind: 'none' as const, because: 'too little history' },
    }));
    const answer = await answerTo('any alerts?', { seen: { open: [], watches } });
    expect(answer).toContain('No incident is open, but:\nThe watch hosts has no model yet (too little history)');
  });

  it('is no answer to how an entity is that is silent or still warming up', async () => {
    const watches = situationOf().watches.map((watch) => ({
      ...watch,
      entities: [entityOf('web-1', 'silent'), entityOf('web-2', 'warming up')],
    }));
    const seen = { open: [], watches };
    expect(await answerTo('is web-1 ok?', { seen })).toContain('web-1 has fallen silent');
    expect(await answerTo('is web-2 ok?', { seen })).toContain('I can not judge it yet');
    expect(await answerTo('any alerts?', { seen })).toContain('1 of 2 in hosts can not be judged yet: warming up.');
  });

  it('is nothing at all when all is well', async () => {
    expect(await answerTo('what is wrong?', { seen: { open: [] } })).toBe(
      'Nothing is wrong that I can see: no open incident.',
    );
  });
});

describe('every answer by rules', () => {
  it.each(['highest cpu', 'hello', 'what is wrong?', 'nonsense'])(
    'says once, at its end, how to get a model: %j',
    async (question) => {
      const answer = await answerTo(question, { hasModel: false });
      expect(answer.match(/GEMINI_API_KEY or OPENAI_API_KEY/g)).toHaveLength(1);
      expect(answer.split('\n').at(-1)).toContain('GEMINI_API_KEY');
    },
  );

  it('does not speak of keys when there are some', async () => {
    expect(await answerTo('highest cpu')).not.toContain('API_KEY');
  });

  it('says when hosts are simulated, and only then', async () => {
    expect(await answerTo('highest cpu', { seen: { simulated: true } })).toContain('These hosts are simulated.');
    expect(await answerTo('highest cpu')).not.toContain('simulated');
  });

  it('stays short however much there is', async () => {
    const open = Array.from({ length: 60 }, (_, at) => ({
      ...incident,
      id: `i${at}`,
      entity: `web-${at}-${'x'.repeat(400)}`,
    }));
    const answer = await answerTo('what is wrong?', { seen: { open } });
    expect(answer).toContain('60 open incidents:');
    expect(answer).toContain('… 50 more');
    expect(answer.length).toBeLessThan(4_000);
  });

  it('puts the worst first, then the oldest', async () => {
    const open = [
      { ...incident, entity: 'young', severity: 'warning' as const, openedAt: now - 1_000 },
      { ...incident, entity: 'old', severity: 'warning' as const, openedAt: now - 9_000_000 },
      { ...incident, entity: 'grave', openedAt: now - 1_000 },
    ];
    const answer = await answerTo('what is wrong?', { seen: { open } });
    const places = ['grave', 'old', 'young'].map((name) => answer.indexOf(`${name} (hosts)`));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('comes from one query for each metric that was asked for', async () => {
    const source = createNumberSource();
    await answerTo('cpu and memory', { source });
    expect(source.queries).toEqual(['cpu', 'memory']);
  });

  it('ends in failed when it is given up', async () => {
    const provider = createFallbackProvider({
      source: createNumberSource(),
      watches: [hosts],
      situation: situationOf,
      hasModel: true,
      now: () => now,
    });
    expect((await endOf(provider, AbortSignal.abort())).kind).toBe('failed');
  });
});
