import { describe, expect, it } from 'vitest';
import { nearestCommand, parseLine } from '../../src/commands/parse-line.ts';
import { commandBench } from './list.ts';

const { commands } = commandBench();

describe('a typed line', () => {
  it.each([
    { line: '', path: 'help', values: {} },
    { line: '  status  ', path: 'status', values: {} },
    { line: 'STATUS', path: 'status', values: {} },
    { line: 'ai switch openai', path: 'ai switch', values: { provider: 'openai' } },
    { line: 'ai   switch   openai', path: 'ai switch', values: { provider: 'openai' } },
    { line: 'ask why is web-1 slow?', path: 'ask', values: { question: 'why is web-1 slow?' } },
    {
      line: 'query rate(http_requests_total{code="500"}[5m]) > 0',
      path: 'query',
      values: { promql: 'rate(http_requests_total{code="500"}[5m]) > 0' },
    },
    { line: 'query rate(x[5m]) --range 1h', path: 'query', values: { promql: 'rate(x[5m])', range: '1h' } },
    { line: 'query --range=6h up', path: 'query', values: { promql: 'up', range: '6h' } },
    { line: 'query a - -b', path: 'query', values: { promql: 'a - -b' } },
    { line: 'demo break', path: 'demo break', values: {} },
    { line: 'demo break leak web-2', path: 'demo break', values: { kind: 'leak', host: 'web-2' } },
    { line: 'forecast cpu', path: 'forecast', values: { metric: 'cpu' } },
    {
      line: 'forecast cpu web-1 24h 90',
      path: 'forecast',
      values: { metric: 'cpu', entity: 'web-1', horizon: '24h', limit: '90' },
    },
    { line: 'forecast cpu 95% 2d', path: 'forecast', values: { metric: 'cpu', horizon: '2d', limit: '95%' } },
    {
      line: 'forecast cpu --limit 80 web-1',
      path: 'forecast',
      values: { metric: 'cpu', entity: 'web-1', limit: '80' },
    },
    { line: 'forecast "rate(x[5m]) > 0" 7d', path: 'forecast', values: { metric: 'rate(x[5m]) > 0', horizon: '7d' } },
    { line: 'demo break --host web-2', path: 'demo break', values: { host: 'web-2' } },
  ])('"$line" is $path', ({ line, path, values }) => {
    const parsed = parseLine(commands, line);
    expect(parsed.kind === 'command' && parsed.command.path.join(' ')).toBe(path);
    expect(parsed).toMatchObject({ values });
  });

  it.each([
    { line: 'ask', because: '<question> is missing' },
    { line: 'ai switch', because: '<provider> is missing' },
    { line: 'status now', because: '"now" is not understood' },
    { line: 'demo break spike web-1 web-2', because: '"web-2" is not understood' },
    { line: 'forecast', because: '<metric> is missing' },
    { line: 'forecast sum by (host) (up)', because: 'A value with blanks in it stands in quotes' },
    { line: 'demo break --colour red', because: '"--colour" is not understood' },
  ])('"$line" is malformed and says why', ({ line, because }) => {
    const parsed = parseLine(commands, line);
    expect(parsed.kind === 'malformed' && parsed.because).toContain(because);
  });

  it.each([
    ['statsu', 'status'],
    ['anomlies', 'anomalies'],
    ['ai swich openai', 'ai switch'],
    ['ai', 'ai show'],
    ['ai frobnicate', null],
    ['demo brake', 'demo break'],
    ['quary up', 'query'],
    ['hepl', 'help'],
    ['xylophone', null],
  ])('"%s" is nearest to %s', (line, nearest) => {
    expect(parseLine(commands, line).kind).toBe('unknown');
    const found = nearestCommand(commands, line)?.path.join(' ') ?? null;
    // A known group always gives one of its commands, even when the second word is far from all.
    if (nearest === null && line.startsWith('ai')) expect(found).toMatch(/^ai /);
    else expect(found).toBe(nearest);
  });
});
