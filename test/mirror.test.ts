import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../src/core/errors.ts';
import { silentLog } from '../src/core/log.ts';
import type { Silence } from '../src/core/silence.ts';
import { createMirroring } from '../src/mirror.ts';
import { createSilences } from '../src/silences.ts';
import { memorySilences } from './small-things.ts';

const signal = new AbortController().signal;
const ada = { platform: 'slack', id: 'U1', name: 'Ada' };
const silence: Silence = {
  ...{
    id: 's1',
    match: { watch: null, entity: 'web-*', kind: null, severity: null },
    from: 0,
    until: 1_000,
    by: ada,
    reason: '',
  },
  ...{ ended: null, copies: null },
};

async function house(...given: readonly Silence[]) {
  const store = memorySilences();
  for (const one of given) await store.put(one);
  const done: string[] = [];
  let fail = false;
  let clock = 10;
  let during: () => Promise<unknown> = async () => {};
  const silences = createSilences({ store, now: () => clock });
  await silences.load();
  const mirroring = createMirroring({
    silences,
    mirror: {
      async copy({ id }) {
        await during();
        if (fail) throw new UpstreamError('alertmanager', 'Alertmanager did not answer', { retryable: true });
        done.push(`copy ${id}`);
        return [`am-${id}`];
      },
      async end(copies) {
        if (fail) throw new UpstreamError('alertmanager', 'Alertmanager did not answer', { retryable: true });
        done.push(`end ${copies}`);
      },
    },
    now: () => clock,
    log: silentLog,
  });
  return {
    ...{ store, silences, mirroring, done },
    run: () => mirroring.run(signal),
    pass(ms: number) {
      clock += ms;
    },
    break(is: boolean) {
      fail = is;
    },
    during(work: typeof during) {
      during = work;
    },
  };
}

describe('silences that are kept in another system as well', () => {
  it('are copied once, also by the next process', async () => {
    const { run, done, store } = await house(silence);
    await run();
    await run();
    expect(done).toEqual(['copy s1']);
    const again = await house(...store.all.values());
    await again.run();
    expect(again.done).toEqual([]);
  });

  it('are ended there when somebody ends them here, once', async () => {
    const { run, done, silences } = await house(silence);
    await run();
    await silences.update('s1', (one) => ({ ...one, ended: { at: 10, by: ada } }));
    await run();
    await run();
    expect(done).toEqual(['copy s1', 'end am-s1']);
  });

  it('are copied when the other system is back, and it is said until then', async () => {
    const { run, done, mirroring, break: spoil } = await house(silence);
    spoil(true);
    await run();
    expect(mirroring.trouble()).toEqual(['Alertmanager did not answer']);
    spoil(false);
    await run();
    expect([done, mirroring.trouble()]).toEqual([['copy s1'], []]);
  });

  it('keep what somebody does to them while they are copied', async () => {
    const { run, done, silences, during } = await house(silence);
    during(() => silences.update('s1', (one) => ({ ...one, ended: { at: 10, by: ada } })));
    await run();
    expect(silences.all()).toMatchObject([{ ended: { by: ada }, copies: ['am-s1'] }]);
    await run();
    expect(done).toEqual(['copy s1', 'end am-s1']);
  });

  it.each([
    ['over', silence, 2_000],
    ['ended before there was a copy', { ...silence, ended: { at: 5, by: ada } }, 0],
  ])('are left alone when they are %s', async (_what, one, later) => {
    const { run, done, pass } = await house(one);
    pass(later);
    await run();
    expect(done).toEqual([]);
  });
});
