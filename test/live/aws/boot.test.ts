import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildHcl, outputsOf } from './hcl.ts';

it('x', () => {
  void buildHcl;
  void outputsOf;
  void afterAll;
  void beforeAll;
  void describe;
  expect(1).toBe(1);
});
