import type { ProcessRegister } from '../../storage/process-register.js';
import type { Reported, Usage } from './shared-rates.js';
import type { TenantRates } from './tenant-rates.js';

/** Milliseconds between two reports of a process: one row each time, however many requests there were. */
const EVERY = 2_000;

/** A process that has not reported for so many seconds is taken for gone. */
const GONE_AFTER = 7;

/** The reports of this process to the others, until they are stopped. */
export interface Telling {
  /** Reports no more, and resolves when the last report is done. */
  stop(): Promise<void>;
}

/**
 * Tells the other processes on the database what this one lets in, and hears what they do; the first time before it resolves.
 * While the database is away, the last word stands.
 * @param onError is told of a report that failed
 */
export async function tellOthers(
  register: ProcessRegister,
  rates: TenantRates,
  { processId, onError }: { readonly processId: string; readonly onError: (error: unknown) => void },
): Promise<Telling> {
  let underWay = tell(register, rates, processId).catch(onError);
  await underWay;
  const timer = setInterval(() => {
    underWay = underWay.then(() => tell(register, rates, processId)).catch(onError);
  }, EVERY);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await underWay;
      await register.leave(processId).catch(onError);
    },
  };
}

async function tell(register: ProcessRegister, rates: TenantRates, processId: string): Promise<void> {
  await register.report(processId, JSON.stringify(rates.takeUsage(EVERY / 1_000)));
  rates.heed(reportedBy(await register.others(processId, GONE_AFTER)));
}

function reportedBy(usages: readonly string[]): Reported {
  const elsewhere: Record<string, number> = {};
  for (const usage of usages) {
    for (const [tenantId, perSecond] of Object.entries(JSON.parse(usage) as Usage)) {
      elsewhere[tenantId] = (elsewhere[tenantId] ?? 0) + perSecond;
    }
  }
  return { processes: usages.length + 1, elsewhere };
}
