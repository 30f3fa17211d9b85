/**
 * The document as the page receives it: the fields of offtake/report/report_document.hpp under the
 * same names. Dollars are plain dollars, shares lie in [0, 1], times are in years. Only the parts
 * that are drawn are described; the tables and sentences already stand in the page.
 */

export interface Interval {
  low: number;
  high: number;
}

export interface Estimate {
  value: number;
  band: Interval | null;
}

export interface TimeSteps {
  edges: number[];
  labels: string[];
}

export interface FleetLayer {
  supplier: string;
  system: string;
  maker: string;
  optional: boolean;
}

export interface FleetView {
  key: string;
  unit: string;
  supply: number[][];
  demand: { median: number[]; p10: number[]; p90: number[] } | null;
}

export interface Fleet {
  steps: TimeSteps;
  layers: FleetLayer[];
  views: FleetView[];
}

export interface Need {
  years: number[];
  need_usd: Estimate[];
  layers: { supplier: string; usd: number[] }[];
}

export interface TokenCost {
  rows: {
    system: string;
    family: string;
    usd_per_million_tokens: Estimate;
    measured: number[];
    measurements: number;
  }[];
}

export interface CostRiskPoint {
  name: string;
  expected_cost_usd: number;
  cvar_usd: number;
}

export interface CostRisk {
  cvar_level: number;
  plan: CostRiskPoint;
  plan_lambda: number | null;
  frontier: { lambda: number; expected_cost_usd: number; cvar_usd: number }[];
  baselines: CostRiskPoint[];
  perfect_foresight_usd: number | null;
}

export interface Cash {
  steps: TimeSteps;
  p5_usd: number[];
  p25_usd: number[];
  median_usd: number[];
  p75_usd: number[];
  p95_usd: number[];
  floor_usd: number | null;
  scenarios: { name: string; cash_usd: number[] }[];
  funding: { name: string; at_year: number; amount_usd: number }[];
  first_shortfall_share: number[];
  shortfall_ever: Estimate | null;
}

export interface Raise {
  ends: number[];
  curves: { confidence: number; minimum_usd: number[] }[];
  announced: { name: string; amount_usd: number }[];
}

export interface PartyNode {
  name: string;
  column: "buyers_and_investors" | "clouds" | "makers_and_lenders";
  buyer: boolean;
  default_probability: number | null;
  remark: string;
}

export interface PartyLink {
  from: string;
  to: string;
  kind: "owes" | "holds_equity" | "warrant" | "asked";
  usd: number | null;
  share: number | null;
  what: string;
}

export interface Obligations {
  nodes: PartyNode[];
  links: PartyLink[];
}

export interface Tornado {
  measure: string;
  unit: "dollars" | "probability";
  base: number;
  rows: {
    input: string;
    low: string;
    high: string;
    change_at_low: number;
    change_at_high: number;
  }[];
}

export interface ErrorFigures {
  rows: number;
  median: number;
  p90: number;
  bias: number;
  band_coverage: number | null;
}

/** The row's id, the place of its subject, measured, predicted, and whether it is scored apart. */
export type MeasuredPoint = [string, number, number, number, boolean];

export interface MeasuredPanel {
  name: string;
  errors: ErrorFigures;
  /** Over the predicted figure. */
  band: Interval | null;
  points: MeasuredPoint[];
}

export interface ErrorSection {
  key: string;
  views: {
    metric: string;
    segments: { name: string; family: string; errors: ErrorFigures }[];
  }[];
}

export interface Validation {
  subjects: { name: string; family: string }[];
  panels: MeasuredPanel[];
  pictures: ErrorSection[];
}

/** A whole and its parts, in the order in which they are stacked. */
export interface Composition {
  unit: string;
  parts: { name: string; kind: "useful" | "waiting" | "other"; amount: number }[];
}

export interface ScalingPoint {
  chips: number;
  global_batch: number;
  tokens_per_s: number;
  mfu: number;
  efficiency: number;
  goodput: number;
}

export interface Scaling {
  strong: ScalingPoint[];
  weak: ScalingPoint[];
}

export interface Training {
  family: string;
  step: Composition;
  memory: Composition;
  run: Composition | null;
  scaling: Scaling | null;
}

/** A fleet: a line of every picture of a replay. */
export interface ReplayFleet {
  name: string;
  family: string;
}

/** The value of a latency at each level, by fleet; empty where a fleet completed nothing. */
export interface LatencyPicture {
  name: string;
  levels: number[];
  views: { name: string; objectives: { label: string; at_s: number }[]; at_s: number[][] }[];
}

export interface LoadPoint {
  rate: number;
  goodput: number;
  attainment: number;
}

export interface LoadPicture {
  curves: LoadPoint[][];
}

/** Means of each period; null where nothing was looked at. */
export type PeriodValues = (number | null)[];

export interface OccupancyPicture {
  period_s: number;
  warm_up_s: number;
  fleets: { waiting: PeriodValues; decoding: PeriodValues; replicas: PeriodValues; cache: PeriodValues }[];
}

export interface AttainmentPicture {
  period_s: number;
  attainment: PeriodValues[];
  /** By fleet; once where they are the same for all. Null in the warm-up. */
  arrivals_per_s: PeriodValues[];
}

export interface Replay {
  fleets: ReplayFleet[];
  ttft: LatencyPicture;
  tpot: LatencyPicture;
  load: LoadPicture | null;
  occupancy: OccupancyPicture | null;
  attainment: AttainmentPicture | null;
}

export interface ReportDocument {
  fleet: Fleet | null;
  need: Need | null;
  token_cost: TokenCost | null;
  cost_risk: CostRisk | null;
  cash: Cash | null;
  raise: Raise | null;
  obligations: Obligations | null;
  tornadoes: Tornado[];
  replay: Replay | null;
  training: Training | null;
  validation: Validation | null;
}
