import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, UsageError } from '../../src/core/errors.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { newFolder, silent, tinyMachine, trainRows, write, writeMachine } from './tiny.ts';

const failureOf = (argv: readonly string[]): Promise<unknown> =>
  evaluate(argv, silent).catch((error: unknown) => error);

describe('a command line that is wrong', () => {
  it.each([
    { argv: [], says: '--data DIR is missing' },
    { argv: ['--data'], says: "'--data <value>' argument missing" },
    { argv: ['--data', ''], says: '--data is empty' },
    { argv: ['--data', 'x', '--tree', '5'], says: "Unknown option '--tree'" },
    { argv: ['x'], says: "Unexpected argument 'x'" },
    { argv: ['--data', 'x', '--seeds', '0'], says: '--seeds is "0"; it takes a whole number from 1 to 1000' },
    { argv: ['--data', 'x', '--seeds', '1.5'], says: '--seeds is "1.5"' },
    { argv: ['--data', 'x', '--step', 'minute'], says: '--step is "minute"; it takes a whole number' },
    { argv: ['--data', 'x', '--nab', '--step', '60'], says: '--step does not go with --nab' },
    { argv: ['--synthetic', 'x', '--nab'], says: 'does not go with --nab' },
    { argv: ['--synthetic', 'x', '--data', 'y'], says: 'does not go with --data' },
    { argv: ['--data', 'x', '--ablation', '--scores', 'y'], says: '--scores does not go with --ablation' },
    { argv: ['--data', 'no/such/folder'], says: "The folder no/such/folder can't be read" },
  ])('is refused: $argv', async ({ argv, says }) => {
    const failure = await failureOf(argv);
    expect(failure).toBeInstanceOf(UsageError);
    expect(String(failure)).toContain(says);
  });

  it('is refused when there is nothing to judge', async () => {
    const dir = newFolder();
    expect(await failureOf(['--data', dir])).toEqual(
      new UsageError(`There is no machine in ${dir}: a machine is NAME.train.csv, NAME.test.csv and NAME.label.csv.`),
    );
    expect(String(await failureOf(['--nab', '--data', dir]))).toContain(`There is no series in ${dir}`);
  });

  it('is told which machines there are when it names another', async () => {
    const dir = newFolder();
    for (const name of ['b', 'a']) writeMachine(dir, name);
    expect(await failureOf(['--data', dir, '--machine', 'c'])).toEqual(
      new UsageError(`There is no c in ${dir}. There are: a, b.`),
    );
  });

  it('is refused before the work when its files can not be written', async () => {
    const dir = newFolder();
    writeMachine(dir, 'a');
    write(dir, 'file', 'x');
    mkdirSync(join(dir, 'folder'));
    for (const extra of [
      ['--scores', join(dir, 'file')],
      ['--json', join(dir, 'file/x.json')],
      ['--json', join(dir, 'folder')],
    ])
      expect(await failureOf(['--data', dir, ...extra])).toBeInstanceOf(UsageError);
  });

  it('is refused when a file of scores would take the place of what is read', async () => {
    const dir = newFolder();
    write(dir, 'ops.csv', 'minute,cpu,label\n0,1,0\n');
    const failure = await failureOf(['--synthetic', join(dir, 'ops.csv'), '--scores', dir]);
    expect(String(failure)).toContain('ops.csv is read and would be written over');
    expect(await failureOf(['--synthetic', join(dir, 'ops.csv'), '--json', join(dir, 'ops.csv')])).toBeInstanceOf(
      UsageError,
    );
  });
});

/** What is wrong with a folder of one machine after something was done to it. */
async function problemsOf(harm: (dir: string) => void): Promise<readonly string[]> {
  const dir = newFolder();
  writeMachine(dir, 'm');
  harm(dir);
  const failure = await failureOf(['--data', dir, '--seeds', '1']);
  if (!(failure instanceof ConfigError)) throw failure;
  return failure.problems.map((problem) => problem.replaceAll(`${dir}/`, ''));
}

const lines = (count: number, text: string): string => Array.from({ length: count }, () => text).join('\n');

