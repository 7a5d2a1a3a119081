/**
 * What `npm run simulate:…` asks of a simulation; without it the suite's own number of histories, drawn anew. (That of
 * libs/ordering, which imports nothing, reads the same by itself.)
 */
export function simulationOptions(runs: number): {
  readonly numRuns: number;
  readonly seed?: number;
  readonly path?: string;
} {
  const { SIMULATION_RUNS, SIMULATION_SEED, SIMULATION_PATH } = process.env;
  return {
    numRuns: Number(SIMULATION_RUNS ?? runs),
    ...(SIMULATION_SEED === undefined ? {} : { seed: Number(SIMULATION_SEED) }),
    ...(SIMULATION_PATH === undefined ? {} : { path: SIMULATION_PATH }),
  };
}
