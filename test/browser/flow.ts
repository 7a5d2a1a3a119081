import type { Stage } from './stage.js';

/** One thing that somebody does in the dashboard, or one thing that must hold of it. */
export interface Flow {
  /** As in `a test event is delivered by clicking alone`. */
  readonly name: string;
  /** @throws Error: what does not hold. */
  run(stage: Stage): Promise<void>;
}
