import type { Telemetry } from '../../lambda/runtime/telemetry';

export interface Measurement {
  readonly metric: string;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Keeps what a function tells of itself, so that tests can read it. */
export class RecordingTelemetry implements Telemetry {
  readonly lines: { message: string; fields: Readonly<Record<string, unknown>> }[] = [];
  readonly errors: { message: string; name: string }[] = [];
  readonly measurements: Measurement[] = [];

  clear(): void {
    for (const kept of [this.lines, this.errors, this.measurements]) kept.length = 0;
  }

  info(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ message, fields });
  }

  error(message: string, error: unknown): void {
    this.errors.push({ message, name: error instanceof Error ? error.name : typeof error });
  }

  measure(metric: string, value: number, dimensions: Readonly<Record<string, string>> = {}): void {
    this.measurements.push({ metric, value, dimensions });
  }
}
