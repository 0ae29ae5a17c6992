import type { Charge } from '../quota/charge.ts';
import { coversKey } from '../quota/covered-keys.ts';
import type { QuotaState } from '../quota/quota-state.ts';
import { meetsScopes } from '../quota/scope.ts';
import type { Bill, Entry } from './ledger.ts';

/**
 * What the quotas of a namespace count for an object, whether or not they would let it in.
 * @param quotas - those that the ledger was opened with
 */
export function billCharge(quotas: readonly QuotaState[], charge: Charge): Bill {
  const bill: Entry[] = [];
  let slot = 0;
  for (const quota of quotas) {
    const first = slot;
    slot += quota.hard.size;
    const keys = [...quota.hard.keys()];
    if (!keys.some((key) => coversKey(charge, key)) || meetsScopes(quota.scopes, charge) !== 'yes') continue;
    for (const [index, key] of keys.entries()) {
      const amount = charge.usage.get(key);
      if (amount === undefined || amount.nano === 0n || !coversKey(charge, key)) continue;
      bill.push({ slot: first + index, amount: amount.nano, format: amount.format });
    }
  }
  return bill;
}
