import { parentPort, workerData } from 'node:worker_threads';
import { answerOf } from './run-worker.ts';
import { type TriageInput, trainTriage } from './triage/train-triage.ts';

/** A process of its own in small: learns from labels, answers once and ends. */
parentPort?.postMessage(await answerOf(async () => trainTriage(workerData as TriageInput)));