describe('data that is wrong', () => {
  it.each<{ what: string; harm: (dir: string) => void; says: string }>([
    {
      what: 'a file is missing',
      harm: (dir) => rmSync(join(dir, 'm.label.csv')),
      says: 'm.label.csv is missing, packed as .gz or not',
    },
    {
      what: 'a file is there twice',
      harm: (dir) => write(dir, 'm.test.csv.gz', '1,2,3'),
      says: 'm.test.csv is there twice, packed as .gz and not; remove one',
    },
    {
      what: 'a row is too short',
      harm: (dir) => write(dir, 'm.train.csv', '1,2,3\n1,2\n'),
      says: 'm.train.csv, line 2: has 2 values where the rows before it have 3',
    },
    {
      what: 'a row is too long',
      harm: (dir) => write(dir, 'm.train.csv', '1,2,3\n1,2,3\n1,2,3,4\n'),
      says: 'm.train.csv, line 3: has 4 values where the rows before it have 3',
    },
    {
      what: 'a value is a word',
      harm: (dir) => write(dir, 'm.train.csv', '1,2,3\n1,many,3\n'),
      says: 'm.train.csv, line 2: "many" is not a number',
    },
    {
      what: 'a value has no end',
      harm: (dir) => write(dir, 'm.train.csv', '1,2,Infinity\n'),
      says: 'm.train.csv, line 1: "Infinity" is not a number',
    },
    { what: 'a file is empty', harm: (dir) => write(dir, 'm.train.csv', ''), says: 'm.train.csv has no rows' },
    {
      what: 'the test has other columns',
      harm: (dir) => write(dir, 'm.test.csv', '1,2\n'),
      says: 'm.test.csv has 2 columns where m.train.csv has 3',
    },
    {
      what: 'a label is missing',
      harm: (dir) => write(dir, 'm.label.csv', lines(299, '0')),
      says: 'm.label.csv has 299 labels for the 300 rows of m.test.csv',
    },
    {
      what: 'a label is neither 0 nor 1',
      harm: (dir) => write(dir, 'm.label.csv', '0\n2\n'),
      says: 'm.label.csv, line 2: "2" is not a label; a label is 0 or 1',
    },
    {
      what: 'an incident has no metrics',
      harm: (dir) => write(dir, 'm.interpretation.txt', '1-2:1\n5-6'),
      says: 'm.interpretation.txt, line 2: "5-6" is not of the form start-end:metric,metric',
    },
    {
      what: 'an incident lies beyond the test',
      harm: (dir) => write(dir, 'm.interpretation.txt', '300-301:1'),
      says: 'm.interpretation.txt, line 1: rows 300 to 301 do not lie within the 300 rows of the test',
    },
    {
      what: 'an incident ends before it starts',
      harm: (dir) => write(dir, 'm.interpretation.txt', '9-3:1'),
      says: 'm.interpretation.txt, line 1: rows 9 to 3 do not lie within the 300 rows of the test',
    },
    {
      what: 'a metric at fault does not exist',
      harm: (dir) => write(dir, 'm.interpretation.txt', '1-2:4'),
      says: 'm.interpretation.txt, line 1: a metric is a number from 1 to 3',
    },
  ])('is named with its line: $what', async ({ harm, says }) => {
    expect(await problemsOf(harm)).toEqual([says]);
  });

  it('is named when it is a damaged file', async () => {
    const [problem] = await problemsOf((dir) => {
      rmSync(join(dir, 'm.train.csv'));
      writeFileSync(join(dir, 'm.train.csv.gz'), 'not packed at all');
    });
    expect(problem).toMatch(/^m\.train\.csv\.gz can't be read: /);
  });

  it('is named all at once, machine by machine', async () => {
    const problems = await problemsOf((dir) => {
      writeMachine(dir, 'n');
      write(dir, 'm.label.csv', 'x');
      write(dir, 'n.label.csv', 'y');
    });
    expect(problems).toEqual([
      expect.stringContaining('m.label.csv, line 1'),
      expect.stringContaining('n.label.csv, line 1'),
    ]);
  });

  it('is named when it is too little to learn from', async () => {
    const { train, ...rest } = tinyMachine();
    const problems = await problemsOf((dir) => writeMachine(dir, 'm', { train: train.slice(0, 10), ...rest }));
    expect(problems).toEqual([expect.stringMatching(/^m has 10 rows to learn from and needs \d+$/)]);
  });

  it.each([
    { windows: '[]', csv: 'timestamp,value', says: /windows.json is not JSON of the form/ },
    { windows: '{}', csv: 'timestamp,value', says: /windows.json has no entry for s.csv$/ },
    {
      windows: '{"s.csv": [["now", "then"]]}',
      csv: '',
      says: /windows.json, s.csv: "now" to "then" is no span of time$/,
    },
    {
      windows: '{"s.csv": []}',
      csv: '2026-01-01 00:00:00,1',
      says: /s.csv, line 1: is not the header "timestamp,value"$/,
    },
    { windows: '{"s.csv": []}', csv: 'timestamp,value\nnoon,1', says: /s.csv, line 2: "noon" is not a time$/ },
    {
      windows: '{"s.csv": []}',
      csv: 'timestamp,value\n2026-01-01 00:00:00,',
      says: /s.csv, line 2: is not a timestamp and a value$/,
    },
    {
      windows: '{"s.csv": []}',
      csv: 'timestamp,value\n2026-01-01 00:00:00,x',
      says: /s.csv, line 2: "x" is not a number$/,
    },
    {
      windows: '{"s.csv": []}',
      csv: 'timestamp,value\n2026-01-02 00:00:00,1\n2026-01-01 00:00:00,1',
      says: /s.csv, line 3: is earlier than the line before$/,
    },
    {
      windows: '{"s.csv": []}',
      csv: 'timestamp,value\n2026-01-01 00:00:00,1\n2026-01-01 00:05:00,1\n3026-01-01 00:00:00,1',
      says: /s.csv, line 4: is further from the line before/,
    },
    {
      windows: '{"s.csv": []}',
      csv: 'timestamp,value\n2026-01-01 00:00:00,1',
      says: /s.csv has no two readings at different times$/,
    },
  ])('is named in a series of NAB: $says', async ({ windows, csv, says }) => {
    const dir = newFolder();
    write(dir, 'windows.json', windows);
    write(dir, 's.csv', csv);
    const failure = await failureOf(['--nab', '--data', dir]);
    expect(failure).toBeInstanceOf(ConfigError);
    expect(failure instanceof ConfigError && failure.problems).toEqual([expect.stringMatching(says)]);
  });

  it.each([
    { csv: 'minute,cpu\n0,1', says: /line 1: names no column "label"$/ },
    { csv: 'minute,cpu,label\n0,1', says: /line 2: has 2 values for 3 names$/ },
    { csv: 'minute,cpu,label\n0,1,0\n2,1,0', says: /line 3: is not the minute after the line before$/ },
    { csv: 'minute,cpu,label\n0,1,0\n1,1,7', says: /line 3: "7" is not a label; a label is 0 or 1$/ },
    { csv: 'minute,label\n0,1', says: /has no metrics$/ },
  ])('is named in the synthetic server: $says', async ({ csv, says }) => {
    const dir = newFolder();
    write(dir, 'ops.csv', csv);
    const failure = await failureOf(['--synthetic', join(dir, 'ops.csv')]);
    expect(failure instanceof ConfigError && failure.problems).toEqual([expect.stringMatching(says)]);
  });
});

describe('the program', () => {
  const run = (...argv: readonly string[]): Promise<{ code: unknown; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, ['src/evaluate/main.ts', ...argv], (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    });

  it('ends with 64 and how it is called when the command line is wrong, all of it on stderr', async () => {
    const { code, stdout, stderr } = await run('--data');
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain('npm run evaluate -- --data DIR');
  });

  it('ends with 65 and every problem when the data is wrong, all of it on stderr', async () => {
    const dir = newFolder();
    writeMachine(dir, 'm');
    write(dir, 'm.label.csv', lines(trainRows, '0'));
    const { code, stdout, stderr } = await run('--data', dir);
    expect({ code, stdout }).toEqual({ code: 65, stdout: '' });
    expect(stderr).toMatch(/m\.label\.csv has 500 labels for the 300 rows of .*m\.test\.csv\n$/);
  });

  it('prints the table on stdout and its progress on stderr', async () => {
    const dir = newFolder();
    writeMachine(dir, 'm');
    const { code, stdout, stderr } = await run('--data', dir, '--seeds', '1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/VUS-PR/);
    expect(stderr).toBe('reading m\n1/1  m, seed 1\n');
  });
});
