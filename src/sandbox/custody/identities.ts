// Users, service accounts, their credentials and permissions, as the API shows them to somebody who may look.
import { ok, refused } from './answer.ts';
import type { Answer } from './answer.ts';
import { listed } from './pages.ts';
import type { Identity, World } from './world.ts';

const assignmentsOf = (identity: Identity) => [
  {
    permissionName: `${identity.name} role`,
    permissionId: identity.permissionId,
    assignmentId: identity.assignmentId,
    operations: [...identity.permissions],
  },
];

const userInfoOf = (world: World, identity: Identity) => ({
  username: identity.username,
  name: identity.name,
  userId: identity.userId,
  kind: 'CustomerEmployee',
  credentialUuid: '',
  orgId: world.org.id,
  permissions: [],
  isActive: true,
  isServiceAccount: identity.isServiceAccount,
  isRegistered: true,
  permissionAssignments: assignmentsOf(identity),
});

const serviceAccountOf = (world: World, identity: Identity) => ({
  userInfo: userInfoOf(world, identity),
  accessTokens: identity.credentials.map((credential) => ({
    dateCreated: identity.dateCreated,
    credId: credential.credentialId,
    isActive: true,
    kind: 'ServiceAccount',
    linkedUserId: identity.userId,
    linkedAppId: '',
    name: identity.name,
    orgId: world.org.id,
    permissionAssignments: assignmentsOf(identity),
    publicKey: credential.publicKeyPem,
    tokenId: identity.tokenId,
  })),
});

const permissionOf = (identity: Identity) => ({
  id: identity.permissionId,
  name: `${identity.name} role`,
  operations: [...identity.permissions],
  status: 'Active',
  isImmutable: false,
  isArchived: false,
  dateCreated: identity.dateCreated,
  dateUpdated: identity.dateCreated,
});

export function getUser(world: World, userId: string): Answer {
  const identity = world.identities.get(userId);
  return identity
    ? ok({ ...userInfoOf(world, identity), isSSORequired: false })
    : refused(404, 'user not found', { userId, orgId: world.org.id });
}

export function listUsers(world: World, query: URLSearchParams): Answer {
  const people = [...world.identities.values()].filter((identity) => !identity.isServiceAccount);
  return listed(
    people.map((identity, index) => ({
      sequence: index + 1,
      item: { ...userInfoOf(world, identity), isSSORequired: false },
    })),
    query,
    world.org.maxPageSize,
  );
}

export function getServiceAccount(world: World, userId: string): Answer {
  const identity = world.identities.get(userId);
  return identity?.isServiceAccount
    ? ok(serviceAccountOf(world, identity))
    : refused(404, 'service account not found', { serviceAccountId: userId, orgId: world.org.id });
}

export function listServiceAccounts(world: World): Answer {
  const accounts = [...world.identities.values()].filter((identity) => identity.isServiceAccount);
  return ok({ items: accounts.map((identity) => serviceAccountOf(world, identity)) });
}

/** The caller's own credentials. */
export const listCredentials = (identity: Identity): Answer =>
  ok({
    items: identity.credentials.map((credential) => ({
      kind: 'Key',
      credentialId: credential.credentialId,
      credentialUuid: credential.credentialId,
      dateCreated: identity.dateCreated,
      isActive: true,
      name: identity.name,
      publicKey: credential.publicKeyPem,
      relyingPartyId: '',
      origin: '',
    })),
  });

export function listPermissions(world: World, query: URLSearchParams): Answer {
  const all = [...world.identities.values()].map((identity, index) => ({
    sequence: index + 1,
    item: permissionOf(identity),
  }));
  return listed(all, query, world.org.maxPageSize);
}

export function getPermission(world: World, permissionId: string): Answer {
  const identity = [...world.identities.values()].find((each) => each.permissionId === permissionId);
  return identity ? ok(permissionOf(identity)) : refused(404, 'permission not found', { permissionId });
}

export function listAssignments(world: World, permissionId: string): Answer {
  const identity = [...world.identities.values()].find((each) => each.permissionId === permissionId);
  if (identity === undefined) return refused(404, 'permission not found', { permissionId });
  return ok({
    items: [
      {
        id: identity.assignmentId,
        permissionId,
        identityId: identity.userId,
        isImmutable: false,
        dateCreated: identity.dateCreated,
        dateUpdated: identity.dateCreated,
      },
    ],
  });
}
