import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';

/**
 * For controllers of batches, with `@UseFilters(BatchErrors)`: what a handler throws reaches the consumer as it is. Nest
 * would log it each time the batch comes again, and hand on "Internal server error" in its place.
 */
@Catch()
export class BatchErrors implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
