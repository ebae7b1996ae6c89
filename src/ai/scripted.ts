import type { AiEvent, AiProvider, AiRequest } from '../core/ai.ts';
import { UpstreamError } from '../core/errors.ts';

/** A provider that says what a script says: for rehearsals of everything around it. */
export function createScriptedProvider(
  name: string,
  script: (request: AiRequest, signal: AbortSignal) => AsyncIterable<AiEvent>,
  models: readonly string[] = ['script'],
): AiProvider {
  return {
    name,
    async *ask(request, signal) {
      try {
        for await (const event of script(request, signal)) {
          yield event;
          if (event.kind !== 'text') return;
        }
        yield { kind: 'failed', error: broken('the script ended without an end') };
      } catch (error) {
        yield { kind: 'failed', error: error instanceof UpstreamError ? error : broken(String(error)) };
      }
    },
    models: async () => models,
  };
}

function broken(because: string): UpstreamError {
  return new UpstreamError('gemini', because, { retryable: true });
}
