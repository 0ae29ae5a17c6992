import type { JsonObject } from '../manifest/document.ts';
import type { ResourceList } from '../quantity/quantity.ts';

/** What one container asks for. */
export interface ContainerShape {
  readonly name: string;
  /** JSON pointer from the pod's `spec`: `/containers/0`. */
  readonly pointer: string;
  /** `sidecar`: an init container with `restartPolicy: Always`. */
  readonly role: 'app' | 'init' | 'sidecar';
  readonly requests: ResourceList;
  readonly limits: ResourceList;
}

export interface Resources {
  readonly requests: ResourceList;
  readonly limits: ResourceList;
}

/** A pod as far as its resources, scopes and class matter; the same for a written pod and for what the server makes of it. */
export interface PodShape {
  readonly containers: readonly ContainerShape[];
  /** In the order written, sidecars included. */
  readonly initContainers: readonly ContainerShape[];
  /** `spec.resources`; `null` when absent. */
  readonly podLevel: Resources | null;
  /** `spec.overhead`; `null` when absent. */
  readonly overhead: ResourceList | null;
  readonly priorityClassName: string;
  readonly runtimeClassName: string;
  readonly activeDeadlineSeconds: number | null;
  /** The pod's `spec` as written, for what the shape does not hold. */
  readonly spec: JsonObject;
}
