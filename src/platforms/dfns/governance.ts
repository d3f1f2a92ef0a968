// Changes of who controls whom, told as what is there now and what would be there after.
import type { Activity, ActivityKind } from '../../domain/activity.ts';
import { blankActivity, otherFacts, type Fact, type Surroundings, type Translate } from './activity.ts';
import { at, isList, leavesOf, recordAt, textAt, wordsOf, type ExactRecord } from './document.ts';

type Tell = (change: ExactRecord, around: Surroundings) => readonly Fact[];

/** `Alias:Modify` is the older name that some examples of the documentation still show. */
export const governanceKinds: Readonly<Record<string, { readonly kind: ActivityKind; readonly tell: Tell }>> = {
  'Policies:Modify': { kind: 'policy-change', tell: tellPolicy },
  'Permissions:Assign': { kind: 'permission-change', tell: tellAssignment },
  'Permissions:Modify': { kind: 'permission-change', tell: tellPermission },
  'Registry:Addresses:Modify': { kind: 'registry-change', tell: tellAlias },
  'Registry:ContractSchemas:Modify': { kind: 'registry-change', tell: tellContract },
  'Alias:Modify': { kind: 'registry-change', tell: tellAlias },
};

export const translateChange: Translate = (approval, request, around) => {
  const governance = Object.hasOwn(governanceKinds, approval.activityKind)
    ? governanceKinds[approval.activityKind]
    : undefined;
  const hasBody = recordAt(request.body, 'body') !== null;
  const blank = blankActivity(approval, request);
  return {
    ...blank,
    request: { ...blank.request, fields: fieldsOf(approval.activityKind, request.body) },
    kind: governance?.kind ?? 'unknown',
    platformKind: [approval.activityKind, textAt(request.body, 'kind'), textAt(request.body, 'operationKind')]
      .filter((part) => part !== null)
      .join('/'),
    unread: hasBody ? [] : ['the change does not say what it changes'],
    facts: governance?.tell(request.body, around) ?? otherFacts(request.body, new Set()),
  };
};

/** What the filters of policies about governance name. */
function fieldsOf(activityKind: string, change: ExactRecord): Activity['request']['fields'] {
  const changed = textAt(change, 'entityId') ?? textAt(change, 'body', 'id');
  const assigned = textAt(change, 'body', 'permissionId');
  if (activityKind === 'Policies:Modify' && changed !== null) return { policyId: [changed] };
  if (activityKind === 'Permissions:Modify' && changed !== null) return { permissionId: [changed] };
  return activityKind === 'Permissions:Assign' && assigned !== null ? { permissionId: [assigned] } : {};
}

function tellPolicy(change: ExactRecord, around: Surroundings): readonly Fact[] {
  const body = recordAt(change, 'body') ?? {};
  // Archiving is an update too: only the new status tells it.
  const archives = textAt(body, 'status') === 'Archived';
  const head = [
    { label: 'Change', value: archives ? 'archives the policy: it no longer protects anything' : 'changes the policy' },
    { label: 'Policy', value: named(textAt(body, 'name'), textAt(change, 'entityId')) },
  ];
  if (around.policyNow === null) {
    const whole = leavesOf(body).map(({ path, value }) => ({ label: path, value: wordsOf(value) }));
    return [...head, { label: 'As it stands now', value: 'could not be read' }, ...whole];
  }
  return [...head, ...differences(around.policyNow, body)];
}

function tellAssignment(change: ExactRecord, around: Surroundings): readonly Fact[] {
  const operation = textAt(change, 'operationKind');
  const identity = textAt(change, 'body', 'identityId');
  const ours = identity === around.serviceAccount ? ' (the account that Countersign votes with)' : '';
  return [
    { label: 'Change', value: verbOf(operation, 'gives a permission', 'takes a permission away') },
    { label: 'Permission', value: wordsOf(at(change, 'body', 'permissionId')) },
    { label: operation === 'Delete' ? 'From' : 'To', value: `${identity ?? 'unknown'}${ours}` },
    ...otherFacts(recordAt(change, 'body') ?? {}, new Set(['id', 'permissionId', 'identityId'])),
  ];
}

function tellPermission(change: ExactRecord): readonly Fact[] {
  const body = recordAt(change, 'body') ?? {};
  const archives = at(body, 'isArchived') === true;
  return [
    { label: 'Change', value: archives ? 'archives a permission' : 'changes what a permission allows' },
    { label: 'Permission', value: named(textAt(body, 'name'), textAt(change, 'entityId')) },
    { label: 'Would allow', value: wordsOf(at(body, 'operations')) },
    ...otherFacts(body, new Set(['id', 'name', 'operations'])),
  ];
}

function tellAlias(change: ExactRecord): readonly Fact[] {
  const body = recordAt(change, 'body') ?? {};
  const values = (which: string): readonly Fact[] => {
    const list = at(body, 'values', which);
    return (isList(list) ? list : []).map((value) => ({
      label: which === 'add' ? 'Adds address' : 'Removes address',
      value: `${textAt(value, 'network') ?? 'unknown network'} ${textAt(value, 'value') ?? wordsOf(value)}`,
    }));
  };
  return [
    { label: 'Change', value: `${(textAt(body, 'operationKind') ?? 'change').toLowerCase()}s a named address` },
    { label: 'Name', value: named(textAt(body, 'alias'), textAt(body, 'entityId')) },
    ...values('add'),
    ...values('remove'),
    ...otherFacts(body, new Set(['entityId', 'alias', 'operationKind', 'values'])),
  ];
}

function tellContract(change: ExactRecord): readonly Fact[] {
  return [
    { label: 'Change', value: verbOf(textAt(change, 'operationKind'), 'adds a contract', 'removes a contract') },
    ...otherFacts(recordAt(change, 'body') ?? {}, new Set(['schema'])),
  ];
}

function verbOf(operation: string | null, create: string, remove: string): string {
  if (operation === 'Create') return create;
  return operation === 'Delete' ? remove : (operation ?? 'unknown');
}

function named(name: string | null, id: string | null): string {
  return name === null ? (id ?? 'unknown') : `${name} (${id ?? 'no id'})`;
}

/** Where two versions differ: lists by what they gain and lose, everything else as from → to. */
function differences(before: ExactRecord, after: ExactRecord): readonly Fact[] {
  const old = new Map(leavesOf(before).map(({ path, value }) => [path, value]));
  const fresh = new Map(leavesOf(after).map(({ path, value }) => [path, value]));
  const dates = new Set(['dateCreated', 'dateUpdated']);
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((path) => {
    const [from, to] = [old.get(path), fresh.get(path)];
    if (dates.has(path) || wordsOf(from) === wordsOf(to)) return [];
    if (!isList(from) || !isList(to)) return [{ label: path, value: `${wordsOf(from)} → ${wordsOf(to)}` }];
    const [had, has] = [from.map(wordsOf), to.map(wordsOf)];
    const gained = has.filter((item) => !had.includes(item));
    const lost = had.filter((item) => !has.includes(item));
    return [
      ...(gained.length === 0 ? [] : [{ label: `${path} gains`, value: gained.join(', ') }]),
      ...(lost.length === 0 ? [] : [{ label: `${path} loses`, value: lost.join(', ') }]),
    ];
  });
}
