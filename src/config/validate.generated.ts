// Written by `npm run build:schemas` from schema.ts: do not edit.
// @ts-nocheck
import { Guard } from 'typebox/guard';
const External = [
  /(^\$schema$|^apiVersion$|^kind$|^extends$|^kubernetesVersion$|^namespace$|^failOn$|^rules$|^overrides$|^waivers$|^waiverAnnotations$|^policies$|^kinds$|^assumptions$)/u,
  /^1\.\d+$/u,
  /^.*$/u,
  /(^level$|^params$|^locked$)/u,
  /^.*$/u,
  /(^apiVersion$|^kind$|^name$|^namespace$|^path$|^labels$)/u,
  /^.*$/u,
  /^.*$/u,
  /(^level$|^params$|^locked$)/u,
  /^.*$/u,
  /(^apiVersion$|^kind$|^name$|^namespace$|^path$|^labels$)/u,
  /^.*$/u,
  /^\d{4}-\d{2}-\d{2}$/u,
  /(^group$|^kind$|^plural$|^templates$|^children$)/u,
  /(^template$|^replicas$|^defaultReplicas$)/u,
  /^(\/([^~/]|~[01])*)*$/u,
  /^(\/([^~/]|~[01])*)*$/u,
  /(^nodes$|^termination$)/u,
];
const check_0 = (value) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  'apiVersion' in value &&
  'kind' in value &&
  Object.getOwnPropertyNames(value).every((unique_0, unique_1) => External[0].test(unique_0) || false) &&
  (value.$schema === undefined || !('$schema' in value) || typeof value.$schema === 'string') &&
  typeof value.apiVersion === 'string' &&
  value.apiVersion === 'quotafit.dev/v1' &&
  typeof value.kind === 'string' &&
  value.kind === 'Config' &&
  (value.extends === undefined ||
    !('extends' in value) ||
    (typeof value.extends === 'string' &&
      (value.extends.length >= 2 || (value.extends.length >= 1 && Guard.CodePointCount(value.extends) >= 1))) ||
    (Array.isArray(value.extends) &&
      value.extends.every(
        (unique_2, index) =>
          typeof unique_2 === 'string' &&
          (unique_2.length >= 2 || (unique_2.length >= 1 && Guard.CodePointCount(unique_2) >= 1)),
      ))) &&
  (value.kubernetesVersion === undefined ||
    !('kubernetesVersion' in value) ||
    (typeof value.kubernetesVersion === 'string' && External[1].test(value.kubernetesVersion))) &&
  (value.namespace === undefined ||
    !('namespace' in value) ||
    (typeof value.namespace === 'string' &&
      (value.namespace.length >= 2 || (value.namespace.length >= 1 && Guard.CodePointCount(value.namespace) >= 1)))) &&
  (value.failOn === undefined ||
    !('failOn' in value) ||
    (typeof value.failOn === 'string' && value.failOn === 'error') ||
    (typeof value.failOn === 'string' && value.failOn === 'warning') ||
    (typeof value.failOn === 'string' && value.failOn === 'never')) &&
  (value.rules === undefined ||
    !('rules' in value) ||
    (typeof value.rules === 'object' &&
      value.rules !== null &&
      !Array.isArray(value.rules) &&
      Object.entries(value.rules).every(
        ([unique_3, unique_4], _) =>
          !External[2].test(unique_3) ||
          (typeof unique_4 === 'string' && unique_4 === 'error') ||
          (typeof unique_4 === 'string' && unique_4 === 'warning') ||
          (typeof unique_4 === 'string' && unique_4 === 'off') ||
          (typeof unique_4 === 'boolean' && unique_4 === false) ||
          (typeof unique_4 === 'object' &&
            unique_4 !== null &&
            !Array.isArray(unique_4) &&
            Object.getOwnPropertyNames(unique_4).every((unique_5, unique_6) => External[3].test(unique_5) || false) &&
            (unique_4.level === undefined ||
              !('level' in unique_4) ||
              (typeof unique_4.level === 'string' && unique_4.level === 'error') ||
              (typeof unique_4.level === 'string' && unique_4.level === 'warning') ||
              (typeof unique_4.level === 'string' && unique_4.level === 'off') ||
              (typeof unique_4.level === 'boolean' && unique_4.level === false)) &&
            (unique_4.params === undefined ||
              !('params' in unique_4) ||
              (typeof unique_4.params === 'object' &&
                unique_4.params !== null &&
                !Array.isArray(unique_4.params) &&
                Object.entries(unique_4.params).every(
                  ([unique_7, unique_8], _) => !External[4].test(unique_7) || true,
                ))) &&
            (unique_4.locked === undefined || !('locked' in unique_4) || typeof unique_4.locked === 'boolean') &&
            Object.getOwnPropertyNames(unique_4).length >= 1),
      ))) &&
  (value.overrides === undefined ||
    !('overrides' in value) ||
    (Array.isArray(value.overrides) &&
      value.overrides.every(
        (unique_9, index) =>
          typeof unique_9 === 'object' &&
          unique_9 !== null &&
          !Array.isArray(unique_9) &&
          'match' in unique_9 &&
          'rules' in unique_9 &&
          Object.getOwnPropertyNames(unique_9).length === 2 &&
          typeof unique_9.match === 'object' &&
          unique_9.match !== null &&
          !Array.isArray(unique_9.match) &&
          Object.getOwnPropertyNames(unique_9.match).every(
            (unique_10, unique_11) => External[5].test(unique_10) || false,
          ) &&
          (unique_9.match.apiVersion === undefined ||
            !('apiVersion' in unique_9.match) ||
            (typeof unique_9.match.apiVersion === 'string' &&
              (unique_9.match.apiVersion.length >= 2 ||
                (unique_9.match.apiVersion.length >= 1 && Guard.CodePointCount(unique_9.match.apiVersion) >= 1))) ||
            (Array.isArray(unique_9.match.apiVersion) &&
              unique_9.match.apiVersion.every(
                (unique_12, index) =>
                  typeof unique_12 === 'string' &&
                  (unique_12.length >= 2 || (unique_12.length >= 1 && Guard.CodePointCount(unique_12) >= 1)),
              ) &&
              unique_9.match.apiVersion.length >= 1)) &&
          (unique_9.match.kind === undefined ||
            !('kind' in unique_9.match) ||
            (typeof unique_9.match.kind === 'string' &&
              (unique_9.match.kind.length >= 2 ||
                (unique_9.match.kind.length >= 1 && Guard.CodePointCount(unique_9.match.kind) >= 1))) ||
            (Array.isArray(unique_9.match.kind) &&
              unique_9.match.kind.every(
                (unique_13, index) =>
                  typeof unique_13 === 'string' &&
                  (unique_13.length >= 2 || (unique_13.length >= 1 && Guard.CodePointCount(unique_13) >= 1)),
              ) &&
              unique_9.match.kind.length >= 1)) &&
          (unique_9.match.name === undefined ||
            !('name' in unique_9.match) ||
            (typeof unique_9.match.name === 'string' &&
              (unique_9.match.name.length >= 2 ||
                (unique_9.match.name.length >= 1 && Guard.CodePointCount(unique_9.match.name) >= 1))) ||
            (Array.isArray(unique_9.match.name) &&
              unique_9.match.name.every(
                (unique_14, index) =>
                  typeof unique_14 === 'string' &&
                  (unique_14.length >= 2 || (unique_14.length >= 1 && Guard.CodePointCount(unique_14) >= 1)),
              ) &&
              unique_9.match.name.length >= 1)) &&
          (unique_9.match.namespace === undefined ||
            !('namespace' in unique_9.match) ||
            (typeof unique_9.match.namespace === 'string' &&
              (unique_9.match.namespace.length >= 2 ||
                (unique_9.match.namespace.length >= 1 && Guard.CodePointCount(unique_9.match.namespace) >= 1))) ||
            (Array.isArray(unique_9.match.namespace) &&
              unique_9.match.namespace.every(
                (unique_15, index) =>
                  typeof unique_15 === 'string' &&
                  (unique_15.length >= 2 || (unique_15.length >= 1 && Guard.CodePointCount(unique_15) >= 1)),
              ) &&
              unique_9.match.namespace.length >= 1)) &&
          (unique_9.match.path === undefined ||
            !('path' in unique_9.match) ||
            (typeof unique_9.match.path === 'string' &&
              (unique_9.match.path.length >= 2 ||
                (unique_9.match.path.length >= 1 && Guard.CodePointCount(unique_9.match.path) >= 1))) ||
            (Array.isArray(unique_9.match.path) &&
              unique_9.match.path.every(
                (unique_16, index) =>
                  typeof unique_16 === 'string' &&
                  (unique_16.length >= 2 || (unique_16.length >= 1 && Guard.CodePointCount(unique_16) >= 1)),
              ) &&
              unique_9.match.path.length >= 1)) &&
          (unique_9.match.labels === undefined ||
            !('labels' in unique_9.match) ||
            (typeof unique_9.match.labels === 'object' &&
              unique_9.match.labels !== null &&
              !Array.isArray(unique_9.match.labels) &&
              Object.entries(unique_9.match.labels).every(
                ([unique_17, unique_18], _) => !External[6].test(unique_17) || typeof unique_18 === 'string',
              ))) &&
          Object.getOwnPropertyNames(unique_9.match).length >= 1 &&
          typeof unique_9.rules === 'object' &&
          unique_9.rules !== null &&
          !Array.isArray(unique_9.rules) &&
          Object.entries(unique_9.rules).every(
            ([unique_19, unique_20], _) =>
              !External[7].test(unique_19) ||
              (typeof unique_20 === 'string' && unique_20 === 'error') ||
              (typeof unique_20 === 'string' && unique_20 === 'warning') ||
              (typeof unique_20 === 'string' && unique_20 === 'off') ||
              (typeof unique_20 === 'boolean' && unique_20 === false) ||
              (typeof unique_20 === 'object' &&
                unique_20 !== null &&
                !Array.isArray(unique_20) &&
                Object.getOwnPropertyNames(unique_20).every(
                  (unique_21, unique_22) => External[8].test(unique_21) || false,
                ) &&
                (unique_20.level === undefined ||
                  !('level' in unique_20) ||
                  (typeof unique_20.level === 'string' && unique_20.level === 'error') ||
                  (typeof unique_20.level === 'string' && unique_20.level === 'warning') ||
                  (typeof unique_20.level === 'string' && unique_20.level === 'off') ||
                  (typeof unique_20.level === 'boolean' && unique_20.level === false)) &&
                (unique_20.params === undefined ||
                  !('params' in unique_20) ||
                  (typeof unique_20.params === 'object' &&
                    unique_20.params !== null &&
                    !Array.isArray(unique_20.params) &&
                    Object.entries(unique_20.params).every(
                      ([unique_23, unique_24], _) => !External[9].test(unique_23) || true,
                    ))) &&
                (unique_20.locked === undefined || !('locked' in unique_20) || typeof unique_20.locked === 'boolean') &&
                Object.getOwnPropertyNames(unique_20).length >= 1),
          ),
      ))) &&
  (value.waivers === undefined ||
    !('waivers' in value) ||
    (Array.isArray(value.waivers) &&
      value.waivers.every(
        (unique_25, index) =>
          typeof unique_25 === 'object' &&
          unique_25 !== null &&
          !Array.isArray(unique_25) &&
          'rule' in unique_25 &&
          'match' in unique_25 &&
          'reason' in unique_25 &&
          'owner' in unique_25 &&
          'until' in unique_25 &&
          Object.getOwnPropertyNames(unique_25).length === 5 &&
          typeof unique_25.rule === 'string' &&
          (unique_25.rule.length >= 2 || (unique_25.rule.length >= 1 && Guard.CodePointCount(unique_25.rule) >= 1)) &&
          typeof unique_25.match === 'object' &&
          unique_25.match !== null &&
          !Array.isArray(unique_25.match) &&
          Object.getOwnPropertyNames(unique_25.match).every(
            (unique_26, unique_27) => External[10].test(unique_26) || false,
          ) &&
          (unique_25.match.apiVersion === undefined ||
            !('apiVersion' in unique_25.match) ||
            (typeof unique_25.match.apiVersion === 'string' &&
              (unique_25.match.apiVersion.length >= 2 ||
                (unique_25.match.apiVersion.length >= 1 && Guard.CodePointCount(unique_25.match.apiVersion) >= 1))) ||
            (Array.isArray(unique_25.match.apiVersion) &&
              unique_25.match.apiVersion.every(
                (unique_28, index) =>
                  typeof unique_28 === 'string' &&
                  (unique_28.length >= 2 || (unique_28.length >= 1 && Guard.CodePointCount(unique_28) >= 1)),
              ) &&
              unique_25.match.apiVersion.length >= 1)) &&
          (unique_25.match.kind === undefined ||
            !('kind' in unique_25.match) ||
            (typeof unique_25.match.kind === 'string' &&
              (unique_25.match.kind.length >= 2 ||
                (unique_25.match.kind.length >= 1 && Guard.CodePointCount(unique_25.match.kind) >= 1))) ||
            (Array.isArray(unique_25.match.kind) &&
              unique_25.match.kind.every(
                (unique_29, index) =>
                  typeof unique_29 === 'string' &&
                  (unique_29.length >= 2 || (unique_29.length >= 1 && Guard.CodePointCount(unique_29) >= 1)),
              ) &&
              unique_25.match.kind.length >= 1)) &&
          (unique_25.match.name === undefined ||
            !('name' in unique_25.match) ||
            (typeof unique_25.match.name === 'string' &&
              (unique_25.match.name.length >= 2 ||
                (unique_25.match.name.length >= 1 && Guard.CodePointCount(unique_25.match.name) >= 1))) ||
            (Array.isArray(unique_25.match.name) &&
              unique_25.match.name.every(
                (unique_30, index) =>
                  typeof unique_30 === 'string' &&
                  (unique_30.length >= 2 || (unique_30.length >= 1 && Guard.CodePointCount(unique_30) >= 1)),
              ) &&
              unique_25.match.name.length >= 1)) &&
          (unique_25.match.namespace === undefined ||
            !('namespace' in unique_25.match) ||
            (typeof unique_25.match.namespace === 'string' &&
              (unique_25.match.namespace.length >= 2 ||
                (unique_25.match.namespace.length >= 1 && Guard.CodePointCount(unique_25.match.namespace) >= 1))) ||
            (Array.isArray(unique_25.match.namespace) &&
              unique_25.match.namespace.every(
                (unique_31, index) =>
                  typeof unique_31 === 'string' &&
                  (unique_31.length >= 2 || (unique_31.length >= 1 && Guard.CodePointCount(unique_31) >= 1)),
              ) &&
              unique_25.match.namespace.length >= 1)) &&
          (unique_25.match.path === undefined ||
            !('path' in unique_25.match) ||
            (typeof unique_25.match.path === 'string' &&
              (unique_25.match.path.length >= 2 ||
                (unique_25.match.path.length >= 1 && Guard.CodePointCount(unique_25.match.path) >= 1))) ||
            (Array.isArray(unique_25.match.path) &&
              unique_25.match.path.every(
                (unique_32, index) =>
                  typeof unique_32 === 'string' &&
                  (unique_32.length >= 2 || (unique_32.length >= 1 && Guard.CodePointCount(unique_32) >= 1)),
              ) &&
              unique_25.match.path.length >= 1)) &&
          (unique_25.match.labels === undefined ||
            !('labels' in unique_25.match) ||
            (typeof unique_25.match.labels === 'object' &&
              unique_25.match.labels !== null &&
              !Array.isArray(unique_25.match.labels) &&
              Object.entries(unique_25.match.labels).every(
                ([unique_33, unique_34], _) => !External[11].test(unique_33) || typeof unique_34 === 'string',
              ))) &&
          Object.getOwnPropertyNames(unique_25.match).length >= 1 &&
          typeof unique_25.reason === 'string' &&
          (unique_25.reason.length >= 2 ||
            (unique_25.reason.length >= 1 && Guard.CodePointCount(unique_25.reason) >= 1)) &&
          typeof unique_25.owner === 'string' &&
          (unique_25.owner.length >= 2 ||
            (unique_25.owner.length >= 1 && Guard.CodePointCount(unique_25.owner) >= 1)) &&
          typeof unique_25.until === 'string' &&
          External[12].test(unique_25.until),
      ))) &&
  (value.waiverAnnotations === undefined ||
    !('waiverAnnotations' in value) ||
    typeof value.waiverAnnotations === 'boolean') &&
  (value.policies === undefined ||
    !('policies' in value) ||
    (Array.isArray(value.policies) &&
      value.policies.every(
        (unique_35, index) =>
          typeof unique_35 === 'string' &&
          (unique_35.length >= 2 || (unique_35.length >= 1 && Guard.CodePointCount(unique_35) >= 1)),
      ))) &&
  (value.kinds === undefined ||
    !('kinds' in value) ||
    (Array.isArray(value.kinds) &&
      value.kinds.every(
        (unique_36, index) =>
          typeof unique_36 === 'object' &&
          unique_36 !== null &&
          !Array.isArray(unique_36) &&
          'group' in unique_36 &&
          'kind' in unique_36 &&
          'templates' in unique_36 &&
          Object.getOwnPropertyNames(unique_36).every(
            (unique_37, unique_38) => External[13].test(unique_37) || false,
          ) &&
          typeof unique_36.group === 'string' &&
          typeof unique_36.kind === 'string' &&
          (unique_36.kind.length >= 2 || (unique_36.kind.length >= 1 && Guard.CodePointCount(unique_36.kind) >= 1)) &&
          (unique_36.plural === undefined ||
            !('plural' in unique_36) ||
            (typeof unique_36.plural === 'string' &&
              (unique_36.plural.length >= 2 ||
                (unique_36.plural.length >= 1 && Guard.CodePointCount(unique_36.plural) >= 1)))) &&
          Array.isArray(unique_36.templates) &&
          unique_36.templates.every(
            (unique_39, index) =>
              typeof unique_39 === 'object' &&
              unique_39 !== null &&
              !Array.isArray(unique_39) &&
              'template' in unique_39 &&
              Object.getOwnPropertyNames(unique_39).every(
                (unique_40, unique_41) => External[14].test(unique_40) || false,
              ) &&
              typeof unique_39.template === 'string' &&
              External[15].test(unique_39.template) &&
              (unique_39.replicas === undefined ||
                !('replicas' in unique_39) ||
                (typeof unique_39.replicas === 'string' && External[16].test(unique_39.replicas))) &&
              (unique_39.defaultReplicas === undefined ||
                !('defaultReplicas' in unique_39) ||
                (Number.isInteger(unique_39.defaultReplicas) &&
                  (!(Number.isFinite(unique_39.defaultReplicas) || typeof unique_39.defaultReplicas === 'bigint') ||
                    unique_39.defaultReplicas >= 0))),
          ) &&
          unique_36.templates.length >= 1 &&
          (unique_36.children === undefined ||
            !('children' in unique_36) ||
            (Array.isArray(unique_36.children) &&
              unique_36.children.every(
                (unique_42, index) =>
                  typeof unique_42 === 'object' &&
                  unique_42 !== null &&
                  !Array.isArray(unique_42) &&
                  'resource' in unique_42 &&
                  'count' in unique_42 &&
                  Object.getOwnPropertyNames(unique_42).length === 2 &&
                  typeof unique_42.resource === 'string' &&
                  (unique_42.resource.length >= 2 ||
                    (unique_42.resource.length >= 1 && Guard.CodePointCount(unique_42.resource) >= 1)) &&
                  Number.isInteger(unique_42.count) &&
                  (!(Number.isFinite(unique_42.count) || typeof unique_42.count === 'bigint') || unique_42.count >= 0),
              ))),
      ))) &&
  (value.assumptions === undefined ||
    !('assumptions' in value) ||
    (typeof value.assumptions === 'object' &&
      value.assumptions !== null &&
      !Array.isArray(value.assumptions) &&
      Object.getOwnPropertyNames(value.assumptions).every(
        (unique_43, unique_44) => External[17].test(unique_43) || false,
      ) &&
      (value.assumptions.nodes === undefined ||
        !('nodes' in value.assumptions) ||
        (Number.isInteger(value.assumptions.nodes) &&
          (!(Number.isFinite(value.assumptions.nodes) || typeof value.assumptions.nodes === 'bigint') ||
            value.assumptions.nodes >= 0))) &&
      (value.assumptions.termination === undefined ||
        !('termination' in value.assumptions) ||
        (typeof value.assumptions.termination === 'string' && value.assumptions.termination === 'optimistic') ||
        (typeof value.assumptions.termination === 'string' && value.assumptions.termination === 'realistic') ||
        (typeof value.assumptions.termination === 'string' && value.assumptions.termination === 'worst'))));

/** Whether a value has the shape of `quotafit.yaml`. */
export const isConfigFile: (value: unknown) => boolean = check_0;
