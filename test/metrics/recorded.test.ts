import { createRecordedSource } from '../../src/metrics/recorded.ts';
import { metricSourceContract, recording } from '../contracts/metric-source.ts';

metricSourceContract('a recording', async () => createRecordedSource(recording));
