import type { ModelFacts } from '../core/detector.ts';
import type { KnownMetric } from './baseline.ts';
import { linkNodes, nodesOf } from './block-paths.ts';
import { createReader, createWriter, type Reader, type Writer } from './bytes.ts';
import type { EnergyModel } from './energies.ts';
import type { IsolationForest } from './isolation-forest.ts';
import { type DetectionModel, partNames } from './model.ts';
import type { SensedMetric, SensorModel } from './sensor.ts';
import type { Tail } from './tail.ts';

const magic = 0x46524f53;
const version = 6;
const harms: readonly KnownMetric['harm'][] = ['both', 'up', 'down'];
/** Magic, version, length and checksum of what follows. */
const headerBytes = 16;

/** A model as bytes, the same on every machine: a header, then its numbers in little-endian order. */
export function encodeModel(model: DetectionModel): Uint8Array {
  const writer = createWriter();
  writeSensor(writer, model.sensor);
  writeEnergies(writer, model.energies);
  const { forest, tails } = model;
  writer.uint32s(forest.roots);
  const nodes = nodesOf(forest);
  writer.uint16s(nodes.features);
  writer.uint16s(nodes.right);
  writer.float32s(nodes.cuts);
  writer.number(forest.norm);
  writer.float32s(model.calm);
  for (const name of partNames) writeTail(writer, tails.parts[name]);
  writeTail(writer, tails.fused);
  writer.number(model.warmupRows);
  writer.number(model.threshold);
  writeFacts(writer, model.about);
  const body = writer.bytes();
  const bytes = new Uint8Array(headerBytes + body.length);
  const header = new DataView(bytes.buffer);
  [magic, version, body.length, checksum(body)].forEach((word, at) => {
    header.setUint32(at * 4, word, true);
  });
  bytes.set(body, headerBytes);
  return bytes;
}

/** Takes back what `encodeModel` gave; throws an `Error` for bytes that are foreign, of another version, cut off or damaged. */
export function decodeModel(bytes: Uint8Array): DetectionModel {
  if (bytes.length < headerBytes) throw new Error('these bytes are not a detection model: they are too short');
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [found, foundVersion, length, sum] = [0, 4, 8, 12].map((at) => header.getUint32(at, true));
  if (found !== magic) throw new Error('these bytes are not a detection model');
  if (foundVersion !== version)
    throw new Error(`the model is of version ${foundVersion}, this program reads ${version}`);
  const body = bytes.subarray(headerBytes);
  if (body.length !== length || checksum(body) !== sum) throw new Error('the model is damaged');
  const reader = createReader(body);
  const sensor = readSensor(reader);
  const energies = readEnergies(reader);
  const roots = reader.uint32s();
  const nodes = linkNodes({ features: reader.uint16s(), right: reader.uint16s(), cuts: reader.float32s() });
  const forest: IsolationForest = { roots, ...nodes, norm: reader.number() };
  const calm = reader.float32s();
  const [forestTail, surprise, company, stir, drift] = [
    readTail(reader),
    readTail(reader),
    readTail(reader),
    readTail(reader),
    readTail(reader),
  ];
  const parts = { forest: forestTail, surprise, company, stir, drift };
  const tails = { parts, fused: readTail(reader) };
  const [warmupRows, threshold] = [reader.number(), reader.number()];
  return { sensor, energies, forest, calm, tails, warmupRows, threshold, about: readFacts(reader) };
}

function writeFacts(writer: Writer, { features, parameters, measures }: ModelFacts): void {
  writer.number(features);
  for (const facts of [parameters, measures].map(Object.entries<number>)) {
    writer.number(facts.length);
    for (const [name, value] of facts) {
      writer.text(name);
      writer.number(value);
    }
  }
}

function readFacts(reader: Reader): ModelFacts {
  const read = (): Readonly<Record<string, number>> =>
    Object.fromEntries(Array.from({ length: reader.number() }, () => [reader.text(), reader.number()]));
  return { features: reader.number(), parameters: read(), measures: read() };
}

function writeSensor(writer: Writer, sensor: SensorModel): void {
  writer.number(sensor.stepMs);
  writer.number(sensor.knowsRhythm ? 1 : 0);
  writer.uint16s(Uint16Array.from(sensor.windows));
  writer.number(sensor.metrics.length);
  for (const metric of sensor.metrics) {
    writer.text(metric.name);
    const { center, spread, floor, low, high } = metric.scale;
    const { stance } = metric;
    const numbers = [harms.indexOf(metric.harm), metric.column, center, spread, floor, low, high];
    for (const number of [
      ...numbers,
      metric.restlessness,
      metric.far,
      metric.roughness,
      metric.reach,
      stance.middle,
      stance.size,
    ])
      writer.number(number);
  }
  writer.float32s(sensor.autoregression.weights);
  writer.number(sensor.smoothingRows);
}

function readSensor(reader: Reader): SensorModel {
  const stepMs = reader.number();
  const knowsRhythm = reader.number() === 1;
  const windows = Array.from(reader.uint16s());
  const metrics = Array.from({ length: reader.number() }, () => readMetric(reader));
  return {
    stepMs,
    knowsRhythm,
    windows,
    metrics,
    autoregression: { weights: reader.float32s(), metrics: metrics.length },
    smoothingRows: reader.number(),
  };
}

function readMetric(reader: Reader): SensedMetric {
  return {
    name: reader.text(),
    harm: harms[reader.number()] ?? 'both',
    column: reader.number(),
    scale: {
      center: reader.number(),
      spread: reader.number(),
      floor: reader.number(),
      low: reader.number(),
      high: reader.number(),
    },
    restlessness: reader.number(),
    far: reader.number(),
    roughness: reader.number(),
    reach: reader.number(),
    stance: { middle: reader.number(), size: reader.number() },
  };
}

function writeEnergies(writer: Writer, { subspace, stirs, drifts }: EnergyModel): void {
  const { means, sizes, lowest, axes, rests } = subspace;
  for (const numbers of [means, sizes, lowest, axes, rests, stirs, drifts]) writer.float32s(numbers);
}

function readEnergies(reader: Reader): EnergyModel {
  const subspace = {
    means: reader.float32s(),
    sizes: reader.float32s(),
    lowest: reader.float32s(),
    axes: reader.float32s(),
    rests: reader.float32s(),
  };
  return { subspace, stirs: reader.float32s(), drifts: reader.float32s() };
}

function writeTail(writer: Writer, tail: Tail): void {
  writer.float32s(tail.body);
  writer.number(tail.share);
  writer.number(tail.excess);
}

function readTail(reader: Reader): Tail {
  return { body: reader.float32s(), share: reader.number(), excess: reader.number() };
}

/** FNV-1a, 32 bits: against accidents, not against malice. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
