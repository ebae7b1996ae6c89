import type { DashboardLinkBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

export type Query = readonly [expression: string, legend: string];

export type PanelOptions = {
  readonly title: string;
  /** What it means and when to worry. */
  readonly description: string;
  /** Grafana's name of it: s, percent, short, … */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Of 24 columns. */
  readonly span?: number;
  /** The colour from a value on, the first one from the beginning. */
  readonly colours?: readonly Colour[];
};

type Colour = readonly [from: number | null, colour: 'green' | 'orange' | 'red'];

/** What is 1 when it is well. */
export const wellAtOne: readonly Colour[] = [
  [null, 'red'],
  [1, 'green'],
];

/** What is well below a value. */
export function wellBelow(value: number, colour: 'orange' | 'red'): readonly Colour[] {
  return [
    [null, 'green'],
    [value, colour],
  ];
}

/** The source that is provisioned beside the dashboards. */
export const source = { type: 'prometheus', uid: 'prometheus' } as const;

const height = 8;

function targetsOf(queries: readonly Query[]): readonly DataqueryBuilder[] {
  return queries.map(([expression, legend], at) =>
    new DataqueryBuilder()
      .expr(expression)
      .legendFormat(legend)
      .refId(String.fromCharCode('A'.charCodeAt(0) + at)),
  );
}

/** Lines over time. Gaps stay gaps. */
export function lines(options: PanelOptions): timeseries.PanelBuilder {
  const { title, description, unit, queries, span = 12, colours } = options;
  const panel = new timeseries.PanelBuilder().title(title).description(description).unit(unit).datasource(source);
  for (const target of targetsOf(queries)) panel.withTarget(target);
  if (colours !== undefined) panel.thresholds(thresholdsOf(colours));
  return panel.span(span).height(height).lineWidth(1).fillOpacity(8).min(0);
}

/** Numbers as they are now. */
export function numbers(options: PanelOptions): stat.PanelBuilder {
  const { title, description, unit, queries, span = 6, colours = [[null, 'green']] } = options;
  const panel = new stat.PanelBuilder().title(title).description(description).unit(unit).datasource(source);
  for (const target of targetsOf(queries)) panel.withTarget(target.instant());
  return panel
    .span(span)
    .height(height / 2)
    .thresholds(thresholdsOf(colours));
}

function thresholdsOf(colours: readonly Colour[]): dashboard.ThresholdsConfigBuilder {
  const steps = colours.map(([value, color]) => ({ value, color }));
  return new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps(steps);
}

/** A choice at the top of a dashboard: the values of a label. */
export function choice(name: string, label: string, query: string): dashboard.QueryVariableBuilder {
  return new dashboard.QueryVariableBuilder(name)
    .label(label)
    .query(query)
    .datasource(source)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.AlphabeticalAsc);
}

export function newDashboard(uid: string, title: string, description: string): dashboard.DashboardBuilder {
  return new dashboard.DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['smartcloudops'])
    .refresh('30s')
    .time({ from: 'now-3h', to: 'now' })
    .timezone('browser')
    .readonly()
    .link(linkToOthers());
}

/** The dashboard with a number for every panel: links and alerts name panels by it. */
export function built(board: dashboard.DashboardBuilder): dashboard.Dashboard {
  const whole = board.build();
  return { ...whole, panels: (whole.panels ?? []).map((panel, at) => ({ ...panel, id: at + 1 })) };
}

function linkToOthers(): DashboardLinkBuilder {
  return new dashboard.DashboardLinkBuilder('SmartCloudOps AI')
    .type(dashboard.DashboardLinkType.Dashboards)
    .tags(['smartcloudops'])
    .keepTime(true);
}
