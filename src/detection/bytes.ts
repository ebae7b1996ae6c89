/** Collects numbers and text behind one another; whole arrays carry their length before them. Little-endian. */
export type Writer = {
  number(value: number): void;
  text(value: string): void;
  uint16s(values: Uint16Array): void;
  uint32s(values: Uint32Array): void;
  float32s(values: Float32Array): void;
  bytes(): Uint8Array;
};

/** Reads what a `Writer` wrote, in the same order; throws a `RangeError` at the end of the bytes. */
export type Reader = {
  number(): number;
  text(): string;
  uint16s(): Uint16Array;
  uint32s(): Uint32Array;
  float32s(): Float32Array;
};

export function createWriter(): Writer {
  const parts: Uint8Array[] = [];

  /** Writes `count` items of `size` bytes each. */
  function items(count: number, size: number, set: (view: DataView, offset: number, at: number) => void): void {
    const part = new Uint8Array(count * size);
    const view = new DataView(part.buffer);
    for (let at = 0; at < count; at += 1) set(view, at * size, at);
    parts.push(part);
  }

  const number = (value: number): void => items(1, 8, (view, offset) => view.setFloat64(offset, value, true));
  return {
    number,
    text(value) {
      const encoded = new TextEncoder().encode(value);
      number(encoded.length);
      parts.push(encoded);
    },
    uint16s(values) {
      number(values.length);
      items(values.length, 2, (view, offset, at) => view.setUint16(offset, values[at] ?? 0, true));
    },
    uint32s(values) {
      number(values.length);
      items(values.length, 4, (view, offset, at) => view.setUint32(offset, values[at] ?? 0, true));
    },
    float32s(values) {
      number(values.length);
      items(values.length, 4, (view, offset, at) => view.setFloat32(offset, values[at] ?? 0, true));
    },
    bytes() {
      const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
      let offset = 0;
      for (const part of parts) {
        all.set(part, offset);
        offset += part.length;
      }
      return all;
    },
  };
}

export function createReader(bytes: Uint8Array): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;

  /** Moves on by `size` bytes; gives where they begin. */
  function take(size: number): number {
    if (!(size >= 0 && offset + size <= bytes.length)) throw new RangeError('the bytes end too early');
    offset += size;
    return offset - size;
  }

  const number = (): number => view.getFloat64(take(8), true);
  return {
    number,
    text() {
      const length = number();
      const from = take(length);
      return new TextDecoder().decode(bytes.subarray(from, from + length));
    },
    uint16s() {
      const length = number();
      const from = take(length * 2);
      return Uint16Array.from({ length }, (_, at) => view.getUint16(from + at * 2, true));
    },
    uint32s() {
      const length = number();
      const from = take(length * 4);
      return Uint32Array.from({ length }, (_, at) => view.getUint32(from + at * 4, true));
    },
    float32s() {
      const length = number();
      const from = take(length * 4);
      return Float32Array.from({ length }, (_, at) => view.getFloat32(from + at * 4, true));
    },
  };
}
