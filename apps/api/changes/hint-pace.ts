/** Between two hints for one project, in milliseconds: two a second. */
export const HINT_EVERY_MS = 500;

/** Passes hints on: the first one at once, and those that come too soon after it together, when it is time. */
export class HintPace {
  /** The projects that were told of lately; true: something came since. */
  private readonly recent = new Map<string, { again: boolean; readonly timer: NodeJS.Timeout }>();

  constructor(private readonly send: (projectId: string) => void) {}

  hint(projectId: string): void {
    const recent = this.recent.get(projectId);
    if (recent !== undefined) {
      recent.again = true;
      return;
    }
    const timer = setTimeout(() => this.pauseIsOver(projectId), HINT_EVERY_MS).unref();
    this.recent.set(projectId, { again: false, timer });
    this.send(projectId);
  }

  close(): void {
    for (const { timer } of this.recent.values()) clearTimeout(timer);
    this.recent.clear();
  }

  private pauseIsOver(projectId: string): void {
    const again = this.recent.get(projectId)?.again === true;
    this.recent.delete(projectId);
    if (again) this.hint(projectId);
  }
}
