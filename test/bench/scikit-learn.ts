import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Matrix } from '../../src/detection/isolation-forest.ts';

const python = '/usr/bin/python3';

/** Scikit-learn's isolation forest (256 rows a tree, one thread) in a Python of its own. All times are ms, of the work alone. */
export type ScikitLearn = {
  /** Hands over a matrix under a name. */
  load(name: string, matrix: Matrix): Promise<void>;
  fit(name: string, options: { readonly trees: number; readonly seed: number }): Promise<number>;
  /** Scores the first rows of a matrix, or all of them. */
  score(name: string, rows: number | null): Promise<number>;
  /** The scores of all rows; high is strange. */
  scores(name: string): Promise<Float64Array>;
  stop(): void;
};

/** Null, after a line that says so, where Python or scikit-learn is not installed (Debian: python3-sklearn). */
export async function startScikitLearn(): Promise<ScikitLearn | null> {
  const child = spawn(python, [join(import.meta.dirname, 'scikit-learn.py')], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  child.on('error', () => {});
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  if ((await answers.next()).done === true) {
    console.log(`Without scikit-learn, because ${python} does not have it (Debian: apt-get install python3-sklearn).`);
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), 'scikit-learn-'));

  async function ask(what: object): Promise<number> {
    child.stdin.write(`${JSON.stringify(what)}\n`);
    const answer = await answers.next();
    if (answer.done === true) throw new Error(`scikit-learn ended instead of an answer to ${JSON.stringify(what)}`);
    return (JSON.parse(answer.value) as { readonly ms: number }).ms;
  }

  return {
    async load(name, { width, values }) {
      const file = join(folder, 'matrix');
      writeFileSync(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      await ask({ load: name, file, width });
    },
    fit: (name, options) => ask({ fit: name, ...options }),
    score: (name, rows) => ask({ score: name, rows, to: null }),
    async scores(name) {
      const to = join(folder, 'scores');
      await ask({ score: name, rows: null, to });
      return new Float64Array(Uint8Array.from(readFileSync(to)).buffer);
    },
    stop() {
      child.stdin.end();
      rmSync(folder, { recursive: true });
    },
  };
}
