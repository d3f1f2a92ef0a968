// What one entry alone cannot show: references, duplicates, and quorums that nobody can reach.
import type { ConfigFile, Placed } from './config-file.ts';
import type { GroupSection, PersonSection } from './config-schema.ts';
import { compareDecimals } from './domain/amount.ts';
import { minimumPeople } from './domain/quorum.ts';
import { suggestion, type Place, type PlacedFault } from './rules/document.ts';

export type CrossCheck = { readonly faults: readonly PlacedFault[]; readonly warnings: readonly PlacedFault[] };

export function crossCheck(file: ConfigFile, slackEnabled: boolean): CrossCheck {
  const parts = [
    checkPeople(file),
    checkAdmins(file),
    ...file.groups.map((group) => checkGroup(group, file, slackEnabled)),
    checkBudgets(file),
    checkAutomation(file),
  ];
  return {
    faults: [...parts.flatMap(({ faults }) => faults), ...duplicateGroups(file)],
    warnings: [...parts.flatMap(({ warnings }) => warnings), ...literalSecrets(file)],
  };
}

function checkPeople(file: ConfigFile): CrossCheck {
  const faults: PlacedFault[] = [];
  const seen = new Map<string, string>();
  /** Says who has it already, when somebody has. */
  const claim = (key: string, person: PersonSection, place: Place, words: (owner: string) => string): void => {
    const owner = seen.get(key);
    if (owner === undefined) seen.set(key, person.id);
    else faults.push({ place, words: words(owner), remedy: 'Give it to one person only, once.' });
  };
  for (const { place, value: person } of file.people) {
    claim(`id ${person.id}`, person, [...place, 'id'], () => `"${person.id}" is already the id of another person`);
    for (const [index, user] of person.slack.entries()) {
      claim(`slack ${user}`, person, [...place, 'slack', index], (owner) => `${user} already belongs to "${owner}"`);
    }
    for (const [connection, accounts] of Object.entries(person.accounts)) {
      const at = [...place, 'accounts', connection];
      faults.push(...unknownConnection(file, connection, at));
      for (const [index, account] of accounts.entries()) {
        claim(
          `account ${connection} ${account}`,
          person,
          [...at, index],
          (owner) => `${account} already belongs to "${owner}"`,
        );
        faults.push(...serviceAccountAsPerson(file, connection, account, [...at, index]));
      }
    }
  }
  return { faults, warnings: [] };
}

/** The bot's own account as a person's would let that person vote in every group that lists the bot. */
function serviceAccountAsPerson(file: ConfigFile, connection: string, account: string, place: Place): PlacedFault[] {
  const own = file.serviceAccounts.find(({ value }) => value.name === connection)?.value.credentials ?? {};
  if (!Object.values(own).includes(account)) return [];
  const words = `${account} is the service account of "${connection}", not a person's account`;
  return [{ place, words, remedy: 'Remove it here; name it under `owns` of the person who runs it.' }];
}

function checkAdmins(file: ConfigFile): CrossCheck {
  const faults = file.admins.flatMap((admin, index) => [
    ...unknownPerson(file, admin, ['admins', index]),
    ...repeated(file.admins, admin, ['admins', index], index),
  ]);
  if (new Set(file.admins).size >= 2) return { faults, warnings: [] };
  const words = 'names fewer than two people, and it takes two to resume a switch';
  return { faults, warnings: [{ place: ['admins'], words, remedy: 'List two people or more.' }] };
}

function checkGroup(
  { place, value: group }: Placed<GroupSection>,
  file: ConfigFile,
  slackEnabled: boolean,
): CrossCheck {
  const faults: PlacedFault[] = [
    ...unknownConnection(file, group.connection, [...place, 'connection']),
    ...group.approvers.flatMap((id, index) => [
      ...unknownPerson(file, id, [...place, 'approvers', index]),
      ...repeated(group.approvers, id, [...place, 'approvers', index], index),
    ]),
    ...ceilingFaults(group, place),
  ];
  const warnings: PlacedFault[] = [];
  const mode = file.connections.find(({ value }) => value.name === group.connection)?.value.mode;
  if (mode !== undefined && mode !== 'vote' && (group.votes === 'slack' || group.automation)) {
    const words = `has no effect while the mode of "${group.connection}" is ${mode}`;
    warnings.push({ place, words, remedy: 'Set `mode: vote` when decisions may be submitted.' });
  }
  const size = new Set(group.approvers).size;
  for (const key of ['quorum', 'denyQuorum'] as const) {
    const wanted = group[key] ?? 1;
    if (wanted > size && (group.votes === 'slack' || size > 0)) {
      const words = `is ${wanted}, but only ${size} ${size === 1 ? 'approver is' : 'approvers are'} listed`;
      faults.push({ place: [...place, key], words, remedy: 'List more approvers, or lower it.' });
    }
  }
  if (group.votes === 'slack') {
    const slack = checkSlackVotes(group, place, file, slackEnabled);
    faults.push(...slack.faults);
    warnings.push(...slack.warnings);
  }
  return { faults, warnings };
}

