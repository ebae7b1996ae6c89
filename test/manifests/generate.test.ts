import { describe, expect, it } from 'vitest';
import { manifestOnDisk, manifests } from '../../manifests/generate.ts';

describe('the manifests', () => {
  it.each([...manifests()])('%s is what the command list says ("npm run manifests" writes it anew)', (file, text) => {
    expect(manifestOnDisk(file)).toBe(text);
  });
});
