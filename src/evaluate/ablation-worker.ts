import { featureGroups } from '../detection/features/catalogue.ts';
import { ablateSeries } from './ablate-series.ts';
import { answerJobs } from './answer-jobs.ts';

/** A process of its own in small: asks of one series after another what each group of features brings. */

answerJobs((series, seed) => ablateSeries(series, featureGroups, seed));
