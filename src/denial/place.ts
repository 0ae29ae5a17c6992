/** Where the webhook keeps the record: a ConfigMap of this name in its own namespace, under this key. */
export const recordPlace = { name: 'quotafit-denials', key: 'denials.json' } as const;

/** Where people install the webhook unless they choose. */
export const webhookNamespace = 'quotafit-system';
