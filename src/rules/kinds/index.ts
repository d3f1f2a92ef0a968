// The rule kinds: one file each (kinds of one shape share one), and one line here.
import type { RuleKind } from '../kind.ts';
import { activity } from './activity.ts';
import { always } from './always.ts';
import { amount } from './amount.ts';
import { asset } from './asset.ts';
import { call } from './call.ts';
import { contract } from './contract.ts';
import { field } from './field.ts';
import { baseUnits } from './base-units.ts';
import { destination } from './destination.ts';
import { counterparty, credential, initiator, method, transactionType, wallet } from './member.ts';
import { message } from './message.ts';
import { network } from './network.ts';
import { externalId, memo } from './presence.ts';
import { recipient } from './recipient.ts';
import { sender, signedFor } from './sender.ts';
import { spent } from './spent.ts';
import { time } from './time.ts';
import { typedData } from './typed-data.ts';
import { unsupported } from './unsupported.ts';
import { walletTag } from './wallet-tag.ts';
import { wei } from './wei.ts';

export const ruleKinds: Readonly<Record<string, RuleKind>> = {
  activity,
  always,
  amount,
  asset,
  call,
  contract,
  'base-units': baseUnits,
  counterparty,
  credential,
  destination,
  'external-id': externalId,
  field,
  initiator,
  memo,
  message,
  method,
  network,
  recipient,
  sender,
  'signed-for': signedFor,
  spent,
  time,
  'transaction-type': transactionType,
  'typed-data': typedData,
  unsupported,
  wallet,
  'wallet-tag': walletTag,
  wei,
};
