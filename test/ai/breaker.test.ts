import { describe, expect, it } from 'vitest';
import { createBreaker } from '../../src/ai/breaker.ts';
import { UpstreamError } from '../../src/core/errors.ts';

const start = 1_000_000;
const error = (options: { retryable: boolean; retryAfterMs?: number }): UpstreamError =>
  new UpstreamError('gemini', 'Gemini is in trouble', options);
const passing = error({ retryable: true });

function startBreaker() {
  const clock = { at: start };
  return { clock, breaker: createBreaker(() => clock.at) };
}

/** How long it rests, after it was let through again. */
function restAfter(failure: UpstreamError, { clock, breaker }: ReturnType<typeof startBreaker>): number {
  breaker.admit();
  breaker.failed(failure);
  const restMs = (breaker.resting()?.until ?? clock.at) - clock.at;
  clock.at += restMs;
  return restMs;
}

describe('the breaker', () => {
  it('lets everybody through while all is well', () => {
    const { breaker } = startBreaker();
    expect([breaker.admit(), breaker.admit(), breaker.resting()]).toEqual([null, null, null]);
  });

  it('rests longer with each failure, from 5 seconds to 5 minutes', () => {
    const started = startBreaker();
    const rests = Array.from({ length: 9 }, () => restAfter(passing, started));
    expect(rests).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1_000));
  });

  it.each<readonly [string, UpstreamError, number]>([
    ['as long as the service asks for', error({ retryable: true, retryAfterMs: 17_000 }), 17_000],
    ['also when that is long', error({ retryable: true, retryAfterMs: 3_600_000 }), 3_600_000],
    ['ten minutes after a refused key or a used up quota', error({ retryable: false }), 600_000],
    ['not at all after a question that was refused for itself', error({ retryable: true, retryAfterMs: 0 }), 0],
  ])('rests %s', (_what, failure, restMs) => {
    expect(restAfter(failure, startBreaker())).toBe(restMs);
  });

  it('says until when it rests and why', () => {
    const { breaker } = startBreaker();
    breaker.failed(passing);
    const rest = { until: start + 5_000, because: 'Gemini is in trouble' };
    expect([breaker.admit(), breaker.resting()]).toEqual([rest, rest]);
  });

  it('lets one try through when the rest is over, and holds the others back until it ended', () => {
    const { breaker, clock } = startBreaker();
    breaker.failed(passing);
    clock.at += 5_000;
    expect(breaker.resting()).toBeNull();
    expect(breaker.admit()).toBeNull();
    expect(breaker.admit()).toMatchObject({ because: 'Gemini is in trouble' });
    breaker.succeeded();
    expect([breaker.admit(), breaker.admit()]).toEqual([null, null]);
  });

  it('begins with a short rest again after a success', () => {
    const started = startBreaker();
    restAfter(passing, started);
    restAfter(passing, started);
    started.breaker.succeeded();
    expect(restAfter(passing, started)).toBe(5_000);
  });

  it('lets the next one try when a try was given up', () => {
    const { breaker, clock } = startBreaker();
    breaker.failed(passing);
    clock.at += 5_000;
    breaker.admit();
    breaker.abandoned();
    expect(breaker.admit()).toBeNull();
  });

  it('counts several that failed together as one failure', () => {
    const { breaker } = startBreaker();
    for (let count = 0; count < 6; count += 1) breaker.failed(passing);
    expect(breaker.resting()?.until).toBe(start + 5_000);
  });

  it('keeps its rest when another question is refused for itself meanwhile', () => {
    const { breaker } = startBreaker();
    breaker.failed(passing);
    breaker.failed(error({ retryable: true, retryAfterMs: 0 }));
    expect(breaker.resting()?.until).toBe(start + 5_000);
  });

  it('forgets everything when it is healed', () => {
    const { breaker } = startBreaker();
    breaker.failed(error({ retryable: false }));
    breaker.heal();
    expect([breaker.resting(), breaker.admit(), breaker.admit()]).toEqual([null, null, null]);
  });
});
