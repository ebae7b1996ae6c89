import type { ModelInfo, StoredModel } from '../../src/core/model.ts';

/** Names that sort by time, as those of trained models do. */
export const nameOf = (number: number): string => `v${String(number).padStart(4, '0')}`;

/** A model of which everything is told by its number. */
export function aModel(number: number, changes: Partial<ModelInfo> = {}): StoredModel {
  const info = {
    watch: 'hosts',
    version: nameOf(number),
    detector: 'isolation forest',
    code: '1.2.3',
    trainedAt: 1_767_225_600_000 + number * 1_000,
    from: 1_766_620_800_000,
    to: 1_767_225_600_000,
    entities: 3,
    rows: 20_160,
    metrics: ['cpu', 'memory'],
    tuning: null,
    seed: 42,
    features: 18,
    parameters: { trees: 100, threshold: 3.46 },
    measures: { 'alerts per day': 0.9, unknown: Number.NaN },
    ...changes,
  };
  const detectors = new Map([
    ['web-1', Uint8Array.from({ length: 256 }, (_, index) => index)],
    ['Ünïcødé 🧨\u0000"', new TextEncoder().encode(`model ${number}`)],
    ['empty', new Uint8Array()],
  ]);
  return { info, detectors };
}

/** A way to damage a file, and what is said of it. */
export type Damage = readonly [how: string, change: (bytes: Buffer) => Buffer, because: RegExp];

const cut = (bytes: Buffer, length: number): Buffer => bytes.subarray(0, length);
function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}
function withFormat(bytes: Buffer, format: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(format, 8);
  return copy;
}
const otherJson = (): Buffer => Buffer.from('{"hello":"world"}');

/** What may happen to the file of a model. */
export const modelDamages: readonly Damage[] = [
  ['empty', () => Buffer.alloc(0), /is empty/],
  ['cut in its magic', (bytes) => cut(bytes, 5), /not a model/],
  ['cut in its header', (bytes) => cut(bytes, 40), /cut off/],
  ['cut in its parts', (bytes) => cut(bytes, bytes.length - 60), /checksum/],
  ['short of its last byte', (bytes) => cut(bytes, bytes.length - 1), /checksum/],
  ['longer than it was', (bytes) => Buffer.concat([bytes, Buffer.from('x')]), /checksum/],
  ['one bit off in its header', (bytes) => flip(bytes, 30), /checksum/],
  ['one bit off in its parts', (bytes) => flip(bytes, bytes.length - 50), /checksum/],
  ['one bit off in its checksum', (bytes) => flip(bytes, bytes.length - 1), /checksum/],
  ['zeroes all over', (bytes) => Buffer.alloc(bytes.length), /not a model/],
  ['some other JSON', otherJson, /not a model/],
  ['of an older format', (bytes) => withFormat(bytes, 1), /has format 1, and this version reads format 2/],
  ['of a newer format', (bytes) => withFormat(bytes, 3), /has format 3, and this version reads format 2/],
];

const inText =
  (change: (text: string) => string) =>
  (bytes: Buffer): Buffer =>
    Buffer.from(change(bytes.toString()));

/** What may happen to the pointer. */
export const pointerDamages: readonly Damage[] = [
  ['empty', () => Buffer.alloc(0), /is empty/],
  ['cut off', (bytes) => cut(bytes, Math.floor(bytes.length / 2)), /cut off/],
  ['zeroes all over', (bytes) => Buffer.alloc(bytes.length), /no JSON/],
  ['not an object', () => Buffer.from('null'), /no JSON object/],
  ['some other JSON', otherJson, /no pointer to a model/],
  ['one digit off', inText((text) => text.replace('"seed":', '"seed":1')), /checksum/],
  ['naming another version', inText((text) => text.replace(/"current":"[^"]+/, '"current":"v9999')), /checksum/],
  ['leading up the folders', inText((text) => text.replace(/"current":"[^"]+/, '"current":"../../etc')), /checksum/],
  ['of an older format', () => Buffer.from('{"format":1,"versions":["v0001"]}'), /no pointer|format 1/],
  ['of a newer format', inText((text) => text.replace('"format":2', '"format":3')), /has format 3/],
];
