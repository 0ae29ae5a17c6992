import { describeCause } from '../errors.ts';
import { ApiError } from './api.ts';
import { LoginError } from './exec-login.ts';

/** What is wrong with a cluster, or with our way to it, and the way out. */
export function tellFault(server: string, error: unknown): string {
  if (error instanceof ApiError) {
    return error.status === 401
      ? `${server} does not know who you are; log in again, or name another context with --context`
      : `${server} answers ${error.status}: ${error.message}`;
  }
  if (error instanceof LoginError) return error.message;
  if (error instanceof SyntaxError)
    return `${server} does not answer as an API server does; see the address and proxies`;
  if (error instanceof Error && error.cause instanceof DOMException && error.cause.name === 'TimeoutError') {
    return `${server} did not answer in time`;
  }
  // An address with several faults, as of IPv4 and IPv6, has its words in each of them.
  const causes = error instanceof AggregateError ? error.errors.map(describeCause) : [describeCause(error)];
  return `${server} cannot be reached: ${causes.join('; ')}`;
}
