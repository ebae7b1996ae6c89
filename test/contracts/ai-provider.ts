import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AiEvent, AiProvider, AiRequest } from '../../src/core/ai.ts';
import { UpstreamError } from '../../src/core/errors.ts';

/** A provider and what stands behind it. */
export type ProviderUnderTest = {
  readonly provider: AiProvider;
  /** Makes what stands behind it stay silent; null for a provider that has nobody behind. */
  readonly silence: (() => void) | null;
  /** Makes what stands behind it refuse; null for a provider that answers all the same. */
  readonly breakDown: (() => void) | null;
  stop(): Promise<void>;
};

export const request: AiRequest = {
  system: 'Answer from the data.',
  picture: '<data>\nweb-1: cpu 42 %\n</data>',
  turns: [{ role: 'user', text: 'What is the cpu of web-1?' }],
  maxOutputTokens: 100,
};

export async function eventsOf(
  provider: AiProvider,
  signal: AbortSignal = new AbortController().signal,
  asked: AiRequest = request,
): Promise<readonly AiEvent[]> {
  const events: AiEvent[] = [];
  for await (const event of provider.ask(asked, signal)) events.push(event);
  return events;
}

export const kindsOf = (events: readonly AiEvent[]): readonly string[] => events.map(({ kind }) => kind);
const isEnd = ({ kind }: AiEvent): boolean => kind !== 'text';

/** What every provider keeps, whoever stands behind it. */
export function aiProviderContract(name: string, start: () => Promise<ProviderUnderTest>): void {
  describe(`${name} as a provider`, () => {
    let under: ProviderUnderTest;
    beforeEach(async () => {
      under = await start();
    });
    afterEach(() => under.stop());

    it('speaks and ends in exactly one done, with the whole text', async () => {
      const events = await eventsOf(under.provider);
      expect(events.filter(isEnd)).toHaveLength(1);
      const last = events.at(-1);
      const said = events.map((event) => (event.kind === 'text' ? event.delta : '')).join('');
      expect(last).toMatchObject({ kind: 'done', message: { text: said }, passedOver: [] });
      expect(said.trim()).not.toBe('');
    });

    it('says which model answered and what it cost', async () => {
      const last = (await eventsOf(under.provider)).at(-1);
      expect(last).toMatchObject({
        message: { provider: expect.stringMatching(/^(gemini|openai|fallback)$/), model: expect.stringMatching(/./) },
        tokens: { input: expect.any(Number), output: expect.any(Number) },
      });
    });

    it('answers two at once, each for itself', async () => {
      const both = await Promise.all([eventsOf(under.provider), eventsOf(under.provider)]);
      for (const events of both) expect(events.at(-1)?.kind).toBe('done');
    });

    it('can be asked again after it was', async () => {
      await eventsOf(under.provider);
      expect((await eventsOf(under.provider)).at(-1)?.kind).toBe('done');
    });

    it('ends in failed, without a throw, when it is asked with a signal that is over', async () => {
      const events = await eventsOf(under.provider, AbortSignal.abort());
      expect(kindsOf(events)).toEqual(['failed']);
    });

    it('ends in failed, without a throw, when it is given up in the middle', async () => {
      if (under.silence === null) return;
      under.silence();
      const giveUp = new AbortController();
      const asking = eventsOf(under.provider, giveUp.signal);
      giveUp.abort();
      const events = await asking;
      expect(events.filter(isEnd)).toMatchObject([{ kind: 'failed', error: expect.any(UpstreamError) }]);
    });

    it('ends in failed, without a throw, when what stands behind it refuses', async () => {
      if (under.breakDown === null) return;
      under.breakDown();
      const events = await eventsOf(under.provider);
      expect(events.filter(isEnd)).toMatchObject([{ kind: 'failed', error: expect.any(UpstreamError) }]);
      expect(events.at(-1)?.kind).toBe('failed');
    });

    it('can be left before the end', async () => {
      for await (const event of under.provider.ask(request, new AbortController().signal)) {
        expect(event.kind).toBe('text');
        break;
      }
      expect((await eventsOf(under.provider)).at(-1)?.kind).toBe('done');
    });

    it('offers at least one model', async () => {
      expect((await under.provider.models(new AbortController().signal)).length).toBeGreaterThan(0);
    });
  });
}
