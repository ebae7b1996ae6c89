import type { Button } from './button.ts';
import type { Chart } from './chart.ts';
import type { Severity } from './incident.ts';

/**
 * What is said, independent of where. Text is plain: nothing in it is markup, a mention or a link on any platform;
 * a renderer escapes it. `code` is shown as it is, in a fixed-width face.
 */
export type Block =
  | { readonly kind: 'heading'; readonly text: string; readonly tone: Tone }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  /** Drawn where pictures can be shown; its `alt` says the same in words. */
  | { readonly kind: 'chart'; readonly chart: Chart }
  | { readonly kind: 'buttons'; readonly buttons: readonly Button[] }
  /** Small print: where a number comes from, who answered, what is simulated. */
  | { readonly kind: 'note'; readonly text: string };

export type Fact = { readonly name: string; readonly value: string };

/** Said in colour and always in words too. */
export type Tone = Severity | 'good' | 'neutral';

/**
 * `summary` is the whole in one line, for notifications and screen readers. `data` says the same to a machine that asked
 * over HTTP; no chat platform shows it.
 */
export type Reply = {
  readonly summary: string;
  readonly blocks: readonly Block[];
  readonly onlyYou: boolean;
  readonly data?: Readonly<Record<string, unknown>>;
};

/** A reply of one paragraph. */
export function say(text: string, options: { readonly onlyYou?: boolean } = {}): Reply {
  return { summary: text, blocks: [{ kind: 'text', text }], onlyYou: options.onlyYou ?? false };
}
