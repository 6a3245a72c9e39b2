import {
  Counter,
  type CounterConfiguration,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  type Metric,
  Registry,
} from 'prom-client'
import { addProcessMetrics } from './process-metrics'

export type { Counter, Gauge, Histogram } from 'prom-client'

type Described<Configuration> = Omit<Configuration, 'registers' | 'labelNames'>

/** The numbers of one service. Asking for a name again gives the same instrument, so that parts need not know of each other. */
export interface Metrics {
  counter<L extends string = never>(options: Described<CounterConfiguration<L>> & { labelNames?: readonly L[] }): Counter<L>
  gauge<L extends string = never>(options: Described<GaugeConfiguration<L>> & { labelNames?: readonly L[] }): Gauge<L>
  histogram<L extends string = never>(options: Described<HistogramConfiguration<L>> & { labelNames?: readonly L[] }): Histogram<L>
  /** Everything in Prometheus' text format. A metric that cannot be read is left out; it does not take the others with it. */
  text(): Promise<string>
  readonly contentType: string
}

export function createMetrics({ service, memoryUsage }: { service: string; memoryUsage?: () => NodeJS.MemoryUsage }): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ service })

  const once =
    <C extends { name: string; labelNames?: readonly string[] }, M extends Metric>(
      make: new (options: C & { registers: Registry[] }) => M,
    ) =>
    (options: C): M => {
      const existing = registry.getSingleMetric(options.name)
      if (existing === undefined) return new make({ ...options, registers: [registry] })
      if (!(existing instanceof make)) throw new Error(`the metric ${options.name} exists already as another kind`)
      return existing
    }

  const metrics: Metrics = {
    // The constructors are generic in their label names, which `once` cannot carry through.
    counter: once(Counter) as Metrics['counter'],
    gauge: once(Gauge) as Metrics['gauge'],
    histogram: once(Histogram) as Metrics['histogram'],
    contentType: registry.contentType,
    async text() {
      const parts = await Promise.all(
        registry.getMetricsAsArray().map(({ name }) => registry.getSingleMetricAsString(name).catch(() => undefined)),
      )
      return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`
    },
  }
  addProcessMetrics(metrics, memoryUsage)
  return metrics
}