function checkSlackVotes(group: GroupSection, place: Place, file: ConfigFile, slackEnabled: boolean): CrossCheck {
  const faults: PlacedFault[] = [];
  const warnings: PlacedFault[] = [];
  const quorum = group.quorum ?? 1;
  if (group.quorum === undefined) {
    const remedy = 'Write how many different people must approve, e.g. `quorum: 2`.';
    faults.push({ place: [...place, 'quorum'], words: 'is missing, and votes in Slack need one', remedy });
  } else if (quorum < minimumPeople) {
    const words = `is ${quorum}, but at least ${minimumPeople} different people stand behind every release`;
    warnings.push({ place: [...place, 'quorum'], words, remedy: `Write \`quorum: ${minimumPeople}\` or more.` });
  }
  const people = file.people.map(({ value }) => value).filter((person) => group.approvers.includes(person.id));
  const without = people.filter(
    (person) => person.slack.length === 0 || (person.accounts[group.connection] ?? []).length === 0,
  );
  const words = `"${without.map((person) => person.id).join('", "')}" cannot vote: no Slack user, or no account there`;
  const remedy = `Give everybody \`slack\` and an account on "${group.connection}".`;
  const complete = group.approvers.every((id) => people.some((person) => person.id === id));
  if (without.length > 0) {
    // With a faulty person in the list the count would blame the wrong entry.
    const unreachable = complete && people.length - without.length < quorum && people.length >= quorum;
    (unreachable ? faults : warnings).push({ place: [...place, 'approvers'], words, remedy });
  }
  if (!slackEnabled) {
    warnings.push({
      place,
      words: 'votes in Slack, which is off',
      remedy: 'Turn Slack on, or write `votes: platform`.',
    });
  }
  if (group.ceiling === null) {
    const missing = 'is missing, so Slack votes release nothing here';
    warnings.push({ place: [...place, 'ceiling'], words: missing, remedy: 'Write a ceiling, or `votes: platform`.' });
  }
  return { faults, warnings };
}

function ceilingFaults({ ceiling }: GroupSection, place: Place): PlacedFault[] {
  if (ceiling === null) return [];
  const at = [...place, 'ceiling'];
  if (ceiling.perItem.currency !== ceiling.per24h.currency) {
    return [{ place: at, words: 'has two currencies', remedy: "Write both in the currency of the platform's quotes." }];
  }
  if (compareDecimals(ceiling.perItem.value, ceiling.per24h.value) <= 0) return [];
  const words = 'allows more for one item than for 24 hours';
  return [{ place: at, words, remedy: 'Raise per24h or lower perItem.' }];
}

/** Two entries that match the same groups equally well: nobody could say which of them counts. */
function duplicateGroups(file: ConfigFile): PlacedFault[] {
  const seen = new Set<string>();
  return file.groups.flatMap(({ place, value: { connection, policy, name } }) => {
    const key = JSON.stringify([connection, policy, name]);
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const words = `repeats "${name}" of "${connection}"${policy === null ? ' (without a policy)' : ` for ${policy}`}`;
    return [{ place, words, remedy: 'Keep one of them, or tell them apart by `policy`.' }];
  });
}

function checkBudgets(file: ConfigFile): CrossCheck {
  const seen = new Set<string>();
  const faults = file.budgets.flatMap(({ place, value: { connection, per, window } }) => {
    const key = JSON.stringify([connection, per, window]);
    const repeats = seen.has(key);
    seen.add(key);
    const words = 'repeats a budget with the same connection, per and window';
    return [
      ...unknownConnection(file, connection, [...place, 'connection']),
      ...(repeats ? [{ place, words, remedy: 'Keep one of them.' }] : []),
    ];
  });
  return { faults, warnings: [] };
}

/** Automation that can never happen is not dangerous, but somebody expects it. */
function checkAutomation(file: ConfigFile): CrossCheck {
  const warnings = file.groups.flatMap(({ place, value: group }): PlacedFault[] => {
    if (!group.automation) return [];
    const at = [...place, 'automation'];
    if (file.rulebook === null) {
      return [{ place: at, words: 'has no effect without a rulebook', remedy: 'Write `rulebook: rulebook.yaml`.' }];
    }
    if (file.budgets.some(({ value }) => value.connection === group.connection)) return [];
    const words = `has no effect: no budget for "${group.connection}" means zero`;
    return [{ place: at, words, remedy: 'Write an entry under `budgets`.' }];
  });
  return { faults: [], warnings };
}

function literalSecrets(file: ConfigFile): PlacedFault[] {
  return file.literalSecrets.map((place) => ({
    place,
    words: 'is a secret that stands in the file',
    remedy: 'Move it to the environment and write ${NAME} here.',
  }));
}

function unknownConnection(file: ConfigFile, name: string, place: Place): PlacedFault[] {
  if (file.connectionNames.has(name)) return [];
  return [
    { place, words: `"${name}" is not one of \`connections\``, remedy: suggestion(name, [...file.connectionNames]) },
  ];
}

function unknownPerson(file: ConfigFile, id: string, place: Place): PlacedFault[] {
  if (file.personIds.has(id)) return [];
  return [
    { place, words: `"${id}" is not the id of anybody in \`people\``, remedy: suggestion(id, [...file.personIds]) },
  ];
}

function repeated(list: readonly string[], entry: string, place: Place, index: number): PlacedFault[] {
  if (list.indexOf(entry) === index) return [];
  return [{ place, words: `repeats "${entry}"`, remedy: 'Name everybody once.' }];
}
