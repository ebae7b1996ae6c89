import { UpstreamError } from '../core/errors.ts';

/** The body as text; refuses as soon as it is larger than allowed, without reading the rest. */
export async function readBounded(response: Response, maxBytes: number, what: string): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes)
      throw new UpstreamError('prometheus', `The answer to ${what} is over ${maxBytes} bytes; ask for less`, {
        retryable: false,
      });
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
