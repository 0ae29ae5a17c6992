/** In each namespace. */
export const WORKLOADS_EACH = 10;
/** Of each workload. */
export const PODS_EACH = 5;
