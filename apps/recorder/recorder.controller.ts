import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { BatchErrors, TOPICS, type RecordBatch } from '#libs/kafka';
import { Recorder } from './recorder.js';

@Controller()
@UseFilters(BatchErrors)
export class RecorderController {
  constructor(@Inject(Recorder) private readonly recorder: Recorder) {}

  @EventPattern(TOPICS.attempts)
  async attempts(@Payload() batch: RecordBatch): Promise<void> {
    await this.recorder.record(batch);
  }
}
